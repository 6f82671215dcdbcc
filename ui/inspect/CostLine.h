// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"

#include <QLabel>
#include <QTimer>

#include <functional>

namespace nextquill::ui {

class Job;
class Workers;

/// Says what an act will take, before it is begun. Counting makes prompts: it is done on a worker,
/// once the question has not changed for a moment and somebody looks.
class CostLine : public QLabel
{
    Q_OBJECT

public:
    /// On a worker; the words to be shown.
    using Count = std::function<QString(const StopToken& stop, Progress& progress)>;

    explicit CostLine(Workers& workers, QWidget* parent = nullptr);

    /// What stood there goes, as does a count that is not wanted any more.
    void ask(Count count);
    /// Words in the place of a cost; none: nothing.
    void say(const QString& words);
    [[nodiscard]] bool isCounting() const { return m_count != nullptr || m_job != nullptr; }

protected:
    void showEvent(QShowEvent* event) override;

private:
    void forget();
    void begin();
    void end(Job* job, const QString& words);

    Workers& m_workers;
    QTimer m_rest;
    Count m_count; ///< waits to be begun
    Job* m_job = nullptr;
};

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/ModelFetches.h"

#include <QFrame>

class QLabel;

namespace nextquill::ui {

class ProgressLine;

/// One fetch: how far it is, Pause or Resume, Cancel, and what went wrong.
class FetchRow : public QFrame
{
    Q_OBJECT

public:
    explicit FetchRow(const ModelFetch& fetch, QWidget* parent = nullptr);

    void setFetch(const ModelFetch& fetch);
    [[nodiscard]] ProgressLine& line() { return *m_line; }

Q_SIGNALS:
    void pauseRequested();
    void resumeRequested();
    void cancelRequested();

private:
    ProgressLine* m_line;
    QLabel* m_problem;
    ModelFetch::State m_state = ModelFetch::State::Waiting;
};

} // namespace nextquill::ui

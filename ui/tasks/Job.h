// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"

#include <QObject>
#include <QString>

#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace nextquill::ui {

class Workers;

/// An error as the window shows it: three lines, already worded for the user.
struct Failure
{
    QString problem;
    QString where;
    QString remedy;
};

/// One call of a core function on a worker thread, as seen from the GUI thread.
///
/// Ends with exactly one of done(), stopped() and failed(), always from the event loop. Deleting a
/// job asks it to stop and forgets it: no signal follows, and the GUI thread does not wait.
///
/// Threads  GUI thread only; the core function alone runs elsewhere.
class Job : public QObject
{
    Q_OBJECT

public:
    ~Job() override;

    [[nodiscard]] const QString& title() const { return m_title; }
    [[nodiscard]] bool isRunning() const { return m_running; }
    /// What its progress counts: bytes, or steps.
    [[nodiscard]] bool isInBytes() const { return m_inBytes; }
    void setInBytes(bool inBytes) { m_inBytes = inBytes; }

public Q_SLOTS:
    /// Returns at once; the job ends a little later, with stopped() or, if it was faster, done().
    void requestStop();

Q_SIGNALS:
    /// The newest report, at most 20 times a second; the last one always arrives before the end.
    void progressed(const nextquill::ProgressReport& report);
    void done();
    void stopped();
    void failed(const nextquill::ui::Failure& failure);

protected:
    using Work = std::function<void(StopToken, Progress&)>;

    Job(QString title, QObject* parent);
    void start(Workers& workers, Work work);

private:
    class Mailbox;

    Q_INVOKABLE void emptyMailbox();

    QString m_title;
    bool m_running = false;
    bool m_inBytes = false;
    bool m_resting = false;             // a report was shown less than 50 ms ago
    std::shared_ptr<Mailbox> m_mailbox; // shared with the worker, which may outlive this job
};

/// A job with a value. Take it once, from a slot on done().
template<typename T>
class ValueJob final : public Job
{
public:
    template<typename Function>
    ValueJob(QString title, Workers& workers, QObject* parent, Function function)
        : Job{std::move(title), parent}
        , m_value{std::make_shared<std::optional<T>>()}
    {
        const auto work = [value = m_value, function](StopToken stop, Progress& progress) {
            value->emplace(function(std::move(stop), progress));
        };
        start(workers, work);
    }

    [[nodiscard]] T takeValue() { return std::exchange(*m_value, std::nullopt).value(); }

private:
    std::shared_ptr<std::optional<T>> m_value;
};

/// Starts `function(StopToken, Progress&)` on a thread of its own; the job belongs to `parent`.
///
///     auto* job = startJob(tr("Measuring effects"), m_workers, this, measure);
///     connect(job, &Job::done, this, [this, job] { m_model->setEffects(job->takeValue()); });
template<typename Function>
[[nodiscard]] auto* startJob(QString title, Workers& workers, QObject* parent, Function function)
{
    using Value = std::invoke_result_t<const Function&, StopToken, Progress&>;
    return new ValueJob<Value>(std::move(title), workers, parent, std::move(function));
}

} // namespace nextquill::ui

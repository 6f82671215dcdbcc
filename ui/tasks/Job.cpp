// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tasks/Job.h"

#include "core/base/Error.h"

#include "ui/tasks/Workers.h"

#include <QMetaObject>
#include <QPointer>
#include <QTimer>

#include <chrono>
#include <mutex>
#include <new>
#include <variant>

namespace nextquill::ui {

namespace {

struct Done
{
};

using Ending = std::variant<Done, Stopped, Failure>;

constexpr std::chrono::milliseconds restBetweenReports{50};

Failure failureOf(const Error& error)
{
    return {.problem = QString::fromStdString(error.problem()),
            .where = QString::fromStdString(error.where()),
            .remedy = QString::fromStdString(error.remedy())};
}

/// For what no one worded: a bug of ours, or a library that ran out of memory.
Failure failureOf(const std::exception& error)
{
    const bool memory = dynamic_cast<const std::bad_alloc*>(&error) != nullptr;
    return {.problem = memory ? Job::tr("Not enough memory") : Job::tr("An internal error"),
            .where = QString::fromUtf8(error.what()),
            .remedy = memory ? Job::tr("close other programs or choose a smaller batch")
                             : Job::tr("please report it, with the log")};
}

} // namespace

/// What job and worker share: the newest report, the ending, and whether mail was announced.
///
/// Values lie here, under a standard mutex; through Qt's queue goes only a call of emptyMailbox(),
/// never more than one at a time, however often the worker reports.
class Job::Mailbox final : public Progress
{
public:
    explicit Mailbox(Job& job)
        : m_job{&job}
    {
    }

    [[nodiscard]] StopToken stopToken() const { return m_stop.get_token(); }
    void requestStop() { m_stop.request_stop(); }

    void report(const ProgressReport& report) noexcept override
    {
        const std::scoped_lock lock{m_mutex};
        m_report = report;
        announce();
    }

    void end(Ending ending)
    {
        const std::scoped_lock lock{m_mutex};
        m_ending = std::move(ending);
        announce();
    }

    /// From here on nothing is announced.
    void forgetJob()
    {
        const std::scoped_lock lock{m_mutex};
        m_job = nullptr;
    }

    struct Mail
    {
        std::optional<ProgressReport> report;
        std::optional<Ending> ending;
    };

    Mail take()
    {
        const std::scoped_lock lock{m_mutex};
        m_announced = false;
        return {.report = std::exchange(m_report, std::nullopt),
                .ending = std::exchange(m_ending, std::nullopt)};
    }

private:
    void announce()
    {
        if (m_job != nullptr && !m_announced) {
            m_announced = true;
            QMetaObject::invokeMethod(m_job, "emptyMailbox", Qt::QueuedConnection);
        }
    }

    std::stop_source m_stop;

    std::mutex m_mutex; // guards what follows
    Job* m_job;
    std::optional<ProgressReport> m_report;
    std::optional<Ending> m_ending;
    bool m_announced = false;
};

Job::Job(QString title, QObject* parent)
    : QObject{parent}
    , m_title{std::move(title)}
    , m_mailbox{std::make_shared<Mailbox>(*this)}
{
}

Job::~Job()
{
    m_mailbox->requestStop();
    m_mailbox->forgetJob();
}

void Job::requestStop()
{
    m_mailbox->requestStop();
}

void Job::start(Workers& workers, Work work)
{
    m_running = true;
    workers.start([mailbox = m_mailbox, work = std::move(work)] {
        try {
            work(mailbox->stopToken(), *mailbox);
            mailbox->end(Done{});
        } catch (const Stopped& stopped) {
            mailbox->end(stopped);
        } catch (const Error& error) {
            mailbox->end(failureOf(error));
        } catch (const std::exception& error) {
            mailbox->end(failureOf(error));
        }
    });
}

void Job::emptyMailbox()
{
    if (m_resting) {
        return; // the end of the rest looks again
    }
    const auto [report, ending] = m_mailbox->take();
    const QPointer<Job> self{this}; // a slot may delete this job

    if (report) {
        m_resting = true;
        QTimer::singleShot(restBetweenReports, this, [this] {
            m_resting = false;
            emptyMailbox();
        });
        Q_EMIT progressed(*report);
    }
    if (ending && !self.isNull()) {
        m_running = false;
        if (const auto* failure = std::get_if<Failure>(&*ending)) {
            Q_EMIT failed(*failure);
        } else if (std::holds_alternative<Stopped>(*ending)) {
            Q_EMIT stopped();
        } else {
            Q_EMIT done();
        }
    }
}

} // namespace nextquill::ui

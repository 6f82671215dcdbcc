// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tasks/Job.h"

#include "core/base/Error.h"

#include "ui/tasks/Workers.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>
#include <QThread>

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>

namespace nextquill::ui {
namespace {

using std::chrono_literals::operator""ms;

/// Any warning of Qt is a failure.
void failOnWarning(QtMsgType type, const QMessageLogContext& /*context*/, const QString& text)
{
    if (type != QtDebugMsg && type != QtInfoMsg) {
        ADD_FAILURE() << text.toStdString();
    }
}

class ApplicationEnvironment final : public ::testing::Environment
{
public:
    void SetUp() override
    {
        static int count = 1;
        static char name[] = "test";
        static char* arguments[] = {name, nullptr};
        m_application = std::make_unique<QCoreApplication>(count, arguments);
        qInstallMessageHandler(failOnWarning);
    }
    void TearDown() override { m_application.reset(); }

private:
    std::unique_ptr<QCoreApplication> m_application;
};

const auto* const environment =
    ::testing::AddGlobalTestEnvironment(std::make_unique<ApplicationEnvironment>().release());

class JobTest : public ::testing::Test
{
protected:
    template<typename Function>
    auto* start(Function function)
    {
        return startJob(QStringLiteral("t"), *workers, &owner, std::move(function));
    }

    QObject owner;
    std::unique_ptr<Workers> workers = std::make_unique<Workers>();
};

TEST_F(JobTest, DeliversTheValueOnTheGuiThread)
{
    auto* job = start([](StopToken, Progress&) { return 42; });
    QThread* where = nullptr;
    int value = 0;
    QObject::connect(job, &Job::done, &owner, [&] {
        where = QThread::currentThread();
        value = job->takeValue();
    });
    QSignalSpy done{job, &Job::done};

    ASSERT_TRUE(done.wait());

    EXPECT_EQ(value, 42);
    EXPECT_EQ(where, owner.thread());
    EXPECT_FALSE(job->isRunning());
}

TEST_F(JobTest, MakesFewEventsOfAMillionReportsAndTheLastOneArrives)
{
    auto* job = start([](StopToken, Progress& progress) {
        for (std::int64_t i = 1; i <= 1'000'000; ++i) {
            progress.report({i, 1'000'000, {}});
        }
        return true;
    });
    qint64 last = 0;
    int events = 0;
    bool ascending = true;
    QObject::connect(job, &Job::progressed, &owner, [&](const ProgressReport& report) {
        ascending = ascending && report.done > last;
        last = report.done;
        ++events;
    });
    QSignalSpy done{job, &Job::done};

    ASSERT_TRUE(done.wait(60'000));

    EXPECT_TRUE(ascending);
    EXPECT_EQ(last, 1'000'000);
    EXPECT_LT(events, 1200); // 20 a second for a minute, however slow the machine
}

TEST_F(JobTest, EndsWithStoppedWhenAskedToStop)
{
    auto* job = start([](StopToken stop, Progress&) {
        for (;;) {
            stopPoint(stop);
            std::this_thread::sleep_for(5ms);
        }
        return 0;
    });
    QSignalSpy stopped{job, &Job::stopped};
    QSignalSpy done{job, &Job::done};

    job->requestStop();

    ASSERT_TRUE(stopped.wait());
    EXPECT_EQ(done.count(), 0);
}

TEST_F(JobTest, BringsErrorsInThreeParts)
{
    auto* job = start([](StopToken, Progress&) -> int {
        throw Error{ErrorKind::BadInput, "not valid JSON", "reviews.jsonl, line 7",
                    "fix the line or skip it"};
    });
    QSignalSpy failed{job, &Job::failed};

    ASSERT_TRUE(failed.wait());

    const auto failure = qvariant_cast<Failure>(failed[0][0]);
    EXPECT_EQ(failure.problem, QStringLiteral("not valid JSON"));
    EXPECT_EQ(failure.where, QStringLiteral("reviews.jsonl, line 7"));
    EXPECT_EQ(failure.remedy, QStringLiteral("fix the line or skip it"));
}

TEST_F(JobTest, WordsWhatNobodyWorded)
{
    auto* job = start([](StopToken, Progress&) -> int { throw std::bad_alloc{}; });
    QSignalSpy failed{job, &Job::failed};

    ASSERT_TRUE(failed.wait());

    EXPECT_EQ(qvariant_cast<Failure>(failed[0][0]).problem, QStringLiteral("Not enough memory"));
}

TEST_F(JobTest, DeletedWhileRunningSendsNothingAndIsNotWaitedFor)
{
    std::atomic<bool> mayLeave{false};
    std::atomic<bool> left{false};
    auto* job = start([&](StopToken stop, Progress& progress) {
        while (!stop.stop_requested() || !mayLeave) {
            progress.report({1, 2, {}});
        }
        progress.report({2, 2, {}});
        left = true;
        return 0;
    });

    delete job; // would hang here if it waited: the work goes on until mayLeave
    EXPECT_FALSE(left);

    mayLeave = true;
    workers.reset();
    EXPECT_TRUE(left);
    QCoreApplication::processEvents();
}

TEST_F(JobTest, MayBeDeletedAtAnyTime)
{
    for (int i = 0; i < 500; ++i) {
        auto* job = start([i](StopToken stop, Progress& progress) {
            for (int k = 0; k < i % 50; ++k) {
                progress.report({k, 50, {}});
                stopPoint(stop);
            }
            return i;
        });
        if (i % 3 == 0) {
            QCoreApplication::processEvents();
        }
        delete job;
    }
    workers.reset();
    QCoreApplication::processEvents();
}

TEST_F(JobTest, GivesWayToTheThreadThatStartedIt)
{
    const auto nice = [] { return ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid())); };
    auto* job = start([nice](StopToken, Progress&) { return nice(); });
    int ofWork = -1;
    QObject::connect(job, &Job::done, job, [&ofWork, job] { ofWork = job->takeValue(); });
    ASSERT_TRUE(QTest::qWaitFor([&ofWork] { return ofWork >= 0; }));
    EXPECT_GE(ofWork, 10);
    EXPECT_TRUE(nice() >= 10 || ofWork > nice());
}

} // namespace
} // namespace nextquill::ui

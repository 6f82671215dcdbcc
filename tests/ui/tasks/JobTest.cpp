// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tasks/Job.h"

#include "core/base/Error.h"

#include "ui/tasks/Workers.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>
#include <QThread>

#include <atomic>
#include <memory>
#include <thread>

namespace nextquill::ui {

class JobTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void deliversTheValueOnTheGuiThread()
    {
        auto* job = startJob(QStringLiteral("t"), *m_workers, this,
                             [](StopToken, Progress&) { return 42; });
        QThread* where = nullptr;
        int value = 0;
        connect(job, &Job::done, this, [&] {
            where = QThread::currentThread();
            value = job->takeValue();
        });
        QSignalSpy done{job, &Job::done};
        QVERIFY(done.wait());
        QCOMPARE(value, 42);
        QCOMPARE(where, thread());
        QVERIFY(!job->isRunning());
    }

    void aMillionReportsBecomeFewEventsAndTheLastOneArrives()
    {
        auto* job =
            startJob(QStringLiteral("t"), *m_workers, this, [](StopToken, Progress& progress) {
                for (std::int64_t i = 1; i <= 1'000'000; ++i) {
                    progress.report({i, 1'000'000, {}});
                }
                return true;
            });
        qint64 last = 0;
        int events = 0;
        connect(job, &Job::progressed, this, [&](const ProgressReport& r) {
            QVERIFY(r.done > last);
            last = r.done;
            ++events;
        });
        QSignalSpy done{job, &Job::done};
        QElapsedTimer t;
        t.start();
        QVERIFY(done.wait(20000));
        qInfo() << "events" << events << "ms" << t.elapsed();
        QCOMPARE(last, qint64{1'000'000});
        QVERIFY(events < 100);
    }

    void stopEndsWithStopped()
    {
        auto* job = startJob(QStringLiteral("t"), *m_workers, this, [](StopToken stop, Progress&) {
            for (;;) {
                stopPoint(stop);
                std::this_thread::sleep_for(std::chrono::milliseconds{5});
            }
            return 0;
        });
        QSignalSpy stopped{job, &Job::stopped};
        QSignalSpy done{job, &Job::done};
        QTest::qWait(30);
        QElapsedTimer t;
        t.start();
        job->requestStop();
        QVERIFY(stopped.wait());
        qInfo() << "stop latency ms" << t.elapsed();
        QCOMPARE(done.count(), 0);
    }

    void errorsArriveInThreeParts()
    {
        auto* job =
            startJob(QStringLiteral("t"), *m_workers, this, [](StopToken, Progress&) -> int {
                throw Error{ErrorKind::BadInput, "not valid JSON", "reviews.jsonl, line 7",
                            "fix the line or skip it"};
            });
        QSignalSpy failed{job, &Job::failed};
        QVERIFY(failed.wait());
        QCOMPARE(qvariant_cast<Failure>(failed[0][0]).where,
                 QStringLiteral("reviews.jsonl, line 7"));
    }

    void deletingARunningJobDoesNotWaitAndSendsNothing()
    {
        std::atomic<bool> left{false};
        auto* job = startJob(QStringLiteral("t"), *m_workers, this,
                             [&left](StopToken stop, Progress& progress) {
                                 while (!stop.stop_requested()) {
                                     progress.report({1, 2, {}});
                                 }
                                 std::this_thread::sleep_for(std::chrono::milliseconds{200});
                                 progress.report({2, 2, {}});
                                 left = true;
                                 return 0;
                             });
        QTest::qWait(20);
        QElapsedTimer t;
        t.start();
        delete job;
        QVERIFY(t.elapsed() < 100);
        QTest::qWait(50);
        m_workers = std::make_unique<Workers>();
        QVERIFY(left);
        QCoreApplication::processEvents();
    }

    void manyJobsDeletedAtRandomTimes()
    {
        for (int i = 0; i < 2000; ++i) {
            auto* job = startJob(QStringLiteral("t"), *m_workers, this,
                                 [i](StopToken stop, Progress& progress) {
                                     for (int k = 0; k < i % 50; ++k) {
                                         progress.report({k, 50, {}});
                                         if (stop.stop_requested()) {
                                             throw Stopped{};
                                         }
                                     }
                                     return i;
                                 });
            if (i % 3 == 0) {
                QCoreApplication::processEvents();
            }
            delete job;
        }
        m_workers = std::make_unique<Workers>();
        QCoreApplication::processEvents();
    }

private:
    std::unique_ptr<Workers> m_workers = std::make_unique<Workers>();
};

} // namespace nextquill::ui

QTEST_GUILESS_MAIN(nextquill::ui::JobTest)
#include "JobTest.moc"

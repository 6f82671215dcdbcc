// SPDX-License-Identifier: GPL-3.0-or-later
//
// The queue of runs as its user walks through it by keyboard; runs of other programs and of other
// machines; a device that is lost.
#include "core/base/EventLog.h"
#include "core/store/RunQueueOrder.h"
#include "core/workflow/Devices.h"

#include "ui/runs/RunListModel.h"
#include "ui/runs/RunQueue.h"
#include "ui/runs/RunWatch.h"
#include "ui/widgets/MessageBar.h"

#include "tests/ui/shell/RunsWalk.h"

#include <QLabel>
#include <QMessageBox>
#include <QProcess>
#include <QTableView>
#include <QTimer>

#include <fstream>
#include <signal.h>
#include <stdexcept>

namespace nextquill::ui {
namespace {

const QString toQueue = QStringLiteral("addToQueue");

class QueueWalk : public RunsWalk
{
protected:
    void TearDown() override
    {
        workflow::forgetLost("cpu");
        RunsWalk::TearDown();
    }

    /// Enters so many runs, which wait: nextquill-1, nextquill-2, …
    void enter(const std::filesystem::path& model, int count)
    {
        m_window->runs().queue().setProgram(NEXTQUILL_PROGRAM);
        for (int i = 1; i <= count; ++i) {
            startRun(model, QStringLiteral("2"), toQueue);
            ASSERT_TRUE(waitFor([this, i] { return list().model()->rowCount() == i; }));
        }
        m_window->activateWindow(); // shortcuts are those of the window that is in front
        list().setFocus();
        ASSERT_TRUE(waitFor([this] { return list().hasFocus(); }));
    }
    QTableView& list() { return find<QTableView>(QStringLiteral("runList")); }
    /// What stands in the list, "nextquill-2: waiting, place 1", …
    QStringList rows()
    {
        QStringList all;
        for (int row = 0; row < list().model()->rowCount(); ++row) {
            all << list().model()->index(row, 0).data().toString() + QStringLiteral(": ") +
                       list().model()->index(row, 1).data().toString();
        }
        return all;
    }
    [[nodiscard]] bool shows(const QStringList& names)
    {
        return waitFor([&] {
            const QStringList all = rows();
            for (qsizetype i = 0; i < names.size(); ++i) {
                if (i >= all.size() || !all.at(i).startsWith(names.at(i))) {
                    return false;
                }
            }
            return true;
        });
    }
    [[nodiscard]] store::RunRow run(const std::string& name) const
    {
        const auto project = store::Project::open(m_project, store::OpenMode::ReadOnly);
        return store::RunLedger{*project}.get(name);
    }
    [[nodiscard]] int count(const std::string& name, const std::string& kind) const
    {
        EventReader reader{std::filesystem::path{m_project.string() + ".d"} / "runs" / name /
                           "events.jsonl"};
        int found = 0;
        for (const Json& event : reader.poll()) {
            found += event.at("event") == kind ? 1 : 0;
        }
        return found;
    }
    QString queueText() { return find<QLabel>(QStringLiteral("queueState")).text(); }
    MessageBar& messages() { return find<MessageBar>(QStringLiteral("messageBar")); }
    QPushButton* messageButton(const QString& text)
    {
        for (auto* candidate : messages().findChildren<QPushButton*>()) {
            if (candidate->text() == text && candidate->isVisible()) {
                return candidate;
            }
        }
        return nullptr;
    }
};

TEST_F(QueueWalk, IsOrderedStartedAndHeldByKeyboard)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    openSample();
    enter(model, 3);
    ASSERT_TRUE(shows({QStringLiteral("nextquill-1: waiting, place 1"),
                       QStringLiteral("nextquill-2: waiting, place 2"),
                       QStringLiteral("nextquill-3: waiting, place 3")}))
        << rows().join(QStringLiteral("; ")).toStdString();
    EXPECT_EQ(queueText(), QStringLiteral("Queue off, 3 run(s) wait"));

    list().selectRow(2);
    QTest::keyClick(&list(), Qt::Key_Up, Qt::AltModifier);
    ASSERT_TRUE(shows({QStringLiteral("nextquill-1"), QStringLiteral("nextquill-3"),
                       QStringLiteral("nextquill-2")}));
    EXPECT_EQ(list().currentIndex().row(), 1) << "the choice did not follow the run";
    QTest::keyClick(&list(), Qt::Key_Home, Qt::AltModifier);
    ASSERT_TRUE(shows({QStringLiteral("nextquill-3"), QStringLiteral("nextquill-1")}));
    QTest::keyClick(&list(), Qt::Key_Down, Qt::AltModifier);
    ASSERT_TRUE(shows({QStringLiteral("nextquill-1"), QStringLiteral("nextquill-3")}));
    QTest::keyClick(&list(), Qt::Key_Delete);
    ASSERT_TRUE(waitFor([this] { return run("nextquill-3").state == store::RunState::Stopped; }));

    QTest::keyClick(m_window.get(), Qt::Key_R, Qt::ControlModifier | Qt::ShiftModifier);
    ASSERT_TRUE(waitFor([this] {
        return run("nextquill-1").state == store::RunState::Done &&
               run("nextquill-2").state == store::RunState::Done;
    }));
    EXPECT_EQ(run("nextquill-3").state, store::RunState::Stopped);
    EXPECT_TRUE(waitFor([this] { return queueText() == QStringLiteral("Queue on, none waits"); }));
    QTest::keyClick(m_window.get(), Qt::Key_R, Qt::ControlModifier | Qt::ShiftModifier);
    EXPECT_TRUE(waitFor([this] { return queueText() == QStringLiteral("Queue off, none waits"); }));
}

TEST_F(QueueWalk, IsOfferedWhenTheProjectIsOpenedAgain)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    openSample();
    enter(model, 2);
    m_window->closeProject();
    m_window->openFile(m_project);
    ASSERT_TRUE(waitFor([this] { return messages().isVisible(); }));
    EXPECT_EQ(messages().text(), QStringLiteral("2 run(s) wait in the queue."));
    QPushButton* const start = messageButton(QStringLiteral("Start the queue"));
    ASSERT_NE(start, nullptr);
    QTest::keyClick(start, Qt::Key_Space);
    EXPECT_TRUE(waitFor([this] { return run("nextquill-2").state == store::RunState::Done; }));
}

TEST_F(QueueWalk, GoesOnAfterARunThatFailsOrIsHeld)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    openSample();
    enter(model, 3);
    const std::filesystem::path runs = std::filesystem::path{m_project.string() + ".d"} / "runs";
    std::filesystem::remove(runs / "nextquill-1" / "run.toml");
    std::filesystem::remove(runs / "nextquill-2" / "run.toml");
    m_window->runs().queue().setOn(true);
    ASSERT_TRUE(waitFor([this] { return run("nextquill-3").state == store::RunState::Done; }));
    EXPECT_EQ(run("nextquill-2").state, store::RunState::Failed);

    auto& skip = find<QCheckBox>(QStringLiteral("skipFailed"));
    skip.setFocus();
    QTest::keyClick(&skip, Qt::Key_Space);
    m_window->runs().queue().resume("nextquill-1");
    EXPECT_TRUE(waitFor([this] {
        return run("nextquill-1").state == store::RunState::Failed &&
               queueText() == QStringLiteral("Queue off, none waits");
    })) << queueText().toStdString();
}

TEST_F(QueueWalk, ShowsARunOfAnotherProgramAsItGoesOn)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    openSample();
    startRun(model, QStringLiteral("400"), toQueue);
    ASSERT_TRUE(waitFor([this] { return list().model()->rowCount() == 1; }));
    {
        QProcess other;
        other.start(QStringLiteral(NEXTQUILL_PROGRAM),
                    {QStringLiteral("runs"), QStringLiteral("work"),
                     QString::fromStdString(m_project.string())});
        ASSERT_TRUE(
            waitFor([this] { return rows().value(0).contains(QStringLiteral("runs elsewhere")); }));
        EXPECT_TRUE(waitFor([this] {
            return find<QLabel>(QStringLiteral("runFigures"))
                .text()
                .startsWith(QStringLiteral("step "));
        }));
        EXPECT_FALSE(button(QStringLiteral("Pause")).isEnabled());
        EXPECT_FALSE(button(QStringLiteral("Stop")).isEnabled());
        EXPECT_FALSE(button(QStringLiteral("Resume")).isEnabled());
        other.kill();
        other.waitForFinished();
    }
    // Nobody trains it any more: the list says so, and it can go on.
    EXPECT_TRUE(shows({QStringLiteral("nextquill-1: paused, place 1")}))
        << rows().value(0).toStdString();
}

TEST_F(QueueWalk, OffersAProcessOfItsOwnForARunWhoseDeviceIsLost)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    openSample();
    m_window->runs().queue().setProgram(NEXTQUILL_PROGRAM);
    startRun(model, QStringLiteral("14"));
    ASSERT_TRUE(waitFor([this] { return count("nextquill-1", "step") >= 3; }));
    m_window->runs().queue().control()->run.failWith(std::make_exception_ptr(
        std::runtime_error{"CUDA error: an illegal memory access was encountered"}));
    ASSERT_TRUE(waitFor([this] { return messages().isVisible(); }));
    EXPECT_TRUE(messages().text().contains(QStringLiteral("illegal memory access")))
        << messages().text().toStdString();
    EXPECT_EQ(messages().kind(), MessageBar::Kind::Error);
    EXPECT_EQ(run("nextquill-1").state, store::RunState::Failed);
    EXPECT_GE(count("nextquill-1", "checkpoint"), 1);
    EXPECT_THROW(workflow::requireUsable("cpu"), Error);

    QPushButton* const go = messageButton(QStringLiteral("Continue in a process of its own"));
    ASSERT_NE(go, nullptr);
    QTest::mouseClick(go, Qt::LeftButton);
    ASSERT_TRUE(waitFor([this] { return run("nextquill-1").state == store::RunState::Running; }));
    EXPECT_NE(run("nextquill-1").process, thisProcess());
    EXPECT_TRUE(waitFor([this] { return m_window->runs().queue().isApart(); }));
    EXPECT_FALSE(button(QStringLiteral("Pause")).isEnabled());
    EXPECT_TRUE(button(QStringLiteral("Stop")).isEnabled());
    ASSERT_TRUE(waitFor([this] { return run("nextquill-1").state == store::RunState::Done; }));
    EXPECT_EQ(count("nextquill-1", "resume"), 1);
    EXPECT_TRUE(waitFor([this] {
        return find<QLabel>(QStringLiteral("runFigures"))
            .text()
            .startsWith(QStringLiteral("step 14"));
    })) << "its events were not shown";
}

TEST_F(QueueWalk, StopsARunInAProcessOfItsOwnAndLeavesOneAloneWhenTheWindowCloses)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    openSample();
    m_window->runs().queue().setProgram(NEXTQUILL_PROGRAM);
    startRun(model, QStringLiteral("300"), QStringLiteral("startRun"), /*ownProcess=*/true);
    ASSERT_TRUE(waitFor([this] { return count("nextquill-1", "step") >= 1; }));
    ASSERT_TRUE(waitFor([this] { return m_window->runs().queue().isApart(); }));
    QTest::mouseClick(&button(QStringLiteral("Stop")), Qt::LeftButton);
    ASSERT_TRUE(waitFor([this] { return run("nextquill-1").state == store::RunState::Stopped; }));
    ASSERT_TRUE(waitFor([this] { return button(QStringLiteral("Resume")).isEnabled(); }));
    QTest::mouseClick(&button(QStringLiteral("Resume")), Qt::LeftButton);
    ASSERT_TRUE(waitFor([this] { return run("nextquill-1").state == store::RunState::Running; }));
    ASSERT_TRUE(waitFor([this] { return m_window->runs().queue().isApart(); }));
    QTimer::singleShot(0, m_window.get(), [this] {
        ASSERT_TRUE(waitFor([this] {
            return m_window->findChild<QMessageBox*>(QStringLiteral("endRuns")) != nullptr;
        }));
        auto& question = find<QMessageBox>(QStringLiteral("endRuns"));
        for (QAbstractButton* choice : question.buttons()) {
            if (choice->text() == QStringLiteral("&Let it go on")) {
                choice->click();
            }
        }
    });
    m_window->close();
    m_window.reset();
    const store::RunRow left = run("nextquill-1");
    EXPECT_EQ(left.state, store::RunState::Running);
    EXPECT_EQ(livenessOf(left.process), Liveness::Alive);
    ::kill(static_cast<pid_t>(left.process.id), SIGKILL);
}

TEST_F(QueueWalk, WatchesARunsFolderFromElsewhere)
{
    const auto folder = m_folder / "mounted";
    std::filesystem::create_directories(folder);
    m_window->runs().watchFolder(folder);
    EXPECT_TRUE(messages().isVisible()); // there is no run in it
    std::ofstream log{folder / "events.jsonl"};
    log << R"({"event": "step", "step": 7, "loss": 2.5})" << "\n"
        << R"({"event": "step", "st)" << std::flush;
    m_window->runs().watchFolder(folder); // without a project
    auto& watch = find<RunWatch>(QStringLiteral("runWatch"));
    auto& figures = find<QLabel>(QStringLiteral("runFigures"), &watch);
    EXPECT_TRUE(waitFor([&] { return figures.text().startsWith(QStringLiteral("step 7 ")); }));
    log << R"(ep": 8, "loss": 2.25})" << "\n" << std::flush;
    EXPECT_TRUE(waitFor([&] { return figures.text().startsWith(QStringLiteral("step 8 ")); }));
    // Copied anew from where it grows, shorter than before.
    log.close();
    std::ofstream{folder / "events.jsonl"} << R"({"event": "step", "step": 1, "loss": 3})" << "\n";
    EXPECT_TRUE(waitFor([&] { return figures.text().startsWith(QStringLiteral("step 1 ")); }));
    QTest::keyClick(&watch, Qt::Key_Escape);
    EXPECT_FALSE(watch.isVisible());
}

} // namespace
} // namespace nextquill::ui

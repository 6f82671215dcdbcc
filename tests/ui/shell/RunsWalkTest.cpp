// SPDX-License-Identifier: GPL-3.0-or-later
//
// Runs on a tiny model: the form, training on a thread of its own, pause, stop and resume.
#include "tests/ui/shell/RunsWalk.h"

#include "core/store/Project.h"
#include "core/store/RunLedger.h"

#include "ui/project/ModelBox.h"
#include "ui/runs/NewRunDialog.h"
#include "ui/runs/RunQueue.h"
#include "ui/runs/RunsView.h"

#include "tests/support/Fixtures.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>
#include <QTableView>

namespace nextquill::ui {
namespace {

TEST_F(RunsWalk, TrainsWhileTheWindowGoesOn)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    openSample();
    startRun(model, QStringLiteral("2"));
    ASSERT_TRUE(waitFor([this] { return is(store::RunState::Done); }));
    auto& list = find<QTableView>(QStringLiteral("runList"));
    EXPECT_TRUE(waitFor([&list] { return list.model()->rowCount() == 1; }));
}

TEST_F(RunsWalk, PausesStopsAndResumes)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    openSample();
    startRun(model, QStringLiteral("300"));
    ASSERT_TRUE(waitFor([this] { return button(QStringLiteral("Pause")).isEnabled(); }));
    QTest::mouseClick(&button(QStringLiteral("Pause")), Qt::LeftButton);
    EXPECT_TRUE(button(QStringLiteral("Continue")).isEnabled());
    QTest::mouseClick(&button(QStringLiteral("Continue")), Qt::LeftButton);
    ASSERT_TRUE(waitFor([this] { return is(store::RunState::Running); }));
    QTest::mouseClick(&button(QStringLiteral("Stop")), Qt::LeftButton);
    ASSERT_TRUE(waitFor([this] { return is(store::RunState::Stopped); }));
    ASSERT_TRUE(waitFor([this] { return button(QStringLiteral("Resume")).isEnabled(); }));
    QTest::mouseClick(&button(QStringLiteral("Resume")), Qt::LeftButton);
    EXPECT_TRUE(waitFor([this] { return is(store::RunState::Running); }));
    QTest::mouseClick(&button(QStringLiteral("Stop")), Qt::LeftButton);
    EXPECT_TRUE(waitFor([this] { return is(store::RunState::Stopped); }));
}

TEST_F(RunsWalk, ARunSurvivesTheWindowThatStartedItAndKeepsItsPlace)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    openSample();
    startRun(model, QStringLiteral("300"));
    ASSERT_TRUE(waitFor([this] { return is(store::RunState::Running); }));
    m_window->runs().queue().stopAndKeepPlace();
    m_window.reset(); // waits for the thread, which writes a checkpoint
    EXPECT_TRUE(is(store::RunState::Paused));
    EXPECT_TRUE(firstRun()->isInQueue());
}

TEST_F(RunsWalk, TheFormSaysWhatIsWrongBelowTheField)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    openSample();
    m_window->showPlace(1);
    m_window->runs().newRun();
    auto& dialog = *m_window->runs().findChild<NewRunDialog*>();
    auto& box = *dialog.findChild<ModelBox*>();
    ASSERT_TRUE(waitFor([&box] { return box.count() > 0; }));
    box.setModel(QString::fromStdString(model.string()));
    Q_EMIT box.modelChosen(box.model());
    auto& start = find<QPushButton>(QStringLiteral("startRun"), &dialog);
    EXPECT_TRUE(start.isEnabled());
    auto& rate = find<QLineEdit>(QStringLiteral("lr"), &dialog);
    rate.clear();
    QTest::keyClicks(&rate, QStringLiteral("fast"));
    EXPECT_FALSE(start.isEnabled());
    rate.clear();
    QTest::keyClicks(&rate, QStringLiteral("1e-4"));
    EXPECT_TRUE(start.isEnabled());
}

} // namespace
} // namespace nextquill::ui

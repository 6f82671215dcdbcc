// SPDX-License-Identifier: GPL-3.0-or-later
//
// Runs on a tiny model: the form, training on a thread of its own, pause, stop and resume.
#include "core/store/Project.h"
#include "core/store/RunLedger.h"

#include "ui/project/ModelBox.h"
#include "ui/runs/NewRunDialog.h"
#include "ui/runs/RunsView.h"

#include "tests/support/Fixtures.h"
#include "tests/ui/shell/WindowTest.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>
#include <QTableView>

namespace nextquill::ui {
namespace {

class RunsWalk : public WindowTest
{
protected:
    void startRun(const std::filesystem::path& model, const QString& steps)
    {
        m_window->showPlace(1);
        m_window->runs().newRun();
        auto& dialog = *m_window->runs().findChild<NewRunDialog*>();
        auto& box = *dialog.findChild<ModelBox*>();
        ASSERT_TRUE(waitFor([&box] { return box.count() > 0; }));
        box.setModel(QString::fromStdString(model.string()));
        Q_EMIT box.modelChosen(box.model());
        find<QCheckBox>(QStringLiteral("allSettings"), &dialog).setChecked(true);
        const std::pair<const char*, QString> values[] = {
            {"max-steps", steps},
            {"evaluate-limit", QStringLiteral("2")},
            {"lora-rank", QStringLiteral("2")},
            {"max-prompt-tokens", QStringLiteral("512")}};
        for (const auto& [name, value] : values) {
            auto& line = find<QLineEdit>(QString::fromLatin1(name), &dialog);
            line.selectAll();
            line.clear();
            QTest::keyClicks(&line, value);
        }
        auto& start = find<QPushButton>(QStringLiteral("startRun"), &dialog);
        ASSERT_TRUE(start.isEnabled());
        QTest::mouseClick(&start, Qt::LeftButton);
    }

    [[nodiscard]] std::optional<store::RunRow> firstRun() const
    {
        const auto project = store::Project::open(m_project, store::OpenMode::ReadOnly);
        const auto all = store::RunLedger{*project}.all();
        return all.empty() ? std::nullopt : std::optional{all.front()};
    }
    [[nodiscard]] bool is(store::RunState state) const
    {
        const auto run = firstRun();
        return run && run->state == state;
    }
    QPushButton& button(const QString& text)
    {
        for (QPushButton* candidate : m_window->runs().findChildren<QPushButton*>()) {
            if (QString{candidate->text()}.remove(QLatin1Char('&')) == text) {
                return *candidate;
            }
        }
        throw std::runtime_error{"there is no button " + text.toStdString()};
    }
};

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

TEST_F(RunsWalk, ARunSurvivesTheWindowThatStartedIt)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    openSample();
    startRun(model, QStringLiteral("300"));
    ASSERT_TRUE(waitFor([this] { return is(store::RunState::Running); }));
    m_window->runs().requestStopAll();
    m_window.reset(); // waits for the thread, which writes a checkpoint
    EXPECT_TRUE(is(store::RunState::Stopped));
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

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/splits/FunnelBar.h"

#include "core/store/Histories.h"

#include "ui/histories/splits/FunnelFilter.h"

#include "tests/ui/histories/splits/WidgetOnProject.h"

#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QSignalSpy>
#include <QToolButton>

namespace nextquill::ui {
namespace {

class FunnelBarTest : public WidgetOnProject
{
protected:
    void show(const std::vector<std::string>& steps = {}, const std::string& name = "study")
    {
        if (!steps.empty()) {
            store::Funnel funnel{.name = name, .steps = {}};
            for (const std::string& step : steps) {
                funnel.steps.push_back(store::funnelStep(step));
            }
            const auto own = project();
            store::Funnels{*own}.save(funnel);
        }
        open();
        m_bar = std::make_unique<FunnelBar>(m_session);
        m_bar->resize(1'280, 90);
        m_bar->show();
        ASSERT_TRUE(QTest::qWaitForWindowExposed(m_bar.get()));
        if (!steps.empty()) {
            auto& names = find<QComboBox>(*m_bar, "funnelName");
            ASSERT_TRUE(waitFor([&names] { return names.count() == 2; }));
            names.setCurrentIndex(1);
            Q_EMIT names.activated(1);
        }
        waitForCounts();
    }

    QToolButton& step(int number)
    {
        return find<QToolButton>(*m_bar, ("step" + std::to_string(number)).c_str());
    }

    /// The chain as it is read: "all 849|newest 3 of each user 120".
    QString chain()
    {
        QStringList texts;
        for (std::size_t i = 0; i <= m_bar->funnel().steps.size(); ++i) {
            texts += step(static_cast<int>(i)).text();
        }
        return texts.join(QLatin1Char('|'));
    }

    void waitForCounts()
    {
        ASSERT_TRUE(waitFor([this] { return !chain().contains(QStringLiteral("…")); }))
            << chain().toStdString();
    }

    /// The project's own counts of the funnel that is shown.
    std::vector<store::FunnelCount> counts()
    {
        NoProgress progress;
        return store::Funnels{*project()}.count(m_bar->funnel(), {}, {}, progress);
    }

    std::unique_ptr<FunnelBar> m_bar;
};

TEST_F(FunnelBarTest, TakesStepsThatAreTypedAndCountsBehindEach)
{
    show();
    EXPECT_EQ(chain(), QStringLiteral("all 849"));
    QTest::mouseClick(&find<QToolButton>(*m_bar, "addStep"), Qt::LeftButton);
    auto& typed = find<QLineEdit>(*m_bar, "funnelStep");
    ASSERT_TRUE(typed.hasFocus());
    QTest::keyClicks(&typed, QStringLiteral("newest 3"));
    QTest::keyClick(&typed, Qt::Key_Return);
    waitForCounts();
    EXPECT_EQ(chain(),
              QStringLiteral("all 849|newest 3 of each user %1").arg(counts().at(1).reviews));
    QTest::mouseClick(&find<QToolButton>(*m_bar, "addStep"), Qt::LeftButton);
    QTest::keyClicks(&typed, QStringLiteral("best 3"));
    QTest::keyClick(&typed, Qt::Key_Return);
    EXPECT_TRUE(find<QLabel>(*m_bar, "funnelProblem").isVisible());
    EXPECT_EQ(m_bar->funnel().steps.size(), 1U);
    photograph(*m_bar, QStringLiteral("funnel-wrong"));
    QTest::keyClick(&typed, Qt::Key_Escape);
    EXPECT_FALSE(typed.isVisible());
}

TEST_F(FunnelBarTest, IsReorderedSwitchedAndShortenedByKeyboard)
{
    show({"user-reviews 10", "newest 3", "item-users 2"});
    photograph(*m_bar, QStringLiteral("funnel"));
    step(2).setFocus();
    QTest::keyClick(&step(2), Qt::Key_Left, Qt::AltModifier);
    EXPECT_EQ(store::text(m_bar->funnel().steps.at(0)), "newest 3");
    waitForCounts();
    EXPECT_TRUE(step(1).hasFocus()) << "the focus goes along";
    EXPECT_EQ(counts().at(2).reviews, 0);
    QTest::keyClick(&step(1), Qt::Key_Space);
    waitForCounts();
    EXPECT_FALSE(m_bar->funnel().steps.at(0).isOn);
    EXPECT_TRUE(step(1).text().contains(QStringLiteral("(off)"))) << step(1).text().toStdString();
    EXPECT_GT(counts().at(2).reviews, 0);
    QTest::keyClick(&step(1), Qt::Key_Right);
    EXPECT_TRUE(step(2).hasFocus());
    QTest::keyClick(&step(2), Qt::Key_Delete);
    waitForCounts();
    EXPECT_EQ(m_bar->funnel().steps.size(), 2U);
    // What has a name is kept as it is changed.
    ASSERT_TRUE(
        waitFor([this] { return store::Funnels{*project()}.find("study") == m_bar->funnel(); }));
}

TEST_F(FunnelBarTest, ChangesAStepInPlace)
{
    show({"newest 3"});
    QTest::keyClick(&step(1), Qt::Key_F2);
    auto& typed = find<QLineEdit>(*m_bar, "funnelStep");
    EXPECT_EQ(typed.text(), QStringLiteral("newest 3"));
    typed.setText(QStringLiteral("newest 5"));
    QTest::keyClick(&typed, Qt::Key_Return);
    waitForCounts();
    EXPECT_EQ(m_bar->funnel().steps.size(), 1U);
    EXPECT_EQ(m_bar->funnel().steps.at(0).number, 5);
}

TEST_F(FunnelBarTest, ShowsWhatIsLeftAndSaysWhereATableShowsMore)
{
    show({"user-reviews 10", "newest 3"});
    QSignalSpy wanted{m_bar.get(), &FunnelBar::filterWanted};
    QSignalSpy noticed{&m_session, &ProjectSession::noticed};
    QTest::mouseClick(&step(1), Qt::LeftButton);
    ASSERT_EQ(wanted.count(), 1);
    EXPECT_EQ(wanted.takeFirst().at(0).toString(), QStringLiteral("excluded:no user_reviews:>=10"));
    EXPECT_EQ(noticed.count(), 0);
    QTest::keyClick(&step(2), Qt::Key_Return);
    ASSERT_EQ(wanted.count(), 1);
    ASSERT_EQ(noticed.count(), 1);
    EXPECT_TRUE(noticed.at(0).at(0).toString().contains(QStringLiteral("newest 3 of each user")));
}

TEST_F(FunnelBarTest, AsksForASplitOfItsFunnel)
{
    show({"newest 3"});
    QSignalSpy wanted{m_bar.get(), &FunnelBar::splitWanted};
    QTest::mouseClick(&find<QAbstractButton>(*m_bar, "splitOfFunnel"), Qt::LeftButton);
    ASSERT_EQ(wanted.count(), 1);
    EXPECT_EQ(wanted.at(0).at(0).toString(), QStringLiteral("study"));
}

TEST_F(FunnelBarTest, ExcludesWhatIsLeftOutAndTakesItBack)
{
    show({"newest 3"});
    const std::int64_t left = counts().at(1).reviews;
    QList<QAction*> actions = find<QToolButton>(*m_bar, "funnelMenu").menu()->actions();
    std::function<void()> undo;
    QObject::connect(&m_session, &ProjectSession::noticed, m_bar.get(),
                     [&undo](const QString&, const QString&, const std::function<void()>& action) {
                         undo = action;
                     });
    for (QAction* const action : actions) {
        if (action->text().startsWith(QStringLiteral("Exclude"))) {
            action->trigger();
        }
    }
    ASSERT_TRUE(waitFor([&undo] { return static_cast<bool>(undo); }));
    EXPECT_EQ(store::Histories{*project()}.counts().reviews, left);
    undo();
    ASSERT_TRUE(waitFor([this] { return store::Histories{*project()}.counts().reviews == 849; }));
}

TEST(FunnelFilter, SaysWhatOfAFunnelATableCanBeFilteredBy)
{
    store::Funnel funnel{.name = "f", .steps = {}};
    for (const char* const step :
         {"where rating:4..", "search \"free jazz\"", "user-reviews 8", "core 5"}) {
        funnel.steps.push_back(store::funnelStep(step));
    }
    EXPECT_EQ(filterBehind(funnel, 0).filter, QStringLiteral("excluded:no"));
    EXPECT_EQ(filterBehind(funnel, 2).filter,
              QStringLiteral("excluded:no rating:4.. search:\"\"\"free jazz\"\"\""));
    EXPECT_TRUE(filterBehind(funnel, 2).missing.isEmpty());
    // Counted among what is left, which no filter does; it is one where it comes first.
    EXPECT_EQ(filterBehind(funnel, 3).missing.size(), 1);
    funnel.steps[0].isOn = false;
    funnel.steps[1].isOn = false;
    EXPECT_TRUE(filterBehind(funnel, 3).missing.isEmpty());
    EXPECT_EQ(filterBehind(funnel, 4).missing.size(), 1);
}

} // namespace
} // namespace nextquill::ui

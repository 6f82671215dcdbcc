// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/CompareView.h"
#include "ui/histories/HistoriesView.h"
#include "ui/inspect/InspectView.h"
#include "ui/models/ModelsView.h"
#include "ui/project/ProjectSession.h"
#include "ui/runs/RunsView.h"
#include "ui/widgets/MessageBar.h"

#include "tests/ui/shell/WindowTest.h"

#include <QLineEdit>
#include <QListView>
#include <QToolButton>

namespace nextquill::ui {
namespace {

TEST_F(WindowTest, ShowsTheWelcomePlaceUntilAProjectIsOpen)
{
    EXPECT_FALSE(m_window->session().isOpen());
    EXPECT_FALSE(m_window->histories().isVisible());
    const auto shown = [this] { // the places of the rail
        QStringList places;
        for (const QToolButton* place :
             find<QWidget>(QStringLiteral("rail")).findChildren<QToolButton*>()) {
            if (place->isVisible()) {
                places << place->text();
            }
        }
        return places.join(QLatin1Char(' '));
    };
    EXPECT_EQ(shown(), QStringLiteral("Models Start"));
    openSample();
    EXPECT_TRUE(m_window->histories().isVisible());
    EXPECT_EQ(shown(), QStringLiteral("Histories Runs Inspect Compare Models"));
    EXPECT_TRUE(m_window->windowTitle().startsWith(QStringLiteral("sample")));
    m_window->closeProject();
    EXPECT_EQ(shown(), QStringLiteral("Models Start"));
}

TEST_F(WindowTest, ReachesEveryPlaceByKeyboard)
{
    openSample();
    m_window->activateWindow();
    const std::pair<Qt::Key, QWidget*> places[] = {{Qt::Key_2, &m_window->runs()},
                                                   {Qt::Key_3, &m_window->inspect()},
                                                   {Qt::Key_4, &m_window->compare()},
                                                   {Qt::Key_5, &m_window->models()},
                                                   {Qt::Key_1, &m_window->histories()}};
    for (const auto& [key, place] : places) {
        QTest::keyClick(m_window.get(), key, Qt::ControlModifier);
        EXPECT_TRUE(waitFor([place = place] { return place->isVisible(); })) << key;
    }
}

TEST_F(WindowTest, SaysWhatIsWrongWithAFileThatIsNoProject)
{
    const auto file = m_folder.write("letter.nextquill", "Dear Sir or Madam,");
    m_window->openFile(file);
    auto& bar = find<MessageBar>(QStringLiteral("messageBar"));
    ASSERT_TRUE(waitFor([&bar] { return bar.isVisible(); }));
    EXPECT_EQ(bar.kind(), MessageBar::Kind::Error);
    EXPECT_FALSE(m_window->session().isOpen());
}

TEST_F(WindowTest, SaysThatAFileIsNotThere)
{
    m_window->openFile(m_folder / "nowhere.nextquill");
    auto& bar = find<MessageBar>(QStringLiteral("messageBar"));
    ASSERT_TRUE(waitFor([&bar] { return bar.isVisible(); }));
    EXPECT_TRUE(bar.text().contains(QStringLiteral("no"))) << bar.text().toStdString();
}

TEST_F(WindowTest, FindsCommandsByTyping)
{
    openSample();
    m_window->showCommands();
    ASSERT_TRUE(waitFor([this] {
        return m_window->findChild<QLineEdit*>(QStringLiteral("paletteWords")) != nullptr;
    }));
    auto& words = find<QLineEdit>(QStringLiteral("paletteWords"));
    QTest::keyClicks(&words, QStringLiteral("insp"));
    auto& list = find<QListView>(QStringLiteral("paletteList"));
    ASSERT_GT(list.model()->rowCount(), 0);
    QTest::keyClick(&words, Qt::Key_Return);
    EXPECT_TRUE(waitFor([this] { return m_window->inspect().isVisible(); }));
}

TEST_F(WindowTest, ChangesItsThemeAtOnce)
{
    openSample();
    const QColor before = m_window->palette().color(QPalette::Window);
    QTest::keyClick(m_window.get(), Qt::Key_D, Qt::ControlModifier | Qt::ShiftModifier);
    EXPECT_TRUE(
        waitFor([this, before] { return m_window->palette().color(QPalette::Window) != before; }));
    EXPECT_EQ(m_theme->ground(), Ground::Dark);
}

} // namespace
} // namespace nextquill::ui

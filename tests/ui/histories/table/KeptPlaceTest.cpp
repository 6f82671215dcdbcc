// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/table/KeptPlace.h"

#include "ui/project/ProjectMemory.h"
#include "ui/project/ShownText.h"

#include "tests/ui/histories/table/TableFixture.h"

#include <QSettings>
#include <QSignalSpy>

namespace nextquill::ui {
namespace {

class KeptPlaceTest : public TableTest
{
protected:
    void restart()
    {
        m_table.reset();
        showTable(store::TableKind::Reviews);
    }
    [[nodiscard]] QString filterText() { return shown(table().filter().toText()); }
    void goTo(int row)
    {
        grid().setCurrentIndex(model().index(row, column("user")));
        settle();
    }
};

TEST_F(KeptPlaceTest, IsThereAgainAfterARestart)
{
    filter("rating", "4..5");
    grid().header().orderWanted(column("words"));
    settle();
    goTo(400);
    const qint64 id = table().currentRow();
    ASSERT_NE(id, 0);
    const int rows = model().rowCount();
    restart();
    EXPECT_EQ(filterText(), QStringLiteral("rating:4..5"));
    EXPECT_EQ(field("rating").text(), QStringLiteral("4..5"));
    EXPECT_EQ(model().query().order.column, "words");
    EXPECT_EQ(model().rowCount(), rows);
    ASSERT_TRUE(waitFor([&] { return table().currentRow() == id; }));
    EXPECT_EQ(grid().currentIndex().row(), 400);
    EXPECT_TRUE(grid().viewport()->rect().contains(grid().visualRect(grid().currentIndex())));
}

TEST_F(KeptPlaceTest, IsAProjectsOwn)
{
    filter("rating", "1");
    const auto other = m_folder / "other.nextquill";
    static_cast<void>(store::Project::create(other));
    m_session.setProject(other, false);
    EXPECT_EQ(filterText(), QString{});
    m_session.setProject(m_project, false);
    EXPECT_EQ(filterText(), QStringLiteral("rating:1"));
}

TEST_F(KeptPlaceTest, GoesToTheFirstRowWithoutAWordWhereItsRowIsGone)
{
    const QSignalSpy notices{&m_session, &ProjectSession::noticed};
    m_table.reset(); // writes its own place
    ProjectMemory{m_project}.keep(
        QStringLiteral("histories/reviews"),
        QStringList{QStringLiteral("rating:5"), QStringLiteral("id"), QStringLiteral("99999")});
    showTable(store::TableKind::Reviews);
    ASSERT_TRUE(waitFor([&] { return table().currentRow() != 0; }));
    EXPECT_EQ(grid().currentIndex().row(), 0);
    EXPECT_EQ(filterText(), QStringLiteral("rating:5"));
    EXPECT_EQ(notices.count(), 0);
}

TEST_F(KeptPlaceTest, IsTheFirstOneWhereWhatWasKeptCannotBeRead)
{
    const KeptPlace kept{QStringLiteral("reviews"), nullptr};
    const TablePlace first{.filter = store::FilterExpression{store::TableKind::Reviews},
                           .order = {.column = "words", .descending = true},
                           .row = 3};
    for (const QStringList& broken :
         {QStringList{}, QStringList{QStringLiteral("rating:5")},
          QStringList{QStringLiteral("charm:5"), QStringLiteral("id"), QStringLiteral("1")},
          QStringList{QStringLiteral("rating:5"), QStringLiteral("charm"), QStringLiteral("1")}}) {
        ProjectMemory{m_project}.keep(QStringLiteral("histories/reviews"), broken);
        const TablePlace place = kept.of(m_project, first);
        EXPECT_TRUE(place.filter.isEmpty());
        EXPECT_EQ(place.order, first.order);
        EXPECT_EQ(place.row, 3);
    }
}

TEST(ProjectMemory, ForgetsOneProjectOrAllButSome)
{
    testing::TemporaryFolder folder;
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope,
                       QString::fromStdString(folder.path().string()));
    const QString place = QStringLiteral("histories/reviews");
    ProjectMemory a{folder / "a.nextquill"};
    ProjectMemory b{folder / "b%2F=1.nextquill"};
    ProjectMemory c{folder / "c.nextquill"};
    for (ProjectMemory* memory : {&a, &b, &c}) {
        memory->keep(place, 7);
    }
    a.forget();
    EXPECT_FALSE(a.value(place).isValid());
    EXPECT_EQ(b.value(place).toInt(), 7);
    ProjectMemory::forgetOthers({shownPath(folder / "b%2F=1.nextquill")});
    EXPECT_EQ(b.value(place).toInt(), 7);
    EXPECT_FALSE(c.value(place).isValid());
}

} // namespace
} // namespace nextquill::ui

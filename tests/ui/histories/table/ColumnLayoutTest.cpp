// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/table/ColumnLayout.h"

#include "tests/ui/histories/table/TableFixture.h"

#include <QMenu>
#include <QSettings>

namespace nextquill::ui {
namespace {

class ColumnLayoutTest : public TableTest
{
protected:
    [[nodiscard]] ColumnLayout& layout() { return *grid().findChild<ColumnLayout*>(); }
    /// What is kept of it, once that was written.
    bool waitUntilKept(const QString& part)
    {
        return waitFor([&part] {
            return QSettings{}
                .value(QStringLiteral("histories/columns/reviews"))
                .toStringList()
                .contains(part);
        });
    }
};

TEST_F(ColumnLayoutTest, ShowsTheCellsOfAColumnThatIsBroughtBack)
{
    layout().setShown(column("rating"), false);
    EXPECT_TRUE(grid().isColumnHidden(column("rating")));
    layout().setShown(column("rating"), true);
    EXPECT_TRUE(waitFor([&] { return !cell(0, "rating").isEmpty(); }));
}

TEST_F(ColumnLayoutTest, IsKeptThroughARestart)
{
    layout().setColumns({"words", "user", "rating"});
    grid().setColumnWidth(column("user"), 222);
    ASSERT_TRUE(waitUntilKept(QStringLiteral("user:222")));
    showTable(store::TableKind::Reviews);
    EXPECT_EQ(layout().columns(), (std::vector<std::string>{"words", "user", "rating"}));
    EXPECT_EQ(grid().columnWidth(column("user")), 222);
    EXPECT_FALSE(cell(0, "words").isEmpty());
}

TEST_F(ColumnLayoutTest, TakesNoHarmFromSettingsOfAnotherVersion)
{
    QSettings{}.setValue(QStringLiteral("histories/columns/reviews"),
                         QStringList{QStringLiteral("charm:50"), QStringLiteral("rating:-7"),
                                     QStringLiteral("rating:9"), QStringLiteral("::")});
    showTable(store::TableKind::Reviews);
    EXPECT_EQ(layout().columns(), (std::vector<std::string>{"rating"}));
    EXPECT_GE(grid().columnWidth(column("rating")), 24);
    layout().reset();
    EXPECT_EQ(layout().columns(), store::firstColumns(store::TableKind::Reviews));
}

TEST_F(ColumnLayoutTest, LeavesTheLastColumn)
{
    layout().setColumns({"user"});
    layout().setShown(column("user"), false);
    EXPECT_EQ(layout().columns(), (std::vector<std::string>{"user"}));
}

TEST_F(ColumnLayoutTest, HasATickForEachColumn)
{
    QMenu menu;
    layout().fillMenu(menu);
    const QList<QAction*> actions = menu.actions();
    ASSERT_GT(actions.size(), model().columnCount());
    EXPECT_TRUE(actions[column("user")]->isChecked());
    actions[column("user")]->trigger();
    EXPECT_TRUE(grid().isColumnHidden(column("user")));
}

} // namespace
} // namespace nextquill::ui

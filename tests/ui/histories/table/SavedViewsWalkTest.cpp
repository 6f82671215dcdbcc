// SPDX-License-Identifier: GPL-3.0-or-later
//
// Saved views as their user has them: saved by name, there after a restart, shown by one click.
#include "ui/histories/table/ViewsBar.h"

#include "tests/ui/histories/table/TableFixture.h"

#include <QInputDialog>
#include <QSignalSpy>
#include <QToolButton>

namespace nextquill::ui {
namespace {

class SavedViewsWalk : public TableTest
{
protected:
    [[nodiscard]] ViewsBar& bar() { return *table().findChild<ViewsBar*>(); }
    QToolButton* button(const char* name)
    {
        return table().findChild<QToolButton*>(QStringLiteral("view.") + QString::fromUtf8(name));
    }
    void save(const char* name)
    {
        table().findChild<QToolButton*>(QStringLiteral("saveView"))->click();
        auto* dialog = table().findChild<QInputDialog*>(QStringLiteral("viewName"));
        ASSERT_NE(dialog, nullptr);
        dialog->setTextValue(QString::fromUtf8(name));
        dialog->accept();
        ASSERT_TRUE(waitFor([&] { return button(name) != nullptr; }));
    }
};

TEST_F(SavedViewsWalk, ShowsAViewAgainByOneClickAlsoAfterARestart)
{
    filter("rating", "5");
    filter("words", "40..");
    const int rows = model().rowCount();
    save("long & glad");
    EXPECT_TRUE(button("long & glad")->isChecked());
    filter("words", "");
    EXPECT_FALSE(button("long & glad")->isChecked());

    showTable(store::TableKind::Reviews);
    EXPECT_EQ(model().rowCount(), 849);
    ASSERT_TRUE(waitFor([&] { return button("long & glad") != nullptr; }));
    const QSignalSpy answered{&model(), &HistoryTableModel::answered};
    button("long & glad")->click();
    ASSERT_TRUE(waitFor([&] { return answered.count() > 0; }));
    settle();
    EXPECT_EQ(model().rowCount(), rows);
    EXPECT_EQ(field("rating").text(), QStringLiteral("5"));
    EXPECT_EQ(field("words").text(), QStringLiteral("40.."));
    EXPECT_TRUE(button("long & glad")->isChecked());
}

TEST_F(SavedViewsWalk, BelongsToItsTable)
{
    save("all");
    showTable(store::TableKind::Users);
    EXPECT_TRUE(waitFor([&] { return bar().isEnabled(); }));
    EXPECT_EQ(button("all"), nullptr);
}

TEST_F(SavedViewsWalk, IsReplacedRenamedAndRemoved)
{
    filter("rating", "5");
    save("mine");
    filter("rating", "1");
    Q_EMIT bar().replaceWanted(QStringLiteral("mine"));
    EXPECT_TRUE(waitFor([&] { return button("mine") != nullptr && button("mine")->isChecked(); }));
    Q_EMIT bar().renameWanted(QStringLiteral("mine"), QStringLiteral("ours"));
    EXPECT_TRUE(waitFor([&] { return button("ours") != nullptr; }));
    EXPECT_EQ(button("mine"), nullptr);
    Q_EMIT bar().removeWanted(QStringLiteral("ours"));
    EXPECT_TRUE(waitFor([&] { return bar().views().isEmpty(); }));
}

TEST_F(SavedViewsWalk, DoesNotReplaceAViewUnasked)
{
    filter("rating", "5");
    save("mine");
    filter("rating", "1");
    const QSignalSpy failed{&m_session, &ProjectSession::failed};
    Q_EMIT bar().saveWanted(QStringLiteral("mine"));
    ASSERT_TRUE(waitFor([&] { return failed.count() > 0; }));
    const QSignalSpy answered{&model(), &HistoryTableModel::answered};
    button("mine")->click();
    ASSERT_TRUE(waitFor([&] { return answered.count() > 0; }));
    EXPECT_EQ(field("rating").text(), QStringLiteral("5"));
}

TEST_F(SavedViewsWalk, NeverSharesItsStateWithAnotherTableOfTheSameRows)
{
    HistoryTable other{m_session, store::TableKind::Reviews};
    other.show();
    filter("rating", "5");
    EXPECT_TRUE(waitFor([&] { return other.model().rowCount() == 849; }));
    EXPECT_TRUE(other.filter().isEmpty());
}

} // namespace
} // namespace nextquill::ui

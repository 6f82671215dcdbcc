// SPDX-License-Identifier: GPL-3.0-or-later
//
// Histories as its user walks through it: tables, a timeline, search, exclusion and undo.
#include "core/store/Histories.h"
#include "core/store/Project.h"

#include "ui/histories/HistoriesView.h"
#include "ui/histories/SimilarDialog.h"
#include "ui/histories/TablesPlace.h"
#include "ui/histories/splits/ExportDialog.h"
#include "ui/histories/table/FilterField.h"
#include "ui/histories/table/HistoryTable.h"
#include "ui/histories/table/HistoryTableModel.h"
#include "ui/histories/table/TableGrid.h"
#include "ui/widgets/MessageBar.h"

#include "tests/ui/shell/WindowTest.h"

#include <QComboBox>
#include <QLabel>
#include <QListView>
#include <QPointer>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabBar>
#include <QTableView>
#include <QTableWidget>

namespace nextquill::ui {
namespace {

class HistoriesWalk : public WindowTest
{
protected:
    [[nodiscard]] std::int64_t excluded() const
    {
        const auto project = store::Project::open(m_project, store::OpenMode::ReadOnly);
        return store::Histories{*project}.counts().excluded;
    }
    [[nodiscard]] QListView& timeline() { return find<QListView>(QStringLiteral("timeline")); }
    [[nodiscard]] int shownTexts() { return timeline().model()->rowCount(); }
    [[nodiscard]] HistoryTable& table(store::TableKind kind)
    {
        return m_window->histories().table(kind);
    }
    [[nodiscard]] HistoryTable& reviews() { return table(store::TableKind::Reviews); }
    /// All rows of the answer are known, and the first ones have been read.
    bool settled(HistoryTable& table)
    {
        return waitFor([&table] {
            const HistoryTableModel& model = table.model();
            return !model.isAsking() && !model.isCounting() &&
                   (model.rowCount() == 0 || model.row(0) != nullptr);
        });
    }
    void openReviews()
    {
        openSample();
        ASSERT_TRUE(waitFor([this] { return reviews().model().rowCount() == 849; }));
    }
    HistoryTable& openTab(store::TableKind kind)
    {
        HistoryTable& shown = table(kind);
        m_window->histories().showTab(&shown);
        EXPECT_TRUE(waitFor([&] { return shown.model().rowCount() > 0; }));
        EXPECT_TRUE(settled(shown));
        return shown;
    }
    static QString cell(HistoryTable& table, int row, const char* column)
    {
        HistoryTableModel& model = table.model();
        return model.index(row, model.columnNumber(column)).data().toString();
    }
    void type(const char* field, const QString& text)
    {
        auto& line = find<FilterField>(QString::fromLatin1(field));
        line.setFocus();
        line.selectAll();
        QTest::keyClicks(&line, text);
        QTest::keyClick(&line, Qt::Key_Return);
        ASSERT_TRUE(settled(reviews()));
    }
};

TEST_F(HistoriesWalk, ListsReviewsAndTheTimelineOfTheUserOfTheChosenOne)
{
    openReviews();
    EXPECT_EQ(reviews().model().rowCount(), 849);
    ASSERT_TRUE(waitFor([this] { return shownTexts() > 0; }));
    TableGrid& grid = reviews().grid();
    grid.setFocus();
    grid.setCurrentIndex(reviews().model().index(300, grid.currentIndex().column()));
    ASSERT_TRUE(waitFor([&] { return !cell(reviews(), 300, "item").isEmpty(); }));
    const QString item = cell(reviews(), 300, "item");
    EXPECT_TRUE(waitFor([&] {
        return timeline().currentIndex().data().toString().simplified().contains(item);
    })) << qPrintable(item);
}

TEST_F(HistoriesWalk, ListsUsersAndTheTimelineOfTheChosenOne)
{
    openReviews();
    HistoryTable& users = openTab(store::TableKind::Users);
    EXPECT_EQ(users.model().rowCount(), 78);
    const auto texts = [&](int row) { return cell(users, row, "reviews").toInt(); };
    ASSERT_TRUE(waitFor([&] { return shownTexts() == texts(0); }));
    users.grid().setFocus();
    QTest::keyClick(&users.grid(), Qt::Key_Down);
    EXPECT_EQ(users.grid().currentIndex().row(), 1);
    EXPECT_TRUE(waitFor([&] { return shownTexts() == texts(1); }));
}

TEST_F(HistoriesWalk, ListsItemsAndWhatWasWrittenAboutTheChosenOne)
{
    openReviews();
    HistoryTable& items = openTab(store::TableKind::Items);
    EXPECT_TRUE(waitFor([&] { return shownTexts() == cell(items, 0, "reviews").toInt(); }));
}

TEST_F(HistoriesWalk, FiltersUsersWhileTyping)
{
    openReviews();
    HistoryTable& users = openTab(store::TableKind::Users);
    const QString name = cell(users, 5, "user");
    QTest::keyClicks(&find<FilterField>(QStringLiteral("users.user.filter")), name);
    EXPECT_TRUE(waitFor([&] {
        return users.model().rowCount() > 0 && users.model().rowCount() < 78 &&
               cell(users, 0, "user").contains(name);
    }));
}

TEST_F(HistoriesWalk, SearchesAllTexts)
{
    openReviews();
    type("searchTexts", QStringLiteral("battery"));
    ASSERT_TRUE(waitFor(
        [this] { return reviews().model().rowCount() > 0 && reviews().model().rowCount() < 849; }));
    EXPECT_TRUE(waitFor([this] {
        return timeline().currentIndex().data().toString().contains(QStringLiteral("battery"),
                                                                    Qt::CaseInsensitive);
    }));
    type("searchTexts", QStringLiteral("xylophonically"));
    EXPECT_TRUE(waitFor([this] { return reviews().model().rowCount() == 0; }));
}

TEST_F(HistoriesWalk, SaysWhatIsWrongWithASearchBelowIt)
{
    openReviews();
    type("searchTexts", QStringLiteral("\"never closed"));
    EXPECT_TRUE(find<QLabel>(QStringLiteral("reviews.searchError")).isVisible());
    EXPECT_EQ(reviews().model().rowCount(), 849);
}

TEST_F(HistoriesWalk, ExcludesAndTakesItBack)
{
    openReviews();
    ASSERT_TRUE(waitFor([this] { return shownTexts() > 2; }));
    timeline().setFocus();
    timeline().setCurrentIndex(timeline().model()->index(1, 0));
    QTest::keyClick(&timeline(), Qt::Key_X);
    auto& bar = find<MessageBar>(QStringLiteral("messageBar"));
    ASSERT_TRUE(waitFor([&] { return bar.isVisible(); }));
    EXPECT_EQ(excluded(), 1);

    QPushButton* undo = nullptr;
    for (QPushButton* button : bar.findChildren<QPushButton*>()) {
        undo = button->text() == QStringLiteral("Undo") ? button : undo;
    }
    ASSERT_NE(undo, nullptr);
    QTest::mouseClick(undo, Qt::LeftButton);
    EXPECT_TRUE(waitFor([this] { return excluded() == 0; }));
}

TEST_F(HistoriesWalk, KeepsItsPlaceWhenATextIsExcluded)
{
    openReviews();
    HistoryTable& users = openTab(store::TableKind::Users);
    users.grid().selectRow(3);
    const int texts = cell(users, 3, "reviews").toInt();
    ASSERT_TRUE(waitFor([&] { return shownTexts() == texts; }));
    timeline().setCurrentIndex(timeline().model()->index(2, 0));
    const qint64 user = users.currentRow();
    const QString text = timeline().currentIndex().data().toString();
    timeline().setFocus();
    const QSignalSpy read{&users.model(), &HistoryTableModel::rowsRead};
    QTest::keyClick(&timeline(), Qt::Key_X);
    ASSERT_TRUE(waitFor([&] { return excluded() == 1 && read.count() > 0; }));
    EXPECT_TRUE(waitFor([&] {
        return users.currentRow() == user &&
               timeline().currentIndex().data().toString().endsWith(text); // "Excluded. …"
    })) << qPrintable(timeline().currentIndex().data().toString());
}

TEST_F(HistoriesWalk, KeepsTheHitsOfASearchWhenOneIsExcluded)
{
    openReviews();
    type("searchTexts", QStringLiteral("kettle"));
    ASSERT_TRUE(waitFor([this] { return reviews().model().rowCount() < 849; }));
    const int hits = reviews().model().rowCount();
    const qint64 chosen = reviews().currentRow();
    ASSERT_TRUE(waitFor([this] { return timeline().currentIndex().isValid(); }));
    timeline().setFocus();
    QTest::keyClick(&timeline(), Qt::Key_X);
    EXPECT_TRUE(waitFor([&] {
        return reviews().model().index(0, 0).data(HistoryTableModel::ExcludedRole).toBool();
    }));
    EXPECT_EQ(reviews().model().rowCount(), hits);
    EXPECT_EQ(reviews().currentRow(), chosen);
}

TEST_F(HistoriesWalk, ExcludesEverythingThatMatchesAndTakesItBackInOneStep)
{
    openReviews();
    type("reviews.rating.filter", QStringLiteral("5"));
    ASSERT_TRUE(waitFor([this] { return reviews().model().rowCount() < 849; }));
    const int matching = reviews().model().rowCount();
    TableGrid& grid = reviews().grid();
    grid.setFocus();
    QTest::keyClick(&grid, Qt::Key_A, Qt::ControlModifier);
    QTest::keyClick(&grid, Qt::Key_X);
    ASSERT_TRUE(waitFor([&] { return excluded() == matching; }));
    QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
    EXPECT_TRUE(waitFor([this] { return excluded() == 0; }));
}

TEST_F(HistoriesWalk, ExcludesTheRowOfTheCursorAndNeverAnotherOne)
{
    openReviews();
    TableGrid& grid = reviews().grid();
    grid.setFocus();
    for (int step = 0; step < 5; ++step) { // faster than anything is read
        QTest::keyClick(&grid, Qt::Key_Down);
        QTest::keyClick(&grid, Qt::Key_X);
    }
    ASSERT_TRUE(waitFor([this] { return excluded() == 5; }));
    const auto project = store::Project::open(m_project, store::OpenMode::ReadOnly);
    for (std::int64_t id = 1; id <= 6; ++id) {
        EXPECT_EQ(store::Histories{*project}.findReview(ReviewId{id})->excluded, id > 1) << id;
    }
}

TEST_F(HistoriesWalk, ReadsWhatAFilterMatchesOneAfterTheOther)
{
    openReviews();
    type("reviews.rating.filter", QStringLiteral("1"));
    ASSERT_TRUE(waitFor([this] { return reviews().model().rowCount() < 849; }));
    const int matching = reviews().model().rowCount();
    reviews().grid().setFocus();
    QTest::keyClick(&reviews().grid(), Qt::Key_Return);
    EXPECT_TRUE(waitFor([&] { return shownTexts() == matching; })) << matching;
    ASSERT_TRUE(waitFor([this] { return timeline().currentIndex().row() == 0; }));
    EXPECT_TRUE(timeline().hasFocus() || timeline().isAncestorOf(QApplication::focusWidget()));
    QTest::keyClick(&timeline(), Qt::Key_X);
    ASSERT_TRUE(waitFor([this] { return excluded() == 1; }));
    QTest::keyClick(&timeline(), Qt::Key_J);
    QTest::keyClick(&timeline(), Qt::Key_X);
    EXPECT_TRUE(waitFor([this] { return excluded() == 2; }));
}

TEST_F(HistoriesWalk, ShowsReviewsThatAreLikeAnother)
{
    openReviews();
    auto* place = m_window->findChild<TablesPlace*>();
    Q_EMIT place->similarWanted(10);
    auto* dialog = m_window->findChild<SimilarDialog*>();
    ASSERT_NE(dialog, nullptr);
    auto& rows = find<QTableWidget>(QStringLiteral("similarRows"), dialog);
    ASSERT_TRUE(waitFor([&] { return rows.rowCount() > 0; }));
    EXPECT_TRUE(rows.item(0, 0)->text().endsWith(QStringLiteral(" %")));
    QTest::keyClick(&rows, Qt::Key_Return);
    EXPECT_TRUE(waitFor([this] { return reviews().currentRow() != 1; }));
}

TEST_F(HistoriesWalk, ComparesMeaningsWithAnEncoderAndKeepsItForTheNextTime)
{
    openReviews();
    auto* place = m_window->findChild<TablesPlace*>();
    Q_EMIT place->similarWanted(10);
    QPointer<SimilarDialog> dialog = m_window->findChild<SimilarDialog*>();
    ASSERT_NE(dialog, nullptr);
    auto& state = find<QLabel>(QStringLiteral("similarState"), dialog);
    dialog->compareMeanings(QString::fromStdString(m_folder.path().string()));
    EXPECT_TRUE(waitFor([&] { return state.text().contains(QStringLiteral("no encoder")); }))
        << qPrintable(state.text());
    dialog->compareMeanings(QStringLiteral(SOURCE_ROOT "/tests/core/model/data/tiny-bert"));
    auto& rows = find<QTableWidget>(QStringLiteral("similarRows"), dialog);
    ASSERT_TRUE(waitFor([&] { return rows.rowCount() == 20; }));
    EXPECT_TRUE(state.text().contains(QStringLiteral("most alike in meaning of all 848")))
        << qPrintable(state.text());
    EXPECT_EQ(find<QPushButton>(QStringLiteral("similarEncoder"), dialog).text(),
              QStringLiteral("&Encoder: tiny-bert"));
    dialog->close();
    ASSERT_TRUE(waitFor([&] { return dialog == nullptr; }));
    Q_EMIT place->similarWanted(10);
    dialog = m_window->findChild<SimilarDialog*>();
    auto& by = find<QComboBox>(QStringLiteral("similarBy"), dialog);
    by.setFocus();
    QTest::keyClick(&by, Qt::Key_Down); // no folder is asked for again
    auto& again = find<QLabel>(QStringLiteral("similarState"), dialog);
    EXPECT_TRUE(waitFor([&] { return again.text().contains(QStringLiteral("in meaning")); }));
}

TEST_F(HistoriesWalk, ExportsWhatIsChosenOrWhatTheFilterMatches)
{
    openReviews();
    HistoriesView& histories = m_window->histories();
    const auto offered = [&] {
        // Rows that the table does not hold are read first; the dialog comes after that.
        ExportDialog* dialog = nullptr;
        if (!waitFor([&] { return (dialog = m_window->findChild<ExportDialog*>()) != nullptr; })) {
            ADD_FAILURE() << "no dialog came";
            return std::pair{QString{}, store::ExportSettings{}};
        }
        EXPECT_TRUE(waitFor([&] {
            return dialog->findChild<QComboBox*>(QStringLiteral("exportWhat"))->count() > 1;
        }));
        const QString what =
            dialog->findChild<QComboBox*>(QStringLiteral("exportWhat"))->currentText();
        const store::ExportSettings settings = dialog->settings();
        const QPointer<ExportDialog> closing{dialog};
        dialog->reject();
        EXPECT_TRUE(waitFor([&] { return closing == nullptr; }));
        return std::pair{what, settings};
    };
    TableGrid& grid = reviews().grid();
    grid.setFocus();
    grid.selectRow(3);
    QTest::keyClick(&grid, Qt::Key_Down, Qt::ShiftModifier);
    histories.exportReviews();
    const auto [chosen, ofChosen] = offered();
    EXPECT_EQ(chosen, QStringLiteral("2 chosen review(s)"));
    ASSERT_TRUE(ofChosen.selection);
    EXPECT_EQ(ofChosen.selection->ids.size(), 2U);

    histories.showFilter(QStringLiteral("rating:5"));
    ASSERT_TRUE(settled(reviews()));
    histories.exportReviews();
    const auto [matching, ofFilter] = offered();
    EXPECT_EQ(matching, QStringLiteral("Reviews that match rating:5"));
    ASSERT_TRUE(ofFilter.selection && ofFilter.selection->matching);
    EXPECT_EQ(ofFilter.selection->matching->toText(), "rating:5");

    HistoryTable& users = openTab(store::TableKind::Users);
    users.grid().setFocus();
    QTest::keyClick(&users.grid(), Qt::Key_Down);
    Q_EMIT m_window->findChild<TablesPlace*>()->rowsExportWanted(store::TableKind::Users);
    EXPECT_EQ(offered().first, QStringLiteral("Reviews of 1 chosen user(s)"));
}

TEST_F(HistoriesWalk, GoesThroughTheTabsByKeys)
{
    openReviews();
    auto& tabs = find<QTabBar>(QStringLiteral("historiesTabs"));
    reviews().grid().setFocus();
    QTest::keyClick(&reviews().grid(), Qt::Key_PageDown, Qt::ControlModifier);
    EXPECT_EQ(tabs.currentIndex(), 1);
    EXPECT_TRUE(table(store::TableKind::Users).isVisible());
    QTest::keyClick(&m_window->histories(), Qt::Key_PageUp, Qt::ControlModifier);
    EXPECT_EQ(tabs.currentIndex(), 0);
}

TEST_F(HistoriesWalk, ShowsWhatOtherPlacesAskFor)
{
    openReviews();
    HistoriesView& histories = m_window->histories();
    histories.showFilter(QStringLiteral("rating:5 words:40.."));
    EXPECT_TRUE(waitFor([this] { return reviews().model().rowCount() < 849; }));
    EXPECT_EQ(find<FilterField>(QStringLiteral("reviews.words.filter")).text(),
              QStringLiteral("40.."));
    histories.showUser(7);
    EXPECT_TRUE(waitFor([this] { return table(store::TableKind::Users).currentRow() == 7; }));
    histories.showReview(512);
    EXPECT_TRUE(waitFor([this] { return reviews().currentRow() == 512; }));
}

TEST_F(HistoriesWalk, SaysThatAProjectIsEmptyAndWhatToDo)
{
    const auto file = m_folder / "empty.nextquill";
    (void)store::Project::create(file);
    m_window->openFile(file);
    EXPECT_TRUE(waitFor([this] {
        for (const QLabel* label : m_window->histories().findChildren<QLabel*>()) {
            if (label->isVisible() && label->text() == QStringLiteral("No reviews yet")) {
                return true;
            }
        }
        return false;
    }));
}

} // namespace
} // namespace nextquill::ui

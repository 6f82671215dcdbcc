// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/table/KeptPlace.h"

#include "ui/project/ProjectMemory.h"
#include "ui/project/ShownText.h"

#include "tests/ui/histories/table/TableFixture.h"

#include <QFile>
#include <QJsonObject>
#include <QSignalSpy>

#include <utility>

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
    void keepInFile(const char* filter, const char* order, qint64 row)
    {
        ProjectMemory{m_project}.keep(
            QStringLiteral("histories/reviews"),
            QJsonObject{{QStringLiteral("filter"), QString::fromLatin1(filter)},
                        {QStringLiteral("order"), QString::fromLatin1(order)},
                        {QStringLiteral("row"), row}});
    }
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

TEST_F(KeptPlaceTest, IsLeftAloneOnceTheCursorIsMovedByHand)
{
    goTo(400);
    const auto other = m_folder / "other.nextquill";
    static_cast<void>(store::Project::create(other));
    m_session.setProject(other, false);
    settle();
    QObject::connect(
        &model(), &HistoryTableModel::answered, &model(),
        [this] { grid().setCurrentIndex(model().index(3, column("user"))); },
        Qt::SingleShotConnection);
    m_session.setProject(m_project, false);
    ASSERT_TRUE(waitFor([this] { return model().rowCount() == 849; }));
    settle();
    EXPECT_EQ(grid().currentIndex().row(), 3);
    EXPECT_EQ(table().currentRow(), 4);
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
    keepInFile("rating:5", "id", 99'999);
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
    const std::pair<const char*, const char*> broken[] = {
        {"charm:5", "id"}, {"rating:5", "charm"}, {"rating:5", ""}};
    for (const auto& [filter, order] : broken) {
        keepInFile(filter, order, 1);
        const TablePlace place = kept.of(m_project, first);
        EXPECT_TRUE(place.filter.isEmpty());
        EXPECT_EQ(place.order, first.order);
        EXPECT_EQ(place.row, 3);
    }
}

TEST_F(KeptPlaceTest, IsInTheProjectsFolderWithoutTheNameOfAnErasedUser)
{
    const QString name = cell(0, "user");
    filter("user", stored(QLatin1Char('=') % name).c_str());
    m_table.reset();
    const auto kept = [this] {
        QFile file{shownPath(m_folder / "sample.nextquill.d" / "window.json")};
        EXPECT_TRUE(file.open(QIODevice::ReadOnly));
        return QString::fromUtf8(file.readAll());
    };
    EXPECT_TRUE(kept().contains(name));
    showTable(store::TableKind::Reviews);
    m_session.announceErased(name);
    m_table.reset();
    EXPECT_FALSE(kept().contains(name));
}

TEST_F(KeptPlaceTest, IsNotKeptWhereNothingCanBeWritten)
{
    static_cast<void>(m_folder.write("other.nextquill.d", "a file, no folder"));
    ProjectMemory memory{m_folder / "other.nextquill"};
    memory.keep(QStringLiteral("histories/reviews"), 5);
    EXPECT_TRUE(memory.value(QStringLiteral("histories/reviews")).isUndefined());
}

} // namespace
} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/table/TableClipboard.h"

#include "tests/ui/histories/table/TableFixture.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QSignalSpy>

namespace nextquill::ui {
namespace {

TEST(TableClipboard, QuotesCellsThatWouldFallApart)
{
    EXPECT_EQ(pastedLine({QStringLiteral("a"), QStringLiteral("two\nlines"),
                          QStringLiteral("say \"so\""), QStringLiteral("b\tc")}),
              QStringLiteral("a\t\"two\nlines\"\t\"say \"\"so\"\"\"\t\"b\tc\"\n"));
}

TEST(TableClipboard, TakesFormulasForTexts)
{
    EXPECT_EQ(pastedText(QStringLiteral("=HYPERLINK(\"x\")")),
              QStringLiteral("'=HYPERLINK(\"x\")"));
    EXPECT_EQ(pastedText(QStringLiteral("+1 for it")), QStringLiteral("'+1 for it"));
    EXPECT_EQ(pastedText(QStringLiteral("fine = good")), QStringLiteral("fine = good"));
    EXPECT_EQ(pastedText({}), QString{});
}

class TableCopies : public TableTest
{
protected:
    QStringList copied(bool withTitles)
    {
        const QSignalSpy noticed{&m_session, &ProjectSession::noticed};
        grid().setFocus();
        QTest::keyClick(&grid(), Qt::Key_C,
                        withTitles ? Qt::ControlModifier | Qt::ShiftModifier
                                   : Qt::KeyboardModifiers{Qt::ControlModifier});
        EXPECT_TRUE(waitFor([&] { return noticed.count() > 0; }));
        m_said = noticed.isEmpty() ? QString{} : noticed.front().front().toString();
        return QGuiApplication::clipboard()->text().split(QLatin1Char('\n'), Qt::SkipEmptyParts);
    }

    QString m_said;
};

TEST_F(TableCopies, CopiesTheChosenCellsWithAndWithoutTitles)
{
    const QItemSelection block{model().index(1, column("rating")),
                               model().index(3, column("rating"))};
    grid().selectionModel()->select(block, QItemSelectionModel::ClearAndSelect);
    const QStringList plain = copied(false);
    ASSERT_EQ(plain.size(), 3);
    for (int row = 0; row < 3; ++row) {
        EXPECT_EQ(
            plain[row],
            model().index(row + 1, column("rating")).data(HistoryTableModel::TextRole).toString());
    }
    EXPECT_EQ(m_said, QStringLiteral("3 reviews copied."));
    const QStringList titled = copied(true);
    ASSERT_EQ(titled.size(), 4);
    EXPECT_EQ(titled[0], QStringLiteral("Rating"));
    EXPECT_EQ(titled.mid(1), plain);
}

TEST_F(TableCopies, CopiesRowsThatNobodyHasLookedAt)
{
    grid().selectAll();
    EXPECT_EQ(model().row(700), nullptr) << "it is meant to be unread";
    const QStringList lines = copied(false);
    EXPECT_EQ(m_said, QStringLiteral("849 reviews copied."));
    EXPECT_GE(lines.size(), 849);
}

} // namespace
} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/privacy/StylePane.h"

#include "ui/histories/privacy/MarkedCards.h"

#include "tests/ui/histories/privacy/PrivacyPaneTest.h"

#include <QClipboard>
#include <QLabel>
#include <QSignalSpy>
#include <QTableView>
#include <QTableWidget>

namespace nextquill::ui {
namespace {

using testing::reviewLine;

class StylePaneTest : public PaneTest<StylePane>
{
protected:
    void openClub()
    {
        std::string lines;
        for (int i = 0; i < 6; ++i) {
            const std::string number = std::to_string(i);
            lines += reviewLine("ann", "i" + number, 10 + i,
                                "\u00DCber all, worth every penny! It is good " + number);
        }
        std::string filler; // others have to write much before a phrase tells anything
        for (int i = 0; i < 8; ++i) {
            filler += "and so it goes on ";
        }
        for (int i = 0; i < 60; ++i) {
            lines += reviewLine("ben", "i" + std::to_string(i), 20 + i, "It is good " + filler);
        }
        open(lines);
    }

    QTableView& phrases() { return find<QTableView>("stylePhrases"); }
    QTableView& users() { return find<QTableView>("styleUsers"); }
    MarkedCardList& texts() { return find<MarkedCardList>("styleTexts"); }

    void choose(const QString& name)
    {
        ASSERT_TRUE(waitFor([this] { return users().model()->rowCount() == 2; }));
        for (int row = 0; row < 2; ++row) {
            if (users().model()->index(row, 0).data().toString() == name) {
                users().selectRow(row);
            }
        }
        ASSERT_TRUE(waitFor([this] { return phrases().isVisible(); }));
    }
};

TEST_F(StylePaneTest, ShowsEachPhraseWithItsTexts)
{
    openClub();
    choose(QStringLiteral("ann"));
    ASSERT_GE(phrases().model()->rowCount(), 1);
    EXPECT_EQ(phrases().model()->index(0, 1).data().toString(), QStringLiteral("6"));
    ASSERT_TRUE(waitFor([this] { return texts().cards().size() == 6; }));
    const MarkedLine& line = texts().cards().first().lines.first();
    ASSERT_EQ(line.marks.size(), 1);
    const QString marked = line.text.mid(line.marks[0].begin, line.marks[0].length);
    EXPECT_EQ(marked.toLower(), phrases().model()->index(0, 0).data().toString());
    EXPECT_TRUE(find<QLabel>("styleTextsHeading").text().endsWith(QStringLiteral("in 6 texts")));
    QSignalSpy wanted{m_pane.get(), &StylePane::reviewWanted};
    QTest::keyClick(&phrases(), Qt::Key_Return);
    ASSERT_TRUE(texts().hasFocus());
    texts().setCurrentIndex(texts().model()->index(0, 0));
    QTest::keyClick(&texts(), Qt::Key_Return);
    EXPECT_EQ(wanted.count(), 1);
}

TEST_F(StylePaneTest, SetsTheUsersFiguresBesideTheOthers)
{
    openClub();
    choose(QStringLiteral("ann"));
    const auto& figures = find<QTableWidget>("styleFigures");
    QStringList rows;
    for (int row = 0; row < figures.rowCount(); ++row) {
        QStringList cells;
        for (int column = 0; column < 4; ++column) {
            cells << figures.item(row, column)->text();
        }
        rows << cells.join(u'|');
    }
    EXPECT_TRUE(rows.contains(QStringLiteral("Words in a text|9.0|43.0|0.21 ×")))
        << rows.join(u'\n').toStdString();
    EXPECT_TRUE(rows.contains(QStringLiteral("Exclamation marks|11.11|0.00|only this user")))
        << rows.join(u'\n').toStdString();
    EXPECT_TRUE(rows.contains(QStringLiteral("Vocabulary (MTLD)|–|–|")));
    EXPECT_TRUE(find<QLabel>("styleNote")
                    .text()
                    .startsWith(QStringLiteral(
                        "6 texts of this user against all 60 texts of the others.")));
}

TEST_F(StylePaneTest, CopiesThePhrasesAsATable)
{
    openClub();
    choose(QStringLiteral("ann"));
    phrases().setFocus();
    QTest::keyClick(&phrases(), Qt::Key_C, Qt::ControlModifier);
    const QString copied = QGuiApplication::clipboard()->text();
    EXPECT_TRUE(copied.contains(QStringLiteral("worth every penny\t6\t6\t0\t")))
        << copied.toStdString();
}

TEST_F(StylePaneTest, ShowsTheUserThatItIsToldWithoutAList)
{
    openClub();
    m_pane->setUserListShown(false);
    EXPECT_FALSE(users().isVisible());
    const UserId ann =
        read([](const store::Histories& histories) { return histories.findUser("ann")->id; });
    m_pane->showUser(number(ann));
    ASSERT_TRUE(waitFor([this] { return phrases().isVisible(); }));
    EXPECT_GE(phrases().model()->rowCount(), 1);
}

TEST_F(StylePaneTest, SaysWhyThereIsNothingToCompare)
{
    openClub();
    m_pane->showUser(999);
    ASSERT_TRUE(waitFor([this] {
        const auto labels = m_pane->findChildren<QLabel*>();
        return std::any_of(labels.begin(), labels.end(), [](const QLabel* label) {
            return label->isVisible() && label->text().contains(QStringLiteral("no user 999"));
        });
    }));
    EXPECT_FALSE(phrases().isVisible());
}

} // namespace
} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/TokenFindBar.h"

#include "ui/widgets/Theme.h"
#include "ui/widgets/TokenView.h"

#include "tests/ui/widgets/TokenTexts.h"

#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QTest>
#include <QVBoxLayout>

#include <gtest/gtest.h>

namespace nextquill::ui {
namespace {

class TokenFindBarTest : public ::testing::Test
{
protected:
    TokenFindBarTest()
    {
        auto* layout = new QVBoxLayout{&window};
        layout->addWidget(bar);
        layout->addWidget(view);
        view->setText(
            tokenText({QStringLiteral("The"), QStringLiteral(" bass"), QStringLiteral(" is"),
                       QStringLiteral(" kill"), QStringLiteral("er"), QStringLiteral(". "),
                       QStringLiteral("Bass"), QStringLiteral("!")}));
        window.resize(400, 300);
        window.show();
        window.activateWindow();
        view->setFocus();
        EXPECT_TRUE(QTest::qWaitForWindowActive(&window));
    }

    void find(const QString& words)
    {
        QTest::keyClick(view, Qt::Key_Slash);
        QTest::keyClicks(this->words(), words);
    }
    [[nodiscard]] QLineEdit* words() const { return bar->findChild<QLineEdit*>(); }
    [[nodiscard]] QString count() const
    {
        return bar->findChild<QLabel*>(QStringLiteral("findCount"))->text();
    }

    QWidget window;
    TokenView* view = new TokenView{&window};
    TokenFindBar* bar = new TokenFindBar{*view, &window};
};

TEST_F(TokenFindBarTest, OpensByTheSlashAndFindsInAnyCase)
{
    EXPECT_FALSE(bar->isVisible());
    find(QStringLiteral("BASS"));
    EXPECT_TRUE(bar->isVisible());
    EXPECT_EQ(QApplication::focusWidget(), words());
    EXPECT_EQ(count().toStdString(), "1 of 2");
    EXPECT_EQ(view->currentToken(), 1);
    EXPECT_EQ(view->text().marks.size(), 2);
}

TEST_F(TokenFindBarTest, GoesAroundTheEndsInBothDirections)
{
    find(QStringLiteral("bass"));
    QTest::keyClick(words(), Qt::Key_Return);
    EXPECT_EQ(view->currentToken(), 6);
    QTest::keyClick(words(), Qt::Key_Return);
    EXPECT_EQ(view->currentToken(), 1);
    QTest::keyClick(words(), Qt::Key_Return, Qt::ShiftModifier);
    EXPECT_EQ(view->currentToken(), 6);
    EXPECT_EQ(count().toStdString(), "2 of 2");
    QTest::keyClick(words(), Qt::Key_F3);
    EXPECT_EQ(view->currentToken(), 1);
}

TEST_F(TokenFindBarTest, SelectsAllTokensThatAHitTouches)
{
    find(QStringLiteral("killer"));
    EXPECT_EQ(view->selectedTokens(), (TextRange{.begin = 3, .end = 5}));
}

TEST_F(TokenFindBarTest, EscGivesFocusAndMarksBackAndStaysAtTheHit)
{
    view->setMarks({{.begin = 0, .end = 3}});
    find(QStringLiteral("killer"));
    QTest::keyClick(words(), Qt::Key_Escape);
    EXPECT_FALSE(bar->isVisible());
    EXPECT_EQ(QApplication::focusWidget(), view);
    EXPECT_EQ(view->currentToken(), 3);
    EXPECT_EQ(view->text().marks, (QList<TextRange>{{.begin = 0, .end = 3}}));
}

TEST_F(TokenFindBarTest, SaysWhereThereIsNothingAndLooksAgainInAnotherText)
{
    find(QStringLiteral("oboe"));
    EXPECT_EQ(count().toStdString(), "not found");
    EXPECT_EQ(view->selectedTokens(), TextRange{});
    view->setText(tokenText({QStringLiteral("An"), QStringLiteral(" oboe")}));
    bar->search();
    EXPECT_EQ(count().toStdString(), "1 of 1");
    EXPECT_EQ(view->currentToken(), 1);
}

} // namespace
} // namespace nextquill::ui

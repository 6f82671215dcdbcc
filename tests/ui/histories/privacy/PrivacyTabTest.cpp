// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/privacy/PrivacyTab.h"

#include "ui/histories/privacy/EraseDialog.h"
#include "ui/histories/privacy/MarkedCards.h"

#include "tests/ui/histories/privacy/PrivacyPaneTest.h"

#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QSignalSpy>

namespace nextquill::ui {
namespace {

using testing::reviewLine;

class PrivacyTabTest : public PaneTest<PrivacyTab>
{
protected:
    void openClub()
    {
        open(
            reviewLine("ann", "i1", 1, "Write to ann@example.org or call (212) 555-0123.") +
            reviewLine("ann", "i2", 2, "A long and quiet text of the user that is to be erased.") +
            reviewLine("ben_k", "i1", 3, "As \u00FCber-fan ben_k I say: www.example.org, indeed."));
    }

    QPushButton& lookButton() { return find<QPushButton>("look"); }
    QPushButton& maskButton() { return find<QPushButton>("mask"); }
    QString summary() { return find<QLabel>("privacySummary").text(); }
    MarkedCardList& examples() { return find<MarkedCardList>("privacyExamples"); }

    void lookAndWait()
    {
        QTest::mouseClick(&lookButton(), Qt::LeftButton);
        ASSERT_TRUE(waitFor([this] { return lookButton().isEnabled(); }));
    }

    EraseDialog* eraseFirst()
    {
        auto& users = find<QListView>("eraseUsers");
        EXPECT_TRUE(waitFor([&] { return users.model()->rowCount() == 2; }));
        users.setCurrentIndex(users.model()->index(0, 0)); // ann: most reviews
        QTest::mouseClick(&find<QPushButton>("eraseUser"), Qt::LeftButton);
        auto* dialog = m_pane->findChild<EraseDialog*>();
        EXPECT_NE(dialog, nullptr);
        return dialog;
    }
};

TEST_F(PrivacyTabTest, ShowsCountsAndPlacesBeforeAnythingIsChanged)
{
    openClub();
    EXPECT_FALSE(maskButton().isEnabled());
    lookAndWait();
    EXPECT_TRUE(maskButton().isEnabled());
    EXPECT_EQ(maskButton().text(), QStringLiteral("&Mask in 2 reviews"));
    EXPECT_TRUE(summary().contains(QStringLiteral("best effort"))) << summary().toStdString();
    ASSERT_EQ(examples().cards().size(), 4);
    const MarkedCard& name = examples().cards().last();
    EXPECT_EQ(name.lines[0].text.mid(name.lines[0].marks[0].begin, name.lines[0].marks[0].length),
              QStringLiteral("ben_k"));
    EXPECT_TRUE(name.lines[1].text.contains(QStringLiteral("[user] I say: [url]")));
    EXPECT_EQ(read([](const store::Histories& histories) {
                  return histories.reviews({.search = "example"}).size();
              }),
              2U);
}

TEST_F(PrivacyTabTest, MasksTheChosenKindsAndOffersToUndo)
{
    openClub();
    find<QCheckBox>("kind-user").setChecked(false);
    lookAndWait();
    QSignalSpy notices{&m_session, &ProjectSession::noticed};
    QTest::keyClick(m_pane.get(), Qt::Key_M, Qt::ControlModifier);
    ASSERT_TRUE(waitFor([&] { return notices.count() == 1; }));
    EXPECT_EQ(notices[0][0].toString(), QStringLiteral("Personal data masked in 2 reviews."));
    const auto textOf = [this](std::int64_t id) {
        return read([id](const store::Histories& histories) {
            return histories.findReview(ReviewId{id})->text;
        });
    };
    EXPECT_EQ(textOf(1), "Write to [email] or call [phone].");
    EXPECT_EQ(textOf(3), "As \u00FCber-fan ben_k I say: [url], indeed.");
    EXPECT_TRUE(summary().contains(QStringLiteral("undo history"))) << summary().toStdString();
    EXPECT_FALSE(maskButton().isEnabled());
    notices[0][2].value<std::function<void()>>()();
    ASSERT_TRUE(waitFor([&] { return notices.count() == 2; }));
    EXPECT_EQ(textOf(1), "Write to ann@example.org or call (212) 555-0123.");
    EXPECT_TRUE(summary().contains(QStringLiteral("look again"))) << summary().toStdString();
}

TEST_F(PrivacyTabTest, AsksToLookAgainWhenTheChoiceChanges)
{
    openClub();
    lookAndWait();
    QTest::mouseClick(&find<QCheckBox>("kind-url"), Qt::LeftButton);
    EXPECT_FALSE(maskButton().isEnabled());
    EXPECT_TRUE(summary().contains(QStringLiteral("look again"))) << summary().toStdString();
    lookAndWait();
    EXPECT_TRUE(maskButton().isEnabled());
}

TEST_F(PrivacyTabTest, ChangesNothingOfAProjectThatIsOpenForReading)
{
    m_temporary.import(reviewLine("ann", "i1", 1, "Write to ann@example.org now."));
    m_session.setProject(m_temporary.file(), true);
    show();
    lookAndWait();
    EXPECT_EQ(examples().cards().size(), 1);
    EXPECT_FALSE(maskButton().isEnabled());
    EXPECT_FALSE(find<QPushButton>("eraseUser").isEnabled());
}

TEST_F(PrivacyTabTest, OpensTheReviewOfAPlace)
{
    openClub();
    lookAndWait();
    QSignalSpy wanted{m_pane.get(), &PrivacyTab::reviewWanted};
    examples().setFocus();
    examples().setCurrentIndex(examples().model()->index(0, 0));
    QTest::keyClick(&examples(), Qt::Key_Return);
    ASSERT_EQ(wanted.count(), 1);
    EXPECT_EQ(wanted[0][0].toLongLong(), 1);
}

TEST_F(PrivacyTabTest, ErasesAUserOnlyWhenTheNumberOfReviewsIsTyped)
{
    openClub();
    EraseDialog* dialog = eraseFirst();
    ASSERT_NE(dialog, nullptr);
    auto& typed = *dialog->findChild<QLineEdit*>(QStringLiteral("eraseTyped"));
    auto& erase = *dialog->findChild<QPushButton*>(QStringLiteral("erase"));
    auto& what = *dialog->findChild<QLabel*>(QStringLiteral("eraseWhat"));
    ASSERT_TRUE(waitFor([&] { return !what.text().isEmpty(); }));
    EXPECT_FALSE(erase.isEnabled());
    QTest::keyClicks(&typed, QStringLiteral("3"));
    EXPECT_FALSE(erase.isEnabled());
    typed.clear();
    QTest::keyClicks(&typed, QStringLiteral("2"));
    ASSERT_TRUE(erase.isEnabled());
    QTest::mouseClick(&erase, Qt::LeftButton);
    auto& verdict = *dialog->findChild<QLabel*>(QStringLiteral("eraseVerdict"));
    ASSERT_TRUE(waitFor([&] { return !verdict.text().isEmpty(); }));
    EXPECT_TRUE(verdict.text().endsWith(QStringLiteral("no piece of the texts is left.")))
        << verdict.text().toStdString();
    const QString facts = dialog->findChild<QLabel*>(QStringLiteral("eraseFacts"))->text();
    EXPECT_TRUE(facts.contains(QStringLiteral("2 reviews"))) << facts.toStdString();
    EXPECT_TRUE(facts.contains(QStringLiteral("Not reached from here")));
    EXPECT_FALSE(read(
        [](const store::Histories& histories) { return histories.findUser("ann").has_value(); }));
}

TEST_F(PrivacyTabTest, LeavesTheUserWhenTheDialogIsLeft)
{
    openClub();
    EraseDialog* dialog = eraseFirst();
    ASSERT_NE(dialog, nullptr);
    QTest::keyClick(dialog, Qt::Key_Escape);
    EXPECT_TRUE(read(
        [](const store::Histories& histories) { return histories.findUser("ann").has_value(); }));
}

TEST_F(PrivacyTabTest, IsReachableByKeyboardAlone)
{
    openClub();
    lookAndWait();
    QStringList reached;
    find<QCheckBox>("kind-email").setFocus();
    for (int i = 0; i < 14; ++i) {
        reached << QApplication::focusWidget()->objectName();
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    }
    for (const char* name : {"kind-phone", "kind-url", "kind-user", "look", "mask", "eraseFind",
                             "eraseUsers", "privacyExamples"}) {
        EXPECT_TRUE(reached.contains(QString::fromLatin1(name))) << name;
    }
}

} // namespace
} // namespace nextquill::ui

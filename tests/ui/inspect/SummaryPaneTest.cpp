// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/SummaryPane.h"

#include "core/store/Histories.h"

#include "ui/inspect/MeasuredText.h"

#include "tests/support/Fixtures.h"
#include "tests/ui/histories/SessionTest.h"
#include "tests/ui/inspect/SmallInspection.h"

#include <QApplication>
#include <QLabel>
#include <QPalette>
#include <QPushButton>
#include <QSignalSpy>
#include <QTextBrowser>

namespace nextquill::ui {
namespace {

/// On a project whose first text the invented inspections are of.
class SummaryPanes : public SessionTest
{
protected:
    void SetUp() override
    {
        openWith(testing::histories(2, 6));
        m_example = inProject([](store::Project& project) {
            return store::Histories{project}.timeline(UserId{1}).front().review.id;
        });
        m_pane = std::make_unique<SummaryPane>(m_session);
        show(*m_pane);
    }
    void TearDown() override { m_pane.reset(); }

    [[nodiscard]] std::shared_ptr<workflow::Inspection>
    invented(const std::vector<InventedToken>& tokens, int reviews) const
    {
        auto inspection = inventedInspection(tokens, reviews);
        inspection->example = m_example;
        return inspection;
    }
    [[nodiscard]] QTextBrowser& sentences()
    {
        return find<QTextBrowser>(*m_pane, "summarySentences");
    }
    [[nodiscard]] std::string words() { return sentences().toPlainText().toStdString(); }
    /// Follows the first link that says this, with the keys alone.
    void follow(const QString& link)
    {
        QTextBrowser& browser = sentences();
        browser.moveCursor(QTextCursor::Start);
        browser.setFocus();
        for (int i = 0; i < 40; ++i) {
            QTest::keyClick(&browser, Qt::Key_Tab);
            if (browser.textCursor().selectedText() == link) {
                QTest::keyClick(&browser, Qt::Key_Return);
                return;
            }
        }
        FAIL() << "no link says " << link.toStdString() << " in\n" << words();
    }

    ExampleId m_example{};
    std::unique_ptr<SummaryPane> m_pane;
};

TEST_F(SummaryPanes, GiveLinksTheColourOfTheThemeOfNow)
{
    m_pane->setInspection(invented({{"so", 0.5F, 0.5F}, {" killer", 0.42F, 0.07F}}, 3),
                          QStringLiteral("model"));
    m_pane->setToken(1);
    const QPalette before = QApplication::palette();
    QPalette other = before;
    other.setColor(QPalette::Link, QColor{0x12, 0x34, 0x56});
    ASSERT_FALSE(sentences().toHtml().contains(QStringLiteral("#123456")));
    QApplication::setPalette(other);
    QCoreApplication::processEvents();
    EXPECT_TRUE(sentences().toHtml().contains(QStringLiteral("#123456")))
        << sentences().toHtml().toStdString();
    QApplication::setPalette(before);
}

TEST_F(SummaryPanes, LeadFromEachNumberToWhatItIsAbout)
{
    const auto text = invented({{"so", 0.5F, 0.5F}, {" killer", 0.42F, 0.07F}}, 3);
    text->controls.emplace().placebo.emplace().verdicts = {{}, {.isOwn = true}};
    m_pane->setInspection(text, QStringLiteral("model"));
    const QSignalSpy tokens{m_pane.get(), &SummaryPane::tokenWanted};
    const QSignalSpy reviews{m_pane.get(), &SummaryPane::reviewWanted};
    const QSignalSpy placebos{m_pane.get(), &SummaryPane::placeboWanted};
    follow(QStringLiteral("6 times as likely"));
    ASSERT_EQ(tokens.size(), 1);
    EXPECT_EQ(tokens[0][0].toLongLong(), 1);
    follow(QStringLiteral("review 2 of 1970"));
    ASSERT_EQ(reviews.size(), 1);
    EXPECT_EQ(reviews[0][0].toInt(), 1);
    follow(QStringLiteral("another person's history"));
    ASSERT_EQ(placebos.size(), 1);
    EXPECT_EQ(placebos[0][0].toLongLong(), 1);
}

TEST_F(SummaryPanes, FollowTheCursor)
{
    m_pane->setInspection(invented({{"so", 0.5F, 0.5F}, {" killer", 0.42F, 0.07F}}, 0),
                          QStringLiteral("model"));
    EXPECT_EQ(words().find("hardly changes"), std::string::npos);
    m_pane->setToken(0);
    EXPECT_NE(words().find("The history hardly changes “so”"), std::string::npos) << words();
    m_pane->setToken(-1);
    EXPECT_EQ(words().find("hardly changes"), std::string::npos);
}

TEST_F(SummaryPanes, LeadToTheNamesAndNumbersOfTheText)
{
    const std::string title = inProject([this](store::Project& project) {
        return store::Histories{project}.example(m_example).item.title;
    });
    m_pane->setInspection(
        invented({{"it", 0.5F, 0.5F}, {" is", 0.5F, 0.5F}, {" Xanadu", 0.4F, 0.5F}}, 0),
        QStringLiteral("model"));
    ASSERT_TRUE(waitFor([this] {
        return words().find("the item does not have: Xanadu.") != std::string::npos;
    })) << words()
        << title;
    const QSignalSpy tokens{m_pane.get(), &SummaryPane::tokenWanted};
    follow(QStringLiteral("Xanadu"));
    ASSERT_EQ(tokens.size(), 1);
    EXPECT_EQ(tokens[0][0].toLongLong(), 2);
}

/// Strangers write the texts.
TEST_F(SummaryPanes, ShowMarkupOfATextAsWhatItIs)
{
    m_pane->setInspection(
        invented({{"<a href='token:0'>Zed</a>", 0.5F, 0.1F}, {"<img src=x>", 0.5F, 0.1F}}, 0),
        QStringLiteral("model"));
    EXPECT_NE(words().find("“<a href='token:0'>Zed</a>”"), std::string::npos) << words();
    EXPECT_NE(words().find("“<img src=x>”"), std::string::npos) << words();
}

TEST_F(SummaryPanes, SayThatNothingStandsOut)
{
    m_pane->setInspection(invented({{"so", 0.5F, 0.5F}}, 0), QStringLiteral("model"));
    EXPECT_NE(words().find("No word is beyond the threshold of 0.05."), std::string::npos);
    m_pane->setInspection(nullptr, {});
    EXPECT_TRUE(words().empty());
    EXPECT_FALSE(find<QPushButton>(*m_pane, "findStrength").isEnabled());
}

TEST_F(SummaryPanes, DoNotAskTheProjectAboutAnEditedHistory)
{
    m_pane->setInspection(invented({{"so", 0.5F, 0.5F}}, 0), {});
    EXPECT_FALSE(find<QPushButton>(*m_pane, "findStrength").isEnabled());
    m_pane->findStrength();
    EXPECT_NE(find<QLabel>(*m_pane, "strengthCost").text().indexOf(QStringLiteral("edited")), -1);
}

TEST_F(SummaryPanes, FindTheLikeliestStrengthAndSayItsCostBefore)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    NoProgress quiet;
    MeasureRequest request;
    request.project = m_temporary.file();
    request.model = model.string();
    request.example = m_example;
    const auto text = measureText(*m_session.sharedModels(), request, {}, quiet).inspection;
    m_pane->setInspection(text, QString::fromStdString(model.string()));
    auto& ask = find<QPushButton>(*m_pane, "findStrength");
    const auto& cost = find<QLabel>(*m_pane, "strengthCost");
    EXPECT_TRUE(ask.isEnabled());
    EXPECT_TRUE(cost.text().contains(QStringLiteral("once more"))) << cost.text().toStdString();
    EXPECT_EQ(words().find("likeliest strength"), std::string::npos);
    ask.click();
    EXPECT_FALSE(ask.isEnabled());
    ASSERT_TRUE(waitFor([this] {
        return words().find("likeliest strength of the history") != std::string::npos;
    })) << words()
        << cost.text().toStdString();
    EXPECT_FALSE(ask.isEnabled()); // it is known
    m_pane->setInspection(std::make_shared<workflow::Inspection>(*text),
                          QString::fromStdString(model.string())); // measured further
    EXPECT_NE(words().find("likeliest strength of the history"), std::string::npos);
    m_pane->setInspection(text, QStringLiteral("another")); // not known of another model
    EXPECT_EQ(words().find("likeliest strength of the history"), std::string::npos);
}

TEST_F(SummaryPanes, SayWhyAStrengthCannotBeFound)
{
    m_pane->setInspection(invented({{"so", 0.5F, 0.5F}}, 0), QStringLiteral("no-such-model"));
    find<QPushButton>(*m_pane, "findStrength").click();
    const auto& cost = find<QLabel>(*m_pane, "strengthCost");
    EXPECT_TRUE(waitFor([&] {
        return cost.text().contains(QStringLiteral("no-such-model")) ||
               cost.text().contains(QStringLiteral("model"));
    }));
    EXPECT_TRUE(find<QPushButton>(*m_pane, "findStrength").isEnabled()); // to try again
}

} // namespace
} // namespace nextquill::ui

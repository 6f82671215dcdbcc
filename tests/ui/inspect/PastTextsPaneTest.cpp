// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/PastTextsPane.h"

#include "core/causal/Attribution.h"

#include "ui/inspect/CostLine.h"
#include "ui/widgets/ProgressLine.h"
#include "ui/widgets/TokenView.h"

#include "tests/ui/inspect/AskedHistory.h"

#include <QLabel>
#include <QPushButton>
#include <QTableView>

#include <limits>

namespace nextquill::ui {
namespace {

/// The pane, with an inspector that puts its answers where they belong.
class PastTexts : public AskedHistory
{
protected:
    void SetUp() override
    {
        AskedHistory::SetUp();
        if (!m_inspection) {
            return;
        }
        m_pane = std::make_unique<PastTextsPane>(m_session);
        QObject::connect(m_pane.get(), &PastTextsPane::sentencesMeasured, m_pane.get(),
                         [this](const PastTextsPane::InspectionPtr& of,
                                const workflow::SentenceEffects& effects) {
                             auto further = std::make_shared<workflow::Inspection>(*of);
                             further->sentences.push_back(effects);
                             m_shown = further;
                             m_order.push_back(static_cast<int>(effects.review));
                             m_pane->setInspection(further, m_model);
                         });
        show(*m_pane);
    }
    void TearDown() override { m_pane.reset(); }

    void ask(const PastTextsPane::InspectionPtr& inspection)
    {
        m_shown = inspection;
        m_pane->setInspection(inspection, m_model);
    }
    [[nodiscard]] QPushButton& button(const char* name) { return find<QPushButton>(*m_pane, name); }
    [[nodiscard]] CostLine& cost(const char* name) { return find<CostLine>(*m_pane, name); }
    [[nodiscard]] TokenView& text() { return find<TokenView>(*m_pane, "pastText"); }
    [[nodiscard]] std::string words()
    {
        return find<QLabel>(*m_pane, "pastTextWords").text().toStdString();
    }

    std::unique_ptr<PastTextsPane> m_pane;
    PastTextsPane::InspectionPtr m_shown;
    std::vector<int> m_order; ///< reviews as they were measured
};

TEST_F(PastTexts, SayWhatTheAttributionTakesBeforeItIsBegun)
{
    ask(m_inspection);
    ASSERT_TRUE(waitFor([this] { return !cost("attributionCost").isCounting(); }));
    EXPECT_TRUE(cost("attributionCost").text().contains(QStringLiteral("4 prompts")))
        << cost("attributionCost").text().toStdString();
    EXPECT_FALSE(button("bySentence").isEnabled()); // none is chosen, none is the strongest
    m_pane->chooseReview(1);
    EXPECT_TRUE(button("bySentence").isEnabled());
    ASSERT_TRUE(waitFor([this] { return !cost("sentencesCost").isCounting(); }));
    EXPECT_TRUE(cost("sentencesCost")
                    .text()
                    .startsWith(QStringLiteral("Past text 2 by sentence: 4 prompts")))
        << cost("sentencesCost").text().toStdString();
    EXPECT_TRUE(m_shown->sentences.empty()); // nothing was begun
}

TEST_F(PastTexts, ShadeTheSentencesOfTheChosenOne)
{
    ask(m_inspection);
    m_pane->chooseReview(0);
    ASSERT_EQ(text().text().tokens.size(), 3);
    EXPECT_TRUE(std::isnan(text().text().tokens[0].value));
    button("bySentence").click();
    EXPECT_TRUE(m_pane->findChild<ProgressLine*>()->isVisible());
    ASSERT_TRUE(waitFor([this] { return !m_shown->sentences.empty(); }));
    const workflow::SentenceEffects& effects = m_shown->sentences.front();
    EXPECT_EQ(m_pane->chosenReview(), 0);
    m_pane->setToken(2);
    for (qsizetype i = 0; i < 3; ++i) {
        EXPECT_EQ(text().text().tokens[i].value, effects.at(2, static_cast<std::size_t>(i)));
    }
    EXPECT_NE(words().find("Each sentence was left out by itself."), std::string::npos) << words();
    text().setFocus();
    QTest::keyClick(&text(), Qt::Key_Home);
    QTest::keyClick(&text(), Qt::Key_Right);
    EXPECT_EQ(words().rfind("Sentence 2 of 3: ", 0), 0U) << words();
    EXPECT_FALSE(button("bySentence").isEnabled()); // it is known
}

TEST_F(PastTexts, SayTheFitOfASurrogate)
{
    ask(m_inspection);
    m_pane->chooseReview(2); // of seventeen sentences
    m_pane->measureSentences();
    ASSERT_TRUE(waitFor([this] { return !m_shown->sentences.empty(); }));
    EXPECT_FALSE(m_shown->sentences.front().isExact);
    EXPECT_NE(words().find("linear surrogate"), std::string::npos) << words();
    EXPECT_NE(words().find(m_shown->sentences.front().fit ? "R²" : "cannot be told"),
              std::string::npos)
        << words();
}

TEST_F(PastTexts, GoThroughTheThreeStrongestTheStrongestFirst)
{
    ask(attributed());
    const std::vector<int> strongest = m_shown->attribution->strongestFirst();
    EXPECT_FALSE(button("attribute").isVisible()); // that is known
    std::vector<int> chosen;
    QObject::connect(m_pane.get(), &PastTextsPane::reviewChosen, m_pane.get(),
                     [&chosen](int review) { chosen.push_back(review); });
    button("strongestBySentence").click();
    ASSERT_TRUE(waitFor([this] { return m_shown->sentences.size() == 3; }));
    EXPECT_EQ(m_order, strongest);
    EXPECT_EQ(chosen, strongest); // each was shown as it was ready
    EXPECT_FALSE(button("strongestBySentence").isEnabled());
}

TEST_F(PastTexts, TakeTheStrongestWhereNoneIsChosenAndLeaveAnotherChoiceAlone)
{
    ask(attributed());
    const std::vector<int> strongest = m_shown->attribution->strongestFirst();
    m_pane->measureSentences();
    m_pane->chooseReview(strongest[2]); // the user reads on
    ASSERT_TRUE(waitFor([this] { return !m_order.empty(); }));
    EXPECT_EQ(m_order.front(), strongest[0]);
    EXPECT_EQ(m_pane->chosenReview(), strongest[2]);
}

TEST_F(PastTexts, AskNothingOfAnEditedHistory)
{
    m_pane->setInspection(m_inspection, {});
    m_pane->chooseReview(0);
    EXPECT_FALSE(button("attribute").isEnabled());
    EXPECT_FALSE(button("bySentence").isEnabled());
    m_pane->measureSentences();
    EXPECT_FALSE(cost("sentencesCost").isCounting());
    EXPECT_TRUE(cost("sentencesCost").text().contains(QStringLiteral("edited history")));
}

TEST_F(PastTexts, FillWhileTheyAreMeasured)
{
    ask(m_inspection);
    m_pane->chooseReview(1);
    auto growing = std::make_shared<causal::Attribution>();
    growing->reviews = 3;
    growing->effect.assign(3 * m_inspection->effects.tokens.size(),
                           std::numeric_limits<float>::quiet_NaN());
    for (std::size_t t = 0; t < m_inspection->effects.tokens.size(); ++t) {
        growing->effect[t * 3] = 0.25F;
    }
    m_pane->setToken(0);
    m_pane->showGrowing(growing);
    const auto& table = find<QTableView>(*m_pane, "pastTexts");
    EXPECT_EQ(table.model()->index(0, 0).data().toString(), QStringLiteral("+0.250"));
    EXPECT_EQ(table.model()->index(1, 0).data().toString(), QStringLiteral("…"));
    EXPECT_EQ(m_pane->chosenReview(), 1);
    EXPECT_EQ(cost("attributionCost").text(), QStringLiteral("1 of 3 past texts are measured."));
}

} // namespace
} // namespace nextquill::ui

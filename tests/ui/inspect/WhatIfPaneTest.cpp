// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/WhatIfPane.h"

#include "core/store/Histories.h"

#include "ui/inspect/MeasuredText.h"

#include "tests/support/Fixtures.h"
#include "tests/ui/histories/SessionTest.h"

#include <QClipboard>
#include <QLabel>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>

namespace nextquill::ui {
namespace {

class WhatIfPanes : public SessionTest
{
protected:
    void SetUp() override
    {
        NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
        m_model = model.string();
        openWith(testing::histories(2, 6));
        m_example = inProject([](store::Project& project) {
            return store::Histories{project}.timeline(UserId{1}).front().review.id;
        });
        NoProgress quiet;
        MeasureRequest request;
        request.project = m_temporary.file();
        request.model = m_model;
        request.example = m_example;
        m_inspection = measureText(*m_session.sharedModels(), request, {}, quiet).inspection;
        m_pane = std::make_unique<WhatIfPane>(m_session);
        QObject::connect(m_pane.get(), &WhatIfPane::measured, m_pane.get(),
                         [this](const WhatIfPane::InspectionPtr& other) { m_other = other; });
        show(*m_pane);
        m_pane->setInspection(m_inspection, QString::fromStdString(m_model));
    }
    void TearDown() override { m_pane.reset(); }

    QListWidget& list() { return find<QListWidget>(*m_pane, "whatIfTexts"); }
    QPlainTextEdit& text() { return find<QPlainTextEdit>(*m_pane, "whatIfText"); }
    [[nodiscard]] std::size_t historyInProject() const
    {
        return inProject([this](store::Project& project) {
            return store::Histories{project}.example(m_example).history.size();
        });
    }

    std::string m_model;
    ExampleId m_example{};
    WhatIfPane::InspectionPtr m_inspection;
    WhatIfPane::InspectionPtr m_other;
    std::unique_ptr<WhatIfPane> m_pane;
};

TEST_F(WhatIfPanes, SwitchTextsOffByKeyAndMeasure)
{
    ASSERT_EQ(list().count(), std::ssize(m_inspection->history));
    list().setFocus();
    QTest::keyClick(&list(), Qt::Key_Home);
    QTest::keyClick(&list(), Qt::Key_Space);
    EXPECT_TRUE(m_pane->edits().off.contains(m_inspection->history[0].review.id));
    QTest::keyClick(&list(), Qt::Key_Return, Qt::ControlModifier);
    ASSERT_TRUE(waitFor([this] { return m_other != nullptr; }));
    EXPECT_EQ(m_other->history.size(), m_inspection->history.size() - 1);
    EXPECT_EQ(m_other->text, m_inspection->text);
    EXPECT_NE(m_other->effects.meanPce(), m_inspection->effects.meanPce());
    EXPECT_EQ(historyInProject(), 5U); // it stays as it is
    QTest::keyClick(&list(), Qt::Key_Space);
    EXPECT_TRUE(m_pane->edits().isEmpty());
}

TEST_F(WhatIfPanes, ComputeOnlyWhatAnEditChanges)
{
    const auto switchedAt = [this](int row) {
        m_other = nullptr;
        list().item(row)->setCheckState(Qt::Unchecked);
        m_pane->measure();
        EXPECT_TRUE(waitFor([this] { return m_other != nullptr; }));
        return m_other;
    };
    ASSERT_GE(list().count(), 3);
    const auto first = switchedAt(list().count() - 2);
    ASSERT_TRUE(first);
    EXPECT_EQ(first->pass.remembered, 0); // nothing is known yet
    const auto second = switchedAt(list().count() - 1);
    ASSERT_TRUE(second);
    EXPECT_GT(second->pass.remembered, 0); // all in front of the edited texts, and p_0
    EXPECT_TRUE(find<QLabel>(*m_pane, "whatIfWords").text().contains(QStringLiteral("were known")));

    NoProgress quiet;
    MeasureRequest request;
    request.project = m_temporary.file();
    request.model = m_model;
    request.example = m_example;
    request.edits = m_pane->edits();
    for (const store::ReviewRow& past : m_inspection->history) {
        request.edits.among.insert(past.review.id);
    }
    const auto plain = measureText(*m_session.sharedModels(), request, {}, quiet).inspection;
    ASSERT_EQ(second->effects.tokens.size(), plain->effects.tokens.size());
    for (std::size_t t = 0; t < plain->effects.tokens.size(); ++t) {
        // In bfloat16, where the processor has it; core_causal shows 1e-5 in float32.
        EXPECT_NEAR(second->effects.tokens[t].pce(), plain->effects.tokens[t].pce(), 1e-3);
    }
}

TEST_F(WhatIfPanes, AreOpenedAtAPastTextFromElsewhere)
{
    const ReviewId second = m_inspection->history[1].review.id;
    m_pane->switchReview(second, /*on=*/false);
    EXPECT_TRUE(m_pane->isOff(second));
    EXPECT_EQ(list().currentRow(), 1);
    EXPECT_EQ(list().item(1)->checkState(), Qt::Unchecked);
    EXPECT_EQ(m_other, nullptr); // measured when that is asked for
    m_pane->switchReview(second, /*on=*/true);
    EXPECT_TRUE(m_pane->edits().isEmpty());
    m_pane->editReview(m_inspection->history[2].review.id);
    EXPECT_EQ(list().currentRow(), 2);
    EXPECT_TRUE(text().hasFocus());
    EXPECT_TRUE(m_pane->has(second));
    EXPECT_FALSE(m_pane->has(ReviewId{9999}));
    m_pane->switchReview(ReviewId{9999}, /*on=*/false);
    EXPECT_TRUE(m_pane->edits().isEmpty());
}

TEST_F(WhatIfPanes, TakeOtherWordsAndPastedTexts)
{
    list().setCurrentRow(1);
    text().setFocus();
    text().selectAll();
    QTest::keyClicks(&text(), QStringLiteral("quite other words"));
    EXPECT_EQ(m_pane->edits().texts.at(m_inspection->history[1].review.id), "quite other words");
    QApplication::clipboard()->setText(QStringLiteral("a stranger wrote this"));
    for (QPushButton* button : m_pane->findChildren<QPushButton*>()) {
        if (button->text() == QStringLiteral("&Paste a text")) {
            button->click();
        }
    }
    ASSERT_EQ(m_pane->edits().pasted.size(), 1U);
    EXPECT_EQ(text().toPlainText(), QStringLiteral("a stranger wrote this"));
    m_pane->measure();
    ASSERT_TRUE(waitFor([this] { return m_other != nullptr; }));
    EXPECT_EQ(m_other->history[0].review.text, "a stranger wrote this");
    EXPECT_EQ(m_other->history[2].review.text, "quite other words");
    list().setFocus();
    list().setCurrentRow(0);
    QTest::keyClick(&list(), Qt::Key_Delete);
    EXPECT_TRUE(m_pane->edits().pasted.empty());
    EXPECT_EQ(m_pane->edits().texts.size(), 1U);
}

TEST_F(WhatIfPanes, SayWhatIsWrongWithAnEdit)
{
    text().clear();
    m_pane->measure();
    const QLabel& words = find<QLabel>(*m_pane, "whatIfWords");
    EXPECT_TRUE(waitFor([&] { return words.text().contains(QStringLiteral("no word")); }));
    EXPECT_EQ(m_other, nullptr);
}

TEST_F(WhatIfPanes, SaveInTheProjectOnlyWhenAsked)
{
    list().item(0)->setCheckState(Qt::Unchecked);
    for (QPushButton* button : m_pane->findChildren<QPushButton*>()) {
        if (button->text() == QStringLiteral("Save as &version")) {
            button->click();
        }
    }
    EXPECT_TRUE(waitFor([this] { return !m_notices.empty(); }));
    EXPECT_EQ(historyInProject(), 4U);
}

} // namespace
} // namespace nextquill::ui

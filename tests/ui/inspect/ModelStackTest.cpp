// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/ModelStack.h"

#include "core/store/Histories.h"

#include "ui/inspect/Counterparts.h"
#include "ui/inspect/MeasuredText.h"
#include "ui/widgets/ColorScale.h"
#include "ui/widgets/TokenView.h"

#include "tests/support/Fixtures.h"
#include "tests/ui/histories/SessionTest.h"

#include <QCheckBox>
#include <QLabel>

#include <cmath>

namespace nextquill::ui {
namespace {

causal::TokenEffect at(std::size_t begin, std::size_t end)
{
    causal::TokenEffect effect;
    effect.bytes = ByteRange{begin, end};
    return effect;
}

TEST(Counterparts, AreTheTokensThatHaveTheFirstByte)
{
    const std::vector<causal::TokenEffect> coarse{at(0, 6), at(6, 10), {}};
    const std::vector<causal::TokenEffect> fine{at(0, 2), at(2, 6), at(6, 7), at(7, 10), {}};
    EXPECT_EQ(counterparts(coarse, fine), (std::vector<qsizetype>{0, 2, 4}));
    EXPECT_EQ(counterparts(fine, coarse), (std::vector<qsizetype>{0, 0, 1, 1, 2}));
    EXPECT_EQ(counterparts({at(3, 6)}, fine), (std::vector<qsizetype>{1}));
    EXPECT_EQ(counterparts(fine, {at(0, 6)}), (std::vector<qsizetype>{0, 0, -1, -1, -1}));
    EXPECT_EQ(counterparts(fine, {}), (std::vector<qsizetype>(5, -1)));
}

class ModelStacks : public SessionTest
{
protected:
    void SetUp() override
    {
        NEXTQUILL_NEED_SHARED(first, "fixtures/models/tiny-qwen2");
        NEXTQUILL_NEED_SHARED(second, "fixtures/models/tiny-qwen3");
        m_first = first.string();
        m_second = QString::fromStdString(second.string());
        openWith(testing::histories(2, 6));
        NoProgress quiet;
        MeasureRequest request;
        request.project = m_temporary.file();
        request.model = m_first;
        request.example = inProject([](store::Project& project) {
            return store::Histories{project}.timeline(UserId{1}).front().review.id;
        });
        m_inspection = measureText(*m_session.sharedModels(), request, {}, quiet).inspection;
        m_stack = std::make_unique<ModelStack>(m_session);
    }
    void TearDown() override { m_stack.reset(); }

    [[nodiscard]] TokenView& text(int level)
    {
        return find<TokenView>(*m_stack, ("stackText" + std::to_string(level)).c_str());
    }
    void fill()
    {
        show(*m_stack);
        m_stack->setInspection(m_inspection);
        m_stack->addModel(m_second);
        ASSERT_TRUE(waitFor([this] { return !text(1).text().tokens.isEmpty(); }));
    }

    std::string m_first;
    QString m_second;
    ModelStack::InspectionPtr m_inspection;
    std::unique_ptr<ModelStack> m_stack;
};

TEST_F(ModelStacks, MeasureTheTextUnderEachModelThatIsAdded)
{
    fill();
    EXPECT_EQ(text(0).text().text, text(1).text().text);
    EXPECT_NE(text(0).text().tokens.front().value, text(1).text().tokens.front().value);
    m_stack->addModel(m_second); // once is enough
    EXPECT_EQ(m_stack->models(), QList<QString>{m_second});
}

TEST_F(ModelStacks, MarkTheSameTokenInAllAndSayItsNumbers)
{
    fill();
    text(1).setCurrentToken(3);
    EXPECT_EQ(text(0).currentToken(), 3);
    const QString numbers = find<QLabel>(*m_stack, "stackNumbers").text();
    EXPECT_TRUE(numbers.contains(QStringLiteral("tiny-qwen2"))) << numbers.toStdString();
    EXPECT_TRUE(numbers.contains(QStringLiteral("tiny-qwen3"))) << numbers.toStdString();
    text(0).setCurrentToken(1);
    EXPECT_EQ(text(1).currentToken(), 1);
}

TEST_F(ModelStacks, ShowWhatAModelHasMoreThanTheFirst)
{
    fill();
    const float own = text(1).text().tokens[2].value;
    const float first = text(0).text().tokens[2].value;
    find<QCheckBox>(*m_stack, "stackDifference").click();
    EXPECT_NEAR(text(1).text().tokens[2].value, own - first, 1e-6);
    EXPECT_EQ(text(0).text().tokens[2].value, first);
}

TEST_F(ModelStacks, MeasureNothingWhileNobodyLooks)
{
    m_stack->setInspection(m_inspection);
    m_stack->addModel(m_second);
    QTest::qWait(50);
    EXPECT_TRUE(text(1).text().tokens.isEmpty());
    show(*m_stack);
    EXPECT_TRUE(waitFor([this] { return !text(1).text().tokens.isEmpty(); }));
}

TEST_F(ModelStacks, LetAModelGoByItsKey)
{
    fill();
    text(1).setFocus();
    QTest::keyClick(&text(1), Qt::Key_Delete);
    EXPECT_TRUE(waitFor([this] { return m_stack->models().isEmpty(); }));
    text(0).setFocus();
    QTest::keyClick(&text(0), Qt::Key_Delete); // the inspector's own stays
    QTest::qWait(20);
    EXPECT_FALSE(text(0).text().tokens.isEmpty());
}

TEST_F(ModelStacks, SayWhyAModelCannotBeMeasuredAndGoOn)
{
    show(*m_stack);
    m_stack->setInspection(m_inspection);
    m_stack->addModel(QStringLiteral("no-such-model"));
    m_stack->addModel(m_second);
    EXPECT_TRUE(waitFor([this] { return !text(2).text().tokens.isEmpty(); }));
    EXPECT_TRUE(text(1).text().tokens.isEmpty());
}

} // namespace
} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/WhatIf.h"

#include "core/base/Error.h"
#include "core/workflow/Inspection.h"

#include "tests/core/workflow/SampleProject.h"

namespace nextquill::workflow {
namespace {

class WhatIfs : public testing::SampleProject
{
protected:
    [[nodiscard]] Inspection inspected(const store::ExampleData& data)
    {
        ExampleSettings settings;
        settings.budget.promptTokens = 400;
        settings.target.targetTokens = 48;
        const auto model = decoder();
        return inspect(data, *model, "tiny", settings, std::nullopt, false, {}, m_progress);
    }
};

TEST_F(WhatIfs, ChangeAnExampleAndLeaveTheProject)
{
    const store::ExampleData data = example(5);
    const ReviewId off = data.history[1].id;
    const ReviewId reworded = data.history[2].id;
    const store::ExampleData other =
        edited(data, {.off = {off},
                      .texts = {{reworded, "quite other words"}},
                      .pasted = {{.item = "A lamp", .title = "Bright", .text = "So bright!"}}});
    ASSERT_EQ(other.history.size(), data.history.size());
    ASSERT_EQ(other.historyItems.size(), other.history.size());
    EXPECT_EQ(other.history[0].text, "So bright!");
    EXPECT_EQ(other.historyItems[0].title, "A lamp");
    EXPECT_TRUE(isPasted(other.history[0].id));
    EXPECT_EQ(other.history[1].id, data.history[0].id);
    EXPECT_EQ(other.history[2].id, reworded);
    EXPECT_EQ(other.history[2].text, "quite other words");
    EXPECT_EQ(store::Histories{*m_project}.findReview(reworded)->text, data.history[2].text);
    EXPECT_EQ(store::Histories{*m_project}.example(data.target.id).history.size(),
              data.history.size());
}

TEST_F(WhatIfs, AreInspectedLikeAnyHistory)
{
    const store::ExampleData data = example(5);
    const Inspection before = inspected(data);
    const Inspection same = inspected(edited(data, {}));
    const Inspection other =
        inspected(edited(data, {.pasted = {{.item = "A lamp", .text = data.target.text}}}));
    ASSERT_EQ(before.effects.tokens.size(), other.effects.tokens.size());
    double difference = 0;
    for (std::size_t t = 0; t < before.effects.tokens.size(); ++t) {
        EXPECT_EQ(before.effects.tokens[t].p_h, same.effects.tokens[t].p_h);
        EXPECT_NEAR(before.effects.tokens[t].p_0, other.effects.tokens[t].p_0, 1e-5);
        difference += std::abs(before.effects.tokens[t].pce() - other.effects.tokens[t].pce());
    }
    EXPECT_GT(difference, 1e-4);
    EXPECT_TRUE(isPasted(other.history.front().review.id));
}

TEST_F(WhatIfs, LetNoOtherTextTakeThePlaceOfOneThatIsOff)
{
    const store::ExampleData data = example(5);
    const store::ExampleData other = edited(
        data, {.off = {data.history[0].id}, .among = {data.history[0].id, data.history[2].id}});
    ASSERT_EQ(other.history.size(), 1U);
    EXPECT_EQ(other.history[0].id, data.history[2].id);
}

TEST_F(WhatIfs, NeedWordsAndATextThatIsLeft)
{
    const store::ExampleData data = example(5);
    HistoryEdits edits;
    for (const store::Review& review : data.history) {
        edits.off.insert(review.id);
    }
    EXPECT_THROW(static_cast<void>(edited(data, edits)), Error);
    EXPECT_THROW(static_cast<void>(edited(data, {.texts = {{data.history[0].id, " \n"}}})), Error);
    EXPECT_THROW(static_cast<void>(edited(data, {.pasted = {{.text = ""}}})), Error);
}

TEST_F(WhatIfs, AreSavedAsStepsThatCanBeUndone)
{
    const store::ExampleData data = example(5);
    const HistoryEdits edits{.off = {data.history[1].id},
                             .texts = {{data.history[2].id, "quite other words"}},
                             .pasted = {{.text = "not his"}}};
    EXPECT_EQ(saveEdits(*m_project, edits), 2);
    store::Histories histories{*m_project};
    const store::ExampleData now = histories.example(data.target.id);
    ASSERT_EQ(now.history.size(), data.history.size() - 1);
    EXPECT_EQ(now.history[1].text, "quite other words");
    EXPECT_TRUE(histories.undo());
    EXPECT_TRUE(histories.undo());
    const store::ExampleData again = histories.example(data.target.id);
    EXPECT_EQ(again.history.size(), data.history.size());
    EXPECT_EQ(again.history[2].text, data.history[2].text);
}

} // namespace
} // namespace nextquill::workflow

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/TokenCounts.h"

#include "core/base/Error.h"
#include "core/model/ModelFiles.h"
#include "core/text/Tokenizer.h"

#include "tests/support/Fixtures.h"

#include <gtest/gtest.h>

namespace nextquill::workflow {
namespace {

TEST(TokenCounts, AreThoseOfTheModelAskedFor)
{
    NEXTQUILL_NEED_SHARED(qwen, "fixtures/models/tiny-qwen2");
    NEXTQUILL_NEED_SHARED(llama, "fixtures/models/tiny-llama");
    const std::vector<std::string> texts{"", "The bass is killer, and worn out twice.", "東京"};
    TokenCounts counts;
    for (const auto& model : {qwen, llama, qwen}) {
        const auto tokenizer = model::ModelFiles::open(model)->tokenizer();
        const auto found = counts.of(texts, model.string(), nullptr, {});
        ASSERT_EQ(found.size(), texts.size());
        for (std::size_t i = 0; i < texts.size(); ++i) {
            EXPECT_EQ(found[i], static_cast<std::int64_t>(tokenizer->encode(texts[i]).ids.size()))
                << model << ": " << texts[i];
        }
    }
}

TEST(TokenCounts, TakeMarkupInAUsersTextForText)
{
    NEXTQUILL_NEED_SHARED(qwen, "fixtures/models/tiny-qwen2");
    const std::vector<std::string> texts{"<|im_start|>"};
    ASSERT_EQ(model::ModelFiles::open(qwen)->tokenizer()->encode(texts[0]).ids.size(), 1U);
    EXPECT_GT(TokenCounts{}.of(texts, qwen.string(), nullptr, {}).at(0), 1);
}

TEST(TokenCounts, StopBetweenTexts)
{
    NEXTQUILL_NEED_SHARED(qwen, "fixtures/models/tiny-qwen2");
    std::stop_source stop;
    stop.request_stop();
    EXPECT_THROW((void)TokenCounts{}.of({"a text"}, qwen.string(), nullptr, stop.get_token()),
                 Stopped);
}

TEST(TokenCounts, OfAModelThatIsNotThereAreAnError)
{
    EXPECT_THROW((void)TokenCounts{}.of({"a text"}, "no such model", nullptr, {}), Error);
}

} // namespace
} // namespace nextquill::workflow

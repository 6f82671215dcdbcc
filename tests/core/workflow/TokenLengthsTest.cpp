// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/TokenLengths.h"

#include "core/base/Error.h"
#include "core/model/ModelFiles.h"
#include "core/text/Tokenizer.h"

#include "tests/core/workflow/SampleProject.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace nextquill::workflow {
namespace {

class TokenLengthsTest : public testing::SampleProject
{
protected:
    [[nodiscard]] TokenLengths count(std::int64_t most, StopToken stop = {})
    {
        return tokenLengths(*m_project, m_model.string(), most, stop, m_progress);
    }
};

TEST_F(TokenLengthsTest, AreThoseOfTheTokenizerForEveryText)
{
    const auto files = model::ModelFiles::open(m_model);
    std::vector<std::int64_t> lengths;
    for (const auto& row : store::Histories{*m_project}.reviews({.limit = 100'000})) {
        lengths.push_back(
            static_cast<std::int64_t>(files->tokenizer()->encode(row.review.text, {}).ids.size()));
    }
    std::ranges::sort(lengths);
    const TokenLengths counted = count(100'000);
    EXPECT_EQ(counted.texts, static_cast<std::int64_t>(lengths.size()));
    EXPECT_EQ(counted.of, counted.texts);
    EXPECT_EQ(counted.median, lengths[lengths.size() / 2]);
    EXPECT_EQ(counted.longest, lengths.back());
    EXPECT_NEAR(counted.mean * static_cast<double>(lengths.size()),
                static_cast<double>(std::accumulate(lengths.begin(), lengths.end(), 0LL)), 1e-6);
    std::int64_t next = 0;
    for (const TokenLengthBar& bar : counted.bars) {
        EXPECT_EQ(bar.low, next);
        EXPECT_EQ(bar.texts, std::ranges::count_if(lengths, [&](std::int64_t length) {
                      return length >= bar.low && length <= bar.high;
                  }));
        next = bar.high + 1;
    }
    EXPECT_GT(next, lengths.back());
    EXPECT_LE(counted.bars.size(), 31U);
}

TEST_F(TokenLengthsTest, OfASampleSayOfHowMany)
{
    const TokenLengths counted = count(100);
    EXPECT_GT(counted.texts, 60);
    EXPECT_LT(counted.texts, 120);
    EXPECT_GT(counted.of, 800);
}

TEST_F(TokenLengthsTest, EndWhenTheyAreStoppedAndNeedAModel)
{
    std::stop_source stop;
    stop.request_stop();
    EXPECT_THROW(static_cast<void>(count(10, stop.get_token())), Stopped);
    EXPECT_THROW(static_cast<void>(tokenLengths(*m_project, "no-such-model", 10, {}, m_progress)),
                 Error);
}

} // namespace
} // namespace nextquill::workflow

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/EffectStore.h"

#include "core/store/Connection.h"
#include "core/store/Histories.h"

#include "tests/core/store/TemporaryProject.h"

#include <gtest/gtest.h>

#include <limits>

namespace nextquill::store {
namespace {

using testing::TemporaryProject;

const std::vector<KeptToken> twoTokens{
    {.token = 151'643,
     .bytes = ByteRange{.begin = 0, .end = 7},
     .logp_h = -0.125F,
     .logp_0 = -12.5F,
     .js = 0.5F,
     .rank_h = 1,
     .rank_0 = 49'152},
    {.token = 2, .logp_h = -3.0F, .logp_0 = -2.0F, .js = 0, .rank_h = 9, .rank_0 = 4}};

struct Effects : ::testing::Test
{
    Effects() { m_temporary.import(testing::histories(2, 3)); }

    [[nodiscard]] EffectStore store() { return EffectStore{*m_temporary.project}; }
    [[nodiscard]] static KeptEffects kept(std::int64_t example, const std::string& content)
    {
        return {.example = ExampleId{example}, .content = content, .tokens = twoTokens};
    }

    TemporaryProject m_temporary;
};

TEST_F(Effects, ComeBackAsTheyWerePut)
{
    const EffectSeries series = store().open("demo", "m", "s");
    store().put(series, std::vector{kept(1, std::string{"a\0b", 3}), kept(2, "c")});
    m_temporary.reopen();

    const auto found = store().effects(series, ExampleId{1});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->tokens, twoTokens);
    EXPECT_EQ(found->content, (std::string{"a\0b", 3}));
    EXPECT_GT(found->created, 0);
    EXPECT_FALSE(store().effects(series, ExampleId{3}));
    EXPECT_EQ(store().contents(series).size(), 2U);
    EXPECT_EQ(store().all().at(0).texts, 2);
}

TEST_F(Effects, OfATextAreReplacedByNewerOnes)
{
    const EffectSeries series = store().open("demo", "m", "s");
    store().put(series, std::vector{kept(1, "before")});
    store().put(series, std::vector{kept(1, "after")});
    EXPECT_EQ(store().contents(series).at(ExampleId{1}), "after");
    EXPECT_EQ(store().all().at(0).texts, 1);
}

TEST_F(Effects, BelongToOneModelAndOneWayToMeasure)
{
    const EffectSeries series = store().open("demo", "m", "s");
    store().put(series, std::vector{kept(1, "a")});
    EXPECT_EQ(store().open("called anew", "m", "s").id, series.id);
    EXPECT_EQ(store().find("m", "s")->modelName, "called anew");
    const EffectSeries other = store().open("demo", "m", "other");
    EXPECT_NE(other.id, series.id);
    EXPECT_TRUE(store().contents(other).empty());
    EXPECT_FALSE(store().find("other", "s"));

    EXPECT_EQ(store().remove(series), 1);
    EXPECT_FALSE(store().find("m", "s"));
    EXPECT_FALSE(store().effects(series, ExampleId{1}));
}

TEST_F(Effects, GoWithTheirReview)
{
    const EffectSeries series = store().open("demo", "m", "s");
    store().put(series, std::vector{kept(1, "a"), kept(2, "b")});
    m_temporary.project->connection().execute("DELETE FROM texts WHERE id = 1; "
                                              "DELETE FROM reviews WHERE id = 1");
    EXPECT_FALSE(store().effects(series, ExampleId{1}));
    EXPECT_TRUE(store().effects(series, ExampleId{2}));
}

TEST_F(Effects, ThatAreDamagedAreNone)
{
    const EffectSeries series = store().open("demo", "m", "s");
    store().put(series, std::vector{kept(1, "a")});
    Query{m_temporary.project->connection(), "UPDATE effects SET tokens = x'0100000002000000'"}
        .run();
    EXPECT_FALSE(store().effects(series, ExampleId{1}));
}

TEST(KeptTokens, AreRefusedWhenCutAnywhere)
{
    const std::string bytes = toBytes(twoTokens);
    ASSERT_EQ(bytes.size(), 8 + 2 * 32U);
    EXPECT_EQ(keptTokens(bytes), twoTokens);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(keptTokens(std::string_view{bytes}.substr(0, size))) << size;
    }
    EXPECT_FALSE(keptTokens(bytes + '\0'));
}

TEST(KeptTokens, AreRefusedWithFiguresThatNothingMeasures)
{
    const auto with = [](auto change) {
        std::vector<KeptToken> tokens = twoTokens;
        change(tokens[0]);
        return keptTokens(toBytes(tokens)).has_value();
    };
    EXPECT_TRUE(with([](KeptToken& /*token*/) {}));
    EXPECT_FALSE(with([](KeptToken& token) { token.logp_h = 0.5F; }));
    EXPECT_FALSE(
        with([](KeptToken& token) { token.logp_0 = std::numeric_limits<float>::quiet_NaN(); }));
    EXPECT_FALSE(with([](KeptToken& token) { token.rank_0 = 0; }));
    EXPECT_FALSE(with([](KeptToken& token) { token.token = -1; }));
    EXPECT_FALSE(with([](KeptToken& token) { token.bytes = ByteRange{.begin = 9, .end = 3}; }));
    std::string other = toBytes(twoTokens);
    other[0] = 2; // a version that is not known
    EXPECT_FALSE(keptTokens(other));
}

} // namespace
} // namespace nextquill::store

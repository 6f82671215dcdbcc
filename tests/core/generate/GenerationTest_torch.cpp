// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/causal/PreferenceEffects.h"
#include "core/causal/TwinExample.h"
#include "core/generate/Generation.h"
#include "core/generate/Sampler.h"

#include "tests/core/model/SmallNetworks_torch.h"
#include "tests/support/Fixtures.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <limits>
#include <set>

namespace nextquill::generate {
namespace {

using model::ComputeType;
using model::testing::Ids;

class Generation : public ::testing::TestWithParam<const char*>
{
protected:
    void SetUp() override
    {
        NEXTQUILL_NEED_SHARED(folder, std::string{"fixtures/models/"} + GetParam());
        m_decoder = model::testing::loadFrom(folder, ComputeType::Float32);
        m_with = ids("A book about the sea. I liked the long quiet chapters. My review: ");
        m_without = ids("A book about the sea. None. My review: ");
    }

    [[nodiscard]] Ids ids(std::string_view text) const
    {
        return m_decoder->tokenizer().encode(text).ids;
    }

    static GenerationSettings greedy(std::size_t tokens)
    {
        GenerationSettings settings;
        settings.greedy = true;
        settings.maxNewTokens = tokens;
        return settings;
    }

    /// The log-probabilities behind a whole sequence, computed without a cache.
    [[nodiscard]] std::vector<float> uncached(const Ids& whole)
    {
        const torch::Tensor logits =
            model::testing::logitsOf(m_decoder->network(), model::testing::sequence(whole));
        const torch::Tensor last = torch::log_softmax(logits[-1].to(torch::kFloat), 0).contiguous();
        const float* first = last.const_data_ptr<float>();
        return {first, first + last.numel()};
    }

    /// The text that plain passes over the growing sequences choose.
    Ids uncachedText(const GenerationSettings& settings)
    {
        Sampler sampler{settings};
        Ids with = m_with;
        Ids without = m_without;
        Ids written;
        while (written.size() < settings.maxNewTokens) {
            const auto scores = steered(uncached(with), uncached(without), settings.strength);
            written.push_back(sampler.choose(scores));
            with.push_back(written.back());
            without.push_back(written.back());
        }
        return written;
    }

    std::unique_ptr<model::Decoder> m_decoder;
    Ids m_with;
    Ids m_without;
};

TEST_P(Generation, WithACacheIsWhatPlainPassesChoose)
{
    const Generated generated = generate(*m_decoder, m_with, greedy(24), {});
    ASSERT_FALSE(generated.ids.empty());
    Ids whole = m_with;
    for (const text::TokenId token : generated.ids) {
        const std::vector<float> scores = uncached(whole);
        const auto best = std::ranges::max_element(scores) - scores.begin();
        EXPECT_EQ(static_cast<std::int64_t>(token), best) << whole.size() - m_with.size();
        whole.push_back(token);
    }
    EXPECT_TRUE(generated.ended || generated.ids.size() == 24);
    EXPECT_EQ(generated.text, m_decoder->tokenizer().decode(generated.ids, /*skipSpecial=*/true));
}

TEST_P(Generation, ReadsAPromptOfSeveralPiecesAsOne)
{
    Ids prompt;
    while (prompt.size() < 300) { // more than are read at once
        prompt.insert(prompt.end(), m_with.begin(), m_with.end());
    }
    const Generated generated = generate(*m_decoder, prompt, greedy(1), {});
    const std::vector<float> scores = uncached(prompt);
    EXPECT_EQ(static_cast<std::int64_t>(generated.ids.at(0)),
              std::ranges::max_element(scores) - scores.begin());
}

TEST_P(Generation, AtStrengthNoughtAndOneIsThePlainText)
{
    for (const bool isGreedy : {true, false}) {
        GenerationSettings settings = greedy(24);
        settings.greedy = isGreedy;
        settings.strength = 0;
        EXPECT_EQ(generateTwin(*m_decoder, m_with, m_without, settings, {}).ids,
                  generate(*m_decoder, m_without, settings, {}).ids);
        settings.strength = 1;
        EXPECT_EQ(generateTwin(*m_decoder, m_with, m_without, settings, {}).ids,
                  generate(*m_decoder, m_with, settings, {}).ids);
    }
}

TEST_P(Generation, WithoutEffectsIsTheSameText)
{
    GenerationSettings settings;
    settings.maxNewTokens = 24;
    const Generated measured = generateTwin(*m_decoder, m_with, m_without, settings, {});
    settings.effects = false;
    const Generated spared = generateTwin(*m_decoder, m_with, m_without, settings, {});
    EXPECT_EQ(spared.ids, measured.ids);
    EXPECT_EQ(spared.text, measured.text);
    EXPECT_EQ(measured.effects.size(), measured.ids.size());
    EXPECT_TRUE(spared.effects.empty());
}

TEST_P(Generation, SteersByTheFormula)
{
    for (const double strength : {0.5, 2.0, -0.5}) {
        GenerationSettings settings = greedy(8);
        settings.strength = strength;
        EXPECT_EQ(generateTwin(*m_decoder, m_with, m_without, settings, {}).ids,
                  uncachedText(settings))
            << strength;
    }
}

/// The rest is drawn as if the beginning had been.
TEST_P(Generation, GoesOnFromItsOwnBeginningAsBefore)
{
    GenerationSettings settings;
    settings.maxNewTokens = 24;
    settings.repetitionPenalty = 1.3;
    const Generated whole = generateTwin(*m_decoder, m_with, m_without, settings, {});
    const Generated plain = generate(*m_decoder, m_with, settings, {});
    ASSERT_GT(whole.ids.size(), 12U);
    settings.beginning.assign(whole.ids.begin(), whole.ids.begin() + 10);
    const Generated again = generateTwin(*m_decoder, m_with, m_without, settings, {});
    EXPECT_EQ(again.ids, whole.ids);
    EXPECT_EQ(again.text, whole.text);
    EXPECT_EQ(again.effects.size(), whole.effects.size());
    settings.beginning.assign(plain.ids.begin(), plain.ids.begin() + 10);
    EXPECT_EQ(generate(*m_decoder, m_with, settings, {}).ids, plain.ids);
}

TEST_P(Generation, BranchesOffWhereItsBeginningDoes)
{
    GenerationSettings settings = greedy(16);
    settings.alternatives = 10;
    const Generated trunk = generateTwin(*m_decoder, m_with, m_without, settings, {});
    ASSERT_EQ(trunk.effects.at(3).top_h.size(), 10U);
    EXPECT_EQ(trunk.effects[3].top_h[0].token, trunk.ids[3]); // the likeliest one was taken
    EXPECT_NEAR(trunk.effects[3].top_h[0].p, trunk.effects[3].p_h, 1e-6);
    settings.beginning.assign(trunk.ids.begin(), trunk.ids.begin() + 3);
    settings.beginning.push_back(trunk.effects[3].top_h[1].token);
    const Generated branch = generateTwin(*m_decoder, m_with, m_without, settings, {});
    EXPECT_EQ(branch.ids[3], trunk.effects[3].top_h[1].token);
    EXPECT_NEAR(branch.effects[3].p_h, trunk.effects[3].top_h[1].p, 1e-6);
    EXPECT_EQ(branch.effects[3].rank_h, 2);
}

TEST_P(Generation, RefusesABeginningThatIsNone)
{
    GenerationSettings settings = greedy(4);
    settings.beginning.assign(4, text::TokenId{1});
    EXPECT_THROW(static_cast<void>(generate(*m_decoder, m_with, settings, {})), Error);
    settings.beginning = {text::TokenId{-1}};
    EXPECT_THROW(static_cast<void>(generate(*m_decoder, m_with, settings, {})), Error);
    settings.beginning = {text::TokenId{1 << 30}};
    EXPECT_THROW(static_cast<void>(generate(*m_decoder, m_with, settings, {})), Error);
}

/// What a window needs to colour a text while it is written.
TEST_P(Generation, GivesEachEffectWithItsText)
{
    GenerationSettings settings;
    settings.maxNewTokens = 24;
    std::vector<causal::TokenEffect> given;
    std::string said;
    std::string written;
    const Generated generated = generateTwin(
        *m_decoder, m_with, m_without, settings, {},
        [&](const std::string& piece) { said += piece; },
        [&](const causal::TokenEffect& effect, const std::string& piece) {
            given.push_back(effect);
            written += piece;
            EXPECT_TRUE(written.starts_with(said));
        });
    EXPECT_TRUE(said.starts_with(written));
    ASSERT_EQ(given.size(), generated.effects.size());
    std::size_t at = 0;
    for (std::size_t t = 0; t < given.size(); ++t) {
        EXPECT_EQ(given[t].token, generated.ids[t]);
        EXPECT_EQ(given[t].pce(), generated.effects[t].pce());
        if (generated.effects[t].bytes) {
            EXPECT_EQ(generated.effects[t].bytes->begin, at);
            at = generated.effects[t].bytes->end;
        }
    }
    EXPECT_TRUE(at == 0 || at == generated.text.size()); // 0: some bytes are no UTF-8
}

TEST_P(Generation, EffectsAreThoseOfTeacherForcing)
{
    GenerationSettings settings;
    settings.maxNewTokens = 24;
    settings.strength = 1.5;
    const Generated generated = generateTwin(*m_decoder, m_with, m_without, settings, {});
    causal::TwinExample example{
        .historyBranch = m_with, .plainBranch = m_without, .target = generated.ids};
    example.targetBytes.resize(example.target.size());
    NoProgress progress;
    const auto forced =
        causal::measurePreferenceEffects(*m_decoder, {&example, 1}, {}, {}, progress);
    ASSERT_EQ(generated.effects.size(), generated.ids.size());
    double largest = 0;
    for (std::size_t t = 0; t < generated.ids.size(); ++t) {
        const causal::TokenEffect& own = generated.effects[t];
        const causal::TokenEffect& other = forced[0].tokens[t];
        EXPECT_EQ(own.token, generated.ids[t]);
        EXPECT_NEAR(own.p_h, other.p_h, 1e-5) << t;
        EXPECT_NEAR(own.p_0, other.p_0, 1e-5) << t;
        EXPECT_NEAR(own.logp_h, other.logp_h, 1e-4) << t;
        EXPECT_NEAR(own.logp_0, other.logp_0, 1e-4) << t;
        EXPECT_NEAR(own.js, other.js, 1e-5) << t;
        largest = std::max(largest, std::abs(static_cast<double>(other.logp_h - other.logp_0)));
    }
    EXPECT_GT(largest, 1e-3); // the history does something
}

TEST_P(Generation, TheSameSeedWritesTheSameText)
{
    GenerationSettings settings;
    settings.maxNewTokens = 24;
    settings.temperature = 1.5;
    const Ids once = generate(*m_decoder, m_with, settings, {}).ids;
    EXPECT_EQ(generate(*m_decoder, m_with, settings, {}).ids, once);
    settings.seed += 1;
    EXPECT_NE(generate(*m_decoder, m_with, settings, {}).ids, once);
}

TEST_P(Generation, SamplesAreTheTextsOfTheirSeeds)
{
    GenerationSettings settings;
    settings.maxNewTokens = 24;
    const std::vector<Generated> samples = generateSamples(*m_decoder, m_with, settings, 5, {});
    ASSERT_EQ(samples.size(), 5U);
    for (const Generated& sample : samples) {
        EXPECT_EQ(sample.ids, generate(*m_decoder, m_with, settings, {}).ids) << settings.seed;
        EXPECT_EQ(sample.text, m_decoder->tokenizer().decode(sample.ids, /*skipSpecial=*/true));
        ++settings.seed;
    }
    EXPECT_NE(samples[0].ids, samples[1].ids);
}

TEST_P(Generation, SamplesEndEachByItself)
{
    // A stop token that is liked as much as the first one: some samples draw it early, some late.
    const text::TokenId first = generate(*m_decoder, m_with, greedy(1), {}).ids.at(0);
    const text::TokenId stop = m_decoder->files().stopTokens().front();
    {
        const torch::NoGradGuard noGrad;
        torch::Tensor head = m_decoder->network().headWeight();
        head[static_cast<std::int64_t>(stop)].copy_(head[static_cast<std::int64_t>(first)]);
    }
    GenerationSettings settings;
    settings.temperature = 0.2;
    settings.maxNewTokens = 24;
    std::set<std::size_t> lengths;
    for (const Generated& sample : generateSamples(*m_decoder, m_with, settings, 16, {})) {
        EXPECT_EQ(sample.ids, generate(*m_decoder, m_with, settings, {}).ids) << settings.seed;
        EXPECT_EQ(sample.ended, sample.ids.back() == stop);
        lengths.insert(sample.ids.size());
        ++settings.seed;
    }
    EXPECT_GT(lengths.size(), 1U);
}

TEST_P(Generation, EndsAtAStopToken)
{
    const text::TokenId first = generate(*m_decoder, m_with, greedy(1), {}).ids.at(0);
    const text::TokenId stop = m_decoder->files().stopTokens().front();
    {
        // From now on the stop token is what the model likes most where it liked `first`.
        const torch::NoGradGuard noGrad;
        torch::Tensor head = m_decoder->network().headWeight();
        const torch::Tensor row = head[static_cast<std::int64_t>(first)].clone();
        head[static_cast<std::int64_t>(stop)].copy_(row * 4);
    }
    std::string said;
    const Generated generated = generate(*m_decoder, m_with, greedy(20), {},
                                         [&said](const std::string& piece) { said += piece; });
    ASSERT_EQ(generated.ids, Ids{stop});
    EXPECT_TRUE(generated.ended);
    EXPECT_EQ(generated.text, "");
    EXPECT_EQ(said, "");
}

TEST_P(Generation, SaysTheTextInPiecesOfWholeCharacters)
{
    GenerationSettings settings;
    settings.maxNewTokens = 60;
    settings.temperature = 3; // odd bytes, too
    std::string said;
    const Generated generated = generate(*m_decoder, m_with, settings, {},
                                         [&said](const std::string& piece) { said += piece; });
    EXPECT_EQ(said, generated.text);
}

TEST_P(Generation, StopsWhenAsked)
{
    std::stop_source source;
    int pieces = 0;
    const auto sink = [&](const std::string&) {
        if (++pieces == 2) {
            source.request_stop();
        }
    };
    EXPECT_THROW(
        static_cast<void>(generate(*m_decoder, m_with, greedy(200), source.get_token(), sink)),
        Stopped);
    EXPECT_EQ(pieces, 2);
    EXPECT_THROW(static_cast<void>(
                     generateTwin(*m_decoder, m_with, m_without, greedy(200), source.get_token())),
                 Stopped);
    EXPECT_THROW(
        static_cast<void>(generateSamples(*m_decoder, m_with, greedy(200), 3, source.get_token())),
        Stopped);
}

TEST_P(Generation, RefusesMoreThanTheContextHolds)
{
    const auto context = static_cast<std::size_t>(m_decoder->config().contextLength);
    const auto expectBadInput = [](const auto& call) {
        try {
            call();
            ADD_FAILURE() << "no error";
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::BadInput);
        }
    };
    for (const std::size_t tokens :
         {context - m_with.size() + 1, std::numeric_limits<std::size_t>::max()}) {
        expectBadInput(
            [&] { static_cast<void>(generate(*m_decoder, m_with, greedy(tokens), {})); });
        expectBadInput([&] {
            static_cast<void>(generateTwin(*m_decoder, m_with, m_without, greedy(tokens), {}));
        });
    }
    expectBadInput([&] { static_cast<void>(generate(*m_decoder, {}, greedy(4), {})); });
    expectBadInput([&] { static_cast<void>(generate(*m_decoder, m_with, greedy(0), {})); });
    expectBadInput([&] { static_cast<void>(generateSamples(*m_decoder, {}, greedy(4), 2, {})); });
    expectBadInput(
        [&] { static_cast<void>(generateSamples(*m_decoder, m_with, greedy(4), 0, {})); });
}

TEST_P(Generation, FillsTheContextToItsLastToken)
{
    const auto context = static_cast<std::size_t>(m_decoder->config().contextLength);
    const Ids prompt(context - 3, m_with.front());
    const Generated generated = generate(*m_decoder, prompt, greedy(3), {});
    EXPECT_TRUE(generated.ids.size() == 3 || generated.ended);
}

INSTANTIATE_TEST_SUITE_P(Tiny, Generation,
                         ::testing::Values("tiny-qwen2", "tiny-llama", "tiny-qwen3"),
                         [](const auto& given) {
                             std::string name{given.param};
                             std::erase(name, '-');
                             return name;
                         });

} // namespace
} // namespace nextquill::generate

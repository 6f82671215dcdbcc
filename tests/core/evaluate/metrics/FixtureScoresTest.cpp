// SPDX-License-Identifier: GPL-3.0-or-later
//
// 302 pairs scored by rouge_score 0.1.2, sacreBLEU 2.6.0 and NLTK 3.10.4 (shared/fixtures/metrics).
#include "core/base/Json.h"
#include "core/evaluate/metrics/Bleu.h"
#include "core/evaluate/metrics/Chrf.h"
#include "core/evaluate/metrics/Meteor.h"
#include "core/evaluate/metrics/PorterStemmer.h"
#include "core/evaluate/metrics/Rouge.h"
#include "core/evaluate/metrics/Synonyms.h"
#include "core/evaluate/metrics/TextScores.h"
#include "core/evaluate/metrics/WordTokens.h"

#include "tests/support/Fixtures.h"

#include <gtest/gtest.h>

namespace nextquill::evaluate {
namespace {

// All figures are the same few divisions and logarithms: they differ by rounding only.
constexpr double rounding = 1e-9;

class FixtureScores : public ::testing::Test
{
protected:
    void SetUp() override
    {
        NEXTQUILL_NEED_SHARED(file, "fixtures/metrics/metrics.json");
        m_fixture = readJsonFile(file, {.bytes = std::size_t{64} << 20});
        ASSERT_EQ(m_fixture.at("pairs").size(), 302U);
    }

    [[nodiscard]] const Json& pairs() const { return m_fixture.at("pairs"); }

    static TextPair pairOf(const Json& entry)
    {
        return {.prediction = entry.at("prediction").get<std::string>(),
                .reference = entry.at("reference").get<std::string>()};
    }

    static void expectRouge(const RougeScore& actual, const Json& expected, const std::string& what)
    {
        EXPECT_NEAR(actual.precision, expected.at(0).get<double>(), rounding) << what;
        EXPECT_NEAR(actual.recall, expected.at(1).get<double>(), rounding) << what;
        EXPECT_NEAR(actual.f, expected.at(2).get<double>(), rounding) << what;
    }

    Json m_fixture;
};

TEST_F(FixtureScores, RougeEqualsTheReference)
{
    for (const Json& entry : pairs()) {
        const TextPair pair = pairOf(entry);
        for (const bool stemmer : {false, true}) {
            const Json& expected = entry.at(stemmer ? "rouge_stem" : "rouge");
            const RougeScores actual = rouge(pair.prediction, pair.reference, stemmer);
            expectRouge(actual.rouge1, expected.at("rouge1"), pair.prediction);
            expectRouge(actual.rouge2, expected.at("rouge2"), pair.prediction);
            expectRouge(actual.rougeL, expected.at("rougeL"), pair.prediction);
        }
    }
}

TEST_F(FixtureScores, SentenceBleuEqualsTheReference)
{
    for (const Json& entry : pairs()) {
        const TextPair pair = pairOf(entry);
        EXPECT_NEAR(bleu(bleuCounts(pair.prediction, pair.reference), true),
                    entry.at("sentence_bleu").at("13a").get<double>(), rounding)
            << pair.prediction << "\n---\n"
            << pair.reference;
    }
}

TEST_F(FixtureScores, ChrfEqualsTheReference)
{
    for (const Json& entry : pairs()) {
        const TextPair pair = pairOf(entry);
        EXPECT_NEAR(chrf(chrfCounts(pair.prediction, pair.reference)),
                    entry.at("chrf2").get<double>(), rounding)
            << pair.prediction;
    }
}

TEST_F(FixtureScores, WordTokensEqualTheReference)
{
    for (const Json& entry : pairs()) {
        for (const char* side : {"prediction", "reference"}) {
            const Json& expected = entry.at("meteor_nltk_word").at(std::string{side} + "_tokens");
            std::vector<std::string> actual;
            for (const Characters& token :
                 wordTokens(toCharacters(entry.at(side).get<std::string>()))) {
                actual.push_back(toUtf8(token));
            }
            EXPECT_EQ(Json(actual), expected) << entry.at(side);
        }
    }
}

TEST_F(FixtureScores, MeteorWithoutSynonymsEqualsTheReference)
{
    for (const Json& entry : pairs()) {
        const TextPair pair = pairOf(entry);
        EXPECT_NEAR(meteor(wordTokens(toCharacters(pair.prediction)),
                           wordTokens(toCharacters(pair.reference)), nullptr),
                    entry.at("meteor_nltk_word").at("meteor_no_wordnet").get<double>(), rounding)
            << pair.prediction << "\n---\n"
            << pair.reference;
    }
}

TEST_F(FixtureScores, MeteorEqualsTheReference)
{
    const auto synonyms = Synonyms::installed();
    if (!synonyms) {
        GTEST_SKIP() << "WordNet is not installed (package wordnet-base)";
    }
    for (const Json& entry : pairs()) {
        const TextPair pair = pairOf(entry);
        EXPECT_NEAR(meteor(wordTokens(toCharacters(pair.prediction)),
                           wordTokens(toCharacters(pair.reference)), synonyms.get()),
                    entry.at("meteor_nltk_word").at("meteor").get<double>(), rounding)
            << pair.prediction << "\n---\n"
            << pair.reference;
    }
}

TEST_F(FixtureScores, CorpusFiguresEqualTheReference)
{
    std::vector<TextPair> all;
    for (const Json& entry : pairs()) {
        all.push_back(pairOf(entry));
    }
    const CorpusScores corpus = scoreCorpus(all);
    const Json& expected = m_fixture.at("corpora").at("all");

    EXPECT_NEAR(corpus.mean.bleu, expected.at("bleu_13a").at("score").get<double>(), rounding);
    EXPECT_NEAR(corpus.mean.chrf, expected.at("chrf2").get<double>(), rounding);
    EXPECT_NEAR(corpus.mean.rouge1, expected.at("rouge_mean_f").at("rouge1").get<double>(),
                rounding);
    if (Synonyms::installed()) {
        EXPECT_NEAR(corpus.mean.meteor, expected.at("meteor_nltk_word_mean").get<double>(),
                    rounding);
    }
    EXPECT_NEAR(corpus.mean.rougeL, expected.at("rouge_mean_f").at("rougeL").get<double>(),
                rounding);
}

TEST_F(FixtureScores, StemsEqualNltksPorter)
{
    ASSERT_GT(m_fixture.at("porter").size(), 900U);
    for (const auto& [word, stem] : m_fixture.at("porter").items()) {
        EXPECT_EQ(toUtf8(porterStem(toLower(toCharacters(word)))), stem.get<std::string>()) << word;
    }
}

TEST_F(FixtureScores, SynonymsEqualNltksReader)
{
    NEXTQUILL_NEED_SHARED(file, "fixtures/metrics/wordnet.json");
    const auto synonyms = Synonyms::installed();
    if (!synonyms) {
        GTEST_SKIP() << "WordNet is not installed (package wordnet-base)";
    }
    const Json fixture = readJsonFile(file, {});
    for (const auto& [word, expected] : fixture.at("synonyms").items()) {
        EXPECT_EQ(Json(synonyms->of(toUtf8(toLower(toCharacters(word))))), expected) << word;
    }
}

} // namespace
} // namespace nextquill::evaluate

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/ProjectExamples.h"

#include "core/base/Error.h"
#include "core/evaluate/BootstrapInterval.h"
#include "core/workflow/Comparison.h"
#include "core/workflow/Inspection.h"

#include "tests/core/workflow/SampleProject.h"

#include <array>
#include <cmath>
#include <fmt/format.h>
#include <set>

namespace nextquill::workflow {
namespace {

class Examples : public testing::SampleProject
{
protected:
    void SetUp() override
    {
        SampleProject::SetUp();
        if (!IsSkipped()) {
            m_decoder = decoder();
            m_settings.budget.promptTokens = 440;
            m_settings.target.targetTokens = 64;
        }
    }

    std::unique_ptr<model::Decoder> m_decoder;
    ExampleSettings m_settings;
};

TEST_F(Examples, AreOneEachAndNeverHoldTheAnswerInThePrompt)
{
    const store::Split split = smallSplit();
    const auto ids = store::Splits{*m_project}.examples(split.id, store::SplitPart::Train);
    const ProjectExamples source{m_file, ids, m_decoder->sharedFiles(), m_settings};
    ASSERT_EQ(source.size(), std::ssize(ids));
    std::set<std::string> names;
    store::Histories histories{*m_project};
    for (std::int64_t i = 0; i < std::min<std::int64_t>(source.size(), 20); ++i) {
        names.insert(source.example(i).id);
        const store::ExampleData data = histories.example(ids[static_cast<std::size_t>(i)]);
        const text::TwinPrompt prompt = promptFor(data, m_decoder->files(), m_settings, 64);
        ASSERT_GE(data.target.text.size(), 20U);
        for (const std::string& text : {prompt.with.text(), prompt.without.text()}) {
            EXPECT_EQ(text.find(data.target.text), std::string::npos);
            EXPECT_EQ(text.find(data.target.text.substr(0, 20)), std::string::npos);
        }
    }
    EXPECT_EQ(std::ssize(names), std::min<std::int64_t>(source.size(), 20));
}

TEST_F(Examples, OfUsersWithFewReviewsHaveThemAll)
{
    ExampleSettings roomy = m_settings;
    roomy.budget.promptTokens = 100'000;
    for (const std::size_t count : {0U, 1U, 3U}) {
        store::ExampleData data = example(count);
        data.history.resize(count);
        data.historyItems.resize(count);
        data.item.description.clear(); // all must fit the tiny model's context
        for (std::size_t i = 0; i < count; ++i) {
            data.history[i].text = "Short.";
            data.history[i].title = "T";
            data.historyItems[i].title = "I";
            data.historyItems[i].description.clear();
        }
        const text::TwinPrompt prompt = promptFor(data, m_decoder->files(), roomy, 64);
        EXPECT_EQ(prompt.reviewsUsed, static_cast<int>(count));
        EXPECT_NO_THROW(static_cast<void>(twinExampleFor(data, m_decoder->files(), m_settings)));
    }
}

TEST_F(Examples, DropWholeOldReviewsAndNeverCutTheRequest)
{
    const store::ExampleData data = example(6);
    const auto& files = m_decoder->files();
    for (const std::size_t answer : {1U, 64U, 150U}) {
        const text::TwinPrompt prompt = promptFor(data, files, m_settings, answer);
        const auto ids = text::encode(*files.tokenizer(), prompt.with);
        EXPECT_LE(ids.size(), std::min<std::size_t>(440, 512 - answer));
        EXPECT_LT(prompt.reviewsUsed, 6) << "the case is of no use: all reviews fit";
        for (std::size_t i = 0; i < prompt.usedReviews.size(); ++i) {
            EXPECT_EQ(prompt.usedReviews[i], i); // the newest, in order
        }
        const std::string text = prompt.with.text();
        EXPECT_NE(text.find("[Output Review Title]: " + data.target.title), std::string::npos);
        EXPECT_NE(text.find("[Output Review Rating]: "), std::string::npos);
        EXPECT_NE(text.find("[Item Title]: " + data.item.title), std::string::npos);
        EXPECT_TRUE(text.ends_with("assistant\n")) << text.substr(text.size() - 40);
        if (prompt.reviewsCut == 0) {
            for (const std::size_t used : prompt.usedReviews) {
                EXPECT_NE(text.find(data.history[used].text), std::string::npos) << used;
            }
        }
    }
}

TEST_F(Examples, NeedAnAnswerThatLeavesRoom)
{
    EXPECT_THROW(static_cast<void>(promptFor(example(4), m_decoder->files(), m_settings, 512)),
                 Error);
}

TEST_F(Examples, WrittenWithoutAHistorySaySo)
{
    store::ExampleData data = example(2);
    data.history.clear();
    data.historyItems.clear();
    generate::GenerationSettings generation;
    generation.maxNewTokens = 8;
    const ComparedText none =
        writeText(data, *m_decoder, "tiny", true, m_settings, generation, {}, {});
    EXPECT_FALSE(none.withHistory);
    EXPECT_EQ(none.historyReviews, 0);
    EXPECT_TRUE(none.generated.effects.empty());
    const ComparedText plain =
        writeText(data, *m_decoder, "tiny", false, m_settings, generation, {}, {});
    EXPECT_EQ(none.text, plain.text);
    const OrderedJson json = toJson(Comparison{.texts = {none}});
    EXPECT_EQ(json.at("texts").at(0).at("with_history"), false);

    const ComparedText with =
        writeText(example(4), *m_decoder, "tiny", true, m_settings, generation, {}, {});
    EXPECT_TRUE(with.withHistory);
    EXPECT_GT(with.historyReviews, 0);
    EXPECT_EQ(with.tokenTexts.size(), with.generated.ids.size());
    EXPECT_EQ(with.generated.effects.size(), with.generated.ids.size());
}

TEST_F(Examples, InspectedAttributeToTheReviewsThatAreShown)
{
    const store::ExampleData data = example(4);
    const Inspection seen =
        inspect(data, *m_decoder, "tiny", m_settings, std::nullopt, true, {}, m_progress);
    const text::TwinPrompt prompt =
        promptFor(data, m_decoder->files(), m_settings,
                  targetTokens(data.target.text, m_decoder->files(), m_settings));
    ASSERT_EQ(std::ssize(seen.history), prompt.reviewsUsed);
    ASSERT_EQ(seen.attribution->reviews, prompt.reviewsUsed);
    for (std::size_t i = 0; i < seen.history.size(); ++i) {
        EXPECT_EQ(seen.history[i].review.id, data.history[prompt.usedReviews[i]].id);
    }
    EXPECT_EQ(seen.attribution->effect.size(), seen.effects.tokens.size() * seen.history.size());
    EXPECT_EQ(seen.tokenTexts.size(), seen.effects.tokens.size());

    // p(h) - p(h without i), the second measured as the history of an example of its own.
    store::ExampleData fewer = data;
    fewer.history.resize(seen.history.size());
    fewer.historyItems.resize(seen.history.size());
    fewer.history.erase(fewer.history.begin());
    fewer.historyItems.erase(fewer.historyItems.begin());
    const std::array examples{twinExampleFor(fewer, m_decoder->files(), m_settings)};
    const auto effects = causal::measurePreferenceEffects(*m_decoder, examples, {}, {}, m_progress);
    for (std::size_t t = 0; t < seen.effects.tokens.size(); ++t) {
        EXPECT_NEAR(seen.attribution->at(t, 0),
                    seen.effects.tokens[t].p_h - effects[0].tokens[t].p_h, 1e-5)
            << t;
    }
}

TEST_F(Examples, WithoutAHistoryCannotBeInspected)
{
    store::ExampleData data = example(2);
    data.history.clear();
    data.historyItems.clear();
    EXPECT_THROW(static_cast<void>(inspect(data, *m_decoder, "tiny", m_settings, std::nullopt,
                                           false, {}, m_progress)),
                 Error);
}

TEST_F(Examples, EvaluatedHaveTheMeansOfTheirFigures)
{
    const store::Split split = smallSplit();
    EvaluationSettings settings{.models = {m_model.string()},
                                .split = "small",
                                .limit = 3,
                                .textLimit = 2,
                                .example = m_settings};
    settings.generation.maxNewTokens = 12;
    settings.decoder = {.device = "cpu", .dtype = model::ComputeType::Float32};
    const Evaluation evaluation = evaluateProject(m_file, settings, {}, m_progress);
    ASSERT_EQ(evaluation.rows.size(), 2U);
    const EvaluationRow& plain = evaluation.rows[0];
    const EvaluationRow& with = evaluation.rows[1];
    EXPECT_FALSE(plain.withHistory);
    EXPECT_TRUE(with.withHistory);

    auto ids = store::Splits{*m_project}.examples(split.id, store::SplitPart::Test);
    ids.resize(std::min<std::size_t>(ids.size(), 3));
    ASSERT_EQ(with.examples, std::ssize(ids));
    EXPECT_EQ(with.texts, 2);
    EXPECT_EQ(evaluation.comparisons.size(), 2U);
    double nll_h = 0;
    double nll_0 = 0;
    double pce = 0;
    std::vector<double> rouge;
    std::vector<evaluate::TextPair> pairs;
    store::Histories histories{*m_project};
    for (const ExampleId id : ids) {
        const store::ExampleData data = histories.example(id);
        const std::array examples{twinExampleFor(data, m_decoder->files(), m_settings)};
        const auto effects =
            causal::measurePreferenceEffects(*m_decoder, examples, {}, {}, m_progress);
        const double tokens = static_cast<double>(effects[0].tokens.size());
        for (const causal::TokenEffect& token : effects[0].tokens) {
            nll_h -= std::log(static_cast<double>(token.p_h)) / tokens;
            nll_0 -= std::log(static_cast<double>(token.p_0)) / tokens;
            pce += (token.p_h - token.p_0) / tokens;
        }
        if (pairs.size() < 2) {
            const ComparedText text =
                writeText(data, *m_decoder, "tiny", true, m_settings, settings.generation, {}, {});
            const Comparison& comparison = evaluation.comparisons.at(pairs.size());
            EXPECT_EQ(comparison.example, id);
            EXPECT_EQ(comparison.reference, data.target.text);
            ASSERT_EQ(comparison.texts.size(), 2U);
            EXPECT_FALSE(comparison.texts[0].withHistory);
            EXPECT_EQ(comparison.texts[1].text, text.text);
            pairs.push_back({.prediction = text.text, .reference = data.target.text});
            rouge.push_back(evaluate::scoreText(pairs.back()).rouge1);
        }
    }
    const double count = static_cast<double>(ids.size());
    EXPECT_NEAR(with.nll.mean, nll_h / count, 1e-4);
    EXPECT_NEAR(plain.nll.mean, nll_0 / count, 1e-4);
    EXPECT_NEAR(with.meanPce.mean, pce / count, 1e-6);
    EXPECT_EQ(plain.meanPce.mean, 0);
    EXPECT_NEAR(with.rouge1.mean, evaluate::bootstrapMean(rouge).mean, 1e-9);
    EXPECT_NEAR(with.bleu, evaluate::scoreCorpus(pairs).mean.bleu, 1e-9);
    EXPECT_NE(toTable(evaluation).find(fmt::format("{:.3f}", with.nll.mean)), std::string::npos);
}

TEST_F(Examples, EvaluatedNeedASplitAndAPart)
{
    EvaluationSettings settings{.models = {m_model.string()}};
    EXPECT_THROW(static_cast<void>(evaluateProject(m_file, settings, {}, m_progress)), Error);
    smallSplit();
    settings.split = "none";
    EXPECT_THROW(static_cast<void>(evaluateProject(m_file, settings, {}, m_progress)), Error);
    settings.split = "small";
    settings.part = "none";
    EXPECT_THROW(static_cast<void>(evaluateProject(m_file, settings, {}, m_progress)), Error);
}

} // namespace
} // namespace nextquill::workflow

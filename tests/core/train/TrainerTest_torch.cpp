// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a run teaches, from which records, and what it leaves behind.
#include "core/base/Error.h"
#include "core/causal/PreferenceEffects.h"
#include "core/causal/TwinPass_torch.h"
#include "core/train/Trainer.h"

#include "tests/core/train/TinyRuns_torch.h"
#include "tests/support/Fixtures.h"
#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>
#include <gmock/gmock.h>
#include <numeric>
#include <set>

namespace nextquill::train {

namespace {

namespace fs = std::filesystem;
using causal::ObjectiveKind;
using nextquill::testing::TemporaryFolder;
using testing::MemoryExamples;
using testing::someExamples;

constexpr const char* llama = "fixtures/models/tiny-llama";

/// Mean of a few losses at each end of a run.
double fallOf(const std::vector<double>& losses)
{
    const auto mean = [](auto first, auto last) {
        return std::accumulate(first, last, 0.0) / static_cast<double>(last - first);
    };
    return mean(losses.begin(), losses.begin() + 3) - mean(losses.end() - 3, losses.end());
}

TEST(Trainer, LossFallsWithAdaptersAndWithAllWeights)
{
    for (const char* name : {qwen, llama}) {
        NEXTQUILL_NEED_SHARED(folder, name);
        for (TrainingSettings settings : {testing::quickSettings(), testing::fullSettings()}) {
            const TemporaryFolder temporary;
            settings.epochs = 10;
            const auto endOfText = model::ModelFiles::open(folder)->endOfText();
            const MemoryExamples examples{someExamples(8, 1, endOfText)};

            const auto ended = testing::train(folder, temporary / "run", settings, examples);

            const std::vector<double> losses = testing::lossesOf(temporary / "run");
            EXPECT_EQ(ended.result.end, RunEnd::Finished);
            EXPECT_EQ(ended.result.steps, 20);
            ASSERT_EQ(losses.size(), 20U);
            EXPECT_GT(fallOf(losses), 1.0) << name << (settings.full ? " full" : " adapters");
        }
    }
}

TEST(Trainer, EveryObjectiveTrains)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    for (const ObjectiveKind kind : causal::allObjectives()) {
        const TemporaryFolder temporary;
        TrainingSettings settings = testing::quickSettings();
        settings.objective = causal::Objective::defaults(kind);
        settings.maxSteps = 6;
        const MemoryExamples examples{someExamples(4, 1)};

        static_cast<void>(testing::train(model, temporary / "run", settings, examples));

        const std::vector<double> losses = testing::lossesOf(temporary / "run");
        EXPECT_LT(losses.back(), losses.front()) << causal::name(kind);
    }
}

/// Weights after a few steps of `batch` times `accumulation` records.
std::vector<torch::Tensor> weightsAfter(const fs::path& model, TrainingSettings settings,
                                        std::int64_t batch, std::int64_t accumulation)
{
    const TemporaryFolder temporary;
    settings.batch = batch;
    settings.accumulation = accumulation;
    settings.objective.normalize = causal::Normalize::Record;
    const MemoryExamples examples{someExamples(10, 2)}; // an epoch's last step has two records
    return testing::train(model, temporary / "run", settings, examples).weights;
}

TEST(Trainer, AccumulationOfFourEqualsABatchOfFour)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    TrainingSettings settings = testing::fullSettings();
    settings.dtype = "float64";
    // Adam divides a gradient by its own size: rounding of a gradient near 0 would show in full.
    settings.epsilon = 1e-3;
    const auto reference = weightsAfter(model, settings, 1, 4);
    EXPECT_LT(testing::difference(reference, weightsAfter(model, settings, 4, 1)), 1e-12);
    EXPECT_LT(testing::difference(reference, weightsAfter(model, settings, 2, 2)), 1e-12);
    EXPECT_LT(testing::difference(reference, weightsAfter(model, settings, 3, 1)), 1.0);
    EXPECT_GT(testing::difference(reference, weightsAfter(model, settings, 3, 1)), 1e-6);

    settings.dtype = "float32";
    EXPECT_LT(testing::difference(weightsAfter(model, settings, 1, 4),
                                  weightsAfter(model, settings, 4, 1)),
              1e-6);
}

TEST(Trainer, LoggedLossIsTheMeanOverRecordsWhateverTheBatch)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    std::vector<Json> first;
    for (const std::int64_t batch : {1, 2, 4}) {
        const TemporaryFolder temporary;
        TrainingSettings settings = testing::quickSettings();
        settings.dtype = "float64";
        settings.batch = batch;
        settings.accumulation = 4 / batch;
        settings.maxSteps = 1;
        const MemoryExamples examples{someExamples(4, 2)};
        static_cast<void>(testing::train(model, temporary / "run", settings, examples));
        first.push_back(testing::eventsOf(temporary / "run", "step").at(0));
    }
    for (const char* figure : {"loss", "loss_main", "loss_causal", "mean_pce", "grad_norm"}) {
        const double reference = first[0].at(figure).get<double>();
        for (const Json& event : first) {
            EXPECT_NEAR(event.at(figure).get<double>(), reference, 1e-10) << figure;
        }
    }
}

TEST(Trainer, PreferenceFiguresAreMeansOverTheTargetTokensOfAStep)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    TrainingSettings settings = testing::quickSettings();
    settings.objective.threshold = 0;
    settings.maxSteps = 1;
    const std::vector<causal::TwinExample> records = someExamples(4, 2);
    static_cast<void>(testing::train(model, temporary / "run", settings, MemoryExamples{records}));
    const auto untrained = testing::trainable(model, settings);
    NoProgress quiet;
    double sum = 0;
    double above = 0;
    double tokens = 0;
    for (const auto& effects :
         causal::measurePreferenceEffects(*untrained, records, {}, {}, quiet)) {
        const auto T = static_cast<double>(effects.tokens.size());
        sum += T * effects.meanPce();
        above += T * effects.preferenceRatio(0);
        tokens += T;
    }

    const Json step = testing::eventsOf(temporary / "run", "step").at(0);

    EXPECT_NEAR(step.at("mean_pce").get<double>(), sum / tokens, 1e-8);
    EXPECT_NEAR(step.at("preference_ratio").get<double>(), above / tokens, 1e-12);
    EXPECT_NE(above, 0);
    EXPECT_NE(above, tokens);
}

TEST(Trainer, EveryRecordIsUsedOncePerEpochInAnotherOrder)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    TrainingSettings settings = testing::quickSettings();
    settings.epochs = 3;
    const MemoryExamples examples{someExamples(10, 3)};

    const auto ended = testing::train(model, temporary / "run", settings, examples);

    EXPECT_EQ(ended.result.steps, 9); // 4 + 4 + 2 records, three times
    ASSERT_EQ(examples.askedFor.size(), 30U);
    std::vector<std::vector<std::int64_t>> epochs;
    for (std::size_t epoch = 0; epoch < 3; ++epoch) {
        const auto begin = examples.askedFor.begin() + static_cast<std::ptrdiff_t>(epoch * 10);
        epochs.emplace_back(begin, begin + 10);
        std::vector<std::int64_t> all(10);
        std::iota(all.begin(), all.end(), 0);
        EXPECT_THAT(epochs.back(), ::testing::UnorderedElementsAreArray(all));
    }
    EXPECT_NE(epochs[0], epochs[1]);
    EXPECT_NE(epochs[1], epochs[2]);
}

/// Losses of four steps on one record with weights that stay, the adapters not zero.
std::vector<double> lossesWithDropout(const fs::path& model, double dropout)
{
    const TemporaryFolder temporary;
    TrainingSettings settings = testing::quickSettings();
    settings.lowRank.dropout = dropout;
    settings.learningRate = 0;
    settings.maxSteps = 4;
    const auto directory = RunDirectory::create(temporary / "run", settings, {});
    const auto decoder = testing::trainable(model, settings);
    for (const model::NamedParameter& p : decoder->network().adapterParameters()) {
        const torch::NoGradGuard noGrad;
        torch::Tensor{p.tensor}.fill_(0.05);
    }
    const MemoryExamples examples{someExamples(1, 2)};
    NoProgress quiet;
    RunControl control;
    static_cast<void>(
        Trainer{*decoder, examples, nullptr, nullptr, *directory}.run({}, quiet, control));
    return testing::lossesOf(temporary / "run");
}

TEST(Trainer, DropoutIsDrawnAnewForEveryStepAndTheSameInEveryRun)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const std::vector<double> losses = lossesWithDropout(model, 0.5);
    EXPECT_EQ(std::set<double>(losses.begin(), losses.end()).size(), 4U);
    EXPECT_EQ(lossesWithDropout(model, 0.5), losses);
    const std::vector<double> without = lossesWithDropout(model, 0);
    EXPECT_EQ(std::set<double>(without.begin(), without.end()).size(), 1U);
}

TEST(Trainer, EndOfSequenceIsLearntWithTheTarget)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    TrainingSettings settings = testing::fullSettings();
    settings.accumulation = 1;
    settings.maxSteps = 40;
    const auto directory = RunDirectory::create(temporary / "run", settings, {});
    const auto decoder = testing::trainable(model, settings);
    const std::vector<text::TokenId> with = {text::TokenId{5}, text::TokenId{6}, text::TokenId{7}};
    const std::vector<text::TokenId> without = {text::TokenId{5}, text::TokenId{9}};
    const causal::TwinExample example =
        causal::makeTwinExample("one", with, without, decoder->tokenizer(), "a quiet book",
                                decoder->files().endOfText(), {});
    ASSERT_EQ(example.target.back(), decoder->files().endOfText());
    NoProgress quiet;
    const auto lastToken = [&] {
        const std::vector one{example};
        return causal::measurePreferenceEffects(*decoder, one, {}, {}, quiet)[0].tokens.back();
    };
    const float before = lastToken().p_h;

    const MemoryExamples examples{{example}};
    RunControl control;
    static_cast<void>(
        Trainer{*decoder, examples, nullptr, nullptr, *directory}.run({}, quiet, control));

    EXPECT_EQ(lastToken().token, decoder->files().endOfText());
    EXPECT_LT(before, 0.05F);
    EXPECT_GT(lastToken().p_h, 0.5F);
}

/// Hidden states of both worlds of one example.
torch::Tensor hiddenOf(model::Decoder& decoder, const causal::TwinExample& example)
{
    const torch::NoGradGuard noGrad;
    const causal::TwinHidden pass = causal::twinPass(decoder.network(), {&example, 1}, {});
    return torch::cat({pass.hidden_h, pass.hidden_0}).matmul(decoder.network().headWeight().t());
}

TEST(Trainer, ResultOfEitherKindLoadsAgainAndComputesTheSame)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    for (TrainingSettings settings : {testing::quickSettings(), testing::fullSettings()}) {
        const TemporaryFolder temporary;
        settings.lowRank.dropout = 0.2; // off in what is compared
        settings.maxSteps = 3;
        const auto directory = RunDirectory::create(temporary / "run", settings, {});
        const auto decoder = testing::trainable(model, settings);
        const MemoryExamples examples{someExamples(4, 4)};
        NoProgress quiet;
        RunControl control;
        static_cast<void>(
            Trainer{*decoder, examples, nullptr, nullptr, *directory}.run({}, quiet, control));
        const causal::TwinExample probe = someExamples(1, 9)[0];

        const fs::path result = directory->modelFolder();
        const auto again =
            settings.full
                ? model::Decoder::load(model::ModelFiles::open(result),
                                       {.device = "cpu", .dtype = model::ComputeType::Float32},
                                       std::nullopt, {}, quiet)
                : model::Decoder::load(model::ModelFiles::open(model),
                                       {.device = "cpu", .dtype = model::ComputeType::Float32},
                                       result, {}, quiet);

        EXPECT_TRUE(torch::equal(hiddenOf(*again, probe), hiddenOf(*decoder, probe)));
        const auto untrained = testing::trainable(model, settings);
        EXPECT_FALSE(torch::equal(hiddenOf(*again, probe), hiddenOf(*untrained, probe)));
        EXPECT_FALSE(fs::exists(result.string() + ".tmp"));
    }
}

/// Two steps with effects from `frozen`.
std::vector<torch::Tensor> weightsWith(const fs::path& model, model::Decoder* frozen,
                                       const ExampleSource& examples)
{
    const TemporaryFolder temporary;
    TrainingSettings settings = testing::quickSettings();
    settings.objective.kind = ObjectiveKind::TokenWeight;
    settings.objective.threshold = 0; // half of all tokens
    settings.effectSource = frozen != nullptr ? "frozen:other" : "online";
    settings.epochs = 2;
    const auto directory = RunDirectory::create(temporary / "run", settings, {});
    const auto decoder = testing::trainable(model, settings);
    NoProgress quiet;
    RunControl control;
    static_cast<void>(
        Trainer{*decoder, examples, nullptr, frozen, *directory}.run({}, quiet, control));
    return testing::weightsOf(*decoder);
}

TEST(Trainer, FrozenEffectsComeFromTheFrozenModel)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    TrainingSettings settings = testing::quickSettings();
    settings.full = true;
    const auto same = testing::trainable(model, settings);
    const auto foreign = testing::trainable(model, settings);
    {
        const torch::NoGradGuard noGrad;
        torch::manual_seed(2);
        for (const model::NamedParameter& p : foreign->network().parameters()) {
            torch::Tensor{p.tensor}.add_(torch::randn_like(p.tensor) * 0.1);
        }
    }
    const auto before = testing::weightsOf(*foreign);
    const MemoryExamples examples{someExamples(4, 5)};

    const auto online = weightsWith(model, nullptr, examples);
    const auto withSame = weightsWith(model, same.get(), examples);
    const auto withForeign = weightsWith(model, foreign.get(), examples);

    EXPECT_GT(testing::difference(online, withForeign), 1e-5);
    EXPECT_GT(testing::difference(withSame, withForeign), 1e-5);
    EXPECT_TRUE(testing::identical(testing::weightsOf(*foreign), before));
}

TEST(Trainer, FrozenModelThatIsTheSameGivesTheFirstStepOfAnOnlineRun)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    std::vector<std::vector<torch::Tensor>> results;
    TrainingSettings settings = testing::quickSettings();
    settings.maxSteps = 1;
    for (const bool frozen : {false, true}) {
        const TemporaryFolder temporary;
        settings.effectSource = frozen ? "frozen:base" : "online";
        const auto directory = RunDirectory::create(temporary / "run", settings, {});
        const auto decoder = testing::trainable(model, settings);
        const auto base = testing::trainable(model, settings);
        const MemoryExamples examples{someExamples(4, 5)};
        NoProgress quiet;
        RunControl control;
        static_cast<void>(
            Trainer{*decoder, examples, nullptr, frozen ? base.get() : nullptr, *directory}.run(
                {}, quiet, control));
        results.push_back(testing::weightsOf(*decoder));
    }
    EXPECT_TRUE(testing::identical(results[0], results[1]));
}

} // namespace

} // namespace nextquill::train

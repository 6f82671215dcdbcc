// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/bench/BenchModels.h"
#include "core/bench/GenerationBench.h"
#include "core/bench/PceBench.h"
#include "core/bench/RandomModel.h"
#include "core/bench/TrainingBench.h"

#include "tests/core/bench/StopAtStage.h"

#include <gtest/gtest.h>

#include <cmath>
#include <gmock/gmock.h>

namespace nextquill::bench {
namespace {

using ::testing::IsSupersetOf;
using testing::StopAtStage;

constexpr RecordLengths shortLengths{
    .prefix = 6, .history = 24, .none = 2, .suffix = 3, .target = 5};

/// Of no machine; figures only have to be there.
constexpr MachineLimits someLimits{.multiplyAdds = 100,
                                   .bfloat16MultiplyAdds = 200,
                                   .matmul = 90,
                                   .bfloat16Matmul = 180,
                                   .read = 1e10};

std::unique_ptr<model::Decoder> tinyDecoder(model::ComputeType type)
{
    NoProgress progress;
    return randomDecoder(modelNamed("tiny"), type, {}, progress);
}

std::vector<std::string> namesOf(const BenchReport& report)
{
    std::vector<std::string> names;
    for (const BenchRow& row : report.rows) {
        names.push_back(row.name);
        EXPECT_GT(row.seconds, 0) << row.name;
        EXPECT_GE(row.seconds, row.fastest) << row.name;
        EXPECT_GT(row.perSecond, 0) << row.name;
        EXPECT_EQ(row.ratio.has_value(), !row.comparedWith.empty()) << row.name;
        for (const std::optional<double>& figure :
             {row.gigaflops, row.shareOfMatmul, row.shareOfPeak, row.shareOfBandwidth, row.ratio}) {
            EXPECT_GT(figure.value_or(1), 0) << row.name;
        }
    }
    return names;
}

using Names = std::vector<std::string>;

class ModelBenches : public ::testing::TestWithParam<model::ComputeType>
{
};

TEST_P(ModelBenches, PceHasEachWayOfBothQuestions)
{
    const auto decoder = tinyDecoder(GetParam());
    StopAtStage progress;
    const PceBenchSettings settings{.lengths = shortLengths, .reviews = 3, .repeats = 1};
    const BenchReport report = benchPce(*decoder, "tiny", settings, someLimits, {}, progress);
    EXPECT_EQ(
        namesOf(report),
        (Names{"a record, one packed pass", "a record, a pass for each prompt", "a record, plain",
               "3 reviews, packed tree", "3 reviews, a pass for each prompt", "3 reviews, plain"}));
    EXPECT_EQ(report.facts.at("prompts"), 5); // all, each of three left out, none
    // 33 tokens of prompt, 3 times 25, 11; 4 of the target behind each
    EXPECT_EQ(report.facts.at("tokens"), 33 + 3 * 25 + 11 + 5 * 4);
    EXPECT_LT(report.facts.at("tree_tokens"), report.facts.at("tokens"));
    EXPECT_EQ(report.rows[0].comparedWith, report.rows[1].name);
    EXPECT_EQ(report.rows[3].comparedWith, report.rows[4].name);
    EXPECT_TRUE(report.rows[0].shareOfMatmul);
    EXPECT_TRUE(report.rows[0].peakBytes);
}

TEST_P(ModelBenches, GenerationHasStreamsWorldsAndSamples)
{
    const auto decoder = tinyDecoder(GetParam());
    StopAtStage progress;
    const GenerationBenchSettings settings{
        .prompt = 20, .without = 9, .fresh = 6, .samples = 3, .uncached = 2, .repeats = 1};
    const BenchReport report =
        benchGeneration(*decoder, "tiny", settings, someLimits, {}, progress);
    EXPECT_EQ(namesOf(report), (Names{"prompt", "one stream", "both worlds", "3 samples, together",
                                      "3 samples, in turn", "plain, no cache"}));
    const BenchRow& stream = report.rows[1];
    const double bytes = report.facts.at("weight_bytes").get<double>();
    EXPECT_EQ(bytes, static_cast<double>(decoder->config().parameters()) *
                         (GetParam() == model::ComputeType::BFloat16 ? 2 : 4));
    EXPECT_DOUBLE_EQ(stream.shareOfBandwidth.value(), stream.perSecond * bytes / someLimits.read);
    EXPECT_EQ(report.rows[2].comparedWith, "one stream");
    EXPECT_EQ(report.rows[3].comparedWith, "3 samples, in turn");
}

INSTANTIATE_TEST_SUITE_P(Types, ModelBenches,
                         ::testing::Values(model::ComputeType::Float32,
                                           model::ComputeType::BFloat16),
                         [](const auto& given) {
                             return given.param == model::ComputeType::BFloat16 ? "bfloat16"
                                                                                : "float32";
                         });

TEST(ModelBenches, LeaveThePlainPathOutWhereAsked)
{
    const auto decoder = tinyDecoder(model::ComputeType::Float32);
    StopAtStage progress;
    const BenchReport pce = benchPce(
        *decoder, "tiny", {.lengths = shortLengths, .reviews = 2, .repeats = 1, .reference = false},
        someLimits, {}, progress);
    EXPECT_EQ(pce.rows.size(), 4U);
    const BenchReport generation = benchGeneration(
        *decoder, "tiny",
        {.prompt = 9, .without = 5, .fresh = 3, .samples = 1, .repeats = 1, .reference = false},
        someLimits, {}, progress);
    EXPECT_EQ(namesOf(generation), (Names{"prompt", "one stream", "both worlds"}));
}

TEST(ModelBenches, TrainingHasEveryWay)
{
    StopAtStage progress;
    TrainingBenchSettings settings{.model = "tiny", .bfloat16 = false, .lengths = shortLengths};
    settings.repeats = 1;
    EXPECT_THAT(namesOf(benchTraining(settings, someLimits, {}, progress)),
                IsSupersetOf({"all weights", "all weights, recomputed", "plain",
                              "AdamW, all weights", "adapters of rank 16"}));
    settings.only = {"recomputed", "adapters"};
    EXPECT_EQ(namesOf(benchTraining(settings, someLimits, {}, progress)),
              (Names{"all weights, recomputed", "adapters of rank 16"}));
}

TEST(ModelBenches, StopWhenAsked)
{
    const auto decoder = tinyDecoder(model::ComputeType::Float32);
    {
        StopAtStage progress{"packed tree"};
        EXPECT_THROW(
            static_cast<void>(benchPce(*decoder, "tiny", {.lengths = shortLengths, .reviews = 2},
                                       someLimits, progress.token(), progress)),
            Stopped);
        EXPECT_EQ(progress.stages.back(), "2 reviews, packed tree");
    }
    {
        StopAtStage progress{"both worlds"};
        EXPECT_THROW(static_cast<void>(benchGeneration(*decoder, "tiny",
                                                       {.prompt = 9, .without = 5, .fresh = 3},
                                                       someLimits, progress.token(), progress)),
                     Stopped);
        EXPECT_EQ(progress.stages.back(), "both worlds");
    }
    StopAtStage progress{"recomputed"};
    EXPECT_THROW(static_cast<void>(benchTraining({.model = "tiny", .lengths = shortLengths},
                                                 someLimits, progress.token(), progress)),
                 Stopped);
}

TEST(ModelBenches, RefuseWhatDoesNotFit)
{
    const auto decoder = tinyDecoder(model::ComputeType::Float32);
    NoProgress progress;
    EXPECT_THROW(
        static_cast<void>(benchPce(*decoder, "tiny", {.lengths = shortLengths, .reviews = 25},
                                   someLimits, {}, progress)),
        Error);
    EXPECT_THROW(static_cast<void>(
                     benchGeneration(*decoder, "tiny", {.prompt = 8192}, someLimits, {}, progress)),
                 Error);
}

TEST(RandomModel, HasTheWeightsOfItsShapeAndIsWrittenNowhere)
{
    for (const std::string& name : modelNames()) {
        const auto files = randomModel(modelNamed(name));
        EXPECT_TRUE(files->find("model.layers.0.mlp.up_proj.weight")) << name;
        EXPECT_FALSE(files->find("model.layers.0.mlp.sideways.weight")) << name;
        EXPECT_EQ(files->tokenizer()->encode("añb").ids.size(), 4U);
    }
    const auto files = randomModel(modelNamed("tiny"));
    std::vector<float> weights(static_cast<std::size_t>(
        files->find("model.layers.0.mlp.up_proj.weight").value().elements()));
    files->readFloat32("model.layers.0.mlp.up_proj.weight", weights.data());
    double squares = 0;
    for (const float weight : weights) {
        squares += static_cast<double>(weight) * weight;
    }
    // Of a uniform distribution of this width; 20,480 draws are within a few percent of it.
    EXPECT_NEAR(std::sqrt(squares / static_cast<double>(weights.size())), 0.02, 0.001);
    EXPECT_THROW(files->writeCompanionFiles("/nowhere", "float32"), Error);
}

} // namespace
} // namespace nextquill::bench

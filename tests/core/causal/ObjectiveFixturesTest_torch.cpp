// SPDX-License-Identifier: GPL-3.0-or-later
//
// Losses and all gradients of the whole model against the reference (shared/fixtures/nextquill).
#include "core/causal/FusedHead_torch.h"
#include "core/causal/Objective.h"
#include "core/causal/PreferenceEffects.h"
#include "core/causal/TwinPass_torch.h"

#include "tests/core/causal/NextQuillFixture_torch.h"
#include "tests/support/Fixtures.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>
#include <tuple>

namespace nextquill::causal {
namespace {

using model::ComputeType;
using testing::NextQuillFixture;
using testing::relativeDifference;

struct Variant
{
    std::string name; ///< of the fixture
    ObjectiveKind kind;
    bool detachWeight = false;
};

const std::vector<Variant> variants{
    {"sft_with_history", ObjectiveKind::Sft},
    {"sft_without_history", ObjectiveKind::SftNoHistory},
    {"target_weight", ObjectiveKind::TokenWeight},
    {"js_weight", ObjectiveKind::JsWeight},
    {"js_weight_detached", ObjectiveKind::JsWeight, true},
    {"causal", ObjectiveKind::Causal},
    {"nextquill", ObjectiveKind::NextQuill},
};

Objective objective(const Variant& variant, Normalize normalize)
{
    Objective objective = Objective::defaults(variant.kind);
    objective.detachWeight = variant.detachWeight;
    objective.normalize = normalize;
    if (objective.hasCausalTerm()) {
        objective.alpha = 0.1; // the fixtures' for `causal` too
    }
    return objective;
}

LossResult lossOf(model::Network& network, const Objective& objective,
                  std::span<const TwinExample> examples, std::int64_t chunkRows = 0)
{
    const TwinHidden pass =
        twinPass(network, examples,
                 {.history = objective.needsHistoryPass(), .plain = objective.needsPlainPass()});
    return objectiveLoss(objective, pass, network.headWeight(), std::nullopt, chunkRows);
}

void wantGradients(model::Network& network)
{
    for (const model::NamedParameter& parameter : network.parameters()) {
        torch::Tensor{parameter.tensor}.set_requires_grad(true).mutable_grad() = torch::Tensor{};
    }
}

struct Precision
{
    std::string name;
    ComputeType type;
    double tolerance;
};
const Precision fp64{"fp64", ComputeType::Float64, 1e-10};
const Precision fp32{"fp32", ComputeType::Float32, 1e-5};

class ObjectiveFixtures : public ::testing::TestWithParam<std::tuple<Variant, Precision>>
{
};
INSTANTIATE_TEST_SUITE_P(All, ObjectiveFixtures,
                         ::testing::Combine(::testing::ValuesIn(variants),
                                            ::testing::Values(fp64, fp32)),
                         [](const auto& tested) {
                             return std::get<0>(tested.param).name + "_" +
                                    std::get<1>(tested.param).name;
                         });

TEST_P(ObjectiveFixtures, LossAndEveryGradientEqualTheReference)
{
    NEXTQUILL_NEED_SHARED(folder, "fixtures/nextquill");
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    const auto& [variant, precision] = GetParam();
    const NextQuillFixture fixture{folder, model};
    const auto decoder = fixture.decoder(precision.type);
    model::Network& network = decoder->network();
    const Objective batch = objective(variant, Normalize::Batch);
    const double expected =
        fixture.json()["losses"][precision.name]["pooled"][variant.name]["loss"];
    const auto reference = fixture.gradients(variant.name, precision.name);
    for (const std::int64_t chunkRows : {0, 1, 7}) { // 72 target tokens
        wantGradients(network);
        const LossResult result = lossOf(network, batch, fixture.examples(), chunkRows);
        EXPECT_NEAR(result.report().loss, expected, precision.tolerance * expected);
        EXPECT_EQ(result.report().tokens, 72);
        result.loss.backward();
        std::size_t compared = 0;
        for (const model::NamedParameter& parameter : network.parameters()) {
            EXPECT_LE(relativeDifference(parameter.tensor.grad(), reference.at(parameter.name)),
                      precision.tolerance)
                << parameter.name << ", chunks of " << chunkRows;
            ++compared;
        }
        EXPECT_EQ(compared, reference.size());
    }
}

TEST_P(ObjectiveFixtures, RecordsAreAveragedWithEqualWeight)
{
    NEXTQUILL_NEED_SHARED(folder, "fixtures/nextquill");
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    const auto& [variant, precision] = GetParam();
    const NextQuillFixture fixture{folder, model};
    const auto decoder = fixture.decoder(precision.type);
    const torch::NoGradGuard noGrad;
    const Objective record = objective(variant, Normalize::Record);
    double mean = 0;
    for (std::size_t i = 0; i < fixture.examples().size(); ++i) {
        const double expected =
            fixture.json()["losses"][precision.name]["per_example"][i][variant.name]["loss"];
        const LossResult own =
            lossOf(decoder->network(), record, std::span{fixture.examples()}.subspan(i, 1));
        EXPECT_NEAR(own.report().loss, expected, precision.tolerance * expected) << "record " << i;
        mean += expected / static_cast<double>(fixture.examples().size());
    }
    const LossResult together = lossOf(decoder->network(), record, fixture.examples());
    EXPECT_NEAR(together.report().loss, mean, precision.tolerance * mean);
}

TEST(ObjectiveFixturesReport, PreferenceRatioIsOverTargetTokensAlone)
{
    // 31 of 72 target tokens; the authors' code divides by all positions, padding included.
    NEXTQUILL_NEED_SHARED(folder, "fixtures/nextquill");
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    const NextQuillFixture fixture{folder, model};
    const auto decoder = fixture.decoder(ComputeType::Float32);
    const LossReport report =
        lossOf(decoder->network(), Objective::defaults(ObjectiveKind::NextQuill),
               fixture.examples())
            .report();
    EXPECT_TRUE(report.hasPce);
    EXPECT_DOUBLE_EQ(report.preferenceRatio, 31.0 / 72.0);
}

TEST(PreferenceEffectsFixtures, FiguresOfEachTokenEqualTheReference)
{
    NEXTQUILL_NEED_SHARED(folder, "fixtures/nextquill");
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    const NextQuillFixture fixture{folder, model};
    const auto decoder = fixture.decoder(ComputeType::Float32);
    NoProgress progress;
    for (const std::size_t budget : {std::size_t{1}, std::size_t{400}, std::size_t{8192}}) {
        const auto effects = measurePreferenceEffects(*decoder, fixture.examples(),
                                                      {.tokensPerPass = budget}, {}, progress);
        const Json& tokens = fixture.json()["losses"]["fp32"]["tokens"];
        std::size_t t = 0;
        ASSERT_EQ(effects.size(), 3U);
        for (const PreferenceEffects& text : effects) {
            for (const TokenEffect& token : text.tokens) {
                EXPECT_NEAR(token.p_h, tokens["p_h"][t].get<double>(), 1e-5) << t;
                EXPECT_NEAR(token.p_0, tokens["p_0"][t].get<double>(), 1e-5) << t;
                EXPECT_NEAR(token.pce(), tokens["pce"][t].get<double>(), 1e-5) << t;
                EXPECT_NEAR(-token.logp_h, tokens["ce_h"][t].get<double>(), 1e-4) << t;
                EXPECT_NEAR(-token.logp_0, tokens["ce_0"][t].get<double>(), 1e-4) << t;
                // w_js is the sum of both divergences from the mean, twice the JS divergence.
                EXPECT_NEAR(2 * token.js, tokens["w_js"][t].get<double>(), 1e-4) << t;
                ++t;
            }
        }
        EXPECT_EQ(t, 72U);
    }
}

} // namespace
} // namespace nextquill::causal

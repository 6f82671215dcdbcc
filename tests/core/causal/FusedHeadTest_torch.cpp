// SPDX-License-Identifier: GPL-3.0-or-later
//
// The fused head against METHOD.md's formulae written down with whole tensors and autograd.
#include "core/causal/FusedHead_torch.h"
#include "core/causal/PlainObjective_torch.h"

#include "tests/core/causal/NextQuillFixture_torch.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>

namespace nextquill::causal {
namespace {

using testing::relativeDifference;
using torch::Tensor;

constexpr std::int64_t vocabulary = 37;
constexpr std::int64_t hiddenSize = 8;
const std::vector<std::int64_t> lengths{5, 1, 9};
constexpr std::int64_t targetTokens = 15;

/// Hidden states and a head that a test may differentiate by.
struct Inputs
{
    TwinHidden pass;
    Tensor head;

    explicit Inputs(torch::ScalarType type = torch::kDouble, double spread = 1)
    {
        torch::manual_seed(11);
        const auto make = [&](std::initializer_list<std::int64_t> shape) {
            return (torch::randn(shape, torch::kDouble) * spread).to(type).set_requires_grad(true);
        };
        pass.hidden_h = make({targetTokens, hiddenSize});
        pass.hidden_0 = make({targetTokens, hiddenSize});
        head = make({vocabulary, hiddenSize});
        pass.targets = torch::randint(vocabulary, {targetTokens}, torch::kLong);
        pass.lengths = lengths;
    }

    [[nodiscard]] std::vector<Tensor> leaves() const
    {
        return {pass.hidden_h, pass.hidden_0, head};
    }

    /// Gradients of `loss` by the three leaves; zeros where one has none.
    [[nodiscard]] std::vector<Tensor> gradients(const Tensor& loss) const
    {
        for (Tensor leaf : leaves()) {
            leaf.mutable_grad() = Tensor{};
        }
        loss.backward();
        std::vector<Tensor> result;
        for (const Tensor& leaf : leaves()) {
            result.push_back(leaf.grad().defined() ? leaf.grad().clone() : torch::zeros_like(leaf));
        }
        return result;
    }
};

/// Every objective with every combination of the switches that METHOD.md lists.
std::vector<Objective> everyObjective()
{
    std::vector<Objective> all;
    for (const ObjectiveKind kind : allObjectives()) {
        for (int bits = 0; bits < 32; ++bits) {
            Objective objective = Objective::defaults(kind);
            objective.alpha = objective.hasCausalTerm() ? 0.3 : 0;
            objective.detachWeight = (bits & 1) != 0;
            objective.causalWeighting =
                (bits & 2) != 0 ? CausalWeighting::Omega : CausalWeighting::None;
            objective.noHistoryGradient = (bits & 4) != 0;
            objective.plausibleOnly = (bits & 8) != 0;
            objective.normalize = (bits & 16) != 0 ? Normalize::Batch : Normalize::Record;
            all.push_back(objective);
        }
    }
    return all;
}

std::string describe(const Objective& o)
{
    return std::string{name(o.kind)} + (o.detachWeight ? " detach" : "") +
           (o.causalWeighting == CausalWeighting::Omega ? " omega" : "") +
           (o.noHistoryGradient ? "" : " no-history-gradient-off") +
           (o.plausibleOnly ? " plausible" : "") +
           (o.normalize == Normalize::Batch ? " batch" : " record");
}

void expectSame(const Objective& objective, const Inputs& inputs, std::int64_t chunkRows,
                const std::optional<Tensor>& effects, double tolerance)
{
    const LossResult fused = objectiveLoss(objective, inputs.pass, inputs.head, effects, chunkRows);
    const LossResult plain = plainObjectiveLoss(objective, inputs.pass, inputs.head, effects);
    const double scale = std::max(1.0, std::abs(plain.report().loss));
    EXPECT_NEAR(fused.report().loss, plain.report().loss, tolerance * scale);
    EXPECT_NEAR(fused.report().main, plain.report().main, tolerance * scale);
    EXPECT_NEAR(fused.report().causal, plain.report().causal, tolerance * scale);
    EXPECT_NEAR(fused.loss.item<double>(), fused.report().loss, tolerance * scale);
    const auto ours = inputs.gradients(fused.loss);
    const auto theirs = inputs.gradients(plain.loss);
    for (std::size_t i = 0; i < ours.size(); ++i) {
        EXPECT_LE(relativeDifference(ours[i], theirs[i]), tolerance) << (i == 0   ? "hidden_h"
                                                                         : i == 1 ? "hidden_0"
                                                                                  : "head");
    }
}

TEST(FusedHead, EqualsThePlainFormulaeForEveryObjectiveAndSwitch)
{
    const Inputs inputs;
    for (const Objective& objective : everyObjective()) {
        for (const std::int64_t chunkRows : {0, 1, 4}) {
            SCOPED_TRACE(describe(objective) + ", chunks of " + std::to_string(chunkRows));
            expectSame(objective, inputs, chunkRows, std::nullopt, 1e-11);
        }
    }
}

TEST(FusedHead, TakesWeightsFromAFrozenModelsEffects)
{
    const Inputs inputs;
    const Tensor effects = torch::rand({targetTokens}, torch::kDouble) * 0.2 - 0.1;
    for (const ObjectiveKind kind : {ObjectiveKind::NextQuill, ObjectiveKind::TokenWeight}) {
        expectSame(Objective::defaults(kind), inputs, 4, effects, 1e-11);
        EXPECT_NE(objectiveLoss(Objective::defaults(kind), inputs.pass, inputs.head, effects)
                      .report()
                      .loss,
                  objectiveLoss(Objective::defaults(kind), inputs.pass, inputs.head).report().loss);
    }
}

TEST(FusedHead, GradientIsTheSlopeOfTheLoss)
{
    // Central differences along a random direction; needs no second implementation.
    for (const ObjectiveKind kind :
         {ObjectiveKind::NextQuill, ObjectiveKind::JsWeight, ObjectiveKind::Sft}) {
        const Objective objective = Objective::defaults(kind);
        Inputs inputs;
        const auto gradients =
            inputs.gradients(objectiveLoss(objective, inputs.pass, inputs.head).loss);
        const torch::NoGradGuard noGrad;
        torch::manual_seed(3);
        std::vector<Tensor> direction;
        double analytic = 0;
        for (const Tensor& gradient : gradients) {
            direction.push_back(torch::randn_like(gradient));
            analytic += (direction.back() * gradient).sum().item<double>();
        }
        const auto at = [&](double step) {
            Inputs moved;
            moved.pass.hidden_h = inputs.pass.hidden_h + step * direction[0];
            moved.pass.hidden_0 = inputs.pass.hidden_0 + step * direction[1];
            moved.head = inputs.head + step * direction[2];
            return objectiveLoss(objective, moved.pass, moved.head).report().loss;
        };
        constexpr double h = 1e-6;
        const double measured = (at(h) - at(-h)) / (2 * h);
        EXPECT_NEAR(measured, analytic, 1e-6 * std::max(1.0, std::abs(analytic))) << name(kind);
    }
}

TEST(FusedHead, CausalTermPushesTheOtherWorldExactlyAsHardTheOtherWay)
{
    // BACKGROUND.md 2.4, 11: with the gradient through z_0 off, that world gets none.
    Objective objective = Objective::defaults(ObjectiveKind::NextQuill);
    objective.lowWeight = objective.highWeight = 1;
    const Inputs inputs;
    const auto on = inputs.gradients(objectiveLoss(objective, inputs.pass, inputs.head).loss);
    objective.alpha = 0;
    const auto mainOnly = inputs.gradients(objectiveLoss(objective, inputs.pass, inputs.head).loss);
    EXPECT_LE(relativeDifference(on[0] - mainOnly[0], -on[1]), 1e-12);
    EXPECT_EQ(mainOnly[1].abs().max().item<double>(), 0);

    objective.alpha = 0.1;
    objective.noHistoryGradient = false;
    const auto off = inputs.gradients(objectiveLoss(objective, inputs.pass, inputs.head).loss);
    EXPECT_EQ(off[1].abs().max().item<double>(), 0);
    EXPECT_LE(relativeDifference(off[0], on[0]), 1e-12);
}

TEST(FusedHead, ComputesInFloat32FromBfloat16HiddenStates)
{
    // BACKGROUND.md 2.4, 8: the authors subtract and normalise in bfloat16.
    const Inputs narrow{torch::kBFloat16};
    Inputs wide;
    {
        const torch::NoGradGuard noGrad;
        wide.pass.hidden_h = narrow.pass.hidden_h.to(torch::kDouble);
        wide.pass.hidden_0 = narrow.pass.hidden_0.to(torch::kDouble);
        wide.head = narrow.head.to(torch::kDouble);
        wide.pass.targets = narrow.pass.targets;
    }
    for (Tensor leaf : wide.leaves()) {
        leaf.set_requires_grad(true);
    }
    const Objective objective = Objective::defaults(ObjectiveKind::NextQuill);
    const LossResult ours = objectiveLoss(objective, narrow.pass, narrow.head);
    const LossResult exact = plainObjectiveLoss(objective, wide.pass, wide.head);
    EXPECT_NEAR(ours.report().loss, exact.report().loss, 1e-5 * exact.report().loss);
    const auto gradients = narrow.gradients(ours.loss);
    const auto exactGradients = wide.gradients(exact.loss);
    EXPECT_EQ(gradients[0].scalar_type(), torch::kBFloat16);
    EXPECT_LE(relativeDifference(gradients[0], exactGradients[0]),
              4e-3); // rounded once, at the end
}

TEST(FusedHead, ScalesItsGradientWithWhatComesBehind)
{
    const Inputs inputs;
    const Objective objective = Objective::defaults(ObjectiveKind::NextQuill);
    const auto once = inputs.gradients(objectiveLoss(objective, inputs.pass, inputs.head).loss);
    const auto thrice =
        inputs.gradients(objectiveLoss(objective, inputs.pass, inputs.head).loss * 3);
    EXPECT_LE(relativeDifference(thrice[0], 3 * once[0]), 1e-14);
}

TEST(FusedHead, LeavesAFrozenHeadWithoutGradient)
{
    const Inputs inputs;
    const LossResult result = objectiveLoss(Objective::defaults(ObjectiveKind::NextQuill),
                                            inputs.pass, inputs.head.detach());
    const auto gradients = inputs.gradients(result.loss);
    EXPECT_EQ(gradients[2].abs().max().item<double>(), 0);
    EXPECT_GT(gradients[0].abs().max().item<double>(), 0);
}

TEST(FusedHead, GivesZeroNotNoNumberWhereBothWorldsAreTheSame)
{
    Inputs inputs;
    inputs.pass.hidden_0 = inputs.pass.hidden_h.detach().clone().set_requires_grad(true);
    for (const ObjectiveKind kind : allObjectives()) {
        const LossResult result =
            objectiveLoss(Objective::defaults(kind), inputs.pass, inputs.head);
        EXPECT_TRUE(std::isfinite(result.report().loss)) << name(kind);
        for (const Tensor& gradient : inputs.gradients(result.loss)) {
            EXPECT_TRUE(gradient.isfinite().all().item<bool>()) << name(kind);
        }
        if (result.report().hasPce) {
            EXPECT_NEAR(result.report().meanPce, 0, 1e-15) << name(kind);
        }
    }
}

TEST(FusedHead, StaysFiniteWhereProbabilitiesUnderflow)
{
    const Inputs inputs{torch::kFloat, 40}; // logits of several thousand
    for (const Objective& objective : everyObjective()) {
        const LossResult result = objectiveLoss(objective, inputs.pass, inputs.head);
        EXPECT_TRUE(std::isfinite(result.report().loss)) << describe(objective);
        for (const Tensor& gradient : inputs.gradients(result.loss)) {
            EXPECT_TRUE(gradient.isfinite().all().item<bool>()) << describe(objective);
        }
    }
}

} // namespace
} // namespace nextquill::causal

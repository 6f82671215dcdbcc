// SPDX-License-Identifier: GPL-3.0-or-later
//
// A pass on a GPU is enqueued and not waited for. There is none here; the processor's pass without
// kernels calls the same operations.
#include "core/causal/FusedHead_torch.h"
#include "core/model/RowFunctions_torch.h"

#include "tests/core/model/HostReads_torch.h"
#include "tests/core/model/SmallNetworks_torch.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <memory>
#include <vector>

namespace nextquill::causal {
namespace {

using model::testing::HostReads;
using model::testing::SmallNetwork;
using model::testing::someIds;

std::vector<TwinExample> examples()
{
    std::vector<TwinExample> all;
    const int targets[] = {6, 1, 11};
    for (int i = 0; i < 3; ++i) {
        all.push_back({.id = std::to_string(i),
                       .prefix = someIds(static_cast<std::size_t>(7 * i), 10 * i + 1),
                       .historyBranch = someIds(13, 10 * i + 2),
                       .plainBranch = someIds(static_cast<std::size_t>(i + 1), 10 * i + 3),
                       .target = someIds(static_cast<std::size_t>(targets[i]), 10 * i + 4)});
    }
    return all;
}

/// Reads of a pass and its backward pass, in which report() would be one more.
int readsOf(model::Network& network, const Objective& objective, std::int64_t chunkRows)
{
    const HostReads reads;
    const Worlds worlds{.history = objective.needsHistoryPass(),
                        .plain = objective.needsPlainPass()};
    const LossResult result = objectiveLoss(objective, twinPass(network, examples(), worlds),
                                            network.headWeight(), std::nullopt, chunkRows);
    (result.loss * 0.5).backward();
    const int ofPass = reads.count();
    EXPECT_GT(result.report().loss, 0);
    EXPECT_EQ(reads.count(), ofPass + 1) << "the counter sees a read";
    return ofPass;
}

std::unique_ptr<model::Network> networkOf(torch::ScalarType type)
{
    SmallNetwork small;
    small.type = type;
    return small.make();
}

TEST(HostReads, CountsWhatWouldWaitForADevice)
{
    const HostReads reads;
    const torch::Tensor two = torch::full({}, 2.0);
    EXPECT_EQ(two.item<float>(), 2);
    EXPECT_EQ(reads.count(), 1);
    EXPECT_TRUE(two.is_nonzero());
    EXPECT_EQ(reads.count(), 2);
    EXPECT_EQ(model::downloaded(two).front(), 2);
    EXPECT_EQ(reads.count(), 3);
    EXPECT_EQ(torch::nonzero(two.unsqueeze(0)).size(0), 1);
    EXPECT_EQ(reads.count(), 4);
}

TEST(HostReads, NoPassHasAny)
{
    const model::WithoutKernels without;
    const auto network = networkOf(torch::kFloat);
    for (const ObjectiveKind kind : allObjectives()) {
        SCOPED_TRACE(std::string{name(kind)});
        Objective objective = Objective::defaults(kind);
        EXPECT_EQ(readsOf(*network, objective, 0), 0);
        objective.normalize = Normalize::Batch;
        objective.plausibleOnly = true;
        objective.causalWeighting = CausalWeighting::Omega;
        EXPECT_EQ(readsOf(*network, objective, 4), 0) << "in chunks";
    }
}

TEST(HostReads, NorHasOneWithAdaptersAndDropoutOrComputedAgain)
{
    const model::WithoutKernels without;
    const Objective objective = Objective::defaults(ObjectiveKind::NextQuill);
    const auto network = networkOf(torch::kBFloat16);
    network->setRecompute(true);
    EXPECT_EQ(readsOf(*network, objective, 0), 0);
    network->addAdapters({.rank = 4, .dropout = 0.1}, 1);
    network->setTraining(true);
    network->setDropoutSeed(3);
    EXPECT_EQ(readsOf(*network, objective, 0), 0);
    network->setRecompute(false);
    EXPECT_EQ(readsOf(*network, objective, 0), 0);
}

TEST(HostReads, AFrozenModelsEffectsStayOnTheDevice)
{
    const model::WithoutKernels without;
    const auto network = networkOf(torch::kFloat);
    const torch::NoGradGuard noGrad;
    const HostReads reads;
    const torch::Tensor effects =
        targetEffects(twinPass(*network, examples(), {}), network->headWeight());
    EXPECT_EQ(reads.count(), 0);
    EXPECT_EQ(effects.size(0), 18);
}

TEST(LossFigures, OfSeveralLossesAreReadAtOnce)
{
    const auto network = networkOf(torch::kFloat);
    const torch::NoGradGuard noGrad;
    std::vector<LossFigures> all;
    std::vector<LossReport> alone;
    const TwinHidden pass = twinPass(*network, examples(), {});
    for (const ObjectiveKind kind : allObjectives()) {
        const LossResult result =
            objectiveLoss(Objective::defaults(kind), pass, network->headWeight());
        all.push_back(result.figures);
        alone.push_back(result.report());
    }
    const HostReads reads;
    const std::vector<LossReport> together = reportsOf(all);
    EXPECT_EQ(reads.count(), 1);
    ASSERT_EQ(together.size(), alone.size());
    for (std::size_t i = 0; i < alone.size(); ++i) {
        EXPECT_EQ(together[i].loss, alone[i].loss);
        EXPECT_EQ(together[i].preferenceRatio, alone[i].preferenceRatio);
        EXPECT_EQ(together[i].tokens, 18);
    }
    EXPECT_TRUE(reportsOf({}).empty());
}

} // namespace
} // namespace nextquill::causal

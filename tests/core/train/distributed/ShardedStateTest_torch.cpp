// SPDX-License-Identifier: GPL-3.0-or-later
//
// The optimizer's state in parts: what several ranks take from a checkpoint and give back is what
// one process has, to the last bit, 8-bit blocks included.
#include "core/base/Error.h"
#include "core/train/CheckpointState_torch.h"
#include "core/train/distributed/ShardedAdamW_torch.h"

#include "tests/core/train/distributed/RankThreads_torch.h"
#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <gmock/gmock.h>

namespace nextquill::train {

namespace {

using model::NamedParameter;
using nextquill::testing::TemporaryFolder;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::onRanks;
using torch::Tensor;

/// Sizes that are no multiples of a block, some too small for codes.
std::vector<NamedParameter> unevenParameters(torch::ScalarType type)
{
    torch::Generator generator = torch::make_generator<at::CPUGeneratorImpl>(9);
    std::vector<NamedParameter> parameters;
    const std::vector<std::pair<const char*, std::vector<std::int64_t>>> shapes{
        {"embed_tokens.weight", {130, 61}},
        {"q_proj.weight", {5, 7}},
        {"q_proj.bias", {5}},
        {"up_proj.weight", {64, 64}},
        {"norm.weight", {300}},
        {"down_proj.weight", {99, 101}}};
    for (const auto& [name, shape] : shapes) {
        parameters.push_back(
            {name, torch::randn(shape, generator, torch::kFloat).to(type).set_requires_grad(true)});
    }
    return parameters;
}

/// Numbers whose sums over ranks are exact, or zero on all ranks but one.
void drawSameGradients(const std::vector<NamedParameter>& parameters, int step, bool zero)
{
    torch::Generator generator =
        torch::make_generator<at::CPUGeneratorImpl>(100 + static_cast<std::uint64_t>(step));
    for (const NamedParameter& p : parameters) {
        const Tensor gradient = torch::randn(p.tensor.sizes(), generator, torch::kFloat);
        Tensor{p.tensor}.mutable_grad() = (zero ? gradient * 0 : gradient).to(p.tensor.dtype());
    }
}

struct Format
{
    const char* name;
    torch::ScalarType type;
    OptimizerState state;
};

constexpr Format formats[] = {{"float32", torch::kFloat, OptimizerState::Float32},
                              {"8-bit", torch::kFloat, OptimizerState::EightBit},
                              {"bfloat16, 8-bit", torch::kBFloat16, OptimizerState::EightBit},
                              {"float64", torch::kDouble, OptimizerState::Float32}};

TrainingSettings settingsOf(const Format& format)
{
    TrainingSettings settings;
    settings.optimizerState = format.state;
    return settings;
}

void expectSame(const std::vector<AdamW::Slot>& ours, const std::vector<AdamW::Slot>& theirs)
{
    ASSERT_EQ(ours.size(), theirs.size());
    for (std::size_t i = 0; i < ours.size(); ++i) {
        EXPECT_EQ(ours[i].name, theirs[i].name);
        EXPECT_EQ(ours[i].tensor.scalar_type(), theirs[i].tensor.scalar_type()) << ours[i].name;
        EXPECT_TRUE(torch::equal(ours[i].tensor, theirs[i].tensor)) << ours[i].name;
    }
}

TEST(ShardedState, OneProcessAndAnyNumberOfRanksGoOnWithEachOthers)
{
    for (const Format& format : formats) {
        for (const int ranks : {2, 3, 4}) {
            SCOPED_TRACE(std::string{format.name} + ", ranks: " + std::to_string(ranks));
            const TemporaryFolder temporary;
            const auto whole = unevenParameters(format.type);
            AdamW one{whole, settingsOf(format)};
            const auto stepOne = [&](int step) {
                drawSameGradients(whole, step, false);
                one.step(1e-2);
            };
            stepOne(0);
            stepOne(1);
            writeTensors(temporary / "one", one.state());
            stepOne(2);
            stepOne(3);
            const auto thrown = onRanks(ranks, [&](ProcessGroup& group) {
                const auto parameters = unevenParameters(format.type);
                ShardedAdamW several{parameters, settingsOf(format), group};
                several.restore(temporary / "one", 2);
                for (const int step : {2, 3}) {
                    drawSameGradients(parameters, step, group.rank() != group.size() - 1);
                    EXPECT_TRUE(several.reduceGradients(true, true));
                    several.step(1e-2);
                }
                EXPECT_TRUE(several.isFinite());
                for (std::size_t i = 0; i < parameters.size(); ++i) {
                    EXPECT_TRUE(torch::equal(parameters[i].tensor, whole[i].tensor));
                }
                const auto state = several.state();
                EXPECT_EQ(state.empty(), !group.leads());
                if (group.leads()) {
                    expectSame(state, one.state());
                    writeTensors(temporary / "several", state);
                }
            });
            EXPECT_THAT(thrown, Each(IsEmpty()));
            AdamW again{unevenParameters(format.type), settingsOf(format)};
            readTensors(temporary / "several", again.state());
            expectSame(again.state(), one.state());
        }
    }
}

TEST(ShardedState, StateOfAnotherFormatIsRefusedOnEveryRank)
{
    for (const auto& [stored, wanted] :
         {std::pair{formats[0], formats[1]}, {formats[1], formats[0]}}) {
        const TemporaryFolder temporary;
        writeTensors(temporary / "state",
                     AdamW{unevenParameters(stored.type), settingsOf(stored)}.state());
        const auto thrown = onRanks(2, [&, &wanted = wanted](ProcessGroup& group) {
            ShardedAdamW optimizer{unevenParameters(wanted.type), settingsOf(wanted), group};
            optimizer.restore(temporary / "state", 1);
        });
        EXPECT_THAT(thrown, Each(HasSubstr("another shape or number format")));
    }
}

} // namespace

} // namespace nextquill::train

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/AtomicFile.h"
#include "core/base/Error.h"
#include "core/train/CheckpointState_torch.h"

#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <gmock/gmock.h>

namespace nextquill::train {

namespace {

using nextquill::testing::TemporaryFolder;
using ::testing::HasSubstr;

std::vector<AdamW::Slot> someSlots()
{
    torch::manual_seed(5);
    return {{"weight.a", torch::randn({3, 4}, torch::kDouble)},
            {"weight.b", torch::randn({4})},
            {"weight.c", torch::randn({2, 2}).to(torch::kBFloat16)},
            {"weight.turned", torch::randn({3, 5}).t()},
            {"exp_avg.codes", torch::randint(256, {3, 5}).to(torch::kUInt8)}};
}

std::vector<AdamW::Slot> emptySlots()
{
    std::vector<AdamW::Slot> slots = someSlots();
    for (AdamW::Slot& slot : slots) {
        slot.tensor = torch::zeros_like(slot.tensor);
    }
    return slots;
}

Error refusalOf(const std::filesystem::path& file, const std::vector<AdamW::Slot>& slots)
{
    try {
        readTensors(file, slots);
    } catch (const Error& error) {
        return error;
    }
    return {ErrorKind::Internal, "nothing was refused", "", ""};
}

TEST(CheckpointState, TensorsComeBackBitByBitInTheirOwnFormat)
{
    const TemporaryFolder temporary;
    const std::vector<AdamW::Slot> slots = someSlots();
    writeTensors(temporary / "state", slots);

    const std::vector<AdamW::Slot> again = emptySlots();
    readTensors(temporary / "state", again);

    for (std::size_t i = 0; i < slots.size(); ++i) {
        EXPECT_TRUE(torch::equal(again[i].tensor, slots[i].tensor)) << slots[i].name;
    }
}

TEST(CheckpointState, ParametersThatTrainAreFilledInPlace)
{
    const TemporaryFolder temporary;
    writeTensors(temporary / "state", {{"w", torch::full({2}, 7.0F)}});
    const torch::Tensor parameter = torch::zeros({2}).set_requires_grad(true);
    readTensors(temporary / "state", {{"w", parameter}});
    EXPECT_EQ(parameter[1].item<float>(), 7);
    EXPECT_TRUE(parameter.requires_grad());
    EXPECT_TRUE(parameter.is_leaf());
}

TEST(CheckpointState, MissingTensorIsNamed)
{
    const TemporaryFolder temporary;
    writeTensors(temporary / "state", {{"weight.a", torch::zeros({2})}});
    const Error refusal = refusalOf(temporary / "state", {{"weight.b", torch::zeros({2})}});
    EXPECT_EQ(refusal.kind(), ErrorKind::BadInput);
    EXPECT_THAT(refusal.problem(), HasSubstr("lacks a tensor"));
    EXPECT_THAT(refusal.where(), HasSubstr("weight.b"));
}

TEST(CheckpointState, OtherShapesAndFormatsAreNamed)
{
    const TemporaryFolder temporary;
    writeTensors(temporary / "state", {{"weight.a", torch::zeros({2, 3})}});
    for (const torch::Tensor& other :
         {torch::zeros({3, 2}), torch::zeros({6}), torch::zeros({2, 3, 1}),
          torch::zeros({2, 3}, torch::kDouble), torch::zeros({2, 3}, torch::kBFloat16)}) {
        const Error refusal = refusalOf(temporary / "state", {{"weight.a", other}});
        EXPECT_EQ(refusal.kind(), ErrorKind::BadInput);
        EXPECT_THAT(refusal.problem(), HasSubstr("another shape or number format"));
        EXPECT_THAT(refusal.where(), HasSubstr("weight.a"));
    }
}

TEST(CheckpointState, TruncatedFileIsRefused)
{
    const TemporaryFolder temporary;
    writeTensors(temporary / "state", {{"weight.a", torch::zeros({2, 3})}});
    const std::string bytes = readFile(temporary / "state");
    for (std::size_t size = 0; size < bytes.size(); size += 7) {
        temporary.write("half", bytes.substr(0, size));
        EXPECT_EQ(refusalOf(temporary / "half", {{"weight.a", torch::zeros({2, 3})}}).kind(),
                  ErrorKind::BadInput)
            << size;
    }
}

} // namespace

} // namespace nextquill::train

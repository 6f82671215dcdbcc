// SPDX-License-Identifier: GPL-3.0-or-later
//
// How often a step waits for its device.
#include "core/model/RowFunctions_torch.h"

#include "tests/core/model/HostReads_torch.h"
#include "tests/core/train/TinyRuns_torch.h"
#include "tests/support/Fixtures.h"
#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <utility>

namespace nextquill::train {

namespace {

namespace fs = std::filesystem;
using model::testing::HostReads;
using nextquill::testing::TemporaryFolder;

/// Of a run of so many steps, without what its end needs.
int readsOfSteps(const fs::path& model, TrainingSettings settings, std::int64_t steps, bool frozen)
{
    const testing::MemoryExamples examples{testing::someExamples(40, 1)};
    const auto readsOf = [&](std::int64_t count) {
        const TemporaryFolder temporary;
        settings.maxSteps = count;
        settings.checkpointEvery = 100;
        settings.effectSource = frozen ? "frozen:base" : "online";
        const auto directory = RunDirectory::create(temporary / "run", settings, {});
        const auto decoder = testing::trainable(model, settings);
        const auto base = testing::trainable(model, settings);
        NoProgress quiet;
        RunControl control;
        Trainer trainer{*decoder, examples, nullptr, frozen ? base.get() : nullptr, *directory};
        const HostReads reads;
        EXPECT_EQ(trainer.run({}, quiet, control).steps, count);
        return reads.count();
    };
    return readsOf(steps + 1) - readsOf(1);
}

TEST(HostReads, AStepWaitsForItsLossesAndForTheNorm)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const model::WithoutKernels without;
    for (TrainingSettings settings : {testing::quickSettings(), testing::fullSettings()}) {
        for (const std::int64_t accumulation : {1, 4}) {
            settings.batch = 2;
            settings.accumulation = accumulation;
            EXPECT_EQ(readsOfSteps(model, settings, 3, false), 3 * 2) << accumulation;
        }
        EXPECT_EQ(readsOfSteps(model, settings, 3, true), 3 * 2) << "with a frozen model";
    }
}

} // namespace

} // namespace nextquill::train

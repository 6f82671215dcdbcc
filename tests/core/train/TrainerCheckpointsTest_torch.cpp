// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which checkpoints a run keeps, which one becomes its model, and when it speaks of them.
#include "core/train/Checkpoint.h"
#include "core/train/StateCopy_torch.h"

#include "tests/core/train/TinyRuns_torch.h"
#include "tests/support/Fixtures.h"
#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <algorithm>
#include <gmock/gmock.h>
#include <map>

namespace nextquill::train {

namespace {

namespace fs = std::filesystem;
using nextquill::testing::TemporaryFolder;
using ::testing::ElementsAre;
using testing::MemoryExamples;
using testing::someExamples;

/// Nine steps at a rate at which texts that are not trained on soon get worse.
TrainingSettings hastySettings()
{
    TrainingSettings settings = testing::quickSettings();
    settings.learningRate = 5e-2;
    settings.evaluateEvery = 1;
    settings.checkpointEvery = 1;
    settings.keepCheckpoints = 1;
    return settings;
}

/// Trains to the end or until `stopAt` finished steps, measured on records of their own.
std::vector<torch::Tensor> weightsAfter(const fs::path& model, const fs::path& run,
                                        const TrainingSettings& settings, std::int64_t stopAt = -1)
{
    const auto directory = fs::exists(run / "run.toml") ? RunDirectory::open(run)
                                                        : RunDirectory::create(run, settings, {});
    const auto decoder = testing::trainable(model, settings);
    const MemoryExamples examples{someExamples(10, 6)};
    const MemoryExamples heldOut{someExamples(3, 8)};
    Trainer trainer{*decoder, examples, &heldOut, nullptr, *directory};
    std::stop_source source;
    testing::StopAtStep progress{source, stopAt};
    RunControl control;
    static_cast<void>(trainer.run(source.get_token(), progress, control));
    return testing::weightsOf(*decoder);
}

/// The step of the lowest held-out loss, the untrained model's left out.
std::int64_t bestStepOf(const fs::path& run)
{
    std::map<double, std::int64_t> steps;
    for (const Json& event : testing::eventsOf(run, "evaluate")) {
        if (event.at("step") > 0) {
            steps.emplace(event.at("loss").get<double>(), event.at("step").get<std::int64_t>());
        }
    }
    return steps.begin()->second;
}

TEST(TrainerCheckpoints, BestStaysAndBecomesTheModel)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    const auto weights = weightsAfter(model, temporary / "run", hastySettings());
    const std::int64_t best = bestStepOf(temporary / "run");
    ASSERT_LT(best, 8) << "the last steps are the best: choose a higher rate";

    EXPECT_THAT(RunDirectory::open(temporary / "run")->checkpoints(), ElementsAre(9, best));
    EXPECT_EQ(testing::eventsOf(temporary / "run", "done").at(0).at("model_step"), best);
    EXPECT_EQ(testing::eventsOf(temporary / "run", "done").at(0).at("step"), 9);
    const auto atBest = weightsAfter(model, temporary / "part", hastySettings(), best);
    EXPECT_TRUE(testing::identical(weights, atBest));
    std::int64_t lastBest = 0;
    for (const Json& event : testing::eventsOf(temporary / "run", "checkpoint")) {
        lastBest = event.at("best") ? event.at("step").get<std::int64_t>() : lastBest;
    }
    EXPECT_EQ(lastBest, best);
}

TEST(TrainerCheckpoints, BestIsKnownAgainAfterAResume)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    const auto whole = weightsAfter(model, temporary / "whole", hastySettings());
    const std::int64_t best = bestStepOf(temporary / "whole");

    static_cast<void>(weightsAfter(model, temporary / "run", hastySettings(), 8));
    const auto resumed = weightsAfter(model, temporary / "run", hastySettings());

    EXPECT_TRUE(testing::identical(resumed, whole));
    EXPECT_THAT(RunDirectory::open(temporary / "run")->checkpoints(), ElementsAre(9, best));
}

TEST(TrainerCheckpoints, BestIsWrittenThoughNoneIsDue)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    TrainingSettings settings = hastySettings();
    settings.checkpointEvery = 100;
    static_cast<void>(weightsAfter(model, temporary / "run", settings));
    EXPECT_THAT(RunDirectory::open(temporary / "run")->checkpoints(),
                ElementsAre(9, bestStepOf(temporary / "run")));
}

TEST(TrainerCheckpoints, WithoutKeepBestTheModelIsTheLastSteps)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    TrainingSettings settings = hastySettings();
    settings.keepBest = false;
    const auto weights = weightsAfter(model, temporary / "run", settings);
    EXPECT_THAT(RunDirectory::open(temporary / "run")->checkpoints(), ElementsAre(9));
    EXPECT_EQ(testing::eventsOf(temporary / "run", "done").at(0).at("model_step"), 9);

    settings.evaluateEvery = 0;
    EXPECT_TRUE(testing::identical(weights, weightsAfter(model, temporary / "other", settings)));
}

TEST(TrainerCheckpoints, DamagedBestIsLeftOutWithAWarning)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    static_cast<void>(weightsAfter(model, temporary / "run", hastySettings(), 8));
    const std::int64_t best = bestStepOf(temporary / "run");
    const fs::path tensors =
        temporary / "run/checkpoints" / std::to_string(best) / "state.safetensors";
    fs::resize_file(tensors, fs::file_size(tensors) - 1);

    static_cast<void>(weightsAfter(model, temporary / "run", hastySettings()));

    EXPECT_EQ(testing::eventsOf(temporary / "run", "warning").at(0).at("step"), best);
    const auto step = testing::eventsOf(temporary / "run", "done").at(0).at("model_step");
    EXPECT_GE(step, 8) << "of those that are left";
}

TEST(TrainerCheckpoints, EventComesWhenTheCheckpointIsWholeAndItsStepIsOver)
{
    NEXTQUILL_NEED_SHARED(model, qwen);
    const TemporaryFolder temporary;
    TrainingSettings settings = testing::quickSettings();
    settings.checkpointEvery = 1;
    settings.keepCheckpoints = 100;
    MemoryExamples examples{someExamples(10, 6)};
    std::size_t looked = 0;
    examples.onExample = [&](std::int64_t) { // while the next step begins
        for (const Json& event : testing::eventsOf(temporary / "run", "checkpoint")) {
            EXPECT_TRUE(isWholeCheckpoint(temporary / "run" / event.at("path")));
            ++looked;
        }
    };
    static_cast<void>(testing::train(model, temporary / "run", settings, examples));

    std::int64_t done = 0;
    std::vector<std::int64_t> steps;
    for (const Json& event : testing::eventsOf(temporary / "run")) {
        const auto step = event.value("step", std::int64_t{0});
        if (event.at("event") == "step") {
            done = step;
        } else if (event.at("event") == "checkpoint") {
            EXPECT_LE(step, done);
            steps.push_back(step);
        }
    }
    EXPECT_THAT(steps, ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9));
    EXPECT_GT(looked, 0U);
}

TEST(TrainerCheckpoints, CopyOfTheStateStaysAsItWas)
{
    torch::manual_seed(3);
    const torch::Tensor turned = torch::randn({3, 5}).t();
    const torch::Tensor half = torch::randn({4}).to(torch::kBFloat16).set_requires_grad(true);
    const torch::Tensor before = turned.clone();
    const auto copy = copyOfState({{"turned", turned}, {"half", half}});

    ASSERT_TRUE(copy);
    torch::Tensor{turned}.zero_();

    EXPECT_EQ(copy->at(0).name, "turned");
    EXPECT_TRUE(torch::equal(copy->at(0).tensor, before));
    EXPECT_TRUE(copy->at(0).tensor.is_contiguous());
    EXPECT_TRUE(torch::equal(copy->at(1).tensor, half));
    EXPECT_EQ(copy->at(1).tensor.scalar_type(), torch::kBFloat16);
}

} // namespace

} // namespace nextquill::train

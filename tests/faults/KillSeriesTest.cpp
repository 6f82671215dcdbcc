// SPDX-License-Identifier: GPL-3.0-or-later
//
// A run whose process is killed at random instants, and resumed, ends as the one that was left
// alone: every figure of every step to the last bit, and the files of its model byte by byte.
// Negative controls show that the comparison would see a state that is not whole.
#include "core/base/AtomicFile.h"
#include "core/base/Digest.h"

#include "tests/faults/TrainingProgram.h"
#include "tests/support/Fixtures.h"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstring>
#include <functional>
#include <iostream>
#include <random>
#include <thread>

namespace nextquill::faults {

namespace {

namespace fs = std::filesystem;
using Weights = TrainingProgram::Weights;
using Clock = std::chrono::steady_clock;

const char* nameOf(Weights weights)
{
    switch (weights) {
    case Weights::All:
        return "full";
    case Weights::AllWithEightBitState:
        return "full with 8-bit state";
    case Weights::Adapters:
        break;
    }
    return "adapters";
}

/// The run that is left alone, and how long it takes.
struct Reference
{
    Curve curve;
    double seconds = 0;
};

Reference referenceOf(const TrainingProgram& program)
{
    const auto start = Clock::now();
    const auto ended = program.start("whole")->wait();
    EXPECT_EQ(ended.status, 0) << ended.err;
    return {.curve = curveOf(program.runFolder("whole")), .seconds = secondsSince(start)};
}

std::int64_t newestStep(const fs::path& run)
{
    const std::vector<Json> steps = eventsOf(run, "step");
    return steps.empty() ? 0 : steps.back().at("step").get<std::int64_t>();
}

bool hasRemains(const fs::path& run)
{
    std::error_code missing;
    for (const fs::directory_entry& entry : fs::directory_iterator{run / "checkpoints", missing}) {
        if (entry.path().has_extension()) {
            return true;
        }
    }
    return false;
}

struct Figures
{
    int kills = 0;
    int runs = 0;
    int halfWritten = 0; ///< kills that left a checkpoint in the making
    std::size_t steps = 0;
    int differing = 0;
    int otherModels = 0;
};

/// Runs the program again and again until so many processes of it were killed.
Figures killed(const TrainingProgram& program, const Reference& reference, int kills)
{
    std::mt19937_64 random{7};
    Figures figures;
    while (figures.kills < kills) {
        const std::string run = "run" + std::to_string(++figures.runs);
        const fs::path folder = program.runFolder(run);
        double longest = reference.seconds;
        while (true) {
            const std::int64_t before = newestStep(folder);
            std::uniform_real_distribution<double> life{0.1 * longest, longest};
            const auto child = program.start(run);
            std::this_thread::sleep_for(std::chrono::duration<double>{life(random)});
            child->signal(SIGKILL);
            const auto ended = child->wait();
            if (ended.status == 0) {
                break;
            }
            EXPECT_EQ(ended.status, 128 + SIGKILL) << ended.err;
            ++figures.kills;
            figures.halfWritten += hasRemains(folder) ? 1 : 0;
            // A machine that has become slow must get to a checkpoint some time.
            longest = newestStep(folder) > before ? reference.seconds : 1.5 * longest;
        }
        figures.steps += eventsOf(folder, "step").size();
        figures.differing += differingSteps(folder, reference.curve);
        figures.otherModels += curveOf(folder).model == reference.curve.model ? 0 : 1;
        fs::remove_all(folder);
    }
    return figures;
}

void expectSameAfterKills(Weights weights, const std::string& model)
{
    const TrainingProgram program{weights, model};
    const Reference reference = referenceOf(program);
    ASSERT_EQ(reference.curve.steps.size(), 60U);

    const Figures figures = killed(program, reference, allFaults() ? 200 : 4);

    EXPECT_EQ(figures.differing, 0);
    EXPECT_EQ(figures.otherModels, 0);
    std::cout << figures.kills << " kills over " << figures.runs << " runs, " << figures.halfWritten
              << " left a half checkpoint; " << figures.steps << " logged steps, "
              << figures.differing << " differ; " << figures.otherModels << " other models\n";
}

TEST(KillSeries, AdaptersWithDropoutEndAsIfNothingHadBeen)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    expectSameAfterKills(Weights::Adapters, model.string());
}

TEST(KillSeries, FullTrainingEndsAsIfNothingHadBeen)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    expectSameAfterKills(Weights::All, model.string());
}

TEST(KillSeries, EightBitStateEndsAsIfNothingHadBeen)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    expectSameAfterKills(Weights::AllWithEightBitState, model.string());
}

/// Kills a run that has a checkpoint and is not done, changes the checkpoints' states, and lets it
/// go on to its end.
Figures changed(const TrainingProgram& program, const Reference& reference, const std::string& run,
                const std::function<void(const fs::path& run)>& change)
{
    const fs::path folder = program.runFolder(run);
    auto child = program.start(run);
    EXPECT_TRUE(app::testing::eventually([&] { return !eventsOf(folder, "checkpoint").empty(); }));
    child->signal(SIGKILL);
    EXPECT_EQ(child->wait().status, 128 + SIGKILL) << "it was done first";
    change(folder);
    const auto ended = program.start(run)->wait();
    EXPECT_EQ(ended.status, 0) << ended.err;
    EXPECT_TRUE(eventsOf(folder, "warning").empty()) << "the changed checkpoint was not used";
    return {.differing = differingSteps(folder, reference.curve),
            .otherModels = curveOf(folder).model == reference.curve.model ? 0 : 1};
}

/// Writes each checkpoint's manifest again, with the digests of its files as they are.
void seal(const fs::path& run, const std::function<void(Json& state)>& change = {})
{
    for (const fs::directory_entry& entry : fs::directory_iterator{run / "checkpoints"}) {
        const fs::path manifest = entry.path() / "checkpoint.json";
        if (entry.path().has_extension() || !fs::exists(manifest)) {
            continue;
        }
        Json json = readJsonFile(manifest, {});
        for (auto& [name, digest] : json.at("sha256").items()) {
            digest = sha256OfFile(entry.path() / name);
        }
        if (change) {
            change(json.at("state"));
        }
        writeFileAtomically(manifest, json.dump());
    }
}

/// Sets all tensors of AdamW's moments in a safetensors file to zero.
void forgetMoments(const fs::path& file)
{
    std::string bytes = readFile(file);
    std::uint64_t header = 0;
    std::memcpy(&header, bytes.data(), sizeof header);
    const Json tensors = Json::parse(bytes.substr(sizeof header, header));
    for (const auto& [name, tensor] : tensors.items()) {
        if (name.starts_with("exp_avg")) {
            const auto begin = tensor.at("data_offsets").at(0).get<std::size_t>();
            const auto end = tensor.at("data_offsets").at(1).get<std::size_t>();
            bytes.replace(sizeof header + header + begin, end - begin, end - begin, '\0');
        }
    }
    writeFileAtomically(file, bytes);
}

void forgetAllMoments(const fs::path& run)
{
    for (const fs::directory_entry& entry : fs::directory_iterator{run / "checkpoints"}) {
        if (!entry.path().has_extension()) {
            forgetMoments(entry.path() / "state.safetensors");
        }
    }
    seal(run);
}

/// Another seed for what is drawn from now on: dropout, and the order of records that are shuffled.
void takeAnotherSeed(const fs::path& run)
{
    std::string text = readFile(run / "run.toml");
    const std::size_t at = text.find("seed = 42");
    ASSERT_NE(at, std::string::npos);
    text.replace(at, 9, "seed = 43");
    writeFileAtomically(run / "run.toml", text);
}

TEST(KillSeries, NegativeControlsAreSeen)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    for (const Weights weights : {Weights::Adapters, Weights::All, Weights::AllWithEightBitState}) {
        // Long enough not to be done when it is killed. Adapters take the records in their order,
        // so that another seed is another dropout and nothing else.
        const TrainingProgram program{weights, model.string(), 12, weights != Weights::Adapters};
        const Reference reference = referenceOf(program);

        const Figures sealed =
            changed(program, reference, "sealed", [](const fs::path& run) { seal(run); });
        const Figures noMoments = changed(program, reference, "moments", forgetAllMoments);
        const Figures noCount = changed(program, reference, "count", [](const fs::path& run) {
            seal(run, [](Json& state) { state["optimizer_steps"] = 0; });
        });
        const Figures otherSeed = changed(program, reference, "seed", takeAnotherSeed);

        EXPECT_EQ(sealed.differing + sealed.otherModels, 0)
            << "the controls change more than meant";
        EXPECT_GT(noMoments.differing, 0);
        EXPECT_EQ(noMoments.otherModels, 1);
        EXPECT_GT(noCount.differing, 0);
        EXPECT_EQ(noCount.otherModels, 1);
        EXPECT_GT(otherSeed.differing, 0);
        EXPECT_EQ(otherSeed.otherModels, 1);
        std::cout << nameOf(weights) << ", of " << reference.curve.steps.size()
                  << " steps differ: rewritten " << sealed.differing << ", without moments "
                  << noMoments.differing << ", without the count of steps " << noCount.differing
                  << ", with another seed " << otherSeed.differing << "\n";
    }
}

} // namespace

} // namespace nextquill::faults

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"

#include "tests/app/cli/CommandLine.h"
#include "tests/support/TemporaryFolder.h"

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace nextquill::faults {

/// True where the full counts are asked for (NEXTQUILL_FAULTS=all), false for a test of minutes.
[[nodiscard]] bool allFaults();

[[nodiscard]] double secondsSince(std::chrono::steady_clock::time_point start);

/// `nextquill train` on ready prompts with the tiny model: 60 steps of some 20 ms, checkpoints in
/// the middle of epochs, two micro-batches to a step.
class TrainingProgram
{
public:
    /// Adapters have dropout; the last are all weights with an 8-bit state of the optimizer.
    enum class Weights { Adapters, All, AllWithEightBitState };

    TrainingProgram(Weights weights, std::string model, int epochs = 15, bool shuffle = true);

    /// Other settings: `more` takes the place of batch, accumulation, epochs, shuffle,
    /// dtype and checkpoints. `words` as many in each prompt.
    TrainingProgram(Weights weights, std::string model, const std::vector<std::string>& more,
                    int records, int words);

    /// What starts or goes on with the run of this name, in folder().
    [[nodiscard]] std::vector<std::string> arguments(const std::string& run) const;

    /// Trains the run of this name from its beginning or goes on with it, in a process.
    [[nodiscard]] std::unique_ptr<app::testing::Child>
    start(const std::string& run, const std::vector<std::string>& variables = {}) const;

    [[nodiscard]] std::filesystem::path folder() const { return m_folder.path(); }
    [[nodiscard]] std::filesystem::path runFolder(const std::string& run) const
    {
        return m_folder / run;
    }

private:
    nextquill::testing::TemporaryFolder m_folder;
    std::vector<std::string> m_settings;
};

/// What of a run must be the same, however often it was interrupted.
struct Curve
{
    std::map<int, std::string> steps; ///< figures of each step, in their shortest exact form
    std::map<std::string, std::string> model; ///< SHA-256 of each file of model/
};

/// The run's curve; none where it is not done.
[[nodiscard]] Curve curveOf(const std::filesystem::path& run);

/// How many step events differ from the curve's, those that were told twice included.
[[nodiscard]] int differingSteps(const std::filesystem::path& run, const Curve& curve);

/// Of each step the loss, the last time it was told.
[[nodiscard]] std::map<int, double> lossByStep(const std::filesystem::path& run);

/// Events, or those of a kind; none where there is no log.
[[nodiscard]] std::vector<Json> eventsOf(const std::filesystem::path& run,
                                         const std::string& kind = {});

} // namespace nextquill::faults

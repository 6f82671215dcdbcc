// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/bench/BenchReport.h"
#include "core/bench/MachineLimits.h"

#include "app/cli/Commands.h"

#include <functional>
#include <string>

namespace nextquill::model {
class Decoder;
}

namespace nextquill::app {

// Parts of `nextquill bench`, one function per subject.
void addBenchTraining(CLI::App& bench, Context& context);
void addBenchPce(CLI::App& bench, Context& context);
void addBenchGeneration(CLI::App& bench, Context& context);
void addBenchTokenizer(CLI::App& bench, Context& context);
void addBenchImport(CLI::App& bench, Context& context);
void addBenchHistories(CLI::App& bench, Context& context);

/// Which model a bench takes, in which number formats and on how many threads.
struct BenchModelOptions
{
    std::string shape = "smollm2-135m";
    std::string model; ///< as elsewhere in the command line; empty: random weights of `shape`
    std::string dtype = "both";
    int threads = 0;

    void declare(CLI::App& command);
};

/// Runs `bench` on the model in each number format; measures the machine first.
int runWithModel(
    const BenchModelOptions& options, Context& context,
    const std::function<bench::BenchReport(model::Decoder& decoder, const std::string& name,
                                           const bench::MachineLimits& limits)>& bench);

void addRepeats(CLI::App& command, int& repeats);
/// A length in tokens, at least 1.
void addLength(CLI::App& command, const std::string& flag, std::int64_t& tokens,
               const std::string& description);

} // namespace nextquill::app

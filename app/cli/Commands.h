// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/Interrupt.h"
#include "app/cli/Output.h"

#include <CLI/CLI.hpp>
#include <functional>

namespace nextquill::app {

/// What every command has at hand; lives as long as the program.
struct Context
{
    Output& out;
    Interrupt& interrupt;
    /// Set by the command that was named: its work, run after parsing. Returns the exit status.
    std::function<int()> action;
};

// One function per command: declares its options and sets Context::action when it is called for.
void addDemo(CLI::App& app, Context& context);
void addImport(CLI::App& app, Context& context);
void addData(CLI::App& app, Context& context);
void addModel(CLI::App& app, Context& context);
void addTrain(CLI::App& app, Context& context);
void addRuns(CLI::App& app, Context& context);
void addPce(CLI::App& app, Context& context);
void addInspect(CLI::App& app, Context& context);
void addGenerate(CLI::App& app, Context& context);
void addCompare(CLI::App& app, Context& context);
void addEvaluate(CLI::App& app, Context& context);
void addEffects(CLI::App& app, Context& context);
void addScore(CLI::App& app, Context& context);
void addSynth(CLI::App& app, Context& context);
void addTokenize(CLI::App& app, Context& context);
void addBench(CLI::App& app, Context& context);
void addDoctor(CLI::App& app, Context& context);
void addCompletion(CLI::App& app, Context& context);

} // namespace nextquill::app

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/generate/Generation.h"

#include <CLI/CLI.hpp>

namespace nextquill::app {

/// The options of every command that writes texts.
inline void declareGeneration(CLI::App& command, generate::GenerationSettings& settings)
{
    command.add_flag("--greedy", settings.greedy, "Always the likeliest token");
    command.add_option("--temperature", settings.temperature, "Of sampling")
        ->check(CLI::Range(0.0, 100.0))
        ->capture_default_str();
    command.add_option("--top-p", settings.topP, "Least set of tokens with this probability")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    command.add_option("--top-k", settings.topK, "So many likeliest tokens; 0: all")
        ->check(CLI::Range(0, 1'000'000))
        ->capture_default_str();
    command.add_option("--repetition-penalty", settings.repetitionPenalty, "On new tokens only")
        ->check(CLI::Range(0.01, 100.0))
        ->capture_default_str();
    command.add_option("--max-new-tokens", settings.maxNewTokens, "Length at most")
        ->check(CLI::Range(1, 1 << 20))
        ->capture_default_str();
    command
        .add_option("--strength", settings.strength,
                    "Of the history: 0 as if there were none, 1 as it is, more: stronger")
        ->check(CLI::Range(-4.0, 16.0))
        ->capture_default_str();
}

} // namespace nextquill::app

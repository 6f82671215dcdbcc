// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/Decoder.h"

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>

namespace nextquill::app {

/// The options that every command with a model has (CLI.md, Everywhere).
struct ModelOptions
{
    std::string device = "auto";
    std::string dtype = "auto";
    int threads = 0;
    std::uint64_t seed = 42;

    void declare(CLI::App& command);

    /// As the decoder takes them; sets the number of threads.
    [[nodiscard]] model::DecoderOptions decoder() const;
};

} // namespace nextquill::app

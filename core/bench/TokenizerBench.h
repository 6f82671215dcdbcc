// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/bench/BenchReport.h"
#include "core/text/TokenizerDefinition.h"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace nextquill::bench {

struct TokenizerBenchSettings
{
    int threads = 0; ///< 0: one per core
    int repeats = 5;
    bool reference = true; ///< the plain path, too; slow
};

/// Texts into tokens, on one thread and on several, loading of the tokenizer, and the plain path
/// (PlainBytePairs), in turns. `load` reads the tokenizer; `name` is its name in the title.
///
/// Stops    Stopped, between texts
/// Throws   Error(BadInput) when there is no text, Error(Internal) when the plain path gives other
///          tokens
[[nodiscard]] BenchReport benchTokenizer(const std::function<text::TokenizerDefinition()>& load,
                                         const std::string& name,
                                         const std::vector<std::string>& texts,
                                         const TokenizerBenchSettings& settings,
                                         const StopToken& stop, Progress& progress);

/// The tokenizer of a GGUF file, of a tokenizer.json or of a folder that has one.
///
/// Throws Error(BadInput), Error(Unsupported), Error(Storage)
[[nodiscard]] text::TokenizerDefinition readTokenizer(const std::filesystem::path& path);

/// Texts of a file: one a line, or of each line of a .jsonl the fields `text` or `reviewText`. No
/// file: those of the built-in sample. Together they are repeated until they have `bytes`; 0: as
/// they are.
///
/// Throws Error(BadInput), Error(Storage)
[[nodiscard]] std::vector<std::string> benchTexts(const std::filesystem::path& file,
                                                  std::size_t bytes);

} // namespace nextquill::bench

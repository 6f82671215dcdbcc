// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Id.h"
#include "core/study/TrueEffects.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace nextquill::study {

struct SyntheticSettings;

/// What is true of one text of a project.
struct TextTruth
{
    ExampleId example{};
    std::string user;
    WriterType type;
    std::string textDigest; ///< SHA-256 of the text: another one, and this is not its truth
    std::int64_t pastTexts = 0;
    std::vector<TrueWord> words;
};

/// Where the truth of a project stands: `PROJECT.truth.jsonl`, beside it.
[[nodiscard]] std::filesystem::path truthFileOf(const std::filesystem::path& project);

/// Writes one (docs/synthetic.md): a line that says what it is, then a line a text. A crash leaves
/// the old file or the new one. Throws Error(Storage).
void writeTruth(const std::filesystem::path& file, const SyntheticSettings& settings,
                std::span<const TextTruth> texts);

/// Reads one, by example. Throws Error(Storage) when it cannot be read, Error(BadInput) with the
/// line when it is no such file or of a newer version.
[[nodiscard]] std::map<ExampleId, TextTruth> readTruth(const std::filesystem::path& file);

} // namespace nextquill::study

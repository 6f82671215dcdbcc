// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Id.h"
#include "core/base/Progress.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace nextquill::store {
class Project;
}

namespace nextquill::curate {

struct ScreeningSettings
{
    std::int64_t leastWords = 1;       ///< a text of fewer words is empty
    std::int64_t sentenceWords = 6;    ///< shorter sentences are common without being copied
    std::int64_t boilerplateUsers = 5; ///< so many users wrote the same sentence
    double boilerplateShare = 0.5;     ///< of a text's words that are in such sentences
    std::string language;              ///< code of the one to keep; empty: that of most texts
    std::size_t sentences = 100;       ///< to list
    std::size_t tableMemory = std::size_t{256} << 20; ///< of digests; more of them go to the disk
};

/// A sentence that many users wrote, whatever its case and signs.
struct CommonSentence
{
    std::string text; ///< as the first of them has it
    std::int64_t users = 0;
    std::int64_t reviews = 0;
    ReviewId first{};
};

struct LanguageCount
{
    std::string code; ///< empty: not known
    std::string name;
    std::int64_t reviews = 0;
};

struct ScreeningReport
{
    std::int64_t reviews = 0; ///< looked at
    std::vector<ReviewId> empty;
    std::vector<CommonSentence> sentences; ///< those of most users first
    std::vector<ReviewId> boilerplate;     ///< texts that are mostly such sentences
    std::vector<LanguageCount> languages;  ///< reliably known ones, those of most texts first
    std::string kept;                      ///< code of the language that is kept
    std::vector<ReviewId> foreign;         ///< reliably in another one
    std::int64_t unsure = 0;               ///< texts whose language is not known reliably
};

/// Texts that say nothing, that many users share, or that are in another language than the others.
/// Excluded reviews take no part.
///
/// Speed    linear in the texts, which are read twice
/// Memory   some bytes a review, and `tableMemory`
/// Stops    between two reviews; nothing is changed in any case
/// Throws   Error(Storage)
[[nodiscard]] ScreeningReport screenTexts(store::Project& project,
                                          const ScreeningSettings& settings, const StopToken& stop,
                                          Progress& progress);

} // namespace nextquill::curate

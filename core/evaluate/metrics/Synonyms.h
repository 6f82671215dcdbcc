// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/evaluate/metrics/Characters.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>

namespace nextquill::evaluate {

/// WordNet 3.0's synonyms, read from its database files as they are installed (mapped, looked up by
/// binary search: nothing is loaded).
///
/// Threads  any; immutable.
/// Source   wndb(5), morphy(7); the base forms are those of NLTK 3.10's reader
class Synonyms
{
public:
    /// Throws Error(Storage) when a file of the database is missing in `folder`.
    explicit Synonyms(const std::filesystem::path& folder);
    ~Synonyms();
    Synonyms(const Synonyms&) = delete;
    Synonyms& operator=(const Synonyms&) = delete;

    /// The installed database: $NEXTQUILL_WORDNET or the system's; null where there is none.
    [[nodiscard]] static std::shared_ptr<const Synonyms> installed();

    /// All single words that share a meaning with `word` (lower case) or one of its base forms.
    [[nodiscard]] std::set<std::string> of(const std::string& word) const;

private:
    struct Files;
    std::unique_ptr<const Files> m_files;
};

} // namespace nextquill::evaluate

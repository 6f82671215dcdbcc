// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/curate/BandTable.h"
#include "core/curate/Duplicates.h"

#include <cstdint>
#include <list>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace nextquill::curate {

/// What is known of a review when it is compared.
struct ComparedText
{
    std::string words; ///< all of them in their order
    std::size_t wordCount = 0;
    std::int64_t user = 0;
    std::int64_t item = 0;
    std::int64_t time = 0;
    std::vector<std::uint64_t> shingles;
};

/// Joins texts that are alike, from candidates; only what the texts themselves say counts.
///
/// Texts are named by their place in `reviews`, which is in the order of ids.
class DuplicateGroups
{
public:
    DuplicateGroups(store::Project& project, const std::vector<ReviewId>& reviews,
                    const DuplicateSettings& settings);

    /// Texts of one number each: those that are alike are joined. `sameWords`: only equal ones are
    /// looked for; later calls then leave out all but the first of them.
    void joinAlike(const std::vector<BandTable::Entry>& entries, bool sameWords,
                   const StopToken& stop);

    [[nodiscard]] std::vector<DuplicateGroup> finish(const StopToken& stop);

private:
    using Run = std::pair<const BandTable::Entry*, const BandTable::Entry*>;

    void joinRun(Run run, bool sameWords, const StopToken& stop);
    [[nodiscard]] std::uint32_t rootOf(std::uint32_t text);
    void join(std::uint32_t first, std::uint32_t second);
    [[nodiscard]] bool areAlike(std::uint32_t first, std::uint32_t second, bool sameWords);
    [[nodiscard]] const ComparedText& read(std::uint32_t text);
    [[nodiscard]] bool goesBefore(std::uint32_t first, std::uint32_t second);
    void split(std::vector<std::uint32_t> texts, std::vector<DuplicateGroup>& groups);

    store::Project& m_project;
    const std::vector<ReviewId>& m_reviews;
    const DuplicateSettings& m_settings;
    std::vector<std::uint32_t> m_parent;
    std::vector<bool> m_isCopy; ///< has the words of an earlier one
    std::unordered_set<std::uint64_t> m_unlike;
    std::list<std::pair<std::uint32_t, ComparedText>> m_read; ///< newest first
    std::unordered_map<std::uint32_t, decltype(m_read)::iterator> m_places;
};

} // namespace nextquill::curate

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

enum class DuplicateSearch {
    Text,     ///< the same text, or nearly
    UserItem, ///< the same user about the same item, whatever the texts say
};

enum class DuplicateScope { All, SameUser, SameItem };

enum class KeepRule {
    Earliest, ///< in time; of one time, as imported. With UserItem, Amazon Reviews 2023's benchmark
    Longest,  ///< in words; of one length, the earliest
};

struct DuplicateSettings
{
    DuplicateSearch search = DuplicateSearch::Text;
    DuplicateScope scope = DuplicateScope::All; ///< of Text
    KeepRule keep = KeepRule::Earliest;         ///< which one of a group is the first
    double threshold = 0.8;                     ///< least similarity; 1: equal texts only
    std::size_t shingleWords = 3;
    std::size_t minimumWords = 5; ///< shorter texts are alike without being copies
    std::uint64_t seed = 42;
    std::size_t tableMemory = std::size_t{256} << 20; ///< of digests; more of them go to the disk
};

struct Duplicate
{
    ReviewId review{};
    double similarity = 1; ///< to the group's first
};

/// Reviews that repeat the first of them.
struct DuplicateGroup
{
    bool exact = false;             ///< all have the first one's words in its order
    std::vector<Duplicate> members; ///< the one to keep first, then by similarity

    [[nodiscard]] double leastSimilarity() const { return members.back().similarity; }
};

/// What is compared is the words alone: case, punctuation and white space make no difference.
/// Similarity is the Jaccard similarity of the sets of all runs of `shingleWords` words, computed
/// from the texts for every pair that is reported. Which pairs are looked at is decided by MinHash
/// signatures of 128 rows cut into bands (A. Broder 1997; J. Leskovec et al., Mining of Massive
/// Datasets, 3.4): a pair of exactly the threshold's similarity is missed once in 200 times, a
/// closer one less. The same seed gives the same groups. Excluded reviews take no part.
///
/// Within a group each member reaches the threshold with the first; a text that is only near
/// another member is in no group with it, so that excluding all but the first loses none that has
/// no like.
///
/// Speed    linear in the reviews; of more than 64 that one band has together, each is compared
///          with at most 64
/// Memory   some 30 bytes a review, `tableMemory`, and the groups
/// Stops    within some milliseconds; nothing was changed
/// Throws   Error(BadInput) for a threshold outside (0, 1], Error(Storage)
[[nodiscard]] std::vector<DuplicateGroup> findDuplicates(store::Project& project,
                                                         const DuplicateSettings& settings,
                                                         const StopToken& stop, Progress& progress);

/// Excludes all but the first of each group, as one step that can be undone; returns how many.
std::int64_t excludeDuplicates(store::Project& project, const std::vector<DuplicateGroup>& groups);

} // namespace nextquill::curate

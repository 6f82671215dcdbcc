// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace nextquill::store {

class Connection;

/// The reviews that are not excluded as edges between users and items, without their texts: 16
/// bytes for each.
struct ReviewGraph
{
    std::vector<std::int64_t> ids;     ///< ascending
    std::vector<std::int32_t> users;   ///< parallel to `ids`; an index of `userIds`
    std::vector<std::int32_t> items;   ///< parallel to `ids`; from 0 upwards
    std::vector<std::int64_t> userIds; ///< as the project has them
    std::int32_t itemCount = 0;

    [[nodiscard]] std::size_t size() const { return ids.size(); }
    /// Where a review stands; size() where it is not in here.
    [[nodiscard]] std::size_t indexOf(std::int64_t review) const;
};

/// Which of a graph's reviews are in a subset, parallel to its `ids`.
using ReviewSubset = std::vector<bool>;

/// Reads indices alone. Stops within 50 ms where a StopGuard is on the connection.
[[nodiscard]] ReviewGraph loadReviewGraph(Connection& connection);

/// The reviews that are excluded or deleted: where all others are read from an index that does not
/// say so.
class ReviewsOut
{
public:
    explicit ReviewsOut(Connection& connection);

    [[nodiscard]] bool has(std::int64_t review) const;

private:
    std::vector<std::int64_t> m_ids; ///< ascending
};

/// What users and items have left in a subset.
struct SubsetCounts
{
    std::int64_t reviews = 0;
    std::int64_t users = 0; ///< with at least one
    std::int64_t items = 0;
};

[[nodiscard]] SubsetCounts countsOf(const ReviewGraph& graph, const ReviewSubset& subset);

/// Takes out the reviews of users who have fewer than `least`.
void keepUsersWith(const ReviewGraph& graph, ReviewSubset& subset, std::int64_t least);

/// Takes out the reviews about items that fewer than `least` different users reviewed.
void keepItemsWith(const ReviewGraph& graph, ReviewSubset& subset, std::int64_t least);

/// Takes out what is not in the largest part in which every user and every item has at least
/// `least` reviews. Empty where there is none.
void keepCore(const ReviewGraph& graph, ReviewSubset& subset, std::int64_t least,
              const StopToken& stop);

} // namespace nextquill::store

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/study/ReviewGrammar.h"
#include "core/study/TrueEffects.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace nextquill::study {

/// In all: their truth is in memory while it is written, a kilobyte each.
inline constexpr std::int64_t mostReviews = 500'000;

struct SyntheticSettings
{
    std::int64_t users = 40;
    std::int64_t reviews = 10; ///< of each user, about different items
    std::int64_t items = 40;   ///< at least as many as reviews
    std::uint64_t seed = 42;
};

struct SyntheticItem
{
    std::string key;                      ///< "SYN0001"
    std::string kind;                     ///< "kettle"
    std::string title;                    ///< "Arden kettle"
    std::string description;              ///< says where it does well and where not
    std::array<bool, aspectCount> good{}; ///< by aspect
};

struct SyntheticReview
{
    std::size_t item = 0; ///< in SyntheticWorld::items
    int rating = 3;
    std::string title; ///< says what the rating says and no more
    std::string text;
    std::int64_t time = 0; ///< milliseconds since 1970; the user's reviews are in this order
};

struct SyntheticUser
{
    std::string name; ///< "synth-00001"
    WriterType type;
    std::vector<SyntheticReview> reviews; ///< the oldest first
};

/// Users who write by ReviewGrammar, and what they write about.
struct SyntheticWorld
{
    std::vector<SyntheticItem> items;
    std::vector<SyntheticUser> users;

    /// What the prompt of a review says in both worlds.
    [[nodiscard]] ReviewSubject subjectOf(const SyntheticReview& review) const;
};

/// Draws items, users and reviews. Types are drawn evenly; an item's qualities by coin; a rating
/// from the item's qualities, never from the writer: all that depends on the writer is in the text.
///
/// Numbers  a function of the settings alone, the same on every machine; more users leave the first
///          ones as they are
/// Throws   Error(BadInput) for settings that cannot be met
[[nodiscard]] SyntheticWorld makeWorld(const SyntheticSettings& settings);

/// The true effects of each review's history, all earlier reviews of its user, in their order.
[[nodiscard]] std::vector<std::vector<TrueWord>> trueEffectsOf(const SyntheticWorld& world,
                                                               const SyntheticUser& user);

} // namespace nextquill::study

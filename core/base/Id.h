// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace nextquill {

/// Row ids of a project, one type per table so that they cannot be confused. Positive; never
/// reused.
enum class UserId : long long {};
enum class ItemId : long long {};
enum class ReviewId : long long {};
enum class SplitId : long long {};
enum class ModelId : long long {};
enum class RunId : long long {};
enum class ImportId : long long {};

/// An example is the review that is to be written; its history is what the user wrote before it.
/// So an example's id is its target's review id, and stays the same over all splits.
using ExampleId = ReviewId;

/// The number behind a row id, for SQL, files and messages.
template<typename IdType>
[[nodiscard]] constexpr std::int64_t number(IdType id) noexcept
{
    return static_cast<std::int64_t>(id);
}

} // namespace nextquill

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Random.h"
#include "core/store/table/TableReader.h"

#include "tests/core/store/TemporaryProject.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace nextquill::testing {

/// A review as the tests know it, to say what a table must show.
struct KnownReview
{
    std::int64_t id = 0;
    std::int64_t userId = 0;
    std::int64_t itemId = 0;
    std::string user;
    std::string item; ///< title, or key
    std::string asin;
    double rating = 0;
    std::string title;
    std::string text;
    std::int64_t words = 0;
    std::int64_t time = 0;
    bool excluded = false;
    std::string tag;
};

/// Draws from a seed, one after another.
class Draw
{
public:
    explicit Draw(std::uint64_t seed)
        : m_random{seed, 0}
    {
    }
    [[nodiscard]] std::int64_t below(std::int64_t end)
    {
        return static_cast<std::int64_t>(m_random.bits(m_at++) % static_cast<std::uint64_t>(end));
    }
    template<typename T>
    [[nodiscard]] const T& oneOf(const std::vector<T>& all)
    {
        return all[static_cast<std::size_t>(below(static_cast<std::int64_t>(all.size())))];
    }

private:
    Random m_random;
    std::uint64_t m_at = 0;
};

/// A project of so many random reviews with ties in every column, some excluded, tagged and
/// deleted.
struct RandomHistories
{
    RandomHistories(int count, std::uint64_t seed);

    TemporaryProject made;
    std::vector<KnownReview> reviews; ///< those that are not deleted, by id
};

/// A filter's field and what it means, said in another way.
struct KnownFilter
{
    std::string column;
    std::string typed;
    std::function<bool(const KnownReview&)> matches;
};

[[nodiscard]] const std::vector<KnownFilter>& knownFilters();

/// Whether `left` comes before `right` in an order, by the words of TableReader.h.
[[nodiscard]] bool isBefore(const store::TableOrder& order, const KnownReview& left,
                            const KnownReview& right);

} // namespace nextquill::testing

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/Totals.h"

#include "core/store/Connection.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <fmt/format.h>

namespace nextquill::store {

void addToTotals(Connection& connection, const Counts& change)
{
    Query{connection, "UPDATE totals SET users = users + ?, items = items + ?, "
                      "reviews = reviews + ?, excluded = excluded + ?, rejects = rejects + ?, "
                      "deleted = deleted + ?"}
        .with(change.users, change.items, change.reviews, change.excluded, change.rejects,
              change.deleted)
        .run();
}

std::int64_t storedReviews(Connection& connection)
{
    Query query{connection, "SELECT reviews + excluded + deleted FROM totals"};
    return query.next() ? query.integer(0) : 0;
}

void refreshUsers(Connection& connection, const std::set<std::int64_t>& users)
{
    Query refresh{connection,
                  "UPDATE users SET (reviews, first_time, last_time, mean_words, mean_rating) = "
                  "(SELECT count(*), coalesce(min(time), 0), coalesce(max(time), 0), "
                  "coalesce(avg(words), 0.0), coalesce(avg(rating), 0.0) "
                  "FROM reviews WHERE user_id = ?1 AND excluded = 0) WHERE id = ?1"};
    for (const std::int64_t user : users) {
        refresh.with(user).run();
    }
}

std::vector<std::string> faultsOfTotals(Connection& connection)
{
    struct Claim
    {
        const char* what;
        const char* statement; ///< gives the number that is kept and the number counted
    };
    constexpr Claim claims[] = {
        {"users", "SELECT users, (SELECT count(*) FROM users WHERE merged_into = 0) FROM totals"},
        {"items", "SELECT items, (SELECT count(*) FROM items) FROM totals"},
        {"reviews",
         "SELECT reviews, (SELECT count(*) FROM reviews WHERE excluded = 0) FROM totals"},
        {"excluded reviews",
         "SELECT excluded, (SELECT count(*) FROM reviews WHERE excluded = 1) FROM totals"},
        {"deleted reviews",
         "SELECT deleted, (SELECT count(*) FROM reviews WHERE excluded = 2) FROM totals"},
        {"reviews without their text",
         "SELECT 0, count(*) FROM reviews WHERE id NOT IN (SELECT id FROM texts)"},
        {"tags with a wrong number of reviews",
         "SELECT 0, count(*) FROM tags WHERE reviews <> "
         "(SELECT count(*) FROM review_tags WHERE tag_id = tags.id)"},
        {"rejected lines", "SELECT rejects, (SELECT count(*) FROM rejects) FROM totals"},
        {"users with a wrong number of reviews",
         "SELECT 0, count(*) FROM users u LEFT JOIN (SELECT user_id, count(*) AS reviews FROM "
         "reviews WHERE excluded = 0 GROUP BY user_id) c ON c.user_id = u.id "
         "WHERE u.reviews <> coalesce(c.reviews, 0)"},
        {"items with a wrong number of reviews",
         "SELECT 0, count(*) FROM items i LEFT JOIN (SELECT item_id, count(*) AS reviews FROM "
         "reviews WHERE excluded = 0 GROUP BY item_id) c ON c.item_id = i.id "
         "WHERE i.reviews <> coalesce(c.reviews, 0)"},
        {"reviews behind the last one",
         "SELECT 0, count(*) FROM reviews WHERE id > (SELECT last_review FROM totals)"},
        {"reviews, each once", "SELECT count(*), count(DISTINCT content) FROM reviews"},
        {"users without any review", "SELECT 0, count(*) FROM users WHERE merged_into = 0 AND "
                                     "id NOT IN (SELECT user_id FROM reviews)"},
    };
    std::vector<std::string> faults;
    for (const Claim& claim : claims) {
        Query query{connection, claim.statement};
        if (!query.next()) {
            faults.emplace_back("The row of totals is missing.");
        } else if (query.integer(0) != query.integer(1)) {
            faults.push_back(fmt::format("The file says {} {}, there are {}.", query.integer(0),
                                         claim.what, query.integer(1)));
        }
    }
    return faults;
}

namespace {

constexpr std::uint64_t each = 0x0101010101010101;
constexpr std::uint64_t highest = 0x80 * each;
constexpr int bitsOfByte = 8;
constexpr int bitsOfWord = 64;
static_assert(std::endian::native == std::endian::little, "the first byte is the lowest");

/// The highest bit of each byte that is ASCII white space.
std::uint64_t spacesAmong(std::uint64_t bytes) noexcept
{
    const std::uint64_t low = bytes & ~highest;
    const std::uint64_t fromTab = low + (0x80 - '\t') * each;
    const std::uint64_t beyondReturn = low + (0x80 - '\r' - 1) * each;
    const std::uint64_t noSpace = (low ^ (' ' * each)) + 0x7f * each;
    return ((fromTab & ~beyondReturn) | ~noSpace) & ~bytes & highest;
}

} // namespace

bool hasWord(std::string_view text) noexcept
{
    return text.find_first_not_of(" \t\n\v\f\r") != std::string_view::npos;
}

std::int64_t countWords(std::string_view text) noexcept
{
    // Eight bytes at a time: the highest bit of each says what it is.
    std::int64_t words = 0;
    std::uint64_t before = 0x80; // a space
    for (std::size_t at = 0; at < text.size(); at += sizeof(std::uint64_t)) {
        std::uint64_t bytes = each * ' ';
        std::memcpy(&bytes, text.data() + at, std::min(text.size() - at, sizeof(bytes)));
        const std::uint64_t spaces = spacesAmong(bytes);
        const std::uint64_t begun = ~spaces & (spaces << bitsOfByte | before) & highest;
        // The sum of the bytes; std::popcount() is a call where the processor is any x86-64.
        words += static_cast<std::int64_t>((begun >> (bitsOfByte - 1)) * each >>
                                           (bitsOfWord - bitsOfByte));
        before = spaces >> (bitsOfWord - bitsOfByte);
    }
    return words;
}

} // namespace nextquill::store

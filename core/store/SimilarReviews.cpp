// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/SimilarReviews.h"

#include "core/base/Error.h"
#include "core/store/Connection.h"
#include "core/store/Project.h"
#include "core/store/QueryWords.h"
#include "core/store/ReviewQuery.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace nextquill::store {

namespace {

constexpr std::size_t mostWordsOfReview = 400;
constexpr std::size_t mostWordsAsked = 24;
constexpr std::int64_t commonFrom = 20'000;

std::vector<std::string> wordsOfReview(const Review& review)
{
    Connection memory{":memory:", Access::Create};
    createQueryWords(memory);
    return queryWords(memory, review.title + '\n' + review.text, mostWordsOfReview);
}

/// The rarest words of a review in the project; counting ends where a word is common.
std::vector<std::string> rarestWords(Connection& connection, const Review& review)
{
    std::vector<std::pair<std::int64_t, std::string>> rare;
    std::vector<std::string> common;
    Query count{connection, "SELECT total(1) FROM (SELECT 1 FROM reviews_text "
                            "WHERE reviews_text MATCH ? LIMIT ?)"};
    for (const std::string& word : wordsOfReview(review)) {
        count.with(anyOf({word}), commonFrom);
        const std::int64_t reviews = count.next() ? count.integer(0) : 0;
        if (reviews < commonFrom) {
            rare.emplace_back(reviews, word);
        } else {
            common.push_back(word);
        }
    }
    if (rare.empty()) {
        common.resize(std::min(common.size(), std::size_t{3}));
        return common;
    }
    std::sort(rare.begin(), rare.end());
    rare.resize(std::min(rare.size(), mostWordsAsked));
    std::vector<std::string> words;
    for (auto& [reviews, word] : rare) {
        words.push_back(std::move(word));
    }
    return words;
}

/// What the review itself would have.
double scoreOf(Connection& connection, const std::string& wanted, ReviewId review)
{
    Query query{connection, "SELECT -rank FROM reviews_text WHERE reviews_text MATCH ? "
                            "AND rowid = ?"};
    query.with(wanted, review);
    return query.next() ? query.real(0) : 0;
}

} // namespace

std::vector<SimilarReview> similarByWords(Project& project, const SimilarityQuery& query,
                                          const StopToken& stop)
{
    Connection& connection = project.connection();
    const auto review = Histories{project}.findReview(query.review);
    if (!review) {
        throw Error{ErrorKind::BadInput, fmt::format("there is no review {}", number(query.review)),
                    project.file().string(), "see `nextquill data list`"};
    }
    const StopGuard guard{connection, stop};
    const std::vector<std::string> words = rarestWords(connection, *review);
    if (words.empty()) {
        throw Error{ErrorKind::BadInput, "the review has no words",
                    fmt::format("review {}", number(query.review)),
                    "take one that has letters or digits"};
    }
    const std::string wanted = anyOf(words);
    Query best{connection, "SELECT f.rowid, -f.rank FROM reviews_text f CROSS JOIN reviews r "
                           "ON r.id = f.rowid WHERE reviews_text MATCH ? AND r.id <> ? "
                           "AND r.excluded <= ? ORDER BY f.rank LIMIT ?"};
    best.with(wanted, query.review, query.withExcluded ? 1 : 0, query.limit);
    const double own = scoreOf(connection, wanted, query.review);
    Query row{connection, "SELECT " + reviewRowColumns() + reviewRowTables() + " WHERE r.id = ?"};
    std::vector<SimilarReview> found;
    while (best.next()) {
        row.with(best.integer(0));
        if (row.next()) {
            const double score = best.real(1);
            found.push_back({.row = reviewRowFrom(row),
                             .score = score,
                             .likeness = own > 0 ? std::min(1.0, score / own) : 0});
        }
    }
    return found;
}

} // namespace nextquill::store

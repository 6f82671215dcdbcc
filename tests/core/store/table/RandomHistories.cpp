// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/store/table/RandomHistories.h"

#include "core/store/Connection.h"
#include "core/store/table/TableCuration.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <tuple>

namespace nextquill::testing {

using namespace store;

namespace {

const std::vector<std::string> someWords{"jazz", "Jazz", "rock", "café", "CAFÉ", "best", "worst",
                                         "a",    "the",  "of",   "100%", "(c)",  "naïve"};

std::string someText(Draw& draw, int words)
{
    std::string text;
    for (int i = 0; i < words; ++i) {
        text += (i > 0 ? " " : "") + draw.oneOf(someWords);
    }
    return text;
}

bool contains(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

void readBack(Project& project, std::vector<KnownReview>& reviews)
{
    Query query{project.connection(),
                "SELECT r.id, r.user_id, r.item_id, u.name, i.title, i.asin, r.rating, x.title, "
                "x.text, r.words, r.time, r.excluded, coalesce((SELECT t.name FROM review_tags rt "
                "JOIN tags t ON t.id = rt.tag_id WHERE rt.review_id = r.id), '') FROM reviews r "
                "JOIN users u ON u.id = r.user_id JOIN items i ON i.id = r.item_id JOIN texts x ON "
                "x.id = r.id WHERE r.excluded < 2 ORDER BY r.id"};
    while (query.next()) {
        const std::string title = query.text(4);
        reviews.push_back({.id = query.integer(0),
                           .userId = query.integer(1),
                           .itemId = query.integer(2),
                           .user = query.text(3),
                           .item = title.empty() ? query.text(5) : title,
                           .asin = query.text(5),
                           .rating = query.real(6),
                           .title = query.text(7),
                           .text = query.text(8),
                           .words = query.integer(9),
                           .time = query.integer(10),
                           .excluded = query.integer(11) == 1,
                           .tag = query.text(12)});
    }
}

} // namespace

RandomHistories::RandomHistories(int count, std::uint64_t seed)
{
    Draw draw{seed};
    std::string lines;
    std::string items;
    for (int item = 0; item < 12; ++item) {
        const std::string asin = "B" + std::to_string(item);
        items += OrderedJson{{"parent_asin", asin},
                             {"title", item % 3 == 0 ? "" : "Item " + std::to_string(item % 5)}}
                     .dump() +
                 "\n";
    }
    for (int i = 0; i < count; ++i) {
        const std::string user = "user" + std::to_string(draw.below(1 + count / 20));
        const auto time = 1'300'000'000 + draw.below(40) * 3'600 * 24 * 30;
        lines += OrderedJson{{"user_id", user},
                             {"parent_asin", "B" + std::to_string(draw.below(12))},
                             {"rating", 1 + static_cast<double>(draw.below(9)) / 2},
                             {"title", draw.below(4) == 0 ? "" : someText(draw, 2)},
                             {"text", someText(draw, static_cast<int>(1 + draw.below(12)))},
                             {"timestamp", time}}
                     .dump() +
                 "\n";
    }
    made.import(lines, items);
    NoProgress progress;
    TableCuration curation{*made.project};
    const auto some = [&](std::int64_t every) {
        std::set<std::int64_t> ids;
        for (std::int64_t id = 1; id <= count; ++id) {
            if (draw.below(every) == 0) {
                ids.insert(id);
            }
        }
        return Selection::rows(TableKind::Reviews, ids);
    };
    static_cast<void>(curation.exclude(some(5), {}, progress));
    static_cast<void>(curation.tag(some(6), "funny", {}, progress));
    if (seed % 2 == 0) {
        static_cast<void>(curation.remove(some(7), {}, progress));
    }
    readBack(*made.project, reviews);
}

const std::vector<KnownFilter>& knownFilters()
{
    using R = const KnownReview&;
    static const std::vector<KnownFilter> filters{
        {"rating", "3", [](R r) { return r.rating == 3; }},
        {"rating", "<>3", [](R r) { return r.rating != 3; }},
        {"rating", "2..3.5", [](R r) { return r.rating >= 2 && r.rating <= 3.5; }},
        {"rating", ">4", [](R r) { return r.rating > 4; }},
        {"words", "..4", [](R r) { return r.words <= 4; }},
        {"words", ">=5 && <>7", [](R r) { return r.words >= 5 && r.words != 7; }},
        {"words", "11", [](R r) { return r.words == 11; }},
        {"time", "2012..2013",
         [](R r) { return r.time >= 1'325'376'000'000 && r.time < 1'388'534'400'000; }},
        {"time", "<2012", [](R r) { return r.time < 1'325'376'000'000; }},
        {"excluded", "yes", [](R r) { return r.excluded; }},
        {"excluded", "no", [](R r) { return !r.excluded; }},
        {"tags", "funny", [](R r) { return r.tag == "funny"; }},
        {"tags", "empty", [](R r) { return r.tag.empty(); }},
        {"tags", "<>funny", [](R r) { return r.tag != "funny"; }},
        {"user", "=user1", [](R r) { return r.user == "user1"; }},
        {"user", "<>user1", [](R r) { return r.user != "user1"; }},
        {"user", "R1", [](R r) { return contains(r.user, "r1"); }},
        {"item", "item 1", [](R r) { return contains(r.item, "Item 1"); }},
        {"item", "/^B\\d$/", [](R r) { return r.item.size() == 2 && r.item[0] == 'B'; }},
        {"asin", "=B7", [](R r) { return r.asin == "B7"; }},
        {"title", "empty", [](R r) { return r.title.empty(); }},
        {"title", "jazz",
         [](R r) { return contains(r.title, "jazz") || contains(r.title, "Jazz"); }},
        {"text", "café", [](R r) { return contains(r.text, "café") || contains(r.text, "CAFÉ"); }},
        {"text", "/\\bbest (rock|jazz)\\b/",
         [](R r) {
             const std::string padded = ' ' + r.text + ' ';
             return contains(padded, " best rock ") || contains(padded, " best jazz ");
         }},
        {"text", "100%", [](R r) { return contains(r.text, "100%"); }},
        {"id", "5..40", [](R r) { return r.id >= 5 && r.id <= 40; }},
    };
    return filters;
}

bool isBefore(const TableOrder& order, const KnownReview& left, const KnownReview& right)
{
    const auto before = [&](const KnownReview& a, const KnownReview& b) {
        if (order.column == "user") {
            return std::tie(a.user, a.time, a.id) < std::tie(b.user, b.time, b.id);
        }
        if (order.column == "item") {
            return std::tie(a.item, a.itemId, a.id) < std::tie(b.item, b.itemId, b.id);
        }
        if (order.column == "rating") {
            return std::tie(a.rating, a.id) < std::tie(b.rating, b.id);
        }
        if (order.column == "words") {
            return std::tie(a.words, a.id) < std::tie(b.words, b.id);
        }
        if (order.column == "time") {
            return std::tie(a.time, a.id) < std::tie(b.time, b.id);
        }
        return a.id < b.id;
    };
    return order.descending ? before(right, left) : before(left, right);
}

} // namespace nextquill::testing

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/table/TableReader.h"

#include "core/base/Error.h"
#include "core/store/Connection.h"
#include "core/store/ReviewIndices.h"
#include "core/store/table/Histogram.h"
#include "core/store/table/TableIndices.h"

#include "tests/core/store/table/RandomHistories.h"
#include "tests/core/store/table/StatementLog.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

namespace nextquill::store {
namespace {

using testing::Draw;
using testing::KnownFilter;
using testing::knownFilters;
using testing::KnownReview;
using testing::RandomHistories;
using testing::StatementLog;
using Ids = std::vector<std::int64_t>;

/// A random filter and order with the rows that they must give.
struct Case
{
    TableQuery query;
    Ids expected;
};

Case randomCase(const RandomHistories& histories, Draw& draw)
{
    Case made{.query = {.filter = FilterExpression{TableKind::Reviews},
                        .order = {},
                        .columns = {"id", "user", "item", "rating", "words", "time", "text"}},
              .expected = {}};
    std::vector<KnownReview> rows = histories.reviews;
    for (std::int64_t i = draw.below(4); i > 0; --i) {
        const KnownFilter& filter = draw.oneOf(knownFilters());
        made.query.filter.add(filter.column, filter.typed);
        std::erase_if(rows, [&](const KnownReview& row) { return !filter.matches(row); });
    }
    if (draw.below(4) == 0) {
        made.query.filter.setSearch("best OR caf*");
        std::erase_if(rows, [](const KnownReview& row) {
            const std::string all = ' ' + row.title + ' ' + row.text + ' ';
            return all.find(" best ") == std::string::npos &&
                   all.find(" caf") == std::string::npos && all.find(" CAF") == std::string::npos;
        });
    }
    const std::vector<std::string> orders{"id", "time", "rating", "words", "user", "item"};
    made.query.order = {.column = draw.oneOf(orders), .descending = draw.below(2) == 0};
    std::ranges::sort(rows, [&](const KnownReview& left, const KnownReview& right) {
        return testing::isBefore(made.query.order, left, right);
    });
    std::ranges::transform(rows, std::back_inserter(made.expected), &KnownReview::id);
    return made;
}

Ids idsOf(const TablePage& page)
{
    Ids ids;
    std::ranges::transform(page.rows, std::back_inserter(ids), &TableRow::id);
    return ids;
}

std::string nameOf(const Case& made)
{
    return made.query.filter.toText() + " by " + toText(made.query.order);
}

Ids allForward(const TableReader& reader, const TableQuery& query, int limit)
{
    NoProgress progress;
    Ids ids;
    TablePage page =
        reader.page(query, {.from = PageFrom::Start, .key = {}, .limit = limit}, {}, progress);
    for (;;) {
        std::ranges::copy(idsOf(page), std::back_inserter(ids));
        if (page.atEnd || page.rows.empty()) {
            return ids;
        }
        page = reader.page(query,
                           {.from = PageFrom::After, .key = page.rows.back().key, .limit = limit},
                           {}, progress);
    }
}

Ids allBackward(const TableReader& reader, const TableQuery& query, int limit)
{
    NoProgress progress;
    Ids ids;
    TablePage page =
        reader.page(query, {.from = PageFrom::End, .key = {}, .limit = limit}, {}, progress);
    for (;;) {
        const Ids some = idsOf(page);
        ids.insert(ids.begin(), some.begin(), some.end());
        if (page.atStart || page.rows.empty()) {
            return ids;
        }
        page = reader.page(query,
                           {.from = PageFrom::Before, .key = page.rows.front().key, .limit = limit},
                           {}, progress);
    }
}

void expectJumps(const TableReader& reader, const Case& made, Draw& draw)
{
    NoProgress progress;
    const TableFences fences = reader.fences(made.query, [](const TableFences&) {}, {}, progress);
    EXPECT_TRUE(fences.complete);
    ASSERT_EQ(fences.rows, static_cast<std::int64_t>(made.expected.size()));
    EXPECT_EQ(fences.keys.size(), (made.expected.size() + 999) / 1000);
    for (int jump = 0; jump < 3 && !made.expected.empty(); ++jump) {
        const auto at = static_cast<std::size_t>(draw.below(fences.rows));
        const TablePage page =
            reader.pageAt(made.query, fences, static_cast<std::int64_t>(at), 5, {}, progress);
        const auto end = std::min(at + 5, made.expected.size());
        EXPECT_EQ(idsOf(page), Ids(made.expected.begin() + static_cast<long>(at),
                                   made.expected.begin() + static_cast<long>(end)));
        EXPECT_EQ(page.atEnd, end == made.expected.size());
        const auto key = reader.keyOf(made.query, made.expected[at]);
        ASSERT_TRUE(key);
        EXPECT_EQ(reader.positionOf(made.query, fences, *key, {}, progress),
                  static_cast<std::int64_t>(at));
    }
}

void expectCase(Project& project, const Case& made, Draw& draw)
{
    SCOPED_TRACE(nameOf(made));
    const TableReader reader{project};
    const int limit = static_cast<int>(3 + draw.below(40));
    EXPECT_EQ(allForward(reader, made.query, limit), made.expected);
    EXPECT_EQ(allBackward(reader, made.query, limit), made.expected);
    expectJumps(reader, made, draw);
    NoProgress progress;
    const std::vector<Histogram> bars = histograms(
        project, made.query.filter, {"rating", "time"}, [](const auto&) {}, {}, progress);
    for (const Histogram& histogram : bars) {
        EXPECT_EQ(histogram.rows, static_cast<std::int64_t>(made.expected.size()));
    }
}

void expectCases(std::uint64_t seed, int cases, const std::function<void(Project&)>& prepare)
{
    RandomHistories histories{400, seed};
    prepare(*histories.made.project);
    Draw draw{seed + 100};
    for (int i = 0; i < cases; ++i) {
        expectCase(*histories.made.project, randomCase(histories, draw), draw);
    }
}

void buildAll(Project& project)
{
    NoProgress progress;
    buildMissingIndices(project, {}, progress);
}

TEST(TableReader, GivesTheRowsOfAnyFilterInAnyOrderForwardAndBackward)
{
    expectCases(1, 60, buildAll);
    expectCases(2, 60, buildAll); // with deleted reviews
}

TEST(TableReader, GivesTheSameWithoutIndices)
{
    expectCases(3, 40, [](Project&) {});
    expectCases(4, 40, [](Project& project) {
        NoProgress progress;
        dropIndex(project, "search", {}, progress);
    });
}

TEST(TableReader, GivesTheSameWhileAnImportHasIndicesOut)
{
    expectCases(5, 60, [](Project& project) {
        Transaction transaction{project.connection()};
        takeOutReviewIndices(project.connection(), true);
        transaction.commit();
    });
}

TEST(TableReader, JumpsOverThousandsOfRows)
{
    RandomHistories histories{3'500, 6};
    buildAll(*histories.made.project);
    Draw draw{7};
    for (int i = 0; i < 12; ++i) {
        expectCase(*histories.made.project, randomCase(histories, draw), draw);
    }
}

TEST(TableReader, CountsNoTableAndSkipsNoRowsInAnyStatement)
{
    RandomHistories histories{200, 8};
    buildAll(*histories.made.project);
    const StatementLog log{*histories.made.project};
    Draw draw{9};
    for (int i = 0; i < 30; ++i) {
        expectCase(*histories.made.project, randomCase(histories, draw), draw);
    }
    ASSERT_GT(log.statements().size(), 100U);
    for (std::string statement : log.statements()) {
        std::ranges::transform(statement, statement.begin(),
                               [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        EXPECT_EQ(statement.find("offset"), std::string::npos) << statement;
        EXPECT_EQ(statement.find("count("), std::string::npos) << statement;
    }
}

/// Steps for a page in the middle of a table, in each order.
std::int64_t costOfPages(int reviews)
{
    RandomHistories histories{reviews, 11};
    buildAll(*histories.made.project);
    const TableReader reader{*histories.made.project};
    std::int64_t cost = 0;
    for (const std::string column : {"id", "time", "rating", "words", "user", "item"}) {
        for (const bool descending : {false, true}) {
            NoProgress progress;
            const TableQuery query{.filter = FilterExpression{},
                                   .order = {.column = column, .descending = descending},
                                   .columns = {}};
            const RowKey key = reader.keyOf(query, reviews / 2).value();
            const StatementLog log{*histories.made.project};
            const TablePage page = reader.page(
                query, {.from = PageFrom::After, .key = key, .limit = 20}, {}, progress);
            cost += log.steps();
        }
    }
    return cost;
}

TEST(TableReader, PaysForAPageNotForTheTable)
{
    const std::int64_t small = costOfPages(500);
    EXPECT_GT(small, 1'000);
    EXPECT_LT(costOfPages(4'000), small + small / 5); // rows of users and items are skipped alike
}

TEST(TableReader, SortsByAnIndexWhereThereIsOne)
{
    RandomHistories histories{100, 13};
    buildAll(*histories.made.project);
    Project& project = *histories.made.project;
    std::vector<std::string> statements;
    {
        const StatementLog log{project};
        NoProgress progress;
        for (const std::string column : {"id", "time", "rating", "words", "user", "item"}) {
            for (const PageFrom from : {PageFrom::Start, PageFrom::End}) {
                static_cast<void>(TableReader{project}.page(
                    {.filter = FilterExpression{}, .order = {.column = column}, .columns = {}},
                    {.from = from, .key = {}, .limit = 5}, {}, progress));
            }
        }
        for (const std::string column : {"id", "user", "reviews", "last"}) {
            static_cast<void>(TableReader{project}.page(
                {.filter = FilterExpression{TableKind::Users},
                 .order = {.column = column},
                 .columns = {}},
                {.from = PageFrom::Start, .key = {}, .limit = 5}, {}, progress));
        }
        std::ranges::copy_if(log.statements(), std::back_inserter(statements),
                             [](const std::string& s) { return s.find("LIMIT ?") != s.npos; });
    }
    EXPECT_EQ(statements.size(), 16U);
    for (const std::string& statement : statements) {
        Query plan{project.connection(), "EXPLAIN QUERY PLAN " + statement};
        while (plan.next()) {
            EXPECT_EQ(plan.text(3).find("TEMP B-TREE"), std::string::npos) << statement << "\n"
                                                                           << plan.text(3);
        }
    }
}

TEST(TableReader, ShortensLongTextsAtACharacter)
{
    testing::TemporaryProject made;
    made.import(testing::reviewLine("u", "i", 1'400'000'000, "éééé éééé"));
    NoProgress progress;
    TableQuery query{.filter = FilterExpression{}, .order = {}, .columns = {"text"}};
    const auto textWith = [&](std::size_t longest) {
        query.longestText = longest;
        const TablePage page = TableReader{*made.project}.page(
            query, {.from = PageFrom::Start, .key = {}}, {}, progress);
        return std::get<std::string>(page.rows.at(0).cells.at(0));
    };
    EXPECT_EQ(textWith(5), "éé…");
    EXPECT_EQ(textWith(17), "éééé éééé");
    EXPECT_EQ(textWith(0), "éééé éééé");
}

TEST(TableReader, ShowsUsersAndItemsWithTheirFigures)
{
    RandomHistories histories{300, 14};
    NoProgress progress;
    TableReader reader{*histories.made.project};
    TableQuery users{.filter = FilterExpression::parse(TableKind::Users, "reviews:5.. user:user1"),
                     .order = {.column = "words", .descending = true},
                     .columns = {"user", "reviews", "words"}};
    const TablePage page = reader.page(users, {.from = PageFrom::Start, .key = {}}, {}, progress);
    ASSERT_FALSE(page.rows.empty());
    double last = 1e9;
    for (const TableRow& row : page.rows) {
        const std::string name = std::get<std::string>(row.cells[0]);
        EXPECT_TRUE(name.starts_with("user1"));
        const auto mine = std::ranges::count_if(
            histories.reviews, [&](const KnownReview& r) { return r.user == name && !r.excluded; });
        EXPECT_EQ(std::get<std::int64_t>(row.cells[1]), mine);
        EXPECT_GE(mine, 5);
        EXPECT_LE(std::get<double>(row.cells[2]), last);
        last = std::get<double>(row.cells[2]);
    }
    EXPECT_EQ(reader.total(TableKind::Items), 12);
    const TablePage items =
        reader.page({.filter = FilterExpression{TableKind::Items},
                     .order = {.column = "item"},
                     .columns = {"item", "asin"}},
                    {.from = PageFrom::End, .key = {}, .limit = 1}, {}, progress);
    EXPECT_EQ(cellText(columnOf(TableKind::Items, "item"), items.rows.at(0).cells.at(0)), "Item 4");
}

TEST(TableReader, StopsWhenAsked)
{
    RandomHistories histories{3'000, 15};
    std::stop_source source;
    source.request_stop();
    NoProgress progress;
    const TableReader reader{*histories.made.project};
    EXPECT_THROW(static_cast<void>(reader.page({}, {}, source.get_token(), progress)), Stopped);
    EXPECT_THROW(static_cast<void>(reader.fences(
                     {}, [](const TableFences&) {}, source.get_token(), progress)),
                 Stopped);
    EXPECT_EQ(
        reader.page({}, {.from = PageFrom::Start, .key = {}, .limit = 7}, {}, progress).rows.size(),
        7U);
}

} // namespace
} // namespace nextquill::store

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/table/Histogram.h"

#include "core/base/Error.h"

#include "tests/core/store/table/RandomHistories.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace nextquill::store {
namespace {

using testing::KnownReview;
using testing::RandomHistories;
using testing::reviewLine;
using testing::TemporaryProject;

Histogram histogramOf(Project& project, const FilterExpression& filter, const std::string& column)
{
    NoProgress progress;
    return histograms(project, filter, {column}, [](const auto&) {}, {}, progress).at(0);
}

std::string textOf(const Histogram& histogram)
{
    std::string text;
    for (const HistogramBar& bar : histogram.bars) {
        text += bar.typed + ": " + std::to_string(bar.rows) + "\n";
    }
    return text;
}

std::int64_t rowsOf(Project& project, const FilterExpression& filter)
{
    NoProgress progress;
    return TableReader{project}
        .fences(
            {.filter = filter, .order = {}, .columns = {}}, [](const auto&) {}, {}, progress)
        .rows;
}

/// Each bar, typed into the column's field, gives the rows that the bar counted.
void expectBarsAreFilters(Project& project, const FilterExpression& filter,
                          const std::string& column)
{
    const Histogram histogram = histogramOf(project, filter, column);
    ASSERT_FALSE(histogram.bars.empty()) << column;
    std::int64_t all = 0;
    for (const HistogramBar& bar : histogram.bars) {
        FilterExpression within = filter;
        within.add(column, bar.typed);
        EXPECT_EQ(rowsOf(project, within), bar.rows) << column << ' ' << bar.typed;
        all += bar.rows;
    }
    EXPECT_EQ(all, histogram.rows);
    EXPECT_LE(histogram.bars.size(), 26U);
    const std::size_t last = histogram.bars.size() - 1;
    for (const auto& [from, to] :
         {std::pair<std::size_t, std::size_t>{0, last}, {last, last / 2}, {last / 3, last / 2}}) {
        FilterExpression within = filter;
        within.add(column, typedFor(histogram, from, to));
        std::int64_t rows = 0;
        for (std::size_t bar = std::min(from, to); bar <= std::max(from, to); ++bar) {
            rows += histogram.bars[bar].rows;
        }
        EXPECT_EQ(rowsOf(project, within), rows) << column << ' ' << typedFor(histogram, from, to);
    }
}

TEST(Histogram, GivesBarsThatFilterWhatTheyCount)
{
    RandomHistories histories{900, 20};
    Project& project = *histories.made.project;
    for (const char* const filter : {"", "excluded:no words:3..", "user:=user3 search:jazz"}) {
        for (const char* const column : {"rating", "words", "time", "excluded", "user_reviews"}) {
            SCOPED_TRACE(filter);
            expectBarsAreFilters(project, FilterExpression::parse(TableKind::Reviews, filter),
                                 column);
        }
    }
    for (const char* const column : {"reviews", "words", "rating", "first", "last"}) {
        expectBarsAreFilters(project, FilterExpression{TableKind::Users}, column);
    }
    expectBarsAreFilters(project, FilterExpression{TableKind::Items}, "reviews");
}

TEST(Histogram, ShowsFewValuesOneByOneAndManyInRoundSteps)
{
    TemporaryProject made;
    std::string lines;
    for (int i = 0; i < 300; ++i) {
        std::string text = "word";
        for (int word = 0; word < i; ++word) {
            text += " w";
        }
        lines += reviewLine("u", "i" + std::to_string(i), 1'300'000'000 + i * 86'400 * 10, text,
                            1 + i % 5);
    }
    made.import(lines);
    EXPECT_EQ(textOf(histogramOf(*made.project, FilterExpression{}, "rating")),
              "1: 60\n2: 60\n3: 60\n4: 60\n5: 60\n");
    const std::string words = textOf(histogramOf(*made.project, FilterExpression{}, "words"));
    EXPECT_TRUE(words.starts_with("0..19: 19\n20..39: 20\n")) << words;
    EXPECT_TRUE(words.ends_with("280..: 21\n") || words.ends_with("280..299: 20\n300..: 1\n") ||
                words.ends_with("300..319: 1\n"))
        << words;
    const std::string years = textOf(histogramOf(*made.project, FilterExpression{}, "time"));
    EXPECT_TRUE(years.starts_with("2011: ")) << years;
    EXPECT_EQ(std::ranges::count(years, '\n'), 9);
}

TEST(Histogram, TellsWhatItKnowsOnTheWayAndStops)
{
    RandomHistories histories{50, 21};
    NoProgress progress;
    std::stop_source source;
    source.request_stop();
    EXPECT_THROW(static_cast<void>(histograms(
                     *histories.made.project, FilterExpression{}, {"rating"}, [](const auto&) {},
                     source.get_token(), progress)),
                 Stopped);
    bool told = false;
    static_cast<void>(histograms(
        *histories.made.project, FilterExpression{}, {"rating"},
        [&](const auto& all) { told = all.at(0).complete; }, {}, progress));
    EXPECT_TRUE(told);
    EXPECT_THROW(static_cast<void>(histograms(
                     *histories.made.project, FilterExpression{}, {"text"}, [](const auto&) {}, {},
                     progress)),
                 Error);
    EXPECT_TRUE(histogramOf(*histories.made.project,
                            FilterExpression::parse(TableKind::Reviews, "words:99999"), "rating")
                    .bars.empty());
}

} // namespace
} // namespace nextquill::store

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/BenchReport.h"

#include <gtest/gtest.h>

namespace nextquill::bench {
namespace {

BenchReport someReport()
{
    BenchReport report{.title = "pce, tiny", .conditions = "2 threads"};
    report.rows.push_back(rowOf("packed", {0.5, 0.25, 0.75}, 1000, "tokens"));
    report.rows.push_back(rowOf("plain", {2}, 1000, "tokens"));
    report.rows[0].gigaflops = 12.4;
    report.rows[0].shareOfMatmul = 0.5;
    report.rows[0].peakBytes = 3 << 20;
    compare(report.rows[0], report.rows[1]);
    return report;
}

TEST(Median, IsTheMiddleOrBetweenBoth)
{
    EXPECT_EQ(median({3, 1, 2}), 2);
    EXPECT_EQ(median({4, 1, 2, 3}), 2.5);
}

TEST(TimedRuns, LeaveTheFirstOneOut)
{
    int runs = 0;
    EXPECT_EQ(timed(3, {}, [&runs] { ++runs; }).size(), 3U);
    EXPECT_EQ(runs, 4);
    std::stop_source source;
    source.request_stop();
    EXPECT_THROW(static_cast<void>(timed(3, source.get_token(), [] {})), Stopped);
}

TEST(BenchReport, RowsHaveMediansRatesAndRatios)
{
    const BenchReport report = someReport();
    EXPECT_EQ(report.rows[0].seconds, 0.5);
    EXPECT_EQ(report.rows[0].fastest, 0.25);
    EXPECT_EQ(report.rows[0].perSecond, 2000);
    EXPECT_EQ(report.rows[0].ratio, 4);
    EXPECT_EQ(report.rows[0].comparedWith, "plain");
}

TEST(BenchReport, TableHasTheColumnsThatARowFills)
{
    EXPECT_EQ(toText(someReport()),
              "pce, tiny: 2 threads\n"
              "        seconds          a second GFLOP/s  matmul     MiB   ratio\n"
              "packed    0.500     2000.0 tokens      12    50 %       3    4.00  of plain\n"
              "plain     2.000      500.0 tokens       -       -       -       -");
}

TEST(BenchReport, JsonHasNullForWhatIsNotKnown)
{
    BenchReport report = someReport();
    report.facts = {{"tokens", 1000}};
    const OrderedJson json = toJson(report);
    EXPECT_EQ(json.at("bench"), "pce, tiny");
    EXPECT_EQ(json.at("facts").at("tokens"), 1000);
    const OrderedJson& plain = json.at("rows").at(1);
    EXPECT_EQ(plain.at("per_second"), 500);
    for (const char* field :
         {"gigaflops", "share_of_matmul", "share_of_multiply_adds", "share_of_bandwidth",
          "bytes_per_second", "peak_bytes", "estimated_bytes", "ratio", "compared_with"}) {
        EXPECT_TRUE(plain.at(field).is_null()) << field;
    }
    EXPECT_EQ(json.at("rows").at(0).at("compared_with"), "plain");
}

} // namespace
} // namespace nextquill::bench

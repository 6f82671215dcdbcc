// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Distributions.h"

#include "core/store/Project.h"
#include "core/store/table/FilterExpression.h"
#include "core/store/table/Histogram.h"
#include "core/workflow/TokenLengths.h"

#include <algorithm>
#include <fmt/format.h>

namespace nextquill::app {

namespace {

constexpr std::size_t barColumns = 40;

struct CountedRow
{
    std::string what;
    std::int64_t count = 0;
};

void sayRows(std::string_view title, const std::vector<CountedRow>& rows, Context& context)
{
    std::int64_t highest = 1;
    for (const CountedRow& row : rows) {
        highest = std::max(highest, row.count);
    }
    context.out.text(fmt::format("\n{}", title));
    for (const CountedRow& row : rows) {
        const double share = static_cast<double>(row.count) / static_cast<double>(highest);
        const auto length = static_cast<std::size_t>(share * barColumns + 0.5);
        context.out.text(
            fmt::format("{:>16}{:>12}  {}", row.what, row.count, std::string(length, '#')));
    }
}

OrderedJson sayHistogram(const store::Histogram& histogram, std::string_view title,
                         Context& context)
{
    std::vector<CountedRow> rows;
    OrderedJson bars = OrderedJson::array();
    for (const store::HistogramBar& bar : histogram.bars) {
        rows.push_back({.what = bar.typed, .count = bar.rows});
        bars.push_back(
            {{"low", bar.low}, {"high", bar.high}, {"count", bar.rows}, {"filter", bar.typed}});
    }
    sayRows(title, rows, context);
    return bars;
}

OrderedJson sayTokens(const workflow::TokenLengths& lengths, Context& context)
{
    std::vector<CountedRow> rows;
    OrderedJson bars = OrderedJson::array();
    for (const workflow::TokenLengthBar& bar : lengths.bars) {
        rows.push_back({.what = fmt::format("{}..{}", bar.low, bar.high), .count = bar.texts});
        bars.push_back({{"low", bar.low}, {"high", bar.high}, {"count", bar.texts}});
    }
    sayRows(fmt::format("tokens of a text ({}): median {}, nine in ten up to {}, longest {}; {} of "
                        "{} texts counted",
                        lengths.model, lengths.median, lengths.ninetieth, lengths.longest,
                        lengths.texts, lengths.of),
            rows, context);
    return {{"model", lengths.model},     {"texts", lengths.texts},
            {"of", lengths.of},           {"mean", lengths.mean},
            {"median", lengths.median},   {"ninetieth", lengths.ninetieth},
            {"longest", lengths.longest}, {"bars", std::move(bars)}};
}

} // namespace

OrderedJson sayDistributions(store::Project& project, const std::string& model, Context& context)
{
    constexpr std::int64_t mostTexts = 100'000;
    const StopToken stop = context.interrupt.token();
    const store::HistogramSink ignore = [](const std::vector<store::Histogram>&) {};
    store::FilterExpression users{store::TableKind::Users};
    users.set("reviews", ">=1");
    store::FilterExpression reviews{store::TableKind::Reviews};
    reviews.set("excluded", "no");
    OrderedJson all = OrderedJson::object();
    for (const auto& each :
         store::histograms(project, users, {"reviews"}, ignore, stop, context.out)) {
        all["user_reviews"] = sayHistogram(each, "users by their number of reviews", context);
    }
    for (const auto& each : store::histograms(project, reviews, {"words", "rating", "time"}, ignore,
                                              stop, context.out)) {
        all[each.column] = sayHistogram(each, fmt::format("reviews by {}", each.column), context);
    }
    if (!model.empty()) {
        all["tokens"] = sayTokens(
            workflow::tokenLengths(project, model, mostTexts, stop, context.out), context);
    }
    context.out.endProgress();
    return all;
}

} // namespace nextquill::app

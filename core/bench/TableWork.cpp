// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/TableWork.h"

#include "core/bench/SampleHistories.h"
#include "core/bench/Turns.h"
#include "core/store/Histories.h"
#include "core/store/table/Histogram.h"
#include "core/store/table/PlainPage.h"
#include "core/store/table/TableCuration.h"

#include <fmt/format.h>
#include <utility>

namespace nextquill::bench {

namespace {

constexpr int rowsOfPage = 100;

store::TableQuery queryOf(const std::string& filter, const std::string& order)
{
    return {.filter = store::FilterExpression::parse(store::TableKind::Reviews, filter),
            .order = store::orderFrom(store::TableKind::Reviews, order),
            .columns = {}};
}

} // namespace

TableWork::TableWork(std::filesystem::path file, int repeats, StopToken stop, Progress& progress)
    : m_file{std::move(file)}
    , m_repeats{repeats}
    , m_stop{std::move(stop)}
    , m_progress{progress}
    , m_project{store::Project::open(m_file, store::OpenMode::ReadOnly)}
    , m_reviews{store::TableReader{*m_project}.total(store::TableKind::Reviews)}
{
}

void TableWork::time(BenchReport& report, const std::string& name, double items,
                     const std::string& unit, const std::function<void()>& work)
{
    m_progress.report({.done = ++m_done, .total = 0, .stage = "measuring " + name});
    report.rows.push_back(rowOf(name, timed(m_repeats, m_stop, work), items, unit));
}

void TableWork::timePage(BenchReport& report, const std::string& name, const std::string& filter,
                         const std::string& order)
{
    const store::TableQuery query = queryOf(filter, order);
    time(report, name, rowsOfPage, "rows", [&] {
        static_cast<void>(store::TableReader{*m_project}.page(
            query, {.from = store::PageFrom::Start, .key = {}, .limit = rowsOfPage}, m_stop,
            m_quiet));
    });
}

void TableWork::open(BenchReport& report)
{
    time(report, "a1 open", 1, "opens",
         [&] { m_project = store::Project::open(m_file, store::OpenMode::ReadOnly); });
    time(report, "a1 open and first page", rowsOfPage, "rows", [&] {
        m_project = store::Project::open(m_file, store::OpenMode::ReadOnly);
        static_cast<void>(store::TableReader{*m_project}.page(
            queryOf("", "id"), {.from = store::PageFrom::Start, .key = {}, .limit = rowsOfPage},
            m_stop, m_quiet));
    });
}

void TableWork::pages(BenchReport& report)
{
    for (const char* const order : {"id", "-time", "rating", "-words", "user", "item"}) {
        timePage(report, fmt::format("a1 page sorted by {}", order), "", order);
    }
}

void TableWork::filters(BenchReport& report)
{
    const std::pair<const char*, const char*> cases[] = {
        {"rating:5", "-time"},        {"words:200..", "rating"},
        {"time:2013-02", "-words"},   {"rating:1 words:150..", "time"},
        {"excluded:yes", "id"},       {"user:=U-STEADY", "time"},
        {"item:=B0000003", "-time"},  {"user:000012", "words"},
        {"user_reviews:300..", "id"}, {"rating:2 time:2012..2013 words:..20", "user"},
    };
    for (const auto& [filter, order] : cases) {
        timePage(report, fmt::format("a4 {} by {}", filter, order), filter, order);
    }
    timePage(report, "a4 text:/great.*album/ by -time (no index)", "text:/great.*album/", "-time");
}

store::TableFences TableWork::fencesOf(const store::TableQuery& query)
{
    return store::TableReader{*m_project}.fences(
        query, [](const store::TableFences&) {}, m_stop, m_quiet);
}

void TableWork::jumps(BenchReport& report)
{
    for (const auto& [filter, order] :
         {std::pair{"", "id"}, {"", "-time"}, {"", "user"}, {"rating:4", "time"}}) {
        const store::TableQuery query = queryOf(filter, order);
        store::TableFences fences;
        time(report, fmt::format("a2 fences of {} by {}", *filter == 0 ? "all" : filter, order),
             static_cast<double>(m_reviews), "rows", [&] { fences = fencesOf(query); });
        time(report,
             fmt::format("a2 jump to 90 % of {} by {}", *filter == 0 ? "all" : filter, order),
             rowsOfPage, "rows", [&] {
                 static_cast<void>(store::TableReader{*m_project}.pageAt(
                     query, fences, fences.rows * 9 / 10 + 567, rowsOfPage, m_stop, m_quiet));
             });
    }
}

void TableWork::histograms(BenchReport& report)
{
    for (const char* const filter : {"", "rating:5 words:40.."}) {
        time(report, fmt::format("a6 histograms of {}", *filter == 0 ? "all" : filter),
             static_cast<double>(m_reviews), "rows", [&] {
                 static_cast<void>(store::histograms(
                     *m_project, store::FilterExpression::parse(store::TableKind::Reviews, filter),
                     {"rating", "words", "time", "excluded"}, [](const auto&) {}, m_stop, m_quiet));
             });
    }
}

void TableWork::searches(BenchReport& report)
{
    timePage(report, "a7 search: a rare word", "search:petrichor", "id");
    timePage(report, "a7 search: a rare word, newest first", "search:petrichor", "-time");
    timePage(report, "a7 search: a common word", "search:album", "id");
    timePage(report, "a7 search: a common word, newest first", "search:album", "-time");
    timePage(report, "a7 search: prefix OR phrase NOT word",
             "search:\"petri* OR \"\"great album\"\" NOT bad\"", "id");
}

void TableWork::timeline(BenchReport& report)
{
    const store::Histories histories{*m_project};
    if (const auto user = histories.findUser(steadyUser)) {
        time(report, "a9 a user's 90 reviews", static_cast<double>(user->reviews), "rows",
             [&] { static_cast<void>(histories.timeline(user->id)); });
    }
}

void TableWork::skipping(BenchReport& report)
{
    const store::TableQuery query = queryOf("", "time");
    const store::TableFences fences = fencesOf(query);
    const std::int64_t position = fences.rows * 9 / 10;
    const store::TablePage page =
        store::TableReader{*m_project}.pageAt(query, fences, position - 1, 1, m_stop, m_quiet);
    if (page.rows.empty()) {
        return;
    }
    const store::RowKey key = page.rows.front().key;
    time(report, "D5 page at 90 % by key", rowsOfPage, "rows", [&] {
        static_cast<void>(store::pageByKey(*m_project, std::get<std::int64_t>(key.value), key.id,
                                           rowsOfPage, m_stop));
    });
    const std::size_t ours = report.rows.size() - 1;
    time(report, "D5 page at 90 % by skipping rows", rowsOfPage, "rows", [&] {
        static_cast<void>(store::pageBySkipping(*m_project, position, rowsOfPage, m_stop));
    });
    compare(report.rows[ours], report.rows.back());
}

void TableWork::curation(BenchReport& report)
{
    m_project.reset();
    const auto project = store::Project::open(m_file, store::OpenMode::ReadWrite);
    store::TableCuration curation{*project};
    const auto once = [&](const std::string& name, const auto& act) {
        m_progress.report({.done = ++m_done, .total = 0, .stage = "measuring " + name});
        store::StepResult step;
        const double seconds = secondsOf([&] { step = act(); });
        report.rows.push_back(rowOf(fmt::format("{} ({} changed)", name, step.changes), {seconds},
                                    static_cast<double>(step.changes), "rows"));
    };
    const auto undo = [&] { return curation.undo(m_stop, m_quiet).value_or(store::StepResult{}); };
    const auto matching = [](const std::string& filter) {
        return store::Selection::everything(
            store::FilterExpression::parse(store::TableKind::Reviews, filter));
    };
    const std::string few = fmt::format("id:1..{}", std::min<std::int64_t>(10'000, m_reviews));
    once("a11 exclude a step of 10,000",
         [&] { return curation.exclude(matching(few), m_stop, m_quiet); });
    once("a11 undo it", undo);
    const store::Selection fifth = matching("rating:4"); // all over the file
    once("a10 exclude rating:4", [&] { return curation.exclude(fifth, m_stop, m_quiet); });
    once("a11 undo it", undo);
    once("a10 tag rating:4", [&] { return curation.tag(fifth, "bench", m_stop, m_quiet); });
    once("a11 undo it", undo);
    once("a10 delete rating:4", [&] { return curation.remove(fifth, m_stop, m_quiet); });
    once("a11 undo it", undo);
    static_cast<void>(curation.setTitle(ReviewId{1}, "A title")); // drops what was undone
    static_cast<void>(undo());
}

} // namespace nextquill::bench

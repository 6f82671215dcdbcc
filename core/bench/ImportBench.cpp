// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/ImportBench.h"

#include "core/base/Error.h"
#include "core/bench/SampleReviews.h"
#include "core/bench/ScratchFolder.h"
#include "core/bench/Turns.h"
#include "core/store/Project.h"
#include "core/store/import/Importer.h"
#include "core/store/import/PlainImport.h"

#include <fmt/format.h>
#include <fstream>
#include <string>
#include <vector>

namespace nextquill::bench {

namespace fs = std::filesystem;

namespace {

std::int64_t linesOf(const fs::path& file)
{
    std::ifstream lines{file};
    std::int64_t count = 0;
    for (std::string line; std::getline(lines, line);) {
        ++count;
    }
    return count;
}

std::int64_t importInto(const fs::path& project, const fs::path& reviews, bool search,
                        const StopToken& stop)
{
    NoProgress quiet; // the bench reports its own turns
    const auto opened = store::Project::create(project);
    const store::ImportResult result =
        store::importReviews(*opened, {reviews},
                             {.format = store::SourceFormat::Amazon2023,
                              .map = {},
                              .items = {},
                              .leavesSearchOut = !search},
                             stop, quiet);
    if (result.stopped) {
        throw Stopped{};
    }
    return result.kept + result.duplicates;
}

void requireAll(std::int64_t rows, std::int64_t expected, const std::string& way)
{
    if (rows != expected) {
        throw Error{ErrorKind::Internal, fmt::format("{} rows were taken, not {}", rows, expected),
                    way, "see with `nextquill import` which lines are rejected"};
    }
}

} // namespace

BenchReport benchImport(const ImportBenchSettings& settings, const StopToken& stop,
                        Progress& progress)
{
    const ScratchFolder made{settings.folder};
    const ScratchFolder imported{settings.folder};
    const bool own = settings.reviews.empty();
    const fs::path reviews = own ? made / "reviews.jsonl" : settings.reviews;
    if (own) {
        writeReviews(reviews, settings.rows, stop, progress);
    }
    const std::int64_t rows = own ? settings.rows : linesOf(reviews);
    const std::uint64_t bytes = fs::file_size(reviews);
    const auto way = [&](const std::string& name, auto import) {
        return TimedWay{.name = name,
                        .unit = "rows",
                        .run =
                            [&, name, import] {
                                imported.clear();
                                std::int64_t taken = 0;
                                const double seconds = secondsOf([&] { taken = import(); });
                                requireAll(taken, rows, name);
                                return Timed{.seconds = seconds,
                                             .items = static_cast<double>(rows)};
                            },
                        .warmUp = false};
    };
    std::vector<TimedWay> ways{way("import", [&] {
        return importInto(imported / "p.nextquill", reviews, settings.search, stop);
    })};
    if (settings.reference) {
        ways.push_back(way(
            "plain", [&] { return store::importPlainly(reviews, imported / "p.sqlite", stop); }));
    }
    takeTurns(ways, settings.repeats, processMemory(), stop, progress);

    BenchReport report{.title = "import",
                       .conditions = fmt::format(
                           "{} rows, {:.1f} MB; ours with checks, digests, {}what is counted, "
                           "plain none of it; memory is the process's; medians of {} "
                           "interleaved runs",
                           rows, static_cast<double>(bytes) / 1e6,
                           settings.search ? "search index and " : "and ", settings.repeats)};
    report.facts = {{"rows", rows}, {"bytes", bytes}};
    for (const TimedWay& done : ways) {
        report.rows.push_back(rowOf(done));
        report.rows.back().bytesPerSecond = static_cast<double>(bytes) / report.rows.back().seconds;
    }
    if (settings.reference) {
        compare(report.rows.front(), report.rows.back());
    }
    return report;
}

} // namespace nextquill::bench

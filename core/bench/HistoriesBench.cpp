// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/HistoriesBench.h"

#include "core/base/Error.h"
#include "core/bench/SampleHistories.h"
#include "core/bench/ScratchFolder.h"
#include "core/bench/TableWork.h"
#include "core/bench/Turns.h"
#include "core/store/import/Importer.h"
#include "core/store/table/TableIndices.h"

#include <fmt/format.h>
#include <optional>

namespace nextquill::bench {

namespace fs = std::filesystem;

namespace {

void makeProject(const fs::path& file, const HistoriesBenchSettings& settings, BenchReport& report,
                 const StopToken& stop, Progress& progress)
{
    const ScratchFolder scratch{settings.folder};
    writeHistories(scratch / "reviews.jsonl", settings.reviews, stop, progress);
    const auto project = store::Project::create(file);
    const double importing = secondsOf([&] {
        const store::ImportResult result =
            store::importReviews(*project, {scratch / "reviews.jsonl"},
                                 {.format = store::SourceFormat::Amazon2023}, stop, progress);
        if (result.stopped) {
            throw Stopped{};
        }
    });
    const double rows = static_cast<double>(settings.reviews);
    report.rows.push_back(rowOf("import", {importing}, rows, "rows"));
    const double indexing =
        secondsOf([&] { store::buildMissingIndices(*project, stop, progress); });
    report.rows.push_back(rowOf("indices by time, rating, words", {indexing}, rows, "rows"));
}

} // namespace

BenchReport benchHistories(const HistoriesBenchSettings& settings, const StopToken& stop,
                           Progress& progress)
{
    BenchReport report{.title = "histories", .conditions = {}, .rows = {}};
    std::optional<ScratchFolder> scratch;
    fs::path file = settings.project;
    if (file.empty()) {
        if (settings.keep.empty()) {
            scratch.emplace(settings.folder);
        }
        file = settings.keep.empty() ? *scratch / "p.nextquill" : settings.keep;
        makeProject(file, settings, report, stop, progress);
    }
    TableWork work{file, settings.repeats, stop, progress};
    work.open(report);
    work.pages(report);
    work.filters(report);
    work.jumps(report);
    work.histograms(report);
    work.searches(report);
    work.timeline(report);
    work.skipping(report);
    work.curation(report);
    report.conditions =
        fmt::format("{} reviews; medians of {} runs, the first not counted; steps of "
                    "curation once each",
                    work.reviews(), settings.repeats);
    report.facts = {{"reviews", work.reviews()}, {"bytes", fs::file_size(file)}};
    return report;
}

} // namespace nextquill::bench

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/export/Exporter.h"

#include "core/base/AtomicFile.h"
#include "core/base/Error.h"
#include "core/base/KeyedDigest.h"
#include "core/store/Project.h"
#include "core/store/export/DataCard.h"
#include "core/store/export/ExportFile.h"
#include "core/store/export/ExportLog.h"
#include "core/store/export/ExportTally.h"
#include "core/store/export/ExportWriter.h"
#include "core/store/export/ReviewSelection.h"
#include "core/store/funnel/Funnels.h"
#include "core/store/table/ChosenReviews.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <memory>
#include <system_error>

namespace nextquill::store {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t bytesOfKey = 32;

std::optional<Split> splitOf(Project& project, const ExportSettings& settings)
{
    if (settings.split.empty()) {
        return std::nullopt;
    }
    const auto split = Splits{project}.find(settings.split);
    if (!split) {
        throw Error{ErrorKind::BadInput, "no split is called \"" + settings.split + "\"",
                    project.file().string(), "see `nextquill data stats`"};
    }
    return split;
}

/// LaMP's profiles are made from timelines, where no split says what the targets are.
SelectionOrder orderOf(const ExportSettings& settings)
{
    const bool hasProfiles =
        settings.format == ExportFormat::Lamp || settings.format == ExportFormat::LongLamp;
    return hasProfiles && settings.split.empty() ? SelectionOrder::Timelines
                                                 : SelectionOrder::Imported;
}

std::vector<std::int64_t> leftBy(Project& project, const Funnel& funnel, const StopToken& stop,
                                 Progress& progress)
{
    std::vector<std::int64_t> ids;
    for (const ReviewId review :
         Funnels{project}.left(funnel, funnel.steps.size(), stop, progress)) {
        ids.push_back(number(review));
    }
    return ids;
}

std::vector<std::int64_t> idsOf(Project& project, const Selection& selection, const StopToken& stop,
                                Progress& progress)
{
    Connection& connection = project.connection();
    const StopGuard guard{connection, stop};
    chooseReviews(connection, selection, stop, progress);
    Query query{connection, "SELECT id FROM temp.chosen ORDER BY id"};
    std::vector<std::int64_t> ids;
    while (query.next()) {
        ids.push_back(query.integer(0));
    }
    return ids;
}

/// The reviews that a funnel and a selection leave, ascending; none: all.
std::optional<std::vector<std::int64_t>> chosenBy(Project& project, const ExportSettings& settings,
                                                  const StopToken& stop, Progress& progress)
{
    std::optional<std::vector<std::int64_t>> chosen;
    if (settings.funnel) {
        chosen = leftBy(project, *settings.funnel, stop, progress);
    }
    if (settings.selection) {
        std::vector<std::int64_t> ids = idsOf(project, *settings.selection, stop, progress);
        if (chosen) {
            std::vector<std::int64_t> both;
            std::ranges::set_intersection(*chosen, ids, std::back_inserter(both));
            ids = std::move(both);
        }
        chosen = std::move(ids);
    }
    return chosen;
}

void requireSensible(const ExportSettings& settings)
{
    if (settings.format == ExportFormat::Lamp && (settings.lampTask < 1 || settings.lampTask > 7)) {
        throw Error{ErrorKind::BadInput, fmt::format("LaMP has no task {}", settings.lampTask),
                    "export", "choose one from 1 to 7"};
    }
}

class Export
{
public:
    Export(Project& project, const fs::path& to, const ExportSettings& settings,
           std::optional<std::vector<std::int64_t>> chosen, StopToken stop, Progress& progress)
        : m_project{project}
        , m_to{to}
        , m_settings{settings}
        , m_names{settings.pseudonymKey}
        , m_split{splitOf(project, settings)}
        , m_selection{project.connection(), settings, m_split, orderOf(settings), std::move(chosen)}
        , m_stop{std::move(stop)}
        , m_progress{progress}
    {
    }

    ExportResult run()
    {
        m_total = m_selection.count();
        if (m_total == 0) {
            throw Error{ErrorKind::BadInput, "there is no review to export", m_to.string(),
                        "ask for more, or see what there is with `nextquill data stats`"};
        }
        DataCard card = dataCardOf(m_project, m_settings, m_split, m_names);
        const auto out = writer();
        while (const auto row = nextRow()) {
            out->write(*row);
        }
        out->finishRows();
        card.tally = m_tally;
        card.leftOut = out->leftOut();
        return {.rows = m_tally.rows,
                .users = m_tally.users,
                .items = m_tally.items,
                .leftOut = card.leftOut,
                .files = out->finish(card),
                .noted = noteExport(m_project, m_to, "export")};
    }

private:
    [[nodiscard]] Existing existing() const
    {
        return m_settings.replace ? Existing::Replace : Existing::Keep;
    }

    [[nodiscard]] std::unique_ptr<ExportWriter> writer()
    {
        const ExportPlace place{.project = m_project,
                                .to = m_to,
                                .existing = existing(),
                                .ofSplit = m_split.has_value()};
        switch (m_settings.format) {
        case ExportFormat::Csv:
            return tableWriter(place, columns());
        case ExportFormat::Parquet:
            return parquetWriter(place, columns());
        case ExportFormat::Lamp:
            return lampWriter(place, m_settings.lampTask);
        case ExportFormat::LongLamp:
            return longLampWriter(place, m_settings.longLampTask);
        case ExportFormat::HuggingFace:
            return huggingFaceWriter(place);
        case ExportFormat::Jsonl:
            break;
        }
        return linesWriter(place, columns());
    }

    [[nodiscard]] std::vector<RowColumn> columns() const
    {
        return rowColumns(m_settings.columns, m_split.has_value());
    }

    std::optional<ExportRow> nextRow()
    {
        stopPoint(m_stop);
        m_progress.report({.done = m_tally.rows, .total = m_total, .stage = "writing reviews"});
        auto row = m_selection.next(m_names);
        if (row) {
            m_tally.add(*row);
        }
        return row;
    }

    Project& m_project;
    const fs::path& m_to;
    const ExportSettings& m_settings;
    WrittenNames m_names;
    std::optional<Split> m_split;
    ReviewSelection m_selection;
    StopToken m_stop;
    Progress& m_progress;
    ExportTally m_tally;
    std::int64_t m_total = 0;
};

} // namespace

ExportResult exportReviews(Project& project, const fs::path& to, const ExportSettings& settings,
                           StopToken stop, Progress& progress)
{
    requireSensible(settings);
    const ReadSnapshot snapshot{project.connection()};
    auto chosen = chosenBy(project, settings, stop, progress);
    const StopGuard guard{project.connection(), stop};
    return Export{project, to, settings, std::move(chosen), std::move(stop), progress}.run();
}

std::string pseudonymKeyOf(const Project& project)
{
    const fs::path file = project.folder() / "pseudonyms.key";
    if (std::error_code failed; !fs::exists(file, failed)) {
        writeFileAtomically(file, randomKey(bytesOfKey) + '\n');
    }
    std::string key = readFile(file, 4'096);
    key.resize(key.find_last_not_of("\r\n") + 1);
    if (key.empty()) {
        throw Error{ErrorKind::BadInput, "the project's key for pseudonyms is empty", file.string(),
                    "remove the file for a new one; pseudonyms will be others then"};
    }
    return key;
}

} // namespace nextquill::store

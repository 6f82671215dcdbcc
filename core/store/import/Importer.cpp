// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/Importer.h"

#include "core/base/Utf8.h"
#include "core/store/Project.h"
#include "core/store/import/ImportRun.h"
#include "core/store/import/ImportSource.h"
#include "core/store/import/RunningImport.h"

#include <algorithm>
#include <array>
#include <utility>

namespace nextquill::store {

namespace {

constexpr std::array<std::string_view, 7> formatNames{
    "amazon-2023", "amazon-2018", "nextquill", "lamp", "longlamp", "jsonl", "csv"};

std::string namesOf(const std::vector<ImportSource>& sources)
{
    std::string names;
    for (const ImportSource& source : sources) {
        names.append(names.empty() ? "" : ", ").append(toUtf8(source.name));
    }
    return names;
}

ImportResult runImport(Project& project, ImportRecord& record,
                       const std::vector<ImportSource>& sources, StopToken stop, Progress& progress)
{
    const RunningImport running{project.file()};
    return ImportRun{project, record, sources, std::move(stop), progress}.run();
}

} // namespace

ImportResult importReviews(Project& project, const std::vector<std::filesystem::path>& files,
                           const ImportSettings& settings, StopToken stop, Progress& progress)
{
    std::vector<ImportSource> sources = reviewSources(files, settings.format);
    ImportRecord record{
        .names = namesOf(sources), .hasSettings = true, .settings = settings, .files = files};
    for (ImportSource& source : itemSources(settings.items)) {
        sources.push_back(std::move(source));
    }
    return runImport(project, record, sources, std::move(stop), progress);
}

ImportResult importReviewText(Project& project, std::string_view reviews, std::string_view items,
                              const std::string& name, StopToken stop, Progress& progress)
{
    const std::vector<ImportSource> sources{textSource(reviews, name, false),
                                            textSource(items, name, true)};
    ImportRecord record{.names = toUtf8(name)};
    return runImport(project, record, sources, std::move(stop), progress);
}

std::string_view name(SourceFormat format)
{
    return formatNames.at(static_cast<std::size_t>(format));
}

std::optional<SourceFormat> sourceFormat(std::string_view name)
{
    const auto* const found = std::ranges::find(formatNames, name);
    return found == formatNames.end()
               ? std::nullopt
               : std::optional{static_cast<SourceFormat>(found - formatNames.begin())};
}

} // namespace nextquill::store

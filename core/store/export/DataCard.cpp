// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/export/DataCard.h"

#include "core/base/Counted.h"
#include "core/base/Json.h"
#include "core/base/Utf8.h"
#include "core/store/Project.h"
#include "core/store/export/ExportFile.h"
#include "core/store/export/LampTasks.h"
#include "core/store/export/LeakNote.h"
#include "core/store/import/TimeText.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <utility>

namespace nextquill::store {

namespace {

/// A foreign text in a line of Markdown: as code, without what would end the code or the cell.
std::string asCode(std::string_view text)
{
    std::string shown = escapedForDisplay(text, 200);
    std::ranges::replace(shown, '`', '\'');
    std::ranges::replace(shown, '|', '/');
    return shown.empty() ? "(none)" : "`" + shown + "`";
}

/// A text in double quotes, which JSON and YAML read alike.
std::string inQuotes(std::string_view text)
{
    return Json(escapedForDisplay(text, 100)).dump();
}

std::string_view sizeCategory(std::int64_t rows)
{
    constexpr std::pair<std::int64_t, std::string_view> categories[] = {
        {1'000, "n<1K"},          {10'000, "1K<n<10K"},     {100'000, "10K<n<100K"},
        {1'000'000, "100K<n<1M"}, {10'000'000, "1M<n<10M"}, {100'000'000, "10M<n<100M"},
    };
    for (const auto& [below, category] : categories) {
        if (rows < below) {
            return category;
        }
    }
    return "100M<n<1B";
}

using Columns = std::vector<std::pair<std::string_view, std::string_view>>; // name, type

const Columns lineColumns{{"user_id", "string"},    {"item_id", "string"},
                          {"item_title", "string"}, {"item_description", "string"},
                          {"rating", "float64"},    {"title", "string"},
                          {"text", "string"},       {"time", "string"},
                          {"excluded", "bool"}};

const Columns recordColumns{
    {"asin", "string"},     {"item_title", "string"}, {"item_description", "string"},
    {"rating", "float64"},  {"title", "string"},      {"text", "string"},
    {"timestamp", "int64"}, {"time", "string"}};

std::string features(const Columns& columns, std::string_view indent)
{
    std::string yaml;
    for (const auto& [column, type] : columns) {
        yaml += fmt::format("{0}- name: {1}\n{0}  dtype: {2}\n", indent, column, type);
    }
    return yaml;
}

/// "train" of "data/train-00000.jsonl".
std::set<std::string> partsOfFiles(const std::vector<ExportedFile>& files)
{
    std::set<std::string> parts;
    for (const ExportedFile& file : files) {
        const std::string name = file.path.filename().string();
        parts.insert(name.substr(0, name.find('-')));
    }
    return parts;
}

std::string contentsOf(const DataCard& card, const std::vector<ExportedFile>& files)
{
    std::string text = fmt::format("{} of {} about {}, written from {} to {}.\n\n",
                                   card.split ? counted(card.tally.rows, "example", "examples")
                                              : counted(card.tally.rows, "review", "reviews"),
                                   counted(card.tally.users, "user", "users"),
                                   counted(card.tally.items, "item", "items"),
                                   timeText(card.tally.firstTime), timeText(card.tally.lastTime));
    text += "| file | rows | bytes | SHA-256 |\n|---|---|---|---|\n";
    for (const ExportedFile& file : files) {
        text += fmt::format("| {} | {} | {} | `{}` |\n", asCode(file.path.string()), file.rows,
                            file.bytes, file.digest);
    }
    return text;
}

std::string sourcesOf(const DataCard& card)
{
    std::string text = "The project imported these files; not all of their rows need be here.\n\n"
                       "| file | bytes | imported | SHA-256 |\n|---|---|---|---|\n";
    for (const SourceFile& source : card.sources) {
        text += fmt::format("| {} | {} | {} | {} |\n", asCode(source.name),
                            source.bytes > 0 ? std::to_string(source.bytes) : "not known",
                            timeText(source.imported),
                            source.digest.empty() ? "not known" : "`" + source.digest + "`");
    }
    return text;
}

std::string selectionOf(const DataCard& card)
{
    const Selection& selection = *card.settings.selection;
    const auto rows = static_cast<std::int64_t>(selection.ids.size());
    if (!selection.matching) {
        return fmt::format("- {} chosen by hand in the table of {}\n", counted(rows, "row", "rows"),
                           nameOf(selection.table));
    }
    std::string text =
        card.settings.pseudonymKey
            ? "- matched by a filter whose words are left out here: they may be names"
            : fmt::format("- {} matched by the filter {}", nameOf(selection.table),
                          asCode(selection.matching->toText()));
    return text + (rows > 0 ? fmt::format(", but for {}\n", counted(rows, "row", "rows")) : "\n");
}

std::string filtersOf(const DataCard& card)
{
    const ReviewFilter& filter = card.settings.filter;
    std::string text;
    if (filter.user) {
        text += "- of the user " + asCode(card.userName) + "\n";
    }
    if (filter.item) {
        text += "- about the item " + asCode(card.itemKey) + "\n";
    }
    if (filter.minimumRating) {
        text += fmt::format("- rated {} or better\n", *filter.minimumRating);
    }
    if (filter.maximumRating) {
        text += fmt::format("- rated {} or worse\n", *filter.maximumRating);
    }
    if (!filter.search.empty()) {
        text += card.settings.pseudonymKey
                    ? "- found by a search whose words are left out here: they may be names\n"
                    : "- found by the search " + asCode(filter.search) + "\n";
    }
    if (card.settings.selection) {
        text += selectionOf(card);
    }
    if (card.settings.funnel) {
        text += "- what passes the funnel " + asCode(card.settings.funnel->name) + ":\n";
        for (const FunnelStep& step : card.settings.funnel->steps) {
            const bool hasWords = formOf(step.kind).argument == FunnelArgument::Text;
            text += "  - " +
                    (hasWords && card.settings.pseudonymKey
                         ? "a step whose words are left out here: they may be names"
                         : asCode(store::text(step))) +
                    (step.isOn ? "\n" : " (off)\n");
        }
    }
    return text.empty() ? "- all reviews\n" : text;
}

std::string splitOf(const Split& split)
{
    const SplitSettings& settings = split.settings;
    std::string text = fmt::format(
        "- examples of the split {}: rule {}, at least {}, at least {}, {}, ",
        asCode(settings.name), name(settings.rule),
        counted(settings.minimumHistory, "earlier text", "earlier texts"),
        counted(settings.minimumWords, "word", "words"),
        settings.maximumTargetsPerUser == 0
            ? "all targets of a user"
            : "at most " + counted(settings.maximumTargetsPerUser, "target", "targets") +
                  " a user");
    if (settings.rule == SplitRule::LeaveLastOut) {
        text += settings.heldOutLast == 1
                    ? "of each user the last target tests and the one before validates, "
                    : fmt::format("of each user the last {} targets test and as many before these "
                                  "validate, ",
                                  settings.heldOutLast);
    } else if (settings.testFrom || settings.validationFrom) {
        text += fmt::format("validation from {}, test from {}, ",
                            settings.validationFrom ? timeText(*settings.validationFrom) : "never",
                            settings.testFrom ? timeText(*settings.testFrom) : "never");
    } else {
        text += fmt::format("shares {} and {}, seed {}, ", settings.validationShare,
                            settings.testShare, settings.seed);
    }
    text += settings.rule == SplitRule::Stratified
                ? fmt::format("alike in {}, ", name(settings.stratum))
                : "";
    text += settings.core > 0 ? fmt::format("of the {}-core, ", settings.core) : "";
    text += settings.minimumItemUsers > 0
                ? fmt::format("about items of at least {}, ",
                              counted(settings.minimumItemUsers, "user", "users"))
                : "";
    text += settings.heldOutItems != SplitItems::Any
                ? fmt::format("held-out items {} in training, ", name(settings.heldOutItems))
                : "";
    text += settings.funnel ? "through the funnel " + asCode(settings.funnel->name) + ", " : "";
    return text + fmt::format("{} train, {} validation, {} test; digest `{}`; {}\n", split.train,
                              split.validation, split.test, split.digest,
                              split.frozen ? "a run used it" : "no run used it yet");
}

/// What the benchmarks' shapes make of a review.
std::string taskOf(const DataCard& card)
{
    std::string text;
    if (card.settings.format == ExportFormat::Lamp) {
        text = fmt::format("- in the shape of LaMP {}: {}\n", card.settings.lampTask,
                           lampTaskMeaning(card.settings.lampTask));
    } else if (card.settings.format == ExportFormat::LongLamp) {
        text =
            fmt::format("- in the shape of LongLaMP's {}: {}\n", name(card.settings.longLampTask),
                        longLampTaskMeaning(card.settings.longLampTask));
    }
    return card.leftOut == 0
               ? text
               : text + fmt::format("- {} left out, for want of what that shape needs\n",
                                    counted(card.leftOut, "target is", "targets are"));
}

std::string choiceOf(const DataCard& card)
{
    std::string text = filtersOf(card);
    if (card.split) {
        text += splitOf(*card.split);
    }
    text += card.settings.filter.withExcluded
                ? fmt::format("- excluded reviews, too: {} of the rows here\n",
                              grouped(card.tally.excluded))
                : fmt::format("- reviews that curation excluded are left out; the project has {}\n",
                              grouped(card.project.excluded));
    text += card.steps == 0 ? "- not curated: the project has no steps of curation\n"
                            : fmt::format("- curated in {}, of which the project keeps each\n",
                                          counted(card.steps, "step", "steps"));
    return text + taskOf(card);
}

std::string privacyOf(const DataCard& card)
{
    return card.settings.pseudonymKey
               ? "User ids are pseudonyms: HMAC-SHA256 of the ids with a key that is not here. Who "
                 "has the key can find the ids. The texts are as they were written and may name "
                 "people.\n"
               : "User ids are as the sources have them. The texts are as they were written and "
                 "may "
                 "name people.\n";
}

std::string faultsOf(const DataCard& card)
{
    return fmt::format(
        "- {} that the sources had again (same user, item, time and text) {} not taken twice\n"
        "- {} of the sources could not be read and {} not here\n- near duplicates, languages and "
        "personal data in texts were not looked for by this export\n{}",
        counted(card.duplicates, "review", "reviews"), card.duplicates == 1 ? "was" : "were",
        counted(card.project.rejects, "line", "lines"), card.project.rejects == 1 ? "is" : "are",
        card.split ? leakNote(card.leaks) : "");
}

std::int64_t oneNumber(Connection& connection, const char* statement)
{
    Query query{connection, statement};
    return query.next() ? query.integer(0) : 0;
}

} // namespace

DataCard dataCardOf(Project& project, const ExportSettings& settings,
                    const std::optional<Split>& split, const WrittenNames& names)
{
    const Histories histories{project};
    DataCard card{.title = project.file().stem().string(),
                  .settings = settings,
                  .split = split,
                  .userName = {},
                  .itemKey = {},
                  .tally = {},
                  .project = histories.counts(),
                  .sources = Provenance{project}.sources()};
    if (settings.filter.user) {
        const auto user = histories.findUser(*settings.filter.user);
        card.userName = user ? names.of(user->name) : "";
    }
    if (settings.filter.item) {
        const auto item = histories.findItem(*settings.filter.item);
        card.itemKey = item ? item->asin : "";
    }
    Connection& connection = project.connection();
    card.duplicates = oneNumber(connection, "SELECT coalesce(sum(duplicates), 0) FROM imports");
    card.leaks = split ? leakCheckOf(project, *split) : std::nullopt;
    card.steps = oneNumber(connection, "SELECT count(*) FROM steps WHERE undone = 0");
    return card;
}

std::string frontMatter(const DataCard& card, const std::vector<ExportedFile>& files, bool ofSplit)
{
    std::string yaml =
        fmt::format("---\npretty_name: {}\nlicense: unknown\nsize_categories:\n- {}\n"
                    "task_categories:\n- text-generation\ntags:\n- personalization\n"
                    "configs:\n- config_name: default\n  data_files:\n",
                    inQuotes(card.title), sizeCategory(card.tally.rows));
    const std::set<std::string> parts = partsOfFiles(files);
    for (const std::string_view part : {"train", "validation", "test"}) {
        if (parts.contains(std::string{part})) {
            yaml += fmt::format("  - split: {0}\n    path: data/{0}-*.jsonl\n", part);
        }
    }
    yaml += "dataset_info:\n  features:\n";
    if (!ofSplit) {
        return yaml + features(lineColumns, "  ") + "---\n\n";
    }
    return yaml + "  - name: user_id\n    dtype: string\n  - name: profile\n    list:\n" +
           features(recordColumns, "    ") + "  - name: data\n    struct:\n" +
           features(recordColumns, "    ") + "---\n\n";
}

std::string cardText(const DataCard& card, const std::vector<ExportedFile>& files)
{
    return "# " + asCode(card.title) + "\n\n" + contentsOf(card, files) +
           "\n## Where it is from\n\n" + sourcesOf(card) + "\n## How it was chosen\n\n" +
           choiceOf(card) + "\n## Privacy\n\n" + privacyOf(card) +
           "\n## Licence\n\nNot known: the project keeps none. Whoever passes this on has to find "
           "out what the sources allow.\n\n## Known faults\n\n" +
           faultsOf(card);
}

ExportedFile writeReadme(const std::filesystem::path& folder, const std::string& text)
{
    constexpr const char* readme = "README.md";
    ExportFile file{folder / readme};
    file.write(text);
    ExportedFile written = file.finish(Existing::Keep);
    written.path = readme; // the folder is not called so for long
    return written;
}

std::vector<ExportedFile> placedIn(const std::filesystem::path& folder,
                                   std::vector<ExportedFile> files)
{
    for (ExportedFile& file : files) {
        file.path = folder / file.path;
    }
    return files;
}

} // namespace nextquill::store

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/EffectSummaryText.h"

#include "core/base/AtomicFile.h"
#include "core/base/Error.h"
#include "core/base/Utf8.h"

#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <utility>
#include <vector>

namespace nextquill::workflow {

namespace {

/// The lists of a summary with their names in files.
std::vector<std::pair<const char*, const std::vector<EffectGroup>*>>
listsOf(const EffectSummary& summary)
{
    return {{"positions", &summary.positions},
            {"classes", &summary.classes},
            {"users", &summary.users},
            {"tokens", &summary.tokens},
            {"phrases", &summary.phrases}};
}

OrderedJson placeJson(const EffectPlace& place)
{
    return {
        {"example", number(place.example)}, {"start", place.bytes.begin}, {"end", place.bytes.end},
        {"tokens", place.tokens},           {"mean_pce", place.pce},      {"bits", place.bits}};
}

OrderedJson groupJson(const EffectGroup& group, std::size_t most)
{
    OrderedJson places = OrderedJson::array();
    const std::size_t shown = std::min(most, group.places.size());
    for (std::size_t i = 0; i < shown; ++i) {
        places.push_back(placeJson(group.places[i]));
    }
    OrderedJson json{{"name", group.name},
                     {"texts", group.texts},
                     {"tokens", group.tokens},
                     {"mean_pce", group.pce.mean},
                     {"low", group.pce.low},
                     {"high", group.pce.high},
                     {"share_above", group.shareAbove},
                     {"bits", group.bits},
                     {"places", std::move(places)}};
    if (shown < group.places.size()) {
        json["places_left_out"] = group.places.size() - shown;
    }
    return json;
}

/// "+0.0102 … +0.0268"; of a single place there is none.
std::string shownInterval(const EffectGroup& group)
{
    return group.places.size() < 2
               ? std::string{"-"}
               : fmt::format("{:>+8.4f} … {:>+8.4f}", group.pce.low, group.pce.high);
}

std::string tableOf(const std::string& title, const std::vector<EffectGroup>& groups,
                    std::size_t rows, std::int64_t leftOut)
{
    if (groups.empty()) {
        return {};
    }
    constexpr std::size_t widest = 32; // characters
    const std::size_t shown = std::min(rows, groups.size());
    std::vector<std::string> names;
    std::size_t width = codePointCount(title);
    for (std::size_t i = 0; i < shown; ++i) {
        names.push_back(escapedForDisplay(groups[i].name, widest));
        width = std::max(width, codePointCount(names.back()));
    }
    const auto padded = [width](const std::string& text) {
        return text + std::string(width - std::min(width, codePointCount(text)), ' ');
    };
    std::string table =
        fmt::format("\n{}  {:>6}  {:>8}  {:>9}  {:>19}  {:>7}  {:>10}\n", padded(title), "texts",
                    "tokens", "mean PCE", "95 %", "above", "bits");
    for (std::size_t i = 0; i < shown; ++i) {
        const EffectGroup& group = groups[i];
        table += fmt::format("{}  {:>6}  {:>8}  {:>+9.4f}  {:>19}  {:>5.1f} %  "
                             "{:>+10.1f}\n",
                             padded(names[i]), group.texts, group.tokens, group.pce.mean,
                             shownInterval(group), 100 * group.shareAbove, group.bits);
    }
    const auto more = static_cast<std::int64_t>(groups.size() - shown) + leftOut;
    if (more > 0) {
        table += fmt::format("and {} more\n", more);
    }
    return table;
}

/// A text as a cell; one that a spreadsheet would run gets an apostrophe in front.
std::string summaryCell(std::string text)
{
    if (!text.empty() && std::string_view{"=+-@\t\r"}.find(text.front()) != std::string::npos) {
        text.insert(text.begin(), '\'');
    }
    std::string cell = "\"";
    for (const char c : text) {
        cell += c == '"' ? "\"\"" : std::string(1, c);
    }
    return cell + "\"";
}

std::string examplesCell(const EffectGroup& group)
{
    std::string ids;
    for (const EffectPlace& place : group.places) {
        ids += (ids.empty() ? "" : " ") + std::to_string(number(place.example));
    }
    return ids;
}

bool isJsonName(const std::filesystem::path& file)
{
    return file.extension() == ".json";
}

} // namespace

OrderedJson toJson(const EffectSummary& summary, std::size_t places)
{
    OrderedJson json{{"threshold", summary.threshold}, {"all", groupJson(summary.all, 0)}};
    for (const auto& [name, groups] : listsOf(summary)) {
        OrderedJson list = OrderedJson::array();
        for (const EffectGroup& group : *groups) {
            list.push_back(groupJson(group, places));
        }
        json[name] = std::move(list);
    }
    json["tokens_left_out"] = summary.tokensLeftOut;
    json["phrases_left_out"] = summary.phrasesLeftOut;
    return json;
}

std::string toTable(const EffectSummary& summary, std::size_t rows)
{
    constexpr std::size_t all = std::numeric_limits<std::size_t>::max();
    return tableOf("all", {summary.all}, all, 0) +
           tableOf("tokens by position", summary.positions, all, 0) +
           tableOf("class of word", summary.classes, all, 0) +
           tableOf("user", summary.users, rows, 0) +
           tableOf("token", summary.tokens, rows, summary.tokensLeftOut) +
           tableOf("phrase", summary.phrases, rows, summary.phrasesLeftOut);
}

std::string toCsv(const EffectSummary& summary)
{
    std::string csv = "kind,name,texts,tokens,mean_pce,low,high,share_above,bits,examples\n";
    for (const auto& [kind, groups] : listsOf(summary)) {
        for (const EffectGroup& group : *groups) {
            csv += fmt::format("{},{},{},{},{},{},{},{},{},{}\n", kind, summaryCell(group.name),
                               group.texts, group.tokens, group.pce.mean, group.pce.low,
                               group.pce.high, group.shareAbove, group.bits, examplesCell(group));
        }
    }
    return csv;
}

void requireSummaryFile(const std::filesystem::path& file)
{
    if (!isJsonName(file) && file.extension() != ".csv") {
        throw Error{ErrorKind::BadInput, "the summary's format is not known", file.string(),
                    "end the name in .csv or .json"};
    }
}

void writeSummary(const EffectSummary& summary, const std::filesystem::path& file)
{
    requireSummaryFile(file);
    writeFileAtomically(file, isJsonName(file)
                                  ? toJson(summary, std::numeric_limits<std::size_t>::max()).dump(2)
                                  : toCsv(summary));
}

} // namespace nextquill::workflow

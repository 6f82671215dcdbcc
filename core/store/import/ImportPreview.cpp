// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Json.h"
#include "core/base/Utf8.h"
#include "core/store/import/ImportSource.h"
#include "core/store/import/Importer.h"
#include "core/store/import/SourceRecord.h"

#include <fmt/format.h>

namespace nextquill::store {

namespace {

constexpr int mostLinesShown = 20;
constexpr std::size_t longestCell = 200;

std::vector<std::string> previewRow(const IncomingReview& review)
{
    const auto cell = [](const std::string& text) {
        return std::string{cutAtWord(text, longestCell)};
    };
    if (!review.reason.empty()) {
        return {cell(review.user),
                cell(review.item.asin),
                "",
                cell(review.title),
                "cannot be read: " + review.reason,
                ""};
    }
    return {cell(review.user),  cell(review.item.asin), fmt::format("{}", review.rating),
            cell(review.title), cell(review.text),      fmt::format("{}", review.time)};
}

void addRow(ImportPreview& preview, const IncomingReview& review)
{
    preview.rows.push_back(previewRow(review));
    preview.problems.push_back(review.reason);
}

/// A record as the source has it.
std::vector<std::string> sourceRow(std::string_view record, const std::vector<std::string>& fields)
{
    std::vector<std::string> cells;
    const Json json = Json::parse(record, nullptr, /*allow_exceptions=*/false);
    for (const std::string& field : fields) {
        const auto found = json.is_object() ? json.find(field) : json.end();
        const bool isText = found != json.end() && found->is_string();
        cells.emplace_back(cutAtWord(isText                ? found->get<std::string>()
                                     : found != json.end() ? toLine(*found)
                                                           : "",
                                     longestCell));
    }
    return cells;
}

/// What a first record says of the source.
void describe(ImportPreview& preview, const Recognised& seen)
{
    preview.fields = seen.columns;
    preview.map = seen.map;
    if (!preview.format) {
        preview.format = seen.format;
    }
    preview.why = "The fields are " + escapedForDisplay(seen.fields) + ".";
    if (preview.format == SourceFormat::Jsonl || preview.format == SourceFormat::Csv) {
        preview.why += " Taken: " + inWords(seen.map) + ".";
    }
}

} // namespace

ImportPreview previewImport(const std::filesystem::path& file, const ImportSettings& settings)
{
    ImportPreview preview;
    preview.format = settings.format;
    preview.columns = {"user", "item", "rating", "title", "text", "time"};
    RecordParser parser{settings.map};
    const ImportSource source = reviewSources({file}, settings.format).front();
    const auto records = source.open();
    parser.beginSource(records->isTable(), goldsOf(source, settings.format));
    int lines = 0;
    while (preview.rows.size() < mostLinesShown && lines < mostLinesShown) {
        const auto record = records->next();
        if (!record) {
            break;
        }
        ++lines;
        if (!record->problem.empty()) {
            addRow(preview, {.reason = std::string{record->problem}});
            continue;
        }
        if (preview.fields.empty()) {
            describe(preview, parser.recognise(record->text));
        }
        if (preview.format) {
            for (const IncomingReview& review : parser.reviews(*preview.format, record->text)) {
                if (preview.rows.size() < mostLinesShown) {
                    addRow(preview, review);
                }
            }
        } else if (!preview.fields.empty()) {
            preview.rows.push_back(sourceRow(record->text, preview.fields));
            preview.problems.emplace_back();
        }
    }
    if (!preview.format && !preview.fields.empty()) {
        preview.columns = preview.fields;
    }
    if (preview.why.empty()) {
        preview.why = lines == 0 ? "The file is empty." : "No line can be read.";
    }
    return preview;
}

} // namespace nextquill::store

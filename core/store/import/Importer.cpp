// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/Importer.h"

#include "core/base/Digest.h"
#include "core/base/Error.h"
#include "core/base/Json.h"
#include "core/base/Utf8.h"
#include "core/store/Project.h"
#include "core/store/import/ImportBatch.h"
#include "core/store/import/ItemImport.h"
#include "core/store/import/LampRecords.h"
#include "core/store/import/RecordSource.h"
#include "core/store/import/SourceRecord.h"
#include "core/store/import/TableSource.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fstream>
#include <functional>
#include <system_error>

namespace nextquill::store {

namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 7> formatNames{
    "amazon-2023", "amazon-2018", "nextquill", "lamp", "longlamp", "jsonl", "csv"};
constexpr int mostLinesLookedAt = 20;
constexpr std::size_t longestCell = 200;

/// A file or text that is to be read; opened when its turn comes.
struct Source
{
    std::string name;
    std::int64_t bytes = 0;
    std::function<std::unique_ptr<RecordSource>()> open;
    fs::path golds; ///< of LaMP's outputs; empty: there are none
    std::function<std::string(const StopToken&)> digest;
};

/// SHA-256 of a file; empty for what is none, which could be read only once.
std::string digestOf(const fs::path& file, const StopToken& stop)
{
    std::error_code failed;
    if (!fs::is_regular_file(file, failed)) {
        return {};
    }
    Digest digest;
    std::ifstream stream{file, std::ios::binary};
    std::string chunk(std::size_t{1} << 20, '\0');
    while (stream.read(chunk.data(), static_cast<std::streamsize>(chunk.size())),
           stream.gcount() > 0) {
        stopPoint(stop);
        digest.add(chunk.data(), static_cast<std::size_t>(stream.gcount()));
    }
    return stream.bad() ? std::string{} : digest.hex();
}

/// A table where the file is one; JSON otherwise, also from a pipe, which can be read only once.
std::unique_ptr<RecordSource> openSource(const fs::path& file, std::optional<SourceFormat> format)
{
    const bool isAsked = format == SourceFormat::Csv;
    const bool isFound = !format && file != "-" && isTable(file);
    return isAsked || isFound ? rowsOfTable(file) : recordsOfFile(file);
}

std::vector<Source> sourcesOf(const std::vector<fs::path>& files,
                              std::optional<SourceFormat> format = std::nullopt)
{
    std::vector<Source> sources;
    for (const fs::path& file : files) {
        std::error_code failed;
        const auto size = fs::file_size(file, failed);
        sources.push_back(
            {.name = file.filename().string(),
             .bytes = failed ? 0 : static_cast<std::int64_t>(size),
             .open = [file, format] { return openSource(file, format); },
             .golds = goldOutputsBeside(file),
             .digest = [file](const StopToken& stop) { return digestOf(file, stop); }});
    }
    return sources;
}

/// Only what may be LaMP's is read with outputs.
GoldOutputs goldsOf(const Source& source, std::optional<SourceFormat> format)
{
    const bool mayBeLamp =
        !source.golds.empty() && format.value_or(SourceFormat::Lamp) == SourceFormat::Lamp;
    return mayBeLamp ? readGoldOutputs(source.golds) : GoldOutputs{};
}

/// Thrown inside an import to take all of it back.
struct TooManyRejects
{
    Reject last;
};

class Import
{
public:
    Import(Project& project, const std::vector<Source>& reviews, const std::vector<Source>& items,
           const ImportSettings& settings, StopToken stop, Progress& progress)
        : m_connection{project.connection()}
        , m_reviews{reviews}
        , m_items{items}
        , m_settings{settings}
        , m_stop{std::move(stop)}
        , m_progress{progress}
        , m_parser{settings.map}
        , m_batch{m_connection, namesOf(reviews)}
    {
        for (const Source& source : m_reviews) {
            m_total += source.bytes;
        }
        for (const Source& source : m_items) {
            m_total += source.bytes;
        }
    }

    ImportResult run()
    {
        try {
            const StopGuard guard{m_connection, m_stop};
            readAll();
        } catch (const Stopped&) {
            backToLastCommit();
        } catch (const TooManyRejects& reason) {
            m_batch.revert();
            throw Error{ErrorKind::BadInput,
                        fmt::format("more than {} lines cannot be read; the last one: {}",
                                    m_settings.maximumRejects, reason.last.reason),
                        fmt::format("{}, line {}, byte {}", reason.last.file, reason.last.line,
                                    reason.last.byte),
                        "check the format, or allow more rejected lines; nothing was imported"};
        } catch (const Error& error) {
            if (error.kind() == ErrorKind::BadInput) {
                m_batch.revert();
            }
            throw;
        }
        m_result.items = m_batch.itemsAdded();
        m_result.itemsCompleted = m_batch.itemsCompleted();
        m_batch.finish(m_result);
        return m_result;
    }

private:
    static std::string namesOf(const std::vector<Source>& sources)
    {
        std::string names;
        for (const Source& source : sources) {
            names.append(names.empty() ? "" : ", ").append(toUtf8(source.name));
        }
        return names;
    }

    void readAll()
    {
        for (const Source& source : m_reviews) {
            const std::int64_t number = m_batch.beginSource(source.name, source.bytes);
            m_batch.commit();
            m_committed = m_result;
            readReviews(source);
            m_batch.endSource(number, source.digest(m_stop));
            m_doneBefore += source.bytes;
        }
        m_batch.commit();
        m_committed = m_result;
        // One transaction for all of them: what they change is taken back by not committing it.
        for (const Source& source : m_items) {
            const std::int64_t number = m_batch.beginSource(source.name, source.bytes);
            readItems(source);
            m_batch.endSource(number, source.digest(m_stop));
            m_doneBefore += source.bytes;
        }
        m_batch.commit();
    }

    void readReviews(const Source& source)
    {
        const auto records = source.open();
        m_parser.beginSource(records->isTable(), goldsOf(source, m_settings.format));
        std::vector<Reject> pending; // before the format is known
        std::optional<SourceFormat> format = m_settings.format;
        try {
            while (const auto record = records->next()) {
                stopPoint(m_stop);
                if (!format && !recognise(source, *record, format, pending)) {
                    continue;
                }
                take(source, *record, *format);
                if (m_batch.commitIfFull()) {
                    m_committed = m_result;
                }
                report(*records, "reading reviews");
            }
        } catch (const Error& damage) {
            keepDamage(source, damage);
        }
        if (!format && !pending.empty()) {
            throw notRecognised(source, pending.front().reason);
        }
    }

    /// Committing half a batch would let a person wait: it is dropped and can be read again. So is
    /// a batch whose commit was under way.
    void backToLastCommit()
    {
        m_batch.dropUnfinished();
        const SourceFormat format = m_result.format;
        m_result = m_committed;
        m_result.format = format;
        m_result.stopped = true;
    }

    /// Looks at the next line; lines that are no JSON are rejects once the format is known.
    bool recognise(const Source& source, const SourceText& record,
                   std::optional<SourceFormat>& format, std::vector<Reject>& pending)
    {
        const Recognised seen = record.problem.empty()
                                    ? m_parser.recognise(record.text)
                                    : Recognised{.fields = std::string{record.problem}};
        if (seen.format) {
            format = seen.format;
            for (const Reject& reject : pending) {
                ++m_result.read;
                addReject(reject, true);
            }
            return true;
        }
        pending.push_back(rejectOf(record, source.name, "fields: " + seen.fields));
        if (pending.size() >= mostLinesLookedAt) {
            throw notRecognised(source, pending.front().reason);
        }
        return false;
    }

    static Error notRecognised(const Source& source, const std::string& seen)
    {
        return {ErrorKind::BadInput,
                "the format is not recognised (" + escapedForDisplay(seen) + ")", source.name,
                "give the format, one of amazon-2023, amazon-2018, nextquill, lamp, longlamp, "
                "jsonl, csv, and for the last two which field holds what (--map user=COLUMN)"};
    }

    void take(const Source& source, const SourceText& record, SourceFormat format)
    {
        m_result.format = format;
        if (!record.problem.empty()) {
            ++m_result.read;
            addReject(rejectOf(record, source.name, std::string{record.problem}), true);
            return;
        }
        for (IncomingReview& review : m_parser.reviews(format, record.text)) {
            ++m_result.read;
            review.line = record.line;
            if (!review.reason.empty()) {
                addReject(rejectOf(record, source.name, review.reason), true);
            } else if (m_batch.add(review)) {
                ++m_result.kept;
            } else {
                ++m_result.duplicates;
            }
        }
    }

    void addReject(const Reject& reject, bool ofReview)
    {
        m_result.rejected += ofReview ? 1 : 0;
        if (++m_rejects > m_settings.maximumRejects) {
            throw TooManyRejects{reject};
        }
        m_batch.addReject(reject);
    }

    /// A compressed stream that ends early is a reject; other failures are the caller's.
    void keepDamage(const Source& source, const Error& damage)
    {
        if (damage.kind() != ErrorKind::BadInput || m_result.read == 0) {
            throw damage;
        }
        ++m_result.read;
        addReject({.file = source.name, .reason = damage.problem(), .text = damage.where()}, true);
    }

    void readItems(const Source& source)
    {
        const auto records = source.open();
        try {
            importItems(
                *records, source.name, m_batch,
                [this](const Reject& reject) { addReject(reject, false); }, m_stop,
                [this, &records] { report(*records, "reading items"); });
        } catch (const Error& damage) {
            if (damage.kind() != ErrorKind::BadInput) {
                throw;
            }
            addReject({.file = source.name, .reason = damage.problem(), .text = damage.where()},
                      false);
        }
    }

    void report(const RecordSource& records, const char* stage)
    {
        m_progress.report(
            {.done = m_doneBefore + records.consumedBytes(), .total = m_total, .stage = stage});
    }

    Connection& m_connection;
    const std::vector<Source>& m_reviews;
    const std::vector<Source>& m_items;
    const ImportSettings& m_settings;
    StopToken m_stop;
    Progress& m_progress;
    RecordParser m_parser;
    ImportBatch m_batch;
    ImportResult m_result;
    ImportResult m_committed; ///< as it was when a batch was last finished
    std::int64_t m_rejects = 0;
    std::int64_t m_total = 0;
    std::int64_t m_doneBefore = 0;
};

std::vector<std::string> previewRow(const IncomingReview& review)
{
    const auto cell = [](const std::string& text) {
        return std::string{cutAtWord(text, longestCell)};
    };
    if (!review.reason.empty()) {
        return {"", "", "", "", "cannot be read: " + review.reason, ""};
    }
    return {cell(review.user),  cell(review.item.asin), fmt::format("{}", review.rating),
            cell(review.title), cell(review.text),      fmt::format("{}", review.time)};
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

ImportResult importReviews(Project& project, const std::vector<fs::path>& files,
                           const ImportSettings& settings, StopToken stop, Progress& progress)
{
    const std::vector<Source> reviews = sourcesOf(files, settings.format);
    const std::vector<Source> items = sourcesOf(settings.items);
    return Import{project, reviews, items, settings, std::move(stop), progress}.run();
}

ImportResult importReviewText(Project& project, std::string_view reviews, std::string_view items,
                              const std::string& name, StopToken stop, Progress& progress)
{
    const auto sourceOf = [&name](std::string_view text) {
        return Source{.name = name,
                      .bytes = static_cast<std::int64_t>(text.size()),
                      .open = [text] { return recordsOfText(text); },
                      .digest = [text](const StopToken& /*stop*/) { return sha256(text); }};
    };
    const std::vector<Source> reviewSources{sourceOf(reviews)};
    const std::vector<Source> itemSources{sourceOf(items)};
    const ImportSettings settings;
    return Import{project, reviewSources, itemSources, settings, std::move(stop), progress}.run();
}

ImportPreview previewImport(const fs::path& file, const ImportSettings& settings)
{
    ImportPreview preview;
    preview.format = settings.format;
    preview.columns = {"user", "item", "rating", "title", "text", "time"};
    RecordParser parser{settings.map};
    const Source source = sourcesOf({file}, settings.format).front();
    const auto records = source.open();
    parser.beginSource(records->isTable(), goldsOf(source, settings.format));
    int lines = 0;
    while (preview.rows.size() < mostLinesLookedAt && lines < mostLinesLookedAt) {
        const auto record = records->next();
        if (!record) {
            break;
        }
        ++lines;
        if (!record->problem.empty()) {
            preview.rows.push_back(previewRow({.reason = std::string{record->problem}}));
            continue;
        }
        if (preview.fields.empty()) {
            describe(preview, parser.recognise(record->text));
        }
        if (preview.format) {
            for (const IncomingReview& review : parser.reviews(*preview.format, record->text)) {
                if (preview.rows.size() < mostLinesLookedAt) {
                    preview.rows.push_back(previewRow(review));
                }
            }
        } else if (!preview.fields.empty()) {
            preview.rows.push_back(sourceRow(record->text, preview.fields));
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

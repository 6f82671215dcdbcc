// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/RejectRetry.h"

#include "core/base/Error.h"
#include "core/store/Connection.h"
#include "core/store/Project.h"
#include "core/store/import/ImportBatch.h"
#include "core/store/import/ImportJournal.h"
#include "core/store/import/ImportSource.h"
#include "core/store/import/RunningImport.h"
#include "core/store/table/ColumnSql.h"

#include <algorithm>
#include <fmt/format.h>
#include <string>
#include <tuple>
#include <utility>

namespace nextquill::store {

namespace {

namespace fs = std::filesystem;

constexpr int rejectsOfPage = 500;
constexpr std::size_t longestWholeText = 4'000; ///< what is kept of a longer line may be cut

/// A rejected line, which a record of several reviews has several times.
struct RejectedLine
{
    std::vector<std::int64_t> rows;
    std::int64_t line = 0;
    std::int64_t byte = 0;
    std::string text;
    bool isAsked = false; ///< one of the rows is as the filter says
};

/// The rejected lines of a source that a filter asks for, in their order.
class RejectedLines
{
public:
    RejectedLines(Connection& connection, std::int64_t source, const RejectFilter& filter)
        : m_connection{connection}
        , m_source{source}
        , m_filter{rejectCondition(filter)}
    {
    }

    std::optional<RejectedLine> next()
    {
        for (;;) {
            if (m_at == m_page.size()) {
                readPage();
            }
            if (m_page.empty()) {
                return std::nullopt;
            }
            if (m_page[m_at++].isAsked) {
                return std::move(m_page[m_at - 1]);
            }
        }
    }

private:
    /// All rows of a page's last line are read, too.
    void readPage()
    {
        m_page.clear();
        m_at = 0;
        Query query{m_connection, fmt::format("SELECT id, line, byte, text, {} FROM rejects "
                                              "WHERE source_id = ? AND line > 0 AND id > ? "
                                              "ORDER BY id",
                                              m_filter.sql)};
        bindAll(query.with(), m_filter.values);
        query.bindNext(m_source);
        query.bindNext(m_last);
        while (query.next()) {
            const std::int64_t line = query.integer(1);
            const std::int64_t byte = query.integer(2);
            const bool isSame =
                !m_page.empty() && m_page.back().line == line && m_page.back().byte == byte;
            if (!isSame && m_page.size() == rejectsOfPage) {
                return;
            }
            if (!isSame) {
                m_page.push_back({.line = line, .byte = byte, .text = query.text(3)});
            }
            m_last = query.integer(0);
            m_page.back().rows.push_back(m_last);
            m_page.back().isAsked = m_page.back().isAsked || query.integer(4) != 0;
        }
    }

    Connection& m_connection;
    std::int64_t m_source;
    SqlPart m_filter;
    std::int64_t m_last = 0;
    std::vector<RejectedLine> m_page;
    std::size_t m_at = 0;
};

/// The rejected lines of one import.
class Retry
{
public:
    Retry(Project& project, ImportRecord& record, const RetrySettings& settings, StopToken stop,
          Progress& progress, RetryResult& result)
        : m_connection{project.connection()}
        , m_record{record}
        , m_settings{settings}
        , m_stop{std::move(stop)}
        , m_progress{progress}
        , m_result{result}
        , m_figures{record.figures}
        , m_wasStopped{record.state == "stopped"}
        , m_parser{mapOf(record.settings.map, settings.map)}
        , m_batch{m_connection, record, 0}
    {
    }

    void run()
    {
        m_committed = {m_result, m_figures};
        try {
            const StopGuard guard{m_connection, m_stop};
            for (SourceStanding& source : m_record.sources) {
                if (!source.isItems) {
                    retrySource(source);
                }
            }
        } catch (const Stopped&) {
            m_batch.dropUnfinished();
            std::tie(m_result, m_figures) = m_committed;
            m_result.stopped = true;
        }
        m_figures.items = m_batch.itemsAdded();
        m_figures.stopped = m_wasStopped;
        m_batch.finish(m_figures);
    }

private:
    static FieldMap mapOf(FieldMap map, const FieldMap& change)
    {
        for (const MappedField& field : mappedFields()) {
            if (!(change.*field.column).empty()) {
                map.*field.column = change.*field.column;
            }
        }
        return map;
    }

    [[nodiscard]] std::optional<SourceFormat> formatOf(const SourceStanding& source) const
    {
        return m_settings.format ? m_settings.format : source.reading.format;
    }

    void retrySource(SourceStanding& source)
    {
        RejectedLines lines{m_connection, source.row, m_settings.which};
        auto line = lines.next();
        if (!line) {
            return;
        }
        m_batch.beginSource(source);
        if (const fs::path file = fileOf(source); !file.empty()) {
            retryFromFile(file, source, lines, std::move(*line));
        } else if (formatOf(source) && source.reading.format != SourceFormat::Csv) {
            m_parser.beginSource(false, {});
            for (; line; line = lines.next()) {
                retryKept(*line, *formatOf(source));
            }
        }
        m_batch.commit(m_figures);
        m_committed = {m_result, m_figures};
    }

    /// Where the source is, if it is still the same; else empty.
    [[nodiscard]] fs::path fileOf(const SourceStanding& source) const
    {
        for (const fs::path& other : m_settings.moved) {
            if (other.filename() == source.name && isSameFile(source.identity, other, true)) {
                return other;
            }
        }
        return isSameFile(source.identity, source.path, false) ? source.path : fs::path{};
    }

    void retryFromFile(const fs::path& file, const SourceStanding& standing, RejectedLines& lines,
                       RejectedLine line)
    {
        // Split into cells as it was then: the new settings say only what its columns are.
        const ImportSource source = reviewSources({file}, standing.reading.format).front();
        const auto records = source.open();
        m_parser.beginSource(records->isTable(), goldsOf(source, formatOf(standing)));
        std::int64_t position = 0;
        std::optional<RejectedLine> wanted{std::move(line)};
        while (wanted) {
            const auto record = nextOf(*records);
            if (!record) {
                return;
            }
            stopPoint(m_stop);
            m_progress.report({.done = records->consumedBytes(),
                               .total = records->totalBytes(),
                               .stage = "reading rejected lines again"});
            if (record->line == wanted->line && record->byte == wanted->byte) {
                m_parser.goTo(position);
                take(*wanted, record->problem.empty() ? reviewsOf(standing, record->text)
                                                      : problemOf(std::string{record->problem}));
                wanted = lines.next();
            }
            ++position;
        }
    }

    /// What lies behind a damaged place is out of reach, as it was before.
    static std::optional<SourceText> nextOf(RecordSource& records)
    {
        try {
            return records.next();
        } catch (const Error& damage) {
            if (damage.kind() != ErrorKind::BadInput) {
                throw;
            }
            return std::nullopt;
        }
    }

    std::vector<IncomingReview> reviewsOf(const SourceStanding& standing, std::string_view record)
    {
        std::optional<SourceFormat> format = formatOf(standing);
        if (!format) {
            format = m_parser.recognise(record).format;
        }
        return format ? m_parser.reviews(*format, record)
                      : problemOf("the format is not recognised");
    }

    static std::vector<IncomingReview> problemOf(std::string reason)
    {
        return {IncomingReview{.reason = std::move(reason)}};
    }

    void retryKept(const RejectedLine& line, SourceFormat format)
    {
        stopPoint(m_stop);
        if (line.text.size() <= longestWholeText) {
            take(line, m_parser.reviews(format, line.text));
        }
    }

    /// Of the reviews that the line has, those that could not be read before are the rows.
    void take(const RejectedLine& line, std::vector<IncomingReview> reviews)
    {
        const auto tried = static_cast<std::int64_t>(line.rows.size());
        std::int64_t added = 0;
        std::vector<std::string> reasons;
        for (IncomingReview& review : reviews) {
            review.line = line.line;
            if (!review.reason.empty()) {
                reasons.push_back(std::move(review.reason));
                continue;
            }
            complete(review);
            added += m_batch.add(review) ? 1 : 0;
        }
        m_batch.writeAdded();
        const std::int64_t rejected =
            std::min(tried - std::min(added, tried), static_cast<std::int64_t>(reasons.size()));
        const std::int64_t duplicates = std::max<std::int64_t>(tried - rejected - added, 0);
        for (std::size_t i = 0; i < line.rows.size(); ++i) {
            if (std::cmp_less(i, rejected)) {
                m_batch.changeReject(line.rows[i], reasons[i]);
            } else {
                m_batch.removeReject(line.rows[i]);
            }
        }
        count(tried, added, duplicates, rejected);
        if (m_batch.isFull()) {
            m_batch.commit(m_figures);
            m_committed = {m_result, m_figures};
        }
    }

    void count(std::int64_t tried, std::int64_t added, std::int64_t duplicates,
               std::int64_t rejected)
    {
        m_result.tried += tried;
        m_result.kept += added;
        m_result.duplicates += duplicates;
        m_result.rejected += rejected;
        m_figures.kept += added;
        m_figures.duplicates += duplicates;
        m_figures.rejected += rejected - tried;
        // A record may be of more reviews when it is read in another way.
        m_figures.read += added + duplicates + rejected - tried;
    }

    Connection& m_connection;
    ImportRecord& m_record;
    const RetrySettings& m_settings;
    StopToken m_stop;
    Progress& m_progress;
    RetryResult& m_result;
    ImportResult m_figures;
    bool m_wasStopped;
    std::pair<RetryResult, ImportResult> m_committed;
    RecordParser m_parser;
    ImportBatch m_batch;
};

/// How many there are in lines that the filter asks for.
std::int64_t rejectsOf(Connection& connection, ImportId import, const RejectFilter& filter)
{
    const SqlPart asked = rejectCondition(filter);
    Query query{connection,
                fmt::format("SELECT coalesce(sum(n), 0) FROM (SELECT sum(1) AS n, max({}) AS asked "
                            "FROM rejects WHERE import_id = ? GROUP BY source_id, line, byte) "
                            "WHERE asked",
                            asked.sql)};
    bindAll(query.with(), asked.values);
    query.bindNext(import);
    return query.next() ? query.integer(0) : 0;
}

} // namespace

RetryResult retryRejects(Project& project, const RetrySettings& settings, StopToken stop,
                         Progress& progress)
{
    RetryResult result;
    std::int64_t there = 0;
    std::vector<ImportEntry> entries = imports(project);
    std::ranges::reverse(entries); // oldest first, as they came
    const RunningImport running{project.file()};
    for (const ImportEntry& entry : entries) {
        const bool isAsked = !settings.import || *settings.import == entry.id;
        const bool isIdle = entry.state == ImportState::Done || entry.state == ImportState::Stopped;
        const std::int64_t rejects =
            isAsked && isIdle ? rejectsOf(project.connection(), entry.id, settings.which) : 0;
        if (rejects == 0 || result.stopped) {
            continue;
        }
        there += rejects;
        ImportRecord record = importRecord(project.connection(), entry.id);
        Retry{project, record, settings, stop, progress, result}.run();
    }
    if (settings.import) {
        static_cast<void>(importRecord(project.connection(), *settings.import)); // or says so
    }
    result.outOfReach = std::max<std::int64_t>(there - result.tried, 0);
    return result;
}

} // namespace nextquill::store

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/ImportRun.h"

#include "core/base/Error.h"
#include "core/base/Utf8.h"
#include "core/store/Connection.h"
#include "core/store/Project.h"
#include "core/store/import/ItemImport.h"
#include "core/store/import/ReplayedRecords.h"
#include "core/store/import/SourceDigest.h"

#include <fmt/format.h>
#include <utility>

namespace nextquill::store {

namespace {

constexpr std::size_t mostLinesLookedAt = 20;

/// Thrown inside an import to take all of it back.
struct TooManyRejects
{
    Reject last;
};

Error tooManyRejects(const Reject& last, std::int64_t most)
{
    return {ErrorKind::BadInput,
            fmt::format("more than {} lines cannot be read; the last one: {}", most, last.reason),
            fmt::format("{}, line {}, byte {}", last.file, last.line, last.byte),
            "check the format, or allow more rejected lines; nothing was imported"};
}

Error notRecognised(const ImportSource& source, const std::string& seen)
{
    return {ErrorKind::BadInput, "the format is not recognised (" + escapedForDisplay(seen) + ")",
            source.name,
            "give the format, one of amazon-2023, amazon-2018, nextquill, lamp, longlamp, "
            "jsonl, csv, and for the last two which field holds what (--map user=COLUMN)"};
}

std::int64_t rejectsOf(Connection& connection, ImportId import)
{
    Query query{connection, "SELECT count(*) FROM rejects WHERE import_id = ?"};
    return query.with(import).next() ? query.integer(0) : 0;
}

std::int64_t bytesOfReviews(const std::vector<ImportSource>& sources)
{
    std::int64_t bytes = 0;
    for (const ImportSource& source : sources) {
        bytes += source.isItems ? 0 : source.bytes;
    }
    return bytes;
}

} // namespace

ImportRun::ImportRun(Project& project, ImportRecord& record,
                     const std::vector<ImportSource>& sources, StopToken stop, Progress& progress)
    : m_connection{project.connection()}
    , m_record{record}
    , m_sources{sources}
    , m_stop{std::move(stop)}
    , m_progress{progress}
    , m_parser{record.settings.map}
    , m_batch{m_connection, record, bytesOfReviews(sources)}
    , m_result{record.figures}
    , m_committed{record.figures}
    , m_rejects{rejectsOf(m_connection, record.id)}
{
    m_result.stopped = m_committed.stopped = false;
    for (const ImportSource& source : m_sources) {
        m_total += source.bytes;
    }
}

ImportResult ImportRun::run()
{
    try {
        const StopGuard guard{m_connection, m_stop};
        readAll();
    } catch (const Stopped&) {
        backToLastCommit();
    } catch (const TooManyRejects& reason) {
        m_batch.revert();
        throw tooManyRejects(reason.last, m_record.settings.maximumRejects);
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::BadInput || error.kind() == ErrorKind::Unsupported) {
            m_batch.revert();
        }
        throw;
    }
    m_names = {}; // nothing more is read: its memory is the sort's
    m_batch.buildIndices(m_progress);
    buildSearch();
    m_result.items = m_batch.itemsAdded();
    m_result.itemsCompleted = m_batch.itemsCompleted();
    m_batch.finish(m_result);
    return m_result;
}

/// Not where the reading was stopped: the import that goes on builds it.
void ImportRun::buildSearch()
{
    if (m_result.stopped) {
        return;
    }
    try {
        const StopGuard guard{m_connection, m_stop};
        m_batch.buildSearch(m_stop, m_progress);
    } catch (const Stopped&) {
        backToLastCommit();
    }
}

/// What the project knows of the source at this place, or that it was not begun.
SourceStanding ImportRun::standingOf(const ImportSource& source, std::size_t index) const
{
    if (index < m_record.sources.size()) {
        return m_record.sources[index];
    }
    return {.name = source.name,
            .path = source.path,
            .isItems = source.isItems,
            .bytes = source.bytes,
            .identity = identityOf(source.path),
            .reading = {.format = m_record.settings.format, .map = {}}};
}

void ImportRun::readAll()
{
    for (std::size_t i = 0; i < m_sources.size(); ++i) {
        const ImportSource& source = m_sources[i];
        SourceStanding standing = standingOf(source, i);
        if (!standing.isComplete) {
            readSource(source, standing);
        }
        m_doneBefore += source.bytes;
    }
    commit();
}

/// What is stopped behind it goes back to it.
void ImportRun::commit(const SourceStanding* standing)
{
    m_batch.commit(m_result, standing);
    m_committed = m_result;
}

/// The items' files are one transaction: what they change is taken back by not committing it.
void ImportRun::readSource(const ImportSource& source, SourceStanding& standing)
{
    SourceDigest digest{source};
    if (source.isItems) {
        if (!std::exchange(m_areItemsBegun, true)) {
            commit();
        }
        m_batch.beginSource(standing);
        readItems(source);
    } else {
        m_batch.beginSource(standing);
        commit(&standing);
        readReviews(source, standing);
    }
    m_batch.endSource(standing, digest.take(m_stop));
}

void ImportRun::readReviews(const ImportSource& source, SourceStanding& standing)
{
    const auto file = source.open();
    ReplayedRecords records{*file};
    m_parser.beginSource(records.isTable(), goldsOf(source, standing.reading.format),
                         standing.reading);
    skipKnown(records, standing);
    try {
        if (!standing.reading.format) {
            standing.reading.format = recognise(source, records);
        }
        if (standing.reading.format) {
            m_result.format = *standing.reading.format;
            readRecords(source, records, standing);
        }
    } catch (const Error& damage) {
        keepDamage(source, damage);
    }
}

void ImportRun::skipKnown(RecordSource& records, const SourceStanding& standing)
{
    const Error changed{ErrorKind::Storage, "the file has fewer lines than were imported from it",
                        standing.name, "take the import back, then import the file again"};
    try {
        for (std::int64_t known = 0; known < standing.records; ++known) {
            stopPoint(m_stop);
            if (!records.next()) {
                throw changed;
            }
            report(records, "passing what is there");
        }
    } catch (const Error& damage) { // what is there stays: nobody asked to take it back
        throw damage.kind() == ErrorKind::BadInput ? changed : damage;
    }
}

/// A thread of its own reads and parses, this one writes.
void ImportRun::readRecords(const ImportSource& source, RecordSource& records,
                            SourceStanding& standing)
{
    RecordPipe pipe{records, m_parser, *standing.reading.format, m_names};
    while (auto piece = pipe.next(m_stop)) {
        expect(*piece);
        for (ReadRecord& record : piece->records) {
            stopPoint(m_stop);
            ++standing.records;
            take(source, record);
            m_progress.report({.done = m_doneBefore + record.consumedBytes,
                               .total = m_total,
                               .stage = "reading reviews"});
        }
        m_batch.writeAdded();
        standing.reading = piece->reading;
        if (m_batch.isFull()) {
            commit(&standing);
            m_batch.boundDigests(m_progress);
        }
        if (piece->damage) {
            std::rethrow_exception(piece->damage);
        }
        pipe.giveBack(std::move(*piece));
    }
}

/// Committing half a batch would let a person wait: it is dropped and can be read again. So is a
/// batch whose commit was under way.
void ImportRun::backToLastCommit()
{
    m_batch.dropUnfinished();
    const SourceFormat format = m_result.format;
    m_result = m_committed;
    m_result.format = format;
    m_result.stopped = true;
}

/// Looks at the first lines until one tells; none in an empty file. All of them are read again
/// then.
std::optional<SourceFormat> ImportRun::recognise(const ImportSource& source,
                                                 ReplayedRecords& records)
{
    std::string first;
    for (std::size_t line = 0; line < mostLinesLookedAt; ++line) {
        const auto record = records.peek();
        if (!record) {
            break;
        }
        const Recognised seen = record->problem.empty()
                                    ? m_parser.recognise(record->text)
                                    : Recognised{.fields = std::string{record->problem}};
        if (seen.format) {
            return seen.format;
        }
        if (first.empty()) {
            first = seen.columns.empty() ? seen.fields : "fields: " + seen.fields;
        }
    }
    if (!first.empty()) {
        throw notRecognised(source, first);
    }
    return std::nullopt;
}

void ImportRun::expect(const ReadRecords& piece) const
{
    for (const ReadRecord& record : piece.records) {
        for (const IncomingReview& review : record.reviews) {
            m_batch.expect(review);
        }
    }
}

void ImportRun::take(const ImportSource& source, const ReadRecord& record)
{
    for (const IncomingReview& review : record.reviews) {
        ++m_result.read;
        if (!review.reason.empty()) {
            const SourceText line{record.original, record.line, record.byte, {}, {}};
            addReject(rejectOf(line, source.name, review.reason), true);
        } else if (m_batch.add(review)) {
            ++m_result.kept;
        } else {
            ++m_result.duplicates;
        }
    }
}

void ImportRun::addReject(const Reject& reject, bool ofReview)
{
    m_result.rejected += ofReview ? 1 : 0;
    if (++m_rejects > m_record.settings.maximumRejects) {
        throw TooManyRejects{reject};
    }
    m_batch.addReject(reject);
}

/// A compressed stream that ends early is a reject; other failures are the caller's.
void ImportRun::keepDamage(const ImportSource& source, const Error& damage)
{
    if (damage.kind() != ErrorKind::BadInput || m_result.read == 0) {
        throw damage;
    }
    ++m_result.read;
    addReject({.file = source.name, .reason = damage.problem(), .text = damage.where()}, true);
}

void ImportRun::readItems(const ImportSource& source)
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
        addReject({.file = source.name, .reason = damage.problem(), .text = damage.where()}, false);
    }
}

void ImportRun::report(const RecordSource& records, const char* stage)
{
    m_progress.report(
        {.done = m_doneBefore + records.consumedBytes(), .total = m_total, .stage = stage});
}

} // namespace nextquill::store

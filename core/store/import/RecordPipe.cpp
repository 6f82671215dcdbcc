// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/RecordPipe.h"

#include "core/store/import/ItemImport.h"

#include <utility>

namespace nextquill::store {

namespace {

constexpr std::size_t mostPieces = 16;
constexpr std::size_t mostBytesAhead = std::size_t{6} << 20;
constexpr std::size_t recordsOfPiece = 500;
constexpr std::size_t bytesOfPiece = std::size_t{512} << 10;

} // namespace

RecordPipe::RecordPipe(RecordSource& source, RecordParser& parser, SourceFormat format,
                       NumberedNames& names)
    : m_source{source}
    , m_parser{parser}
    , m_format{format}
    , m_names{names}
    , m_thread{[this](const StopToken& ended) { readAll(ended); }}
{
}

RecordPipe::~RecordPipe()
{
    m_thread.request_stop();
    m_changed.notify_all();
}

std::optional<ReadRecords> RecordPipe::next(const StopToken& stop)
{
    std::unique_lock lock{m_mutex};
    const bool isReady =
        m_changed.wait(lock, stop, [this] { return !m_ready.empty() || m_isAtEnd; });
    if (!isReady) {
        throw Stopped{};
    }
    if (m_ready.empty()) {
        return std::nullopt;
    }
    ReadRecords piece = std::move(m_ready.front());
    m_ready.pop_front();
    m_readyBytes -= piece.bytes;
    lock.unlock();
    m_changed.notify_all();
    return piece;
}

void RecordPipe::giveBack(ReadRecords piece)
{
    const std::scoped_lock lock{m_mutex};
    m_spent.push_back(std::move(piece));
}

void RecordPipe::readAll(const StopToken& ended)
{
    while (!m_isDone) {
        ReadRecords piece = readSome(ended);
        std::vector<ReadRecords> spent;
        std::unique_lock lock{m_mutex};
        const auto hasRoom = [this] {
            return m_ready.size() < mostPieces && m_readyBytes < mostBytesAhead;
        };
        if (!m_changed.wait(lock, ended, hasRoom)) {
            return;
        }
        if (!piece.records.empty() || piece.damage) {
            m_readyBytes += piece.bytes;
            m_ready.push_back(std::move(piece));
        }
        m_isAtEnd = m_isDone;
        spent.swap(m_spent);
        lock.unlock();
        m_changed.notify_all();
    }
}

ReadRecords RecordPipe::readSome(const StopToken& ended)
{
    ReadRecords piece;
    try {
        while (piece.records.size() < recordsOfPiece && piece.bytes < bytesOfPiece) {
            const auto record = ended.stop_requested() ? std::nullopt : m_source.next();
            if (!record) {
                m_isDone = true;
                break;
            }
            piece.bytes += record->text.size();
            piece.records.push_back(read(*record));
        }
    } catch (...) { // handed to who takes it, behind what came before
        piece.damage = std::current_exception();
        m_isDone = true;
    }
    numberNames(piece);
    piece.reading = m_parser.reading();
    piece.reading.format = m_format;
    return piece;
}

void RecordPipe::numberNames(ReadRecords& piece)
{
    for (const ReadRecord& record : piece.records) {
        for (const IncomingReview& review : record.reviews) {
            m_names.users.expect(review.user);
            m_names.items.expect(review.item.asin);
        }
    }
    for (ReadRecord& record : piece.records) {
        for (IncomingReview& review : record.reviews) {
            review.userNumber = m_names.users.of(review.user);
            review.itemNumber = m_names.items.of(review.item.asin);
        }
    }
}

ReadRecord RecordPipe::read(const SourceText& record)
{
    ReadRecord read{.reviews = {},
                    .original = {},
                    .line = record.line,
                    .byte = record.byte,
                    .consumedBytes = m_source.consumedBytes()};
    if (record.problem.empty()) {
        read.reviews = m_parser.reviews(m_format, record.text);
    } else {
        read.reviews.push_back({.reason = std::string{record.problem}});
    }
    bool isRejected = false;
    for (IncomingReview& review : read.reviews) {
        review.line = record.line;
        if (review.reason.empty()) {
            complete(review);
        } else {
            isRejected = true;
        }
    }
    if (isRejected) {
        const std::string_view whole = record.original.empty() ? record.text : record.original;
        read.original = whole.substr(0, longestRejectText);
    }
    return read;
}

} // namespace nextquill::store

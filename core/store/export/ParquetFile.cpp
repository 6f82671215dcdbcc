// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/export/ParquetFile.h"

#include "core/base/Error.h"
#include "core/store/export/ThriftCompact.h"

#include <bit>
#include <utility>
#include <zstd.h>

namespace nextquill::store {

namespace {

constexpr std::string_view magic = "PAR1";
constexpr std::size_t bytesOfPage = std::size_t{1} << 20;
constexpr std::size_t bytesOfGroup = std::size_t{32} << 20;
constexpr int zstdLevel = 3;

// The format's own numbers.
constexpr std::int32_t typeBoolean = 0;
constexpr std::int32_t typeInt64 = 2;
constexpr std::int32_t typeDouble = 5;
constexpr std::int32_t typeByteArray = 6;
constexpr std::int32_t convertedUtf8 = 0;
constexpr std::int32_t convertedTimestampMillis = 9;
constexpr std::int32_t repetitionRequired = 0;
constexpr std::int32_t encodingPlain = 0;
constexpr std::int32_t encodingRle = 3; // of levels, of which flat values have none
constexpr std::int32_t codecZstd = 6;
constexpr std::int32_t dataPage = 0;

std::int32_t physicalType(ParquetType type)
{
    switch (type) {
    case ParquetType::Real:
        return typeDouble;
    case ParquetType::Flag:
        return typeBoolean;
    case ParquetType::Time:
        return typeInt64;
    case ParquetType::Text:
        break;
    }
    return typeByteArray;
}

void addLittleEndian(std::string& bytes, std::uint64_t value, int count)
{
    for (int i = 0; i < count; ++i) {
        bytes += static_cast<char>(value >> (8 * i) & 0xff);
    }
}

std::string compressed(const std::string& plain)
{
    std::string bytes(ZSTD_compressBound(plain.size()), '\0');
    const std::size_t size =
        ZSTD_compress(bytes.data(), bytes.size(), plain.data(), plain.size(), zstdLevel);
    if (ZSTD_isError(size) != 0) {
        throw Error{ErrorKind::Storage,
                    std::string{"a page cannot be compressed: "} + ZSTD_getErrorName(size),
                    "Parquet", "free some memory, or export as JSON lines"};
    }
    bytes.resize(size);
    return bytes;
}

std::string pageHeader(std::size_t plain, std::size_t packed, std::int64_t values)
{
    ThriftCompact header;
    header.integer(1, dataPage)
        .integer(2, static_cast<std::int32_t>(plain))
        .integer(3, static_cast<std::int32_t>(packed))
        .beginStruct(5)
        .integer(1, static_cast<std::int32_t>(values))
        .integer(2, encodingPlain)
        .integer(3, encodingRle)
        .integer(4, encodingRle)
        .endStruct()
        .endStruct();
    return header.bytes();
}

void addSchemaOf(ThriftCompact& out, const ParquetColumn& column)
{
    out.element()
        .integer(1, physicalType(column.type))
        .integer(3, repetitionRequired)
        .text(4, column.name);
    if (column.type == ParquetType::Text) {
        out.integer(6, convertedUtf8).beginStruct(10).beginStruct(1).endStruct().endStruct();
    } else if (column.type == ParquetType::Time) {
        out.integer(6, convertedTimestampMillis)
            .beginStruct(10)
            .beginStruct(8)
            .flag(1, true) // UTC
            .beginStruct(2)
            .beginStruct(1) // milliseconds
            .endStruct()
            .endStruct()
            .endStruct()
            .endStruct();
    }
    out.endStruct();
}

} // namespace

ParquetFile::ParquetFile(const std::filesystem::path& place, std::vector<ParquetColumn> columns)
    : m_file{place}
    , m_columns{std::move(columns)}
    , m_chunks(m_columns.size())
{
    m_file.write(magic);
}

ParquetFile::Chunk& ParquetFile::nextChunk()
{
    return m_chunks[m_column++];
}

void ParquetFile::addText(std::string_view value)
{
    Chunk& chunk = nextChunk();
    addLittleEndian(chunk.values, value.size(), 4);
    chunk.values += value;
    ++chunk.pageValues;
}

void ParquetFile::addReal(double value)
{
    Chunk& chunk = nextChunk();
    addLittleEndian(chunk.values, std::bit_cast<std::uint64_t>(value), 8);
    ++chunk.pageValues;
}

void ParquetFile::addTime(std::int64_t milliseconds)
{
    Chunk& chunk = nextChunk();
    addLittleEndian(chunk.values, static_cast<std::uint64_t>(milliseconds), 8);
    ++chunk.pageValues;
}

/// Eight of them share a byte, the first in its lowest bit.
void ParquetFile::addFlag(bool value)
{
    Chunk& chunk = nextChunk();
    const auto bit = static_cast<unsigned>(chunk.pageValues % 8);
    if (bit == 0) {
        chunk.values += '\0';
    }
    if (value) {
        chunk.values.back() =
            static_cast<char>(static_cast<unsigned char>(chunk.values.back()) | 1U << bit);
    }
    ++chunk.pageValues;
}

void ParquetFile::endRow()
{
    m_column = 0;
    ++m_rows;
    ++m_groupRows;
    std::size_t bytes = 0;
    for (Chunk& chunk : m_chunks) {
        if (chunk.values.size() >= bytesOfPage) {
            endPage(chunk);
        }
        bytes += chunk.pages.size() + chunk.values.size();
    }
    if (bytes >= bytesOfGroup) {
        endRowGroup();
    }
}

void ParquetFile::endPage(Chunk& chunk)
{
    if (chunk.pageValues == 0) {
        return;
    }
    const std::string packed = compressed(chunk.values);
    const std::string header = pageHeader(chunk.values.size(), packed.size(), chunk.pageValues);
    chunk.pages += header;
    chunk.pages += packed;
    chunk.plainBytes += static_cast<std::int64_t>(header.size() + chunk.values.size());
    chunk.values.clear();
    chunk.pageValues = 0;
}

void ParquetFile::endRowGroup()
{
    if (m_groupRows == 0) {
        return;
    }
    RowGroup group{.rows = std::exchange(m_groupRows, 0), .chunks = {}};
    for (Chunk& chunk : m_chunks) {
        endPage(chunk);
        group.chunks.push_back({.offset = m_file.bytes(),
                                .bytes = static_cast<std::int64_t>(chunk.pages.size()),
                                .plainBytes = chunk.plainBytes});
        m_file.write(chunk.pages);
        chunk = {};
    }
    m_groups.push_back(std::move(group));
}

std::string ParquetFile::footer() const
{
    ThriftCompact out;
    out.integer(1, 1).beginStructs(2, m_columns.size() + 1);
    out.element().text(4, "schema").integer(5, static_cast<std::int32_t>(m_columns.size()));
    out.endStruct();
    for (const ParquetColumn& column : m_columns) {
        addSchemaOf(out, column);
    }
    out.longInteger(3, m_rows).beginStructs(4, m_groups.size());
    for (const RowGroup& group : m_groups) {
        std::int64_t plainBytes = 0;
        out.element().beginStructs(1, m_columns.size());
        for (std::size_t i = 0; i < m_columns.size(); ++i) {
            const ChunkPlace& chunk = group.chunks[i];
            plainBytes += chunk.plainBytes;
            out.element().longInteger(2, chunk.offset).beginStruct(3);
            out.integer(1, physicalType(m_columns[i].type))
                .integers(2, {encodingPlain, encodingRle})
                .texts(3, {m_columns[i].name})
                .integer(4, codecZstd)
                .longInteger(5, group.rows)
                .longInteger(6, chunk.plainBytes)
                .longInteger(7, chunk.bytes)
                .longInteger(9, chunk.offset)
                .endStruct()
                .endStruct();
        }
        out.longInteger(2, plainBytes).longInteger(3, group.rows).endStruct();
    }
    out.text(6, "NextQuill").endStruct();
    return out.bytes();
}

ExportedFile ParquetFile::finish(Existing existing)
{
    endRowGroup();
    const std::string end = footer();
    m_file.write(end);
    std::string length;
    addLittleEndian(length, end.size(), 4);
    m_file.write(length);
    m_file.write(magic);
    ExportedFile written = m_file.finish(existing);
    written.rows = m_rows;
    return written;
}

} // namespace nextquill::store

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/export/ExportFile.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::store {

enum class ParquetType { Text, Real, Flag, Time };

struct ParquetColumn
{
    std::string_view name;
    ParquetType type = ParquetType::Text;
};

/// A Parquet file in the making: flat, every value there, plain encoding, pages of about 1 MiB
/// compressed with zstd, row groups of about 32 MiB. Times are TIMESTAMP in milliseconds of UTC.
///
/// A row is one call for each column in their order; what is written is only sound after finish().
/// Memory: the row group that is under way.
class ParquetFile
{
public:
    ParquetFile(const std::filesystem::path& place, std::vector<ParquetColumn> columns);

    void addText(std::string_view value);
    void addReal(double value);
    void addFlag(bool value);
    void addTime(std::int64_t milliseconds);
    void endRow();

    [[nodiscard]] ExportedFile finish(Existing existing);

private:
    /// A column's part of the row group that is under way.
    struct Chunk
    {
        std::string pages;  ///< finished ones, with their headers
        std::string values; ///< of the page that is under way
        std::int64_t pageValues = 0;
        std::int64_t plainBytes = 0; ///< of all pages, not compressed, with headers
    };

    struct ChunkPlace
    {
        std::int64_t offset = 0;
        std::int64_t bytes = 0;
        std::int64_t plainBytes = 0;
    };

    struct RowGroup
    {
        std::int64_t rows = 0;
        std::vector<ChunkPlace> chunks;
    };

    Chunk& nextChunk();
    void endPage(Chunk& chunk);
    void endRowGroup();
    [[nodiscard]] std::string footer() const;

    ExportFile m_file;
    std::vector<ParquetColumn> m_columns;
    std::vector<Chunk> m_chunks;
    std::vector<RowGroup> m_groups;
    std::size_t m_column = 0; ///< that the next value is of
    std::int64_t m_rows = 0;
    std::int64_t m_groupRows = 0;
};

} // namespace nextquill::store

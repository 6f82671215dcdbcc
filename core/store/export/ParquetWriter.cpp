// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/export/ExportWriter.h"
#include "core/store/export/ParquetFile.h"
#include "core/store/export/ReviewLines.h"

namespace nextquill::store {

namespace {

std::vector<ParquetColumn> parquetColumns(const std::vector<RowColumn>& columns)
{
    std::vector<ParquetColumn> made;
    for (const RowColumn& column : columns) {
        made.push_back({.name = column.name,
                        .type = column.value == RowValue::Real   ? ParquetType::Real
                                : column.value == RowValue::Time ? ParquetType::Time
                                : column.value == RowValue::Flag ? ParquetType::Flag
                                                                 : ParquetType::Text});
    }
    return made;
}

/// One file, a row for each review.
class ParquetWriter final : public ExportWriter
{
public:
    ParquetWriter(const ExportPlace& place, std::vector<RowColumn> columns)
        : m_columns{std::move(columns)}
        , m_existing{place.existing}
        , m_file{place.to, parquetColumns(m_columns)}
    {
    }

    void write(const ExportRow& row) override
    {
        for (const RowColumn& column : m_columns) {
            switch (column.value) {
            case RowValue::Text:
                m_file.addText(textIn(column, row));
                break;
            case RowValue::Real:
                m_file.addReal(row.review.rating);
                break;
            case RowValue::Time:
                m_file.addTime(row.review.time);
                break;
            case RowValue::Flag:
                m_file.addFlag(row.review.excluded);
                break;
            }
        }
        m_file.endRow();
    }

    std::vector<ExportedFile> finish(const DataCard& /*card*/) override
    {
        return {m_file.finish(m_existing)};
    }

private:
    std::vector<RowColumn> m_columns;
    Existing m_existing;
    ParquetFile m_file;
};

} // namespace

std::unique_ptr<ExportWriter> parquetWriter(const ExportPlace& place,
                                            std::vector<RowColumn> columns)
{
    if (place.existing == Existing::Keep) {
        requireFreeName(place.to);
    }
    return std::make_unique<ParquetWriter>(place, std::move(columns));
}

} // namespace nextquill::store

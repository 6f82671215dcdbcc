// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/export/ExportWriter.h"
#include "core/store/export/ReviewLines.h"

#include <utility>

namespace nextquill::store {

namespace {

/// One file, a line or row for each review.
class LinesWriter final : public ExportWriter
{
public:
    LinesWriter(const ExportPlace& place, std::vector<RowColumn> columns, bool isTable)
        : m_columns{std::move(columns)}
        , m_isTable{isTable}
        , m_existing{place.existing}
        , m_file{place.to}
    {
        if (isTable) {
            m_file.write(tableHeader(m_columns));
        }
    }

    void write(const ExportRow& row) override
    {
        m_file.writeRow(m_isTable ? tableRow(row, m_columns)
                                  : toLine(reviewObject(row, m_columns)) + '\n');
    }

    std::vector<ExportedFile> finish(const DataCard& /*card*/) override
    {
        return {m_file.finish(m_existing)};
    }

private:
    std::vector<RowColumn> m_columns;
    bool m_isTable;
    Existing m_existing;
    ExportFile m_file;
};

std::unique_ptr<ExportWriter> oneFile(const ExportPlace& place, std::vector<RowColumn> columns,
                                      bool isTable)
{
    if (place.existing == Existing::Keep) {
        requireFreeName(place.to);
    }
    return std::make_unique<LinesWriter>(place, std::move(columns), isTable);
}

} // namespace

std::unique_ptr<ExportWriter> linesWriter(const ExportPlace& place, std::vector<RowColumn> columns)
{
    return oneFile(place, std::move(columns), false);
}

std::unique_ptr<ExportWriter> tableWriter(const ExportPlace& place, std::vector<RowColumn> columns)
{
    return oneFile(place, std::move(columns), true);
}

} // namespace nextquill::store

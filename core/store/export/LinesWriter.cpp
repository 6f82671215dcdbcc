// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/export/ExportWriter.h"
#include "core/store/export/ReviewLines.h"

namespace nextquill::store {

namespace {

/// One file, a line or row for each review.
class LinesWriter final : public ExportWriter
{
public:
    LinesWriter(const ExportPlace& place, bool isTable)
        : m_isTable{isTable}
        , m_existing{place.existing}
        , m_file{place.to}
    {
        if (isTable) {
            m_file.write(tableHeader(place.ofSplit));
        }
    }

    void write(const ExportRow& row) override
    {
        m_file.writeRow(m_isTable ? tableRow(row) : toLine(reviewObject(row)) + '\n');
    }

    std::vector<ExportedFile> finish(const DataCard& /*card*/) override
    {
        return {m_file.finish(m_existing)};
    }

private:
    bool m_isTable;
    Existing m_existing;
    ExportFile m_file;
};

std::unique_ptr<ExportWriter> oneFile(const ExportPlace& place, bool isTable)
{
    if (place.existing == Existing::Keep) {
        requireFreeName(place.to);
    }
    return std::make_unique<LinesWriter>(place, isTable);
}

} // namespace

std::unique_ptr<ExportWriter> linesWriter(const ExportPlace& place)
{
    return oneFile(place, false);
}

std::unique_ptr<ExportWriter> tableWriter(const ExportPlace& place)
{
    return oneFile(place, true);
}

} // namespace nextquill::store

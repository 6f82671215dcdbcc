// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/export/DataCard.h"
#include "core/store/export/ExportFile.h"
#include "core/store/export/ReviewLines.h"
#include "core/store/export/ReviewSelection.h"

#include <filesystem>
#include <memory>
#include <vector>

namespace nextquill::store {

/// Writes the rows of an export in one format.
class ExportWriter
{
public:
    ExportWriter() = default;
    virtual ~ExportWriter() = default;
    ExportWriter(const ExportWriter&) = delete;
    ExportWriter& operator=(const ExportWriter&) = delete;

    virtual void write(const ExportRow& row) = 0;

    /// There are no more rows.
    virtual void finishRows() {}

    /// Puts all of it in its place; behind finishRows().
    [[nodiscard]] virtual std::vector<ExportedFile> finish(const DataCard& card) = 0;

    /// Targets that have not what the format's task asks for; behind finishRows().
    [[nodiscard]] virtual std::int64_t leftOut() const { return 0; }
};

/// Where an export goes, and what its rows are.
struct ExportPlace
{
    Project& project; ///< for the histories of examples
    const std::filesystem::path& to;
    Existing existing;
    bool ofSplit; ///< its rows are examples
};

[[nodiscard]] std::unique_ptr<ExportWriter> linesWriter(const ExportPlace& place,
                                                        std::vector<RowColumn> columns);
[[nodiscard]] std::unique_ptr<ExportWriter> tableWriter(const ExportPlace& place,
                                                        std::vector<RowColumn> columns);
[[nodiscard]] std::unique_ptr<ExportWriter> parquetWriter(const ExportPlace& place,
                                                          std::vector<RowColumn> columns);

/// Rows come part by part. Examples are written as the authors' records, reviews as our lines.
[[nodiscard]] std::unique_ptr<ExportWriter> huggingFaceWriter(const ExportPlace& place);

// Examples come part by part; reviews come by user and time, as ExampleProfiles has it.
[[nodiscard]] std::unique_ptr<ExportWriter> lampWriter(const ExportPlace& place, int task);
[[nodiscard]] std::unique_ptr<ExportWriter> longLampWriter(const ExportPlace& place,
                                                           LongLampTask task);

} // namespace nextquill::store

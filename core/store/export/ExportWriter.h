// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/export/DataCard.h"
#include "core/store/export/ExportFile.h"
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

    /// Puts all of it in its place.
    [[nodiscard]] virtual std::vector<ExportedFile> finish(const DataCard& card) = 0;
};

/// Where an export goes, and what its rows are.
struct ExportPlace
{
    Project& project; ///< for the histories of examples
    const std::filesystem::path& to;
    Existing existing;
    const WrittenNames& names;
    bool ofSplit; ///< its rows are examples
};

[[nodiscard]] std::unique_ptr<ExportWriter> linesWriter(const ExportPlace& place);
[[nodiscard]] std::unique_ptr<ExportWriter> tableWriter(const ExportPlace& place);

/// Rows come part by part. Examples are written as the authors' records, reviews as our lines.
[[nodiscard]] std::unique_ptr<ExportWriter> huggingFaceWriter(const ExportPlace& place);

/// Examples come part by part. Reviews come by user and time: the newest of each user is the
/// target, what was written strictly earlier its profile; of several of the newest time each is
/// one.
[[nodiscard]] std::unique_ptr<ExportWriter> lampWriter(const ExportPlace& place);

} // namespace nextquill::store

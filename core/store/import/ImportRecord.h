// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Id.h"
#include "core/store/import/Importer.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace nextquill::store {

class Connection;

/// How the records of a source are read, once some were.
struct SourceReading
{
    std::optional<SourceFormat> format;
    std::optional<FieldMap> map; ///< of free records
    std::int64_t position = 0;   ///< free records so far
};

/// How far a source was read when the last batch was committed.
struct SourceStanding
{
    std::int64_t row = 0; ///< in `sources`; 0: it was not begun
    std::string name;
    std::filesystem::path path; ///< empty: a pipe or a text in memory
    bool isItems = false;
    std::int64_t bytes = 0;
    std::string identity;
    std::int64_t records = 0;
    bool isComplete = false;
    SourceReading reading;
};

/// An import as the project keeps it, with all that it takes to go on or to take it back.
struct ImportRecord
{
    ImportId id{};
    std::string names; ///< of its files, for people
    std::string state; ///< "running", "stopped" or "done"
    std::int64_t started = 0;
    std::int64_t finished = 0;
    ImportResult figures;
    std::int64_t firstReview = 0; ///< ids up to these were there before it
    std::int64_t firstUser = 0;
    std::int64_t firstItem = 0;
    bool hasSettings = false; ///< false: older, or of a text in memory
    ImportSettings settings;
    std::vector<std::filesystem::path> files;
    std::vector<SourceStanding> sources; ///< those that were begun, in their order
};

/// Throws Error(BadInput) when there is no such import.
[[nodiscard]] ImportRecord importRecord(Connection& connection, ImportId id);

/// Adds it, with the ids that are there now, and "running". Within a transaction.
void addImport(Connection& connection, ImportRecord& record);

/// Notes figures and state. Within a transaction.
void noteFigures(Connection& connection, const ImportRecord& record);

/// Adds the source to the import; its row. Within a transaction.
[[nodiscard]] std::int64_t addSource(Connection& connection, ImportId import,
                                     const SourceStanding& source);

/// Notes how far it was read. Within a transaction.
void noteStanding(Connection& connection, const SourceStanding& source);

} // namespace nextquill::store

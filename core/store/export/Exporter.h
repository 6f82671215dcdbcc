// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/store/Histories.h"
#include "core/store/Splits.h"
#include "core/store/table/Selection.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::store {

class Project;

enum class ExportFormat {
    Jsonl,       ///< one review a line; imported again it gives the same reviews
    Csv,         ///< RFC 4180, for spreadsheets: no cell is taken for a formula
    Lamp,        ///< LaMP's questions and outputs, a folder
    HuggingFace, ///< what `datasets` loads, with a data card, a folder
    LongLamp,    ///< LongLaMP's rows, a folder of JSON lines
    Parquet,     ///< for DuckDB, pandas, Spark and their like
};

/// LongLaMP's tasks that a review can be told in.
enum class LongLampTask { ProductReview, AbstractGeneration, TopicWriting };

/// "product_review", "abstract_generation", "topic_writing"
[[nodiscard]] std::span<const std::string_view> longLampTaskNames();

/// The columns of Jsonl, Csv and Parquet; the last one is of a split's examples alone.
[[nodiscard]] std::span<const std::string_view> exportColumnNames();

struct ExportSettings
{
    ExportFormat format = ExportFormat::Jsonl;
    /// Which reviews; `after` and `limit` do not count.
    ReviewFilter filter{.withExcluded = false};
    std::string split; ///< only its examples; empty: reviews, whatever splits say of them
    std::vector<SplitPart> parts;            ///< of the split; empty: all three
    std::optional<Funnel> funnel = {};       ///< only what passes it
    std::optional<Selection> selection = {}; ///< only what was chosen in a table
    std::vector<std::string> columns = {};   ///< of exportColumnNames(); empty: all
    int lampTask = 7;                        ///< 1 to 7
    LongLampTask longLampTask = LongLampTask::ProductReview;
    /// User ids are replaced by HMAC-SHA256 of them with this key; none: they are written as they
    /// are.
    std::optional<std::string> pseudonymKey;
    bool replace = false; ///< a file, or a folder that an export wrote, of that name
};

struct ExportedFile
{
    std::filesystem::path path;
    std::int64_t rows = 0;
    std::int64_t bytes = 0;
    std::string digest; ///< SHA-256
};

struct ExportResult
{
    std::int64_t rows = 0; ///< reviews; examples of a split
    std::int64_t users = 0;
    std::int64_t items = 0;
    std::int64_t leftOut = 0; ///< targets without what the task of Lamp or LongLamp asks for
    std::vector<ExportedFile> files;
    bool noted = false; ///< in the project's list of exports (ExportLog.h)
};

/// Writes reviews of a project to `to`: a file in Jsonl, Csv and Parquet, else a folder.
///
/// All of it is of one moment, whatever is curated meanwhile. It is written beside and gets its
/// name when it is whole and on the disk; a failure or a stop leaves nothing. Memory does not
/// depend on the number of reviews, but for a bit for each user and item, in Lamp and LongLamp
/// without a split the history of one user, with a search a row id for each hit, and with a funnel
/// 25 bytes for each review.
///
/// Stops    within 50 ms, with Stopped
/// Throws   Error(BadInput) when there is something of that name, no such split or column, or
///          nothing to write; Error(Storage)
[[nodiscard]] ExportResult exportReviews(Project& project, const std::filesystem::path& to,
                                         const ExportSettings& settings, StopToken stop,
                                         Progress& progress);

/// The project's own key for pseudonyms, in its folder; made when first asked for. Who has it can
/// tell from a name which pseudonym it got.
[[nodiscard]] std::string pseudonymKeyOf(const Project& project);

} // namespace nextquill::store

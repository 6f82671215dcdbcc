// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/store/import/FieldMap.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::store {

class Project;

enum class SourceFormat {
    Amazon2023, ///< JSON lines: rating title text asin parent_asin user_id timestamp
    Amazon2018, ///< JSON lines: reviewerID asin reviewText overall summary unixReviewTime; also
                ///< 2014's
    NextQuillRecords, ///< JSON lines or array: user_id, profile[], data (the authors', DPL's)
    Lamp,             ///< LaMP's questions, with the file of their outputs beside them
    LongLamp,         ///< JSON lines or array: name, reviewerId or author, input, output, profile[]
    Jsonl,            ///< JSON lines or array of any objects, by ImportSettings::map
    Csv               ///< a table in text, with any of , ; | and tabulator, the same
};

struct ImportSettings
{
    std::optional<SourceFormat> format; ///< none: recognised from the first lines
    /// Which column holds what, in Jsonl and Csv; empty fields are found by their usual names.
    FieldMap map;
    std::vector<std::filesystem::path>
        items;                          ///< metadata files (Amazon 2023/2018 or DPL-meta), optional
    std::int64_t maximumRejects = 1000; ///< more: stop, nothing is kept of this import
    /// Leaves the full-text index out of a project that has no reviews (TableIndices.h).
    bool leavesSearchOut = false;
    /// Of a project that is new or small, digests of so many reviews are in memory, at most 43
    /// bytes each, instead of an index in the file; of more of them there is one.
    std::int64_t digestsInMemory = 3'000'000;
};

struct ImportResult
{
    std::int64_t read =
        0; ///< review lines (records count their reviews) = kept + rejected + duplicates
    std::int64_t kept = 0;
    std::int64_t rejected = 0;
    std::int64_t duplicates = 0; ///< already in the project (same user, item, time and text)
    std::int64_t items = 0;      ///< added to the project: reviews name them
    std::int64_t itemsCompleted =
        0; ///< got a title or description from metadata, added ones included
    bool stopped =
        false; ///< asked to stop; all figures are of the finished batches, which are kept
    SourceFormat format{};
};

/// A line that was not taken, kept in the project.
struct Reject
{
    std::string file;
    std::int64_t line = 0;
    std::int64_t byte = 0;
    std::string reason;
    std::string text;     ///< at most 4 KiB
    std::int64_t row = 0; ///< for the next page
};

/// What the first lines of a file look like, before anything is written.
struct ImportPreview
{
    std::optional<SourceFormat> format;
    std::string why;                  ///< one sentence: which fields were seen
    std::vector<std::string> columns; ///< as they are read; without a format those of the source
    std::vector<std::vector<std::string>> rows; ///< at most 20, cells cut at 200 characters
    std::vector<std::string> problems; ///< of each row: why it cannot be taken; empty: it can
    std::vector<std::string> fields;   ///< the names that the source has itself
    FieldMap map;                      ///< how they are read, in Jsonl and Csv
};

/// Reads review files into a project, streaming; the same file twice adds nothing.
///
/// Everything read is committed in batches and counted; bad lines are kept as rejects with file,
/// line, byte and reason. Memory does not depend on the file's size.
///
/// Times become milliseconds since 1970, UTC, in all formats: numbers below 1e11 are taken for
/// seconds, others for milliseconds, whatever the release's own unit is; dates are ISO 8601's.
///
/// A record is rejected when it is longer than 64 MiB, nests deeper than 64, has an object of more
/// than 4,096 keys, a string of more than 16 MiB or more than 4,194,304 values. An array that is
/// not closed, has a comma too many or has text behind its end is read as far as it goes, and each
/// of these is a reject with its place.
///
/// A compressed file that is cut short or damaged ends there: what came before is kept, and the
/// damage is one more reject. Rejected lines of item files are kept as rejects, not counted in
/// `read`.
///
/// The indices of a project that is empty, or small beside the files, are built when all is read:
/// that is several times faster. Until then searches and lists look at all rows. Whoever opens a
/// project whose import died builds them, but the full-text index.
///
/// How far it came is kept with each batch: what is interrupted (by a crash, a full disk) or
/// stopped goes on where it was, or is taken back (ImportJournal.h).
///
/// Stops    within 100 ms, for a commit that is under way at the longest; keeps finished batches
///          (5,000 reviews and more; all item files are one), drops the one it is in. Then it
///          builds the indices that were put off: two seconds a million reviews
/// Throws   Error(BadInput) when the format is not recognised or there are more rejects than
///          allowed, Error(Unsupported) for a compressed file that looks like a bomb (nothing of
///          this import stays in these cases), Error(Storage)
[[nodiscard]] ImportResult importReviews(Project& project,
                                         const std::vector<std::filesystem::path>& files,
                                         const ImportSettings& settings, StopToken stop,
                                         Progress& progress);

/// The same from memory (the built-in sample); `name` stands in rejects.
[[nodiscard]] ImportResult importReviewText(Project& project, std::string_view reviews,
                                            std::string_view items, const std::string& name,
                                            StopToken stop, Progress& progress);

/// `settings` may hold a format and a map that a person tries.
[[nodiscard]] ImportPreview previewImport(const std::filesystem::path& file,
                                          const ImportSettings& settings = {});

[[nodiscard]] std::vector<Reject> rejects(Project& project, std::int64_t afterRow, int limit);

[[nodiscard]] std::string_view name(SourceFormat format); ///< as CLI.md writes it: "amazon-2023" …
[[nodiscard]] std::optional<SourceFormat> sourceFormat(std::string_view name);

} // namespace nextquill::store

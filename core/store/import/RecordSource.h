// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace nextquill::store {

/// One JSON text with its place. `text` is valid until the next one is asked for.
struct SourceText
{
    std::string_view text;
    std::int64_t line = 0;
    std::int64_t byte = 0;
    /// Empty, or why there is no record here; `text` is its beginning then, if anything.
    std::string_view problem;
    /// As the file has it, where `text` was made from that; empty: it is `text`.
    std::string_view original;
};

constexpr std::size_t longestRecord = std::size_t{64} << 20;

/// Gives the records of a source one after the other. Holds a piece of the source and one record
/// in memory, whatever the size of either is.
class RecordSource
{
public:
    RecordSource() = default;
    virtual ~RecordSource() = default;
    RecordSource(const RecordSource&) = delete;
    RecordSource& operator=(const RecordSource&) = delete;

    /// The next record, or none at the end. Throws Error(BadInput) when the stream is damaged.
    [[nodiscard]] virtual std::optional<SourceText> next() = 0;
    [[nodiscard]] virtual std::int64_t consumedBytes() const = 0;
    [[nodiscard]] virtual std::int64_t totalBytes() const = 0;
    /// Whether its records are rows of a table that were made JSON.
    [[nodiscard]] virtual bool isTable() const { return false; }
};

/// The lines of a file that are not blank, or the elements of the one array that it is, in which
/// a missing end, a comma too many and text behind the end are problems with their places. An array
/// may stand on one line of any length; in a compressed file or a pipe, of 64 MiB.
[[nodiscard]] std::unique_ptr<RecordSource> recordsOfFile(const std::filesystem::path& file);
[[nodiscard]] std::unique_ptr<RecordSource> recordsOfText(std::string_view text);

} // namespace nextquill::store

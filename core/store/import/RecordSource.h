// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

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
    bool tooLong = false; ///< `text` has its beginning only
};

/// Gives the records of a source one after the other.
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
};

/// The lines of a file that are not blank, or the elements of the one array that it is.
[[nodiscard]] std::unique_ptr<RecordSource> recordsOfFile(const std::filesystem::path& file);
[[nodiscard]] std::unique_ptr<RecordSource> recordsOfText(std::string_view text);

} // namespace nextquill::store

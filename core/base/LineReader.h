// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace nextquill {

struct LineLimits
{
    std::size_t lineBytes = std::size_t{64} << 20;
    /// A compressed stream may not grow beyond this ratio once 64 MiB have come out.
    double expansion = 200;
    /// Members of a gzip file, frames of a zstd file: empty ones cost time and give nothing.
    std::int64_t members = 1'000'000;
    /// A text whose beginning has carriage returns and no line feed has lines that end in these.
    bool mayEndWithReturn = false;
};

/// The lines of a text stream: plain, gzip or zstd (recognised by content), or standard input
/// ("-").
///
/// Memory stays at one buffer and one line. A UTF-8 byte order mark at the start and CR before LF
/// are dropped; UTF-16 with a byte order mark becomes UTF-8.
class LineReader
{
public:
    struct Line
    {
        std::string_view text;   ///< valid until the next call of next()
        std::int64_t number = 0; ///< from 1
        std::int64_t byte = 0;   ///< offset of its first byte in the uncompressed UTF-8 stream
        bool tooLong = false;    ///< over the limit: `text` has its first 4 KiB only
    };

    /// Throws Error(Storage) when the file cannot be opened.
    explicit LineReader(const std::filesystem::path& file, const LineLimits& limits = {});
    ~LineReader();
    LineReader(const LineReader&) = delete;
    LineReader& operator=(const LineReader&) = delete;

    /// The next line, or none at the end.
    ///
    /// Throws Error(BadInput) when a compressed stream is damaged or cut short, Error(Unsupported)
    /// when it is a bomb: it grows beyond the limits, or wants more memory than 128 MiB (lines
    /// before that were delivered).
    [[nodiscard]] std::optional<Line> next();

    /// Bytes of the (compressed) file consumed so far, and its size (0 for standard input).
    [[nodiscard]] std::int64_t consumedBytes() const;
    [[nodiscard]] std::int64_t totalBytes() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace nextquill

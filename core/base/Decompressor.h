// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace nextquill {

/// Bytes of a file as they stand on the disk, or of standard input ("-").
///
/// Throws   Error(Storage)
class RawFile
{
public:
    explicit RawFile(const std::filesystem::path& file);
    ~RawFile();
    RawFile(const RawFile&) = delete;
    RawFile& operator=(const RawFile&) = delete;

    /// At most `size` bytes; 0 at the end.
    std::size_t read(char* out, std::size_t size);

    [[nodiscard]] std::int64_t consumed() const { return m_consumed; }
    [[nodiscard]] std::int64_t total() const { return m_total; } ///< 0: not known
    [[nodiscard]] const std::string& name() const { return m_name; }

private:
    std::string m_name;
    int m_descriptor;
    std::int64_t m_consumed = 0;
    std::int64_t m_total = 0;
};

/// Turns the raw bytes into those of the text; each call of fill() gives some or, at the end, none.
class Decompressor
{
public:
    virtual ~Decompressor() = default;
    /// Writes at most `size` bytes to `out`; 0 at the end of the stream.
    virtual std::size_t fill(char* out, std::size_t size) = 0;

protected:
    Decompressor() = default;
    Decompressor(const Decompressor&) = default;
    Decompressor& operator=(const Decompressor&) = default;
};

struct Decompression
{
    std::unique_ptr<Decompressor> stream;
    bool isCompressed = false;
};

/// Recognises gzip and zstd by their first bytes; anything else is given as it is. `file` must
/// outlive the stream.
///
/// Throws   Error(BadInput) when the stream is damaged or cut short; Error(Unsupported) when it has
///          more than `mostMembers` members, or wants more memory than 128 MiB
[[nodiscard]] Decompression decompress(RawFile& file, std::int64_t mostMembers);

} // namespace nextquill

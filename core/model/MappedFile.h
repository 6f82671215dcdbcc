// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string_view>

namespace nextquill::model {

/// A whole file in memory, read-only, loaded page by page as it is used.
///
/// The mapping is private: what other programs write into the file later may or may not be seen.
///
/// Threads  immutable; any number of threads.
class MappedFile
{
public:
    /// Throws Error(BadInput) when it is no regular file, Error(Storage) when it cannot be read.
    explicit MappedFile(const std::filesystem::path& file);

    /// Bytes that are in memory already, under a name for messages; they must outlive the result.
    [[nodiscard]] static std::shared_ptr<const MappedFile>
    around(std::span<const std::byte> bytes, const std::filesystem::path& name);

    ~MappedFile();
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }
    [[nodiscard]] const std::byte* data() const { return m_data; }
    [[nodiscard]] std::size_t size() const { return m_size; }
    [[nodiscard]] std::string_view text(std::size_t begin, std::size_t size) const;

    /// Says that `bytes` bytes from `first` on were read and will hardly be read again: their pages
    /// no longer count as this process's memory. Reading them once more loads them again. Nothing
    /// happens to bytes that are not this file's.
    void release(const std::byte* first, std::size_t bytes) const noexcept;

private:
    MappedFile() = default;

    std::filesystem::path m_path;
    const std::byte* m_data = nullptr; ///< null for an empty file
    std::size_t m_size = 0;
    bool m_mapped = false; ///< by us
};

} // namespace nextquill::model

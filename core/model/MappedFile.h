// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
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
    ~MappedFile();
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }
    [[nodiscard]] const std::byte* data() const { return m_data; }
    [[nodiscard]] std::size_t size() const { return m_size; }
    [[nodiscard]] std::string_view text(std::size_t begin, std::size_t size) const;

private:
    std::filesystem::path m_path;
    const std::byte* m_data = nullptr; ///< null for an empty file
    std::size_t m_size = 0;
};

} // namespace nextquill::model

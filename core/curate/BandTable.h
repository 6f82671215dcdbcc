// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <vector>

namespace nextquill::curate {

/// Which texts have which number in each band. Beyond a limit of memory it goes to files without a
/// name, which are gone with the program; they hold digests, no texts.
///
/// Throws   Error(Storage) when these files cannot be made or the disk is full
class BandTable
{
public:
    struct Entry
    {
        std::uint64_t hash = 0;
        std::uint32_t text = 0;
    };

    /// `folder`: where the files are made when they are needed.
    BandTable(std::size_t bands, std::size_t memory, std::filesystem::path folder);

    void add(std::size_t band, std::uint64_t hash, std::uint32_t text);

    /// A band's entries by number and, of one number, as they came. The band is empty after that.
    [[nodiscard]] std::vector<Entry> take(std::size_t band);

    [[nodiscard]] std::size_t bands() const { return m_bands.size(); }
    [[nodiscard]] bool isOnDisk() const { return m_onDisk; }

private:
    struct Close
    {
        void operator()(std::FILE* file) const noexcept { std::fclose(file); }
    };
    struct Band
    {
        std::vector<Entry> entries; ///< those in memory
        std::unique_ptr<std::FILE, Close> file;
        std::size_t stored = 0; ///< those in the file
    };

    void spill();
    void write(Band& band);

    std::vector<Band> m_bands;
    std::size_t m_limit; ///< of entries in memory
    std::size_t m_held = 0;
    std::filesystem::path m_folder;
    bool m_onDisk = false;
};

} // namespace nextquill::curate

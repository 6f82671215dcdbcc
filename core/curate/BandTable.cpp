// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curate/BandTable.h"

#include "core/base/Error.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>
#include <tuple>
#include <unistd.h>
#include <utility>

namespace nextquill::curate {

namespace {

Error failure(const std::filesystem::path& folder)
{
    return {ErrorKind::Storage,
            "the table of digests cannot be kept (" + std::generic_category().message(errno) + ")",
            folder.string(), "free some space there and try again"};
}

/// A file that has lost its name already.
std::FILE* namelessFile(const std::filesystem::path& folder)
{
    std::string name = (folder / ".nextquill-XXXXXX").string();
    const int descriptor = ::mkstemp(name.data());
    if (descriptor < 0) {
        return nullptr;
    }
    ::unlink(name.c_str());
    std::FILE* const file = ::fdopen(descriptor, "w+b");
    if (file == nullptr) {
        ::close(descriptor);
    }
    return file;
}

} // namespace

BandTable::BandTable(std::size_t bands, std::size_t memory, std::filesystem::path folder)
    : m_bands(bands)
    , m_limit{std::max(memory / sizeof(Entry), bands)}
    , m_folder{std::move(folder)}
{
}

void BandTable::add(std::size_t band, std::uint64_t hash, std::uint32_t text)
{
    m_bands[band].entries.push_back({.hash = hash, .text = text});
    if (++m_held >= m_limit) {
        spill();
    }
}

void BandTable::spill()
{
    for (Band& band : m_bands) {
        write(band);
    }
    m_held = 0;
    m_onDisk = true;
}

void BandTable::write(Band& band)
{
    if (!band.file) {
        std::FILE* file = namelessFile(m_folder);
        if (file == nullptr) { // a project on a medium that is not written
            m_folder = std::filesystem::temp_directory_path();
            file = namelessFile(m_folder);
        }
        if (file == nullptr) {
            throw failure(m_folder);
        }
        band.file.reset(file);
    }
    const std::size_t count = band.entries.size();
    if (std::fwrite(band.entries.data(), sizeof(Entry), count, band.file.get()) != count ||
        std::fflush(band.file.get()) != 0) {
        throw failure(m_folder);
    }
    band.stored += count;
    band.entries.clear();
}

std::vector<BandTable::Entry> BandTable::take(std::size_t index)
{
    Band band = std::exchange(m_bands[index], {});
    m_held -= band.entries.size();
    std::vector<Entry> entries(band.stored);
    if (band.file) {
        std::rewind(band.file.get());
        if (std::fread(entries.data(), sizeof(Entry), band.stored, band.file.get()) !=
            band.stored) {
            throw failure(m_folder);
        }
    }
    entries.insert(entries.end(), band.entries.begin(), band.entries.end());
    std::ranges::sort(entries, {},
                      [](const Entry& entry) { return std::tuple{entry.hash, entry.text}; });
    return entries;
}

} // namespace nextquill::curate

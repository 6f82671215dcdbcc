// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/export/ExportFile.h"

#include "core/base/AtomicFile.h"
#include "core/base/Error.h"

#include <algorithm>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace nextquill::store {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t bytesAtOnce = std::size_t{256} << 10;

/// Whether a folder holds nothing that an export of ours would not have written.
bool isExport(const fs::path& folder)
{
    if (!fs::is_directory(fs::symlink_status(folder))) {
        return false;
    }
    return std::ranges::all_of(
        fs::recursive_directory_iterator{folder}, [&folder](const fs::directory_entry& entry) {
            const std::string name = entry.path().filename().string();
            const bool isBelow = entry.path().parent_path() != folder;
            const bool isPart = name == "train.jsonl" || name == "val.jsonl" ||
                                name == "test.jsonl" || name == "all.jsonl";
            const bool isData = name.ends_with(".jsonl") && (isBelow || isPart);
            const bool isLamp =
                name.ends_with("_questions.json") || name.ends_with("_outputs.json");
            return (entry.is_directory() && name == "data" && !isBelow) || isData ||
                   (!isBelow && (isLamp || name == "README.md"));
        });
}

void removeWhole(const fs::path& folder) noexcept
{
    std::error_code ignored;
    fs::remove_all(folder, ignored);
}

} // namespace

void requireFreeName(const fs::path& place)
{
    std::error_code failed;
    if (fs::symlink_status(place, failed).type() != fs::file_type::not_found) {
        throw Error{ErrorKind::BadInput, "there is a file of that name", place.string(),
                    "choose another name, or ask for it to be replaced"};
    }
}

ExportFile::ExportFile(const fs::path& place)
    : m_file{place}
    , m_written{.path = place, .digest = {}}
{
    m_buffer.reserve(2 * bytesAtOnce);
}

void ExportFile::write(std::string_view text)
{
    m_buffer += text;
    m_written.bytes += static_cast<std::int64_t>(text.size());
    if (m_buffer.size() >= bytesAtOnce) {
        flush();
    }
}

void ExportFile::writeRow(std::string_view text)
{
    write(text);
    ++m_written.rows;
}

void ExportFile::flush()
{
    m_digest.add(m_buffer);
    m_file.write(m_buffer.data(), m_buffer.size());
    m_buffer.clear();
}

ExportedFile ExportFile::finish(Existing existing)
{
    flush();
    m_written.digest = m_digest.hex();
    m_file.putInPlace(existing);
    return m_written;
}

ExportFolder::ExportFolder(const fs::path& place, Existing existing)
    : m_place{place.has_filename() ? place : place.parent_path()}
    , m_path{m_place.string() + ".tmp-" + std::to_string(::getpid())}
    , m_existing{existing}
{
    if (existing == Existing::Keep) {
        requireFreeName(m_place);
    } else if (fs::exists(fs::symlink_status(m_place)) && !isExport(m_place)) {
        throw Error{ErrorKind::BadInput, "only a folder that an export wrote is replaced",
                    m_place.string(), "choose another name, or remove it yourself"};
    }
    removeWhole(m_path); // of a program that was ended
    createFolders(m_path);
}

ExportFolder::~ExportFolder()
{
    if (!m_placed) {
        removeWhole(m_path);
    }
}

void ExportFolder::putInPlace()
{
    const fs::path old = m_place.string() + ".old-" + std::to_string(::getpid());
    std::error_code isFree;
    if (m_existing == Existing::Replace) {
        fs::rename(m_place, old, isFree); // fails where there is none
    }
    giveName(m_path, m_place, Existing::Keep);
    m_placed = true;
    removeWhole(old);
}

} // namespace nextquill::store

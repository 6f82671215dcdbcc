// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Digest.h"
#include "core/base/NewFile.h"
#include "core/store/export/Exporter.h"

#include <string>
#include <string_view>

namespace nextquill::store {

/// A text file of an export in the making, with what is to be said of it.
class ExportFile
{
public:
    explicit ExportFile(const std::filesystem::path& place);

    void write(std::string_view text);
    void writeRow(std::string_view text);
    [[nodiscard]] std::int64_t bytes() const { return m_written.bytes; }

    /// On the disk and with its name.
    [[nodiscard]] ExportedFile finish(Existing existing);

private:
    void flush();

    NewFile m_file;
    std::string m_buffer;
    Digest m_digest;
    ExportedFile m_written;
};

/// A folder of an export in the making: files are written into one beside it, which gets its name
/// when it is whole. Removed unless it was put in its place.
class ExportFolder
{
public:
    /// Throws Error(BadInput) when there is something of that name that is not to be replaced: with
    /// Existing::Replace anything but a folder that holds nothing else than an export's files.
    ExportFolder(const std::filesystem::path& place, Existing existing);
    ~ExportFolder();
    ExportFolder(const ExportFolder&) = delete;
    ExportFolder& operator=(const ExportFolder&) = delete;

    /// Where files are written until then.
    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }

    void putInPlace();

private:
    std::filesystem::path m_place;
    std::filesystem::path m_path;
    Existing m_existing;
    bool m_placed = false;
};

/// Throws Error(BadInput) when there is something of that name.
void requireFreeName(const std::filesystem::path& place);

} // namespace nextquill::store

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/NewFile.h"

#include "core/base/AtomicFile.h"
#include "core/base/Error.h"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace nextquill {

namespace {

namespace fs = std::filesystem;

Error newFileError(const std::string& problem, const fs::path& file)
{
    return {ErrorKind::Storage, problem + " (" + std::generic_category().message(errno) + ")",
            file.string(), "check the free space and the rights of the folder"};
}

} // namespace

NewFile::NewFile(const fs::path& place)
    : m_place{place}
    , m_path{place.string() + ".tmp-" + std::to_string(::getpid())}
    , m_number{::open(m_path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR)}
{
    if (m_number < 0) {
        throw newFileError("the file cannot be created", m_place);
    }
}

NewFile::~NewFile()
{
    if (m_number >= 0) {
        ::close(m_number);
    }
    if (!m_placed) {
        ::unlink(m_path.c_str());
    }
}

void NewFile::write(const void* data, std::size_t bytes)
{
    const char* next = static_cast<const char*>(data);
    while (bytes > 0) {
        const ssize_t written = ::write(m_number, next, bytes);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            throw newFileError("the file cannot be written", m_place);
        }
        next += written;
        bytes -= static_cast<std::size_t>(written);
    }
}

void NewFile::putInPlace(Existing existing)
{
    const int number = m_number;
    m_number = -1;
    const bool reachedDisk = ::fsync(number) == 0;
    if (::close(number) != 0 || !reachedDisk) {
        throw newFileError("the file did not reach the disk", m_place);
    }
    giveName(m_path, m_place, existing);
    m_placed = true;
}

void giveName(const fs::path& made, const fs::path& place, Existing existing)
{
    const auto renamed = [&](unsigned flags) {
        return ::renameat2(AT_FDCWD, made.c_str(), AT_FDCWD, place.c_str(), flags) == 0;
    };
    bool done = renamed(existing == Existing::Keep ? RENAME_NOREPLACE : 0U);
    if (!done && errno == EINVAL && existing == Existing::Keep) { // a file system that cannot
        std::error_code failed;
        const bool isFree = fs::symlink_status(place, failed).type() == fs::file_type::not_found;
        errno = EEXIST;
        done = isFree && renamed(0U);
    }
    if (!done && errno == EEXIST) {
        throw Error{ErrorKind::BadInput, "there is a file of that name", place.string(),
                    "choose another name, or ask for it to be replaced"};
    }
    if (!done) {
        throw newFileError("the file cannot be put in its place", place);
    }
    syncToDisk(place.has_parent_path() ? place.parent_path() : fs::path{"."});
}

} // namespace nextquill

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/NewFile.h"

#include "core/base/AtomicFile.h"
#include "core/base/Error.h"

#include <cerrno>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace nextquill::model {

namespace {

namespace fs = std::filesystem;

Error diskError(const std::string& problem, const fs::path& file)
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
        throw diskError("the file cannot be created", m_place);
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
            throw diskError("the file cannot be written", m_place);
        }
        next += written;
        bytes -= static_cast<std::size_t>(written);
    }
}

void NewFile::putInPlace()
{
    const int number = m_number;
    m_number = -1;
    const bool reachedDisk = ::fsync(number) == 0;
    if (::close(number) != 0 || !reachedDisk) {
        throw diskError("the file did not reach the disk", m_place);
    }
    if (::rename(m_path.c_str(), m_place.c_str()) != 0) {
        throw diskError("the file cannot be put in its place", m_place);
    }
    m_placed = true;
    syncToDisk(m_place.has_parent_path() ? m_place.parent_path() : fs::path{"."});
}

} // namespace nextquill::model

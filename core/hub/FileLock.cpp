// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hub/FileLock.h"

#include "core/base/AtomicFile.h"
#include "core/base/Error.h"

#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace nextquill::hub {

FileLock::FileLock(const std::filesystem::path& file, const std::string& waitingFor,
                   const StopToken& stop, Progress& progress)
{
    createFolders(file.parent_path());
    m_descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC,
                          S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP | S_IROTH);
    if (m_descriptor < 0) {
        throw Error{ErrorKind::Storage,
                    "the lock cannot be made (" + std::generic_category().message(errno) + ")",
                    file.string(), "check the rights of the hub's cache"};
    }
    try {
        while (::flock(m_descriptor, LOCK_EX | LOCK_NB) != 0) {
            if (errno != EWOULDBLOCK && errno != EINTR) {
                return; // isHeld() says so
            }
            stopPoint(stop);
            progress.report({.stage = "waiting for another program that fetches " + waitingFor});
            std::this_thread::sleep_for(std::chrono::milliseconds{50});
        }
        m_isHeld = true;
    } catch (...) {
        ::close(m_descriptor);
        throw;
    }
}

FileLock::~FileLock()
{
    ::close(m_descriptor);
}

} // namespace nextquill::hub

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/WriterLock.h"

#include "core/base/Error.h"
#include "core/base/Utf8.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <map>
#include <mutex>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace nextquill::store {

namespace {

namespace fs = std::filesystem;

/// The locks of this process by the project's real path.
struct Registry
{
    std::mutex mutex;
    std::map<std::string, std::weak_ptr<WriterLock>> locks;
};

Registry& registry()
{
    static Registry locks;
    return locks;
}

std::string holder(int descriptor)
{
    std::array<char, 300> bytes{};
    const ssize_t count = ::pread(descriptor, bytes.data(), bytes.size(), 0);
    const std::string text = collapseWhitespace(
        {bytes.data(), count > 0 ? static_cast<std::size_t>(count) : std::size_t{0}});
    return text.empty() ? "another process" : escapedForDisplay(text);
}

std::string ourName()
{
    std::array<char, 256> host{};
    if (::gethostname(host.data(), host.size() - 1) != 0) {
        host[0] = '\0';
    }
    return "process " + std::to_string(::getpid()) + " on " + host.data() + "\n";
}

} // namespace

std::shared_ptr<WriterLock> WriterLock::take(const fs::path& project)
{
    std::error_code failed;
    const fs::path real = fs::weakly_canonical(project, failed);
    const fs::path& key = failed ? project : real;
    Registry& all = registry();
    const std::scoped_lock guard{all.mutex};
    if (auto held = all.locks[key.string()].lock()) {
        return held;
    }
    const std::shared_ptr<WriterLock> lock{new WriterLock{key.string() + ".lock", project}};
    all.locks[key.string()] = lock;
    return lock;
}

WriterLock::WriterLock(const fs::path& file, const fs::path& project)
    : m_descriptor{
          ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR)}
{
    if (m_descriptor < 0) {
        throw Error{ErrorKind::Storage,
                    "the project's lock file cannot be opened (" +
                        std::generic_category().message(errno) + ")",
                    file.string(), "check the rights of the folder, or open it for reading only"};
    }
    if (::flock(m_descriptor, LOCK_EX | LOCK_NB) != 0) {
        const std::string who = holder(m_descriptor);
        ::close(m_descriptor);
        throw Error{ErrorKind::Storage, "the project is open for writing in " + who,
                    project.string(), "close it there, or open it for reading only"};
    }
    // The name is for people: the lock holds whether or not it could be written.
    const std::string name = ourName();
    if (::ftruncate(m_descriptor, 0) == 0) {
        static_cast<void>(::pwrite(m_descriptor, name.data(), name.size(), 0) < 0);
    }
}

WriterLock::~WriterLock()
{
    ::close(m_descriptor);
}

} // namespace nextquill::store

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
#include <utility>

namespace nextquill::store {

namespace {

namespace fs = std::filesystem;

/// A lock file that this process has open, and how many WriterLocks share it.
struct Held
{
    int descriptor = -1;
    int holders = 0;
};

/// The locks of this process by the project's real path. A lock file is opened and closed with
/// the mutex held: it is never locked a second time before it was let go.
struct Registry
{
    std::mutex mutex;
    std::map<std::string, Held> locks; // guarded by mutex
};

Registry& registry()
{
    static Registry locks;
    return locks;
}

std::string keyOf(const fs::path& project)
{
    std::error_code failed;
    const fs::path real = fs::weakly_canonical(project, failed);
    return (failed ? project : real).string();
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

/// The descriptor of the locked file.
int lockFile(const std::string& file, const fs::path& project)
{
    const int descriptor =
        ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    if (descriptor < 0) {
        throw Error{ErrorKind::Storage,
                    "the project's lock file cannot be opened (" +
                        std::generic_category().message(errno) + ")",
                    file, "check the rights of the folder, or open it for reading only"};
    }
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        const std::string who = holder(descriptor);
        ::close(descriptor);
        throw Error{ErrorKind::Storage, "the project is open for writing in " + who,
                    project.string(), "close it there, or open it for reading only"};
    }
    // The name is for people: the lock holds whether or not it could be written.
    const std::string name = ourName();
    if (::ftruncate(descriptor, 0) == 0) {
        static_cast<void>(::pwrite(descriptor, name.data(), name.size(), 0) < 0);
    }
    return descriptor;
}

} // namespace

std::shared_ptr<WriterLock> WriterLock::take(const fs::path& project)
{
    std::string key = keyOf(project);
    Registry& all = registry();
    const std::scoped_lock guard{all.mutex};
    auto held = all.locks.find(key);
    if (held == all.locks.end()) {
        const int descriptor = lockFile(key + ".lock", project);
        held = all.locks.emplace(key, Held{.descriptor = descriptor}).first;
    }
    ++held->second.holders;
    return std::shared_ptr<WriterLock>{new WriterLock{std::move(key)}};
}

bool WriterLock::isHeldHere(const fs::path& project)
{
    const std::string key = keyOf(project);
    Registry& all = registry();
    const std::scoped_lock guard{all.mutex};
    return all.locks.contains(key);
}

WriterLock::WriterLock(std::string key)
    : m_key{std::move(key)}
{
}

WriterLock::~WriterLock()
{
    Registry& all = registry();
    const std::scoped_lock guard{all.mutex};
    const auto held = all.locks.find(m_key);
    if (held != all.locks.end() && --held->second.holders == 0) {
        ::close(held->second.descriptor);
        all.locks.erase(held);
    }
}

} // namespace nextquill::store

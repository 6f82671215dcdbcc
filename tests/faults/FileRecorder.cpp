// SPDX-License-Identifier: GPL-3.0-or-later
//
// Loaded before a program (LD_PRELOAD): writes down each change it makes to files below a folder,
// with the bytes, or lets such a change fail.
//
//     FILE_RECORDER_BELOW  folder whose files are watched
//     FILE_RECORDER_LOG    where the record goes, per change a line of KIND, PATH, PATH, OFFSET and
//                          LENGTH with tabs between, then LENGTH bytes (FileRecord.h reads it)
//     FILE_FAULT_AT        number of the change that fails, from 0 (removals are not counted)
//     FILE_FAULT           ENOSPC or EIO; KILL: the process is killed before it makes that change
//     FILE_FAULT_STAYS     set: all changes after it fail as well
//
// A real call and its line are made under one lock: the record has the order in which the kernel
// saw the calls, whichever thread made them.
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <fcntl.h>
#include <mutex>
#include <string>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

namespace {

template<typename Function>
Function* real(const char* name)
{
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

class Recorder
{
public:
    Recorder()
        : m_below{valueOf("FILE_RECORDER_BELOW")}
        , m_fault{valueOf("FILE_FAULT") == "EIO" ? EIO : ENOSPC}
        , m_kills{valueOf("FILE_FAULT") == "KILL"}
        , m_stays{!valueOf("FILE_FAULT_STAYS").empty()}
    {
        const std::string at = valueOf("FILE_FAULT_AT");
        m_faultAt = at.empty() ? -1 : std::atol(at.c_str());
        if (const std::string log = valueOf("FILE_RECORDER_LOG"); !log.empty()) {
            m_log = static_cast<int>(::syscall(SYS_openat, AT_FDCWD, log.c_str(),
                                               O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
        }
    }

    [[nodiscard]] bool watches(const std::string& path) const
    {
        return !m_below.empty() && path.starts_with(m_below);
    }

    /// True when this change is to fail; errno says why.
    bool fails()
    {
        const long number = m_changes++;
        if (m_faultAt < 0 || number < m_faultAt || (number > m_faultAt && !m_stays)) {
            return false;
        }
        if (m_kills) {
            ::kill(::getpid(), SIGKILL);
        }
        errno = m_fault;
        return true;
    }

    void note(char kind, const std::string& path, const std::string& other, long long offset,
              const void* bytes, std::size_t length) const
    {
        if (m_log < 0) {
            return;
        }
        const int before = errno;
        const std::string line = std::string{kind} + "\t" + path + "\t" + other + "\t" +
                                 std::to_string(offset) + "\t" + std::to_string(length) + "\n";
        put(line.data(), line.size());
        put(bytes, length);
        errno = before;
    }

    std::recursive_mutex mutex; // of all calls that change something watched

private:
    static std::string valueOf(const char* name)
    {
        const char* value = std::getenv(name);
        return value != nullptr ? value : "";
    }

    void put(const void* bytes, std::size_t length) const
    {
        const char* next = static_cast<const char*>(bytes);
        while (length > 0) {
            const long written = ::syscall(SYS_write, m_log, next, length);
            if (written <= 0) {
                std::abort(); // a record with a hole proves nothing
            }
            next += written;
            length -= static_cast<std::size_t>(written);
        }
    }

    std::string m_below;
    int m_fault;
    bool m_kills;
    bool m_stays;
    long m_faultAt = -1;
    long m_changes = 0; // guarded by mutex
    int m_log = -1;
};

Recorder& recorder()
{
    static auto* const one = new Recorder; // never destroyed: others write until the very end
    return *one;
}

std::string pathOf(int descriptor)
{
    char path[4096];
    const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
    const ssize_t length = ::readlink(link.c_str(), path, sizeof path);
    return length > 0 ? std::string(path, static_cast<std::size_t>(length)) : std::string{};
}

/// Absolute, as the kernel would find it from `folder`.
std::string pathOf(int folder, const char* path)
{
    std::string name = path != nullptr ? path : "";
    if (!name.starts_with('/')) {
        char here[4096];
        const std::string from =
            folder == AT_FDCWD ? std::string{::getcwd(here, sizeof here) != nullptr ? here : ""}
                               : pathOf(folder);
        name = from + "/" + name;
    }
    while (name.size() > 1 && name.ends_with('/')) {
        name.pop_back();
    }
    return name;
}

bool isThere(const std::string& path)
{
    struct stat status{};
    return ::lstat(path.c_str(), &status) == 0;
}

bool isFolder(const std::string& path)
{
    struct stat status{};
    return ::lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

int openWatched(int folder, const char* path, int flags, mode_t mode)
{
    static auto* const go = real<int(int, const char*, int, ...)>("openat");
    const std::string place = pathOf(folder, path);
    if ((flags & (O_CREAT | O_TRUNC)) == 0 || !recorder().watches(place)) {
        return go(folder, path, flags, mode);
    }
    const std::scoped_lock lock{recorder().mutex};
    const bool existed = isThere(place);
    if (!existed && recorder().fails()) {
        return -1;
    }
    const int descriptor = go(folder, path, flags, mode);
    if (descriptor >= 0 && !existed) {
        recorder().note('C', place, "", 0, nullptr, 0);
    } else if (descriptor >= 0 && (flags & O_TRUNC) != 0) {
        recorder().note('T', place, "", 0, nullptr, 0);
    }
    return descriptor;
}

mode_t modeIn(int flags, std::va_list list)
{
    return (flags & O_CREAT) != 0 ? static_cast<mode_t>(va_arg(list, int)) : 0;
}

long long positionOf(int descriptor)
{
    struct stat status{};
    if ((::fcntl(descriptor, F_GETFL) & O_APPEND) != 0 && ::fstat(descriptor, &status) == 0) {
        return status.st_size;
    }
    return ::lseek(descriptor, 0, SEEK_CUR);
}

template<typename Go>
ssize_t writeWatched(int descriptor, const void* bytes, long long offset, const Go& go)
{
    const std::string place = pathOf(descriptor);
    if (!recorder().watches(place)) {
        return go();
    }
    const std::scoped_lock lock{recorder().mutex};
    const long long at = offset >= 0 ? offset : positionOf(descriptor);
    if (recorder().fails()) {
        return -1;
    }
    const ssize_t written = go();
    if (written > 0) {
        recorder().note('W', place, "", at, bytes, static_cast<std::size_t>(written));
    }
    return written;
}

int syncWatched(int descriptor)
{
    static auto* const go = real<int(int)>("fsync");
    const std::string place = pathOf(descriptor);
    if (!recorder().watches(place)) {
        return go(descriptor);
    }
    const std::scoped_lock lock{recorder().mutex};
    if (recorder().fails()) {
        return -1;
    }
    recorder().note('S', place, "", 0, nullptr, 0); // the kernel's own flushing changes no file
    return 0;
}

int truncateWatched(int descriptor, long long length)
{
    static auto* const go = real<int(int, off_t)>("ftruncate");
    const std::string place = pathOf(descriptor);
    if (!recorder().watches(place)) {
        return go(descriptor, length);
    }
    const std::scoped_lock lock{recorder().mutex};
    if (recorder().fails()) {
        return -1;
    }
    const int result = go(descriptor, length);
    if (result == 0) {
        recorder().note('T', place, "", length, nullptr, 0);
    }
    return result;
}

int renameWatched(int fromFolder, const char* from, int toFolder, const char* to, unsigned flags)
{
    static auto* const go = real<int(int, const char*, int, const char*, unsigned)>("renameat2");
    const std::string old = pathOf(fromFolder, from);
    const std::string now = pathOf(toFolder, to);
    if (!recorder().watches(old) && !recorder().watches(now)) {
        return go(fromFolder, from, toFolder, to, flags);
    }
    if ((flags & ~static_cast<unsigned>(RENAME_NOREPLACE)) != 0) {
        std::abort(); // two names exchanged: the record has no word for it
    }
    const std::scoped_lock lock{recorder().mutex};
    const bool removes = now.ends_with(".gone");
    if (!removes && recorder().fails()) {
        return -1;
    }
    const int result = go(fromFolder, from, toFolder, to, flags);
    if (result == 0) {
        recorder().note('R', old, now, 0, nullptr, 0);
    }
    return result;
}

template<typename Go>
int removeWatched(const std::string& place, const Go& go)
{
    if (!recorder().watches(place)) {
        return go();
    }
    const std::scoped_lock lock{recorder().mutex};
    const int result = go();
    if (result == 0) {
        recorder().note('U', place, "", 0, nullptr, 0);
    }
    return result;
}

int makeWatched(int folder, const char* path, mode_t mode)
{
    static auto* const go = real<int(int, const char*, mode_t)>("mkdirat");
    const std::string place = pathOf(folder, path);
    if (!recorder().watches(place)) {
        return go(folder, path, mode);
    }
    const std::scoped_lock lock{recorder().mutex};
    if (!isFolder(place) && recorder().fails()) {
        return -1;
    }
    const int result = go(folder, path, mode);
    if (result == 0) {
        recorder().note('M', place, "", 0, nullptr, 0);
    }
    return result;
}

} // namespace

extern "C" {

// NOLINTBEGIN: the names and signatures are libc's.

int open(const char* path, int flags, ...)
{
    std::va_list list;
    va_start(list, flags);
    const mode_t mode = modeIn(flags, list);
    va_end(list);
    return openWatched(AT_FDCWD, path, flags, mode);
}

int open64(const char* path, int flags, ...)
{
    std::va_list list;
    va_start(list, flags);
    const mode_t mode = modeIn(flags, list);
    va_end(list);
    return openWatched(AT_FDCWD, path, flags, mode);
}

int openat(int folder, const char* path, int flags, ...)
{
    std::va_list list;
    va_start(list, flags);
    const mode_t mode = modeIn(flags, list);
    va_end(list);
    return openWatched(folder, path, flags, mode);
}

int openat64(int folder, const char* path, int flags, ...)
{
    std::va_list list;
    va_start(list, flags);
    const mode_t mode = modeIn(flags, list);
    va_end(list);
    return openWatched(folder, path, flags, mode);
}

ssize_t write(int descriptor, const void* bytes, size_t length)
{
    static auto* const go = real<ssize_t(int, const void*, size_t)>("write");
    return writeWatched(descriptor, bytes, -1, [&] { return go(descriptor, bytes, length); });
}

ssize_t writev(int descriptor, const iovec* parts, int count)
{
    static auto* const go = real<ssize_t(int, const iovec*, int)>("writev");
    std::string bytes;
    for (int i = 0; i < count; ++i) {
        bytes.append(static_cast<const char*>(parts[i].iov_base), parts[i].iov_len);
    }
    return writeWatched(descriptor, bytes.data(), -1, [&] { return go(descriptor, parts, count); });
}

ssize_t pwrite(int descriptor, const void* bytes, size_t length, off_t offset)
{
    static auto* const go = real<ssize_t(int, const void*, size_t, off_t)>("pwrite");
    return writeWatched(descriptor, bytes, offset,
                        [&] { return go(descriptor, bytes, length, offset); });
}

ssize_t pwrite64(int descriptor, const void* bytes, size_t length, off64_t offset)
{
    return pwrite(descriptor, bytes, length, offset);
}

int fsync(int descriptor)
{
    return syncWatched(descriptor);
}

int fdatasync(int descriptor)
{
    return syncWatched(descriptor);
}

int ftruncate(int descriptor, off_t length) noexcept
{
    return truncateWatched(descriptor, length);
}

int ftruncate64(int descriptor, off64_t length) noexcept
{
    return truncateWatched(descriptor, length);
}

int rename(const char* from, const char* to) noexcept
{
    return renameWatched(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int renameat(int fromFolder, const char* from, int toFolder, const char* to) noexcept
{
    return renameWatched(fromFolder, from, toFolder, to, 0);
}

int renameat2(int fromFolder, const char* from, int toFolder, const char* to,
              unsigned flags) noexcept
{
    return renameWatched(fromFolder, from, toFolder, to, flags);
}

int unlink(const char* path) noexcept
{
    static auto* const go = real<int(const char*)>("unlink");
    return removeWatched(pathOf(AT_FDCWD, path), [&] { return go(path); });
}

int unlinkat(int folder, const char* path, int flags) noexcept
{
    static auto* const go = real<int(int, const char*, int)>("unlinkat");
    return removeWatched(pathOf(folder, path), [&] { return go(folder, path, flags); });
}

int remove(const char* path) noexcept
{
    static auto* const go = real<int(const char*)>("remove");
    return removeWatched(pathOf(AT_FDCWD, path), [&] { return go(path); });
}

int rmdir(const char* path) noexcept
{
    static auto* const go = real<int(const char*)>("rmdir");
    return removeWatched(pathOf(AT_FDCWD, path), [&] { return go(path); });
}

int mkdir(const char* path, mode_t mode) noexcept
{
    return makeWatched(AT_FDCWD, path, mode);
}

int mkdirat(int folder, const char* path, mode_t mode) noexcept
{
    return makeWatched(folder, path, mode);
}

// NOLINTEND

} // extern "C"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/AtomicFile.h"

#include "core/base/Error.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace nextquill {

namespace {

Error diskError(const std::string& problem, const std::filesystem::path& file)
{
    const std::string reason = std::generic_category().message(errno);
    return {ErrorKind::Storage, problem + " (" + reason + ")", file.string(),
            "check the free space and the rights of the folder"};
}

/// An open file that is closed whatever happens.
class Descriptor
{
public:
    Descriptor(const std::filesystem::path& file, int flags)
        : m_number{::open(file.c_str(), flags | O_CLOEXEC, S_IRUSR | S_IWUSR)}
    {
    }
    ~Descriptor() { close(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    [[nodiscard]] int number() const { return m_number; }

    int close()
    {
        const int result = m_number >= 0 ? ::close(m_number) : 0;
        m_number = -1;
        return result;
    }

private:
    int m_number;
};

void writeAll(int descriptor, std::string_view bytes, const std::filesystem::path& file)
{
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            throw diskError("the file cannot be written", file);
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

std::filesystem::path folderOf(const std::filesystem::path& file)
{
    return file.has_parent_path() ? file.parent_path() : std::filesystem::path{"."};
}

/// Removes a temporary file unless it was renamed to its place.
class TemporaryFile
{
public:
    explicit TemporaryFile(const std::filesystem::path& beside)
        : m_path{beside.string() + ".tmp-" + std::to_string(::getpid())}
    {
    }
    ~TemporaryFile()
    {
        if (!m_kept) {
            ::unlink(m_path.c_str());
        }
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }
    void keep() { m_kept = true; }

private:
    std::filesystem::path m_path;
    bool m_kept = false;
};

} // namespace

void writeFileAtomically(const std::filesystem::path& file, std::string_view bytes)
{
    TemporaryFile temporary{file};
    Descriptor descriptor{temporary.path(), O_WRONLY | O_CREAT | O_TRUNC};
    if (descriptor.number() < 0) {
        throw diskError("the file cannot be created", file);
    }
    writeAll(descriptor.number(), bytes, file);
    if (::fsync(descriptor.number()) != 0 || descriptor.close() != 0) {
        throw diskError("the file did not reach the disk", file);
    }
    if (::rename(temporary.path().c_str(), file.c_str()) != 0) {
        throw diskError("the file cannot be put in its place", file);
    }
    temporary.keep();
    syncToDisk(folderOf(file));
}

void syncToDisk(const std::filesystem::path& fileOrFolder)
{
    const Descriptor descriptor{fileOrFolder, O_RDONLY};
    if (descriptor.number() < 0 || ::fsync(descriptor.number()) != 0) {
        throw diskError("the data did not reach the disk", fileOrFolder);
    }
}

void createFolders(const std::filesystem::path& folder)
{
    std::error_code unreadable; // making it says so
    if (folder.empty() || std::filesystem::is_directory(folder, unreadable)) {
        return;
    }
    createFolders(folder.parent_path());
    if (::mkdir(folder.c_str(), S_IRWXU | S_IRWXG | S_IRWXO) != 0 && errno != EEXIST) {
        throw diskError("the folder cannot be made", folder);
    }
    syncToDisk(folderOf(folder));
}

std::string readFile(const std::filesystem::path& file, std::size_t limitBytes)
{
    const Descriptor descriptor{file, O_RDONLY};
    struct stat status{};
    if (descriptor.number() < 0 || ::fstat(descriptor.number(), &status) != 0) {
        throw diskError("the file cannot be read", file);
    }
    if (S_ISDIR(status.st_mode)) {
        errno = EISDIR;
        throw diskError("the file cannot be read", file);
    }
    std::string bytes;
    std::string chunk(std::size_t{1} << 16, '\0');
    while (true) {
        const ssize_t count = ::read(descriptor.number(), chunk.data(), chunk.size());
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            throw diskError("the file cannot be read", file);
        }
        if (count == 0) {
            return bytes;
        }
        bytes.append(chunk, 0, static_cast<std::size_t>(count));
        if (bytes.size() > limitBytes) {
            throw Error{ErrorKind::BadInput,
                        "the file has more than " + std::to_string(limitBytes) + " bytes",
                        file.string(), "check that it is the file you meant"};
        }
    }
}

} // namespace nextquill

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/MappedFile.h"

#include "core/base/Error.h"

#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace nextquill::model {

namespace {

Error unreadable(const std::filesystem::path& file)
{
    return {ErrorKind::Storage,
            "the file cannot be read (" + std::generic_category().message(errno) + ")",
            file.string(), "check its rights and the disk"};
}

/// Closed at the end of the scope: a mapping outlives its descriptor.
class Descriptor
{
public:
    // O_NONBLOCK: a named pipe must not make us wait before we see what it is.
    explicit Descriptor(const std::filesystem::path& file)
        : m_number{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)}
    {
        if (m_number < 0) {
            throw unreadable(file);
        }
    }
    ~Descriptor() { ::close(m_number); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    [[nodiscard]] int number() const { return m_number; }

private:
    int m_number;
};

} // namespace

MappedFile::MappedFile(const std::filesystem::path& file)
    : m_path{file}
{
    const Descriptor descriptor{file};
    struct stat status{};
    if (::fstat(descriptor.number(), &status) != 0) {
        throw unreadable(file);
    }
    if (!S_ISREG(status.st_mode)) {
        throw Error{ErrorKind::BadInput, "this is no regular file", file.string(),
                    "name a file of the model"};
    }
    m_size = static_cast<std::size_t>(status.st_size);
    if (m_size == 0) {
        return;
    }
    void* mapped = ::mmap(nullptr, m_size, PROT_READ, MAP_PRIVATE, descriptor.number(), 0);
    if (mapped == MAP_FAILED) {
        throw unreadable(file);
    }
    m_data = static_cast<const std::byte*>(mapped);
    m_mapped = true;
}

std::shared_ptr<const MappedFile> MappedFile::around(std::span<const std::byte> bytes,
                                                     const std::filesystem::path& name)
{
    const std::shared_ptr<MappedFile> file{new MappedFile};
    file->m_path = name;
    file->m_data = bytes.data();
    file->m_size = bytes.size();
    return file;
}

MappedFile::~MappedFile()
{
    if (m_mapped) {
        ::munmap(const_cast<std::byte*>(m_data), m_size);
    }
}

std::string_view MappedFile::text(std::size_t begin, std::size_t size) const
{
    return {reinterpret_cast<const char*>(m_data) + begin, size};
}

void MappedFile::release(const std::byte* first, std::size_t bytes) const noexcept
{
    const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    const auto from = (reinterpret_cast<std::uintptr_t>(first) + page - 1) / page * page;
    const auto to = (reinterpret_cast<std::uintptr_t>(first) + bytes) / page * page;
    const bool isOurs = m_mapped && first >= m_data && first + bytes <= m_data + m_size;
    if (isOurs && from < to) { // whole pages: those at the ends hold neighbours' bytes
        ::madvise(const_cast<std::byte*>(first) + (from - reinterpret_cast<std::uintptr_t>(first)),
                  to - from, MADV_DONTNEED);
    }
}

} // namespace nextquill::model

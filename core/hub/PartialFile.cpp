// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hub/PartialFile.h"

#include "core/base/AtomicFile.h"
#include "core/base/Digest.h"
#include "core/base/Error.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace nextquill::hub {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t readChunk = std::size_t{1} << 20;
constexpr std::size_t sha256Digits = 64;

Error diskError(const std::string& problem, const fs::path& file)
{
    const std::string reason = std::generic_category().message(errno);
    return {ErrorKind::Storage, problem + " (" + reason + ")", file.string(),
            "check the free space and the rights of the hub's cache; what came is kept"};
}

fs::path pathOf(const fs::path& place)
{
    return place.string() + ".nextquill.incomplete";
}

DigestKind kindOf(const HubFile& file)
{
    return file.checksum.size() == sha256Digits ? DigestKind::Sha256 : DigestKind::Sha1;
}

/// "bytes 100-199/200" begins at 100.
std::optional<std::uint64_t> beginOf(const std::string& contentRange)
{
    constexpr std::string_view unit = "bytes ";
    std::uint64_t begin = 0;
    if (!contentRange.starts_with(unit)) {
        return std::nullopt;
    }
    const char* const end = contentRange.data() + contentRange.size();
    const auto read = std::from_chars(contentRange.data() + unit.size(), end, begin);
    return read.ec == std::errc{} && read.ptr != end && *read.ptr == '-' ? std::optional{begin}
                                                                         : std::nullopt;
}

} // namespace

PartialFile::PartialFile(fs::path place, const HubFile& file, bool isLocked,
                         std::function<void(std::uint64_t)> came)
    : m_place{std::move(place)}
    , m_path{isLocked ? pathOf(m_place)
                      : fs::path{fmt::format("{}.{}", pathOf(m_place).string(), ::getpid())}}
    , m_file{file}
    , m_came{std::move(came)}
    , m_isKept{isLocked}
    , m_descriptor{::open(m_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC,
                          S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH)}
{
    if (m_descriptor < 0) {
        throw diskError("the file cannot be created", m_path);
    }
    struct stat status{};
    if (::fstat(m_descriptor, &status) != 0) {
        const Error error = diskError("what came earlier cannot be read", m_path);
        ::close(m_descriptor);
        throw Error{error};
    }
    m_have = static_cast<std::uint64_t>(status.st_size);
    if (m_have > m_file.size) {
        beginAnew();
    }
}

PartialFile::~PartialFile()
{
    ::close(m_descriptor);
    if (!m_isKept) {
        ::unlink(m_path.c_str()); // nothing happens where it has taken its place
    }
}

std::uint64_t PartialFile::bytesOf(const fs::path& place)
{
    std::error_code error;
    const std::uintmax_t size = fs::file_size(pathOf(place), error);
    return error ? 0 : size;
}

std::string PartialFile::checksum(const StopToken& stop) const
{
    Digest digest{kindOf(m_file)};
    if (kindOf(m_file) == DigestKind::Sha1) { // git's checksum of a blob covers its length, too
        const std::string head = fmt::format("blob {}", m_file.size);
        digest.add(head.c_str(), head.size() + 1);
    }
    std::vector<char> chunk(readChunk);
    for (std::uint64_t at = 0;;) {
        stopPoint(stop);
        const ssize_t count =
            ::pread(m_descriptor, chunk.data(), chunk.size(), static_cast<off_t>(at));
        if (count < 0) {
            throw diskError("what came cannot be read", m_path);
        }
        if (count == 0) {
            return digest.hex();
        }
        digest.add(chunk.data(), static_cast<std::size_t>(count));
        at += static_cast<std::uint64_t>(count);
    }
}

void PartialFile::beginAnew()
{
    if (::ftruncate(m_descriptor, 0) != 0) {
        throw diskError("the file cannot be emptied", m_path);
    }
    m_have = 0;
}

void PartialFile::answered(const HttpAnswer& answer)
{
    constexpr int part = 206;
    const bool goesOn = answer.status == part && beginOf(answer.header("content-range")) == m_have;
    if (m_have > 0 && !goesOn) { // a server without ranges sends all
        beginAnew();
    }
    if (answer.status == part && !goesOn) {
        throw Error{ErrorKind::BadInput, "the server sends another part than was asked for",
                    m_file.path + " at " + answer.origin, "run it again"};
    }
}

void PartialFile::take(std::string_view bytes)
{
    if (bytes.size() > m_file.size - m_have) {
        beginAnew(); // whatever it is, it is not the file
        throw Error{ErrorKind::BadInput,
                    fmt::format("more comes than the {} bytes that the hub names", m_file.size),
                    m_file.path, "run it again; where it stays so, tell the model's owner"};
    }
    while (!bytes.empty()) {
        const ssize_t written =
            ::pwrite(m_descriptor, bytes.data(), bytes.size(), static_cast<off_t>(m_have));
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            throw diskError("the file cannot be written", m_path);
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
        m_have += static_cast<std::uint64_t>(written);
    }
    m_came(m_have);
}

bool PartialFile::finish(const StopToken& stop)
{
    if (checksum(stop) != m_file.checksum) {
        ::unlink(m_path.c_str());
        return false;
    }
    if (::fsync(m_descriptor) != 0) {
        throw diskError("the file did not reach the disk", m_path);
    }
    if (::rename(m_path.c_str(), m_place.c_str()) != 0) {
        throw diskError("the file cannot be put in its place", m_place);
    }
    syncToDisk(m_place.parent_path());
    return true;
}

} // namespace nextquill::hub

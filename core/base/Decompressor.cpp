// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Decompressor.h"

#include "core/base/Error.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string_view>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

namespace nextquill {

namespace {

constexpr std::size_t bytesOfInput = std::size_t{1} << 18;
constexpr int zstdWindowLog = 27; // 128 MiB, zstd's own default limit

Error unreadable(const std::string& name)
{
    return {ErrorKind::Storage,
            "the file cannot be read (" + std::generic_category().message(errno) + ")", name,
            "check that it exists and that you may read it"};
}

/// The file behind the bytes that were read to recognise it.
struct Input
{
    explicit Input(RawFile& raw)
        : file{raw}
        , buffer(bytesOfInput)
    {
        refill();
    }

    RawFile& file;
    std::vector<char> buffer;
    std::size_t begin = 0;
    std::size_t end = 0;

    bool refill()
    {
        begin = 0;
        end = file.read(buffer.data(), buffer.size());
        return end > 0;
    }
};

[[noreturn]] void throwDamaged(const std::string& name, const std::string& what)
{
    throw Error{ErrorKind::BadInput, what, name, "download or compress the file again"};
}

/// What is well formed, but made to exhaust who reads it, or looks so.
[[noreturn]] void throwBomb(const std::string& name, const std::string& what,
                            const std::string& remedy)
{
    throw Error{ErrorKind::Unsupported, what, name, remedy};
}

/// Counts members or frames of a compressed stream.
class Members
{
public:
    explicit Members(std::int64_t most)
        : m_left{most}
    {
    }
    void count(const std::string& name)
    {
        if (m_left-- <= 0) {
            throwBomb(name, "the compressed file has too many members: it looks like a bomb",
                      "decompress it with care, then import the text");
        }
    }

private:
    std::int64_t m_left;
};

class Plain final : public Decompressor
{
public:
    explicit Plain(Input input)
        : m_input{std::move(input)}
    {
    }
    std::size_t fill(char* out, std::size_t size) override
    {
        if (m_input.begin == m_input.end && !m_input.refill()) {
            return 0;
        }
        const std::size_t count = std::min(size, m_input.end - m_input.begin);
        std::memcpy(out, m_input.buffer.data() + m_input.begin, count);
        m_input.begin += count;
        return count;
    }

private:
    Input m_input;
};

class Gzip final : public Decompressor
{
public:
    Gzip(Input input, std::int64_t mostMembers)
        : m_input{std::move(input)}
        , m_members{mostMembers}
    {
        constexpr int gzipOnly = 16;
        if (inflateInit2(&m_stream, MAX_WBITS + gzipOnly) != Z_OK) {
            throw Error{ErrorKind::OutOfMemory, "no memory to decompress", m_input.file.name(),
                        "close other programs"};
        }
    }
    ~Gzip() override { inflateEnd(&m_stream); }
    Gzip(const Gzip&) = delete;
    Gzip& operator=(const Gzip&) = delete;

    std::size_t fill(char* out, std::size_t size) override
    {
        m_stream.next_out = reinterpret_cast<Bytef*>(out);
        m_stream.avail_out = static_cast<uInt>(size);
        while (m_stream.avail_out == size) {
            if (m_input.begin == m_input.end && !m_input.refill()) {
                if (m_inMember) {
                    throwDamaged(m_input.file.name(), "the compressed file is cut short");
                }
                return 0;
            }
            inflateSome();
        }
        return size - m_stream.avail_out;
    }

private:
    void inflateSome()
    {
        m_stream.next_in = reinterpret_cast<Bytef*>(m_input.buffer.data() + m_input.begin);
        m_stream.avail_in = static_cast<uInt>(m_input.end - m_input.begin);
        m_inMember = true;
        const int result = inflate(&m_stream, Z_NO_FLUSH);
        m_input.begin = m_input.end - m_stream.avail_in;
        if (result == Z_STREAM_END) {
            m_inMember = false; // another member may follow
            m_members.count(m_input.file.name());
            inflateReset(&m_stream);
        } else if (result != Z_OK && result != Z_BUF_ERROR) {
            throwDamaged(m_input.file.name(), "the compressed file is damaged");
        }
    }

    Input m_input;
    Members m_members;
    z_stream m_stream{};
    bool m_inMember = false;
};

class Zstd final : public Decompressor
{
public:
    Zstd(Input input, std::int64_t mostFrames)
        : m_input{std::move(input)}
        , m_frames{mostFrames}
        , m_stream{ZSTD_createDStream()}
    {
        ZSTD_DCtx_setParameter(m_stream, ZSTD_d_windowLogMax, zstdWindowLog);
    }
    ~Zstd() override { ZSTD_freeDStream(m_stream); }
    Zstd(const Zstd&) = delete;
    Zstd& operator=(const Zstd&) = delete;

    std::size_t fill(char* out, std::size_t size) override
    {
        ZSTD_outBuffer output{out, size, 0};
        while (output.pos == 0) {
            if (m_input.begin == m_input.end && !m_input.refill()) {
                if (m_inFrame) {
                    throwDamaged(m_input.file.name(), "the compressed file is cut short");
                }
                return 0;
            }
            ZSTD_inBuffer raw{m_input.buffer.data(), m_input.end, m_input.begin};
            const std::size_t result = ZSTD_decompressStream(m_stream, &output, &raw);
            m_input.begin = raw.pos;
            if (ZSTD_getErrorCode(result) == ZSTD_error_frameParameter_windowTooLarge) {
                throwBomb(m_input.file.name(),
                          "the compressed file wants more than 128 MiB of memory to be read",
                          "compress it again without --long or --ultra, or decompress it first");
            }
            if (ZSTD_isError(result) != 0) {
                throwDamaged(m_input.file.name(), std::string{"the compressed file is damaged ("} +
                                                      ZSTD_getErrorName(result) + ")");
            }
            m_inFrame = result != 0;
            if (!m_inFrame) {
                m_frames.count(m_input.file.name());
            }
        }
        return output.pos;
    }

private:
    Input m_input;
    Members m_frames;
    ZSTD_DStream* m_stream;
    bool m_inFrame = false;
};

bool startsWith(const Input& input, std::string_view magic)
{
    return std::string_view{input.buffer.data(), input.end}.starts_with(magic);
}

} // namespace

RawFile::RawFile(const std::filesystem::path& file)
    : m_name{file.string()}
    , m_descriptor{file == "-" ? ::dup(STDIN_FILENO) : ::open(file.c_str(), O_RDONLY | O_CLOEXEC)}
{
    struct stat status{};
    if (m_descriptor < 0 || ::fstat(m_descriptor, &status) != 0) {
        throw unreadable(m_name);
    }
    m_total = S_ISREG(status.st_mode) ? status.st_size : 0;
}

RawFile::~RawFile()
{
    ::close(m_descriptor);
}

std::size_t RawFile::read(char* out, std::size_t size)
{
    while (true) {
        const ssize_t count = ::read(m_descriptor, out, size);
        if (count >= 0) {
            m_consumed += count;
            return static_cast<std::size_t>(count);
        }
        if (errno != EINTR) {
            throw unreadable(m_name);
        }
    }
}

Decompression decompress(RawFile& file, std::int64_t mostMembers)
{
    Input input{file};
    if (startsWith(input, "\x1f\x8b")) {
        return {std::make_unique<Gzip>(std::move(input), mostMembers), true};
    }
    if (startsWith(input, "\x28\xb5\x2f\xfd")) {
        return {std::make_unique<Zstd>(std::move(input), mostMembers), true};
    }
    return {std::make_unique<Plain>(std::move(input)), false};
}

} // namespace nextquill

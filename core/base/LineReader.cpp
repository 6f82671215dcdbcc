// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/LineReader.h"

#include "core/base/Error.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <functional>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <vector>
#include <zlib.h>
#include <zstd.h>

namespace nextquill {

namespace {

constexpr std::size_t bufferBytes = std::size_t{1} << 18;
constexpr std::int64_t freeExpansionBytes = std::int64_t{64} << 20;
constexpr int zstdWindowLog = 27; // 128 MiB, zstd's own default limit
constexpr std::size_t shownOfLongLine = 4096;

/// Bytes of a file as they stand on the disk.
class RawFile
{
public:
    explicit RawFile(const std::filesystem::path& file)
        : m_name{file.string()}
        , m_descriptor{file == "-" ? ::dup(STDIN_FILENO)
                                   : ::open(file.c_str(), O_RDONLY | O_CLOEXEC)}
    {
        struct stat status{};
        if (m_descriptor < 0 || ::fstat(m_descriptor, &status) != 0) {
            throw failure();
        }
        m_total = S_ISREG(status.st_mode) ? status.st_size : 0;
    }
    ~RawFile() { ::close(m_descriptor); }
    RawFile(const RawFile&) = delete;
    RawFile& operator=(const RawFile&) = delete;

    std::size_t read(char* out, std::size_t size)
    {
        while (true) {
            const ssize_t count = ::read(m_descriptor, out, size);
            if (count >= 0) {
                m_consumed += count;
                return static_cast<std::size_t>(count);
            }
            if (errno != EINTR) {
                throw failure();
            }
        }
    }

    [[nodiscard]] std::int64_t consumed() const { return m_consumed; }
    [[nodiscard]] std::int64_t total() const { return m_total; }
    [[nodiscard]] const std::string& name() const { return m_name; }

private:
    [[nodiscard]] Error failure() const
    {
        return {ErrorKind::Storage,
                "the file cannot be read (" + std::generic_category().message(errno) + ")", m_name,
                "check that it exists and that you may read it"};
    }

    std::string m_name;
    int m_descriptor;
    std::int64_t m_consumed = 0;
    std::int64_t m_total = 0;
};

/// Turns the raw bytes into those of the text; each call of fill() gives some or, at the end, none.
class Decompressor
{
public:
    virtual ~Decompressor() = default;
    /// Writes at most `size` bytes to `out`; 0 at the end of the stream.
    virtual std::size_t fill(char* out, std::size_t size) = 0;

protected:
    Decompressor() = default;
    Decompressor(const Decompressor&) = default;
    Decompressor& operator=(const Decompressor&) = default;
};

/// Input of the decompressors: the file behind the bytes that were read to recognise it.
struct Input
{
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

class Plain final : public Decompressor
{
public:
    explicit Plain(Input& input)
        : m_input{input}
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
    Input& m_input;
};

class Gzip final : public Decompressor
{
public:
    explicit Gzip(Input& input)
        : m_input{input}
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
            inflateReset(&m_stream);
        } else if (result != Z_OK && result != Z_BUF_ERROR) {
            throwDamaged(m_input.file.name(), "the compressed file is damaged");
        }
    }

    Input& m_input;
    z_stream m_stream{};
    bool m_inMember = false;
};

class Zstd final : public Decompressor
{
public:
    explicit Zstd(Input& input)
        : m_input{input}
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
            if (ZSTD_isError(result) != 0) {
                throwDamaged(m_input.file.name(), std::string{"the compressed file is damaged ("} +
                                                      ZSTD_getErrorName(result) + ")");
            }
            m_inFrame = result != 0;
        }
        return output.pos;
    }

private:
    Input& m_input;
    ZSTD_DStream* m_stream;
    bool m_inFrame = false;
};

} // namespace

struct LineReader::State
{
    State(const std::filesystem::path& path, const LineLimits& lineLimits)
        : limits{lineLimits}
        , file{path}
        , input{.file = file, .buffer = std::vector<char>(bufferBytes)}
        , buffer(bufferBytes)
    {
        input.refill();
        stream = recognise();
        skipByteOrderMark();
    }

    std::unique_ptr<Decompressor> recognise()
    {
        const auto startsWith = [this](std::string_view magic) {
            return input.end >= magic.size() &&
                   std::memcmp(input.buffer.data(), magic.data(), magic.size()) == 0;
        };
        if (startsWith("\x1f\x8b")) {
            compressed = true;
            return std::make_unique<Gzip>(input);
        }
        if (startsWith("\x28\xb5\x2f\xfd")) {
            compressed = true;
            return std::make_unique<Zstd>(input);
        }
        return std::make_unique<Plain>(input);
    }

    bool refill()
    {
        begin = 0;
        end = stream->fill(buffer.data(), buffer.size());
        produced += static_cast<std::int64_t>(end);
        if (compressed && produced > freeExpansionBytes &&
            static_cast<double>(produced) >
                limits.expansion * static_cast<double>(file.consumed())) {
            throwDamaged(file.name(), "the compressed file grows more than " +
                                          std::to_string(static_cast<int>(limits.expansion)) +
                                          " times: it looks like a bomb");
        }
        return end > 0;
    }

    void skipByteOrderMark()
    {
        constexpr std::string_view mark = "\xef\xbb\xbf";
        if (refill() && end >= mark.size() &&
            std::memcmp(buffer.data(), mark.data(), mark.size()) == 0) {
            begin = mark.size();
            offset = static_cast<std::int64_t>(mark.size());
        }
    }

    void take(std::size_t count)
    {
        const std::size_t room = limits.lineBytes - std::min(limits.lineBytes, line.size());
        tooLong = tooLong || count > room;
        line.append(buffer.data() + begin, std::min(count, room));
        offset += static_cast<std::int64_t>(count);
        begin += count;
    }

    LineLimits limits;
    RawFile file;
    Input input;
    std::unique_ptr<Decompressor> stream;
    bool compressed = false;
    std::vector<char> buffer;
    std::size_t begin = 0;
    std::size_t end = 0;
    std::int64_t produced = 0;
    std::int64_t offset = 0;
    std::int64_t number = 0;
    std::string line;
    bool tooLong = false;
};

LineReader::LineReader(const std::filesystem::path& file, const LineLimits& limits)
    : m_state{std::make_unique<State>(file, limits)}
{
}

LineReader::~LineReader() = default;

std::optional<LineReader::Line> LineReader::next()
{
    State& s = *m_state;
    s.line.clear();
    s.tooLong = false;
    const std::int64_t start = s.offset;
    bool any = false;
    bool ended = false;
    while (!ended && (s.begin < s.end || s.refill())) {
        any = true;
        const void* found = std::memchr(s.buffer.data() + s.begin, '\n', s.end - s.begin);
        ended = found != nullptr;
        const std::size_t stop =
            ended ? static_cast<std::size_t>(static_cast<const char*>(found) - s.buffer.data())
                  : s.end;
        s.take(stop - s.begin);
        if (ended) {
            ++s.begin;
            ++s.offset;
        }
    }
    if (!any) {
        return std::nullopt;
    }
    if (!s.line.empty() && s.line.back() == '\r') {
        s.line.pop_back();
    }
    const std::string_view text{s.line};
    return Line{.text = s.tooLong ? text.substr(0, shownOfLongLine) : text,
                .number = ++s.number,
                .byte = start,
                .tooLong = s.tooLong};
}

std::int64_t LineReader::consumedBytes() const
{
    return m_state->file.consumed();
}

std::int64_t LineReader::totalBytes() const
{
    return m_state->file.total();
}

} // namespace nextquill

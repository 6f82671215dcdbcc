// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/LineReader.h"

#include "core/base/Decompressor.h"
#include "core/base/Error.h"
#include "core/base/Utf16.h"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

namespace nextquill {

namespace {

constexpr std::size_t bufferBytes = std::size_t{1} << 18;
constexpr std::int64_t freeExpansionBytes = std::int64_t{64} << 20;
constexpr std::size_t shownOfLongLine = 4096;

} // namespace

struct LineReader::State
{
    State(const std::filesystem::path& path, const LineLimits& lineLimits)
        : limits{lineLimits}
        , file{path}
        , buffer(bufferBytes)
    {
        Decompression found = decompress(file, limits.members);
        stream = std::move(found.stream);
        compressed = found.isCompressed;
        skipByteOrderMark();
        findLineBreak();
    }

    bool refill()
    {
        begin = 0;
        end = stream->fill(buffer.data(), buffer.size());
        produced += static_cast<std::int64_t>(end);
        if (compressed && produced > freeExpansionBytes &&
            static_cast<double>(produced) >
                limits.expansion * static_cast<double>(file.consumed())) {
            throw Error{ErrorKind::Unsupported,
                        "the compressed file grows more than " +
                            std::to_string(static_cast<int>(limits.expansion)) +
                            " times: it looks like a bomb",
                        file.name(), "decompress it first if you trust it, then read the text"};
        }
        return end > 0;
    }

    void skipByteOrderMark()
    {
        constexpr std::string_view mark = "\xef\xbb\xbf";
        if (!refill()) {
            return;
        }
        const std::string_view text{buffer.data(), end};
        if (const auto order = Utf16::orderOf(text)) {
            stream =
                std::make_unique<Utf16>(std::move(stream), std::string{text.substr(2)}, *order);
            refill();
        } else if (text.starts_with(mark)) {
            begin = mark.size();
            offset = static_cast<std::int64_t>(mark.size());
        }
    }

    void findLineBreak()
    {
        const std::string_view text{buffer.data(), end};
        if (limits.mayEndWithReturn && text.find('\n') == std::string_view::npos &&
            text.find('\r') != std::string_view::npos) {
            lineBreak = '\r';
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
    std::unique_ptr<Decompressor> stream;
    bool compressed = false;
    char lineBreak = '\n';
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
        const void* found = std::memchr(s.buffer.data() + s.begin, s.lineBreak, s.end - s.begin);
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

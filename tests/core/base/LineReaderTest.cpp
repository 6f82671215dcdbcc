// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/LineReader.h"

#include "core/base/Error.h"

#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>
#include <zlib.h>
#include <zstd.h>

namespace nextquill {
namespace {

using testing::TemporaryFolder;

std::string gzipped(const std::string& text)
{
    z_stream stream{};
    deflateInit2(&stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
    std::string out(text.size() + 1000, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(out.size() - stream.avail_out);
    deflateEnd(&stream);
    return out;
}

std::string zstandard(const std::string& text)
{
    std::string out(ZSTD_compressBound(text.size()), '\0');
    out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
    return out;
}

/// "number@byte:text|…", with "!" behind a line that was too long.
std::string render(const std::filesystem::path& file, const LineLimits& limits = {})
{
    LineReader reader{file, limits};
    std::string shown;
    while (const auto line = reader.next()) {
        shown += std::to_string(line->number) + "@" + std::to_string(line->byte) + ":" +
                 std::string{line->text} + (line->tooLong ? "!" : "") + "|";
    }
    return shown;
}

TEST(LineReader, GivesLinesWithNumberAndOffset)
{
    const TemporaryFolder folder;
    EXPECT_EQ(render(folder.write("a", "ab\n\ncd")), "1@0:ab|2@3:|3@4:cd|");
    EXPECT_EQ(render(folder.write("b", "\xef\xbb\xbf"
                                       "ab\r\ncd\r\n")),
              "1@3:ab|2@7:cd|");
    EXPECT_EQ(render(folder.write("c", "")), "");
}

TEST(LineReader, ReadsCompressedFilesAsTheyAre)
{
    const TemporaryFolder folder;
    std::string text;
    for (int i = 0; i < 100'000; ++i) {
        text += "line " + std::to_string(i) + "\n";
    }
    const std::string plain = render(folder.write("a", text));

    EXPECT_EQ(render(folder.write("a.gz", gzipped(text))), plain);
    EXPECT_EQ(render(folder.write("a.zst", zstandard(text))), plain);
}

TEST(LineReader, ReadsAllMembersOfAGzipFile)
{
    const TemporaryFolder folder;
    EXPECT_EQ(render(folder.write("a.gz", gzipped("a\n") + gzipped("b\n"))), "1@0:a|2@2:b|");
}

TEST(LineReader, SaysThatAFileIsCutShortAfterItsWholeLines)
{
    const TemporaryFolder folder;
    const std::string whole = gzipped(std::string(1000, 'x') + "\ny\n");
    for (std::size_t size = 3; size < whole.size(); ++size) {
        EXPECT_THROW(render(folder.write("a.gz", whole.substr(0, size))), Error) << size;
    }
}

TEST(LineReader, SaysThatAFileIsDamaged)
{
    const TemporaryFolder folder;
    std::string broken = zstandard("some text that is long enough to be a block\n");
    broken[broken.size() / 2] = static_cast<char>(~broken[broken.size() / 2]);
    broken[4] = static_cast<char>(0xff);
    EXPECT_THROW(render(folder.write("a.zst", broken)), Error);
}

/// How many lines came, and the kind of the error that ended them.
std::pair<std::int64_t, std::optional<ErrorKind>> linesUntilError(const std::filesystem::path& file,
                                                                  const LineLimits& limits = {})
{
    std::int64_t lines = 0;
    try {
        LineReader reader{file, limits};
        while (reader.next()) {
            ++lines;
        }
    } catch (const Error& error) {
        return {lines, error.kind()};
    }
    return {lines, std::nullopt};
}

TEST(LineReader, StopsABomb)
{
    const TemporaryFolder folder;
    const std::string text(std::size_t{80} << 20, '\n');
    for (const std::string& bomb : {gzipped(text), zstandard(text)}) {
        const auto [lines, error] = linesUntilError(folder.write("bomb", bomb));
        EXPECT_EQ(error, ErrorKind::Unsupported);
        EXPECT_GE(lines, 63 << 20);
        EXPECT_LE(lines, 65 << 20);
        EXPECT_EQ(linesUntilError(folder / "bomb", {.expansion = 1e6}).second, std::nullopt);
    }
    // A file that grows less may be as long as it likes.
    std::string words;
    for (std::uint32_t i = 0, x = 1; i < (20U << 20U); ++i) {
        x = x * 1'664'525U + 1'013'904'223U;
        words += static_cast<char>('a' + (x >> 28U));
    }
    EXPECT_EQ(
        linesUntilError(folder.write("text.gz", gzipped(words + words + words + words))).second,
        std::nullopt);
}

TEST(LineReader, StopsAtMembersWithoutNumber)
{
    const TemporaryFolder folder;
    for (const std::string& empty : {gzipped(""), zstandard("")}) {
        std::string members;
        for (int i = 0; i < 10; ++i) {
            members += empty;
        }
        const auto file = folder.write("members", members);
        EXPECT_EQ(linesUntilError(file, {.members = 9}).second, ErrorKind::Unsupported);
        EXPECT_EQ(linesUntilError(file, {.members = 10}).second, std::nullopt);
    }
}

TEST(LineReader, RefusesAFrameThatWantsAllMemory)
{
    const TemporaryFolder folder;
    const std::string text(1'000, 'x');
    std::string frame(ZSTD_compressBound(text.size()) + 1'000, '\0');
    for (const int windowLog : {27, 28}) {
        ZSTD_CCtx* const context = ZSTD_createCCtx();
        ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, windowLog);
        ZSTD_inBuffer in{text.data(), text.size(), 0};
        ZSTD_outBuffer out{frame.data(), frame.size(), 0};
        ZSTD_compressStream2(context, &out, &in, ZSTD_e_flush); // its size is not known yet
        ZSTD_compressStream2(context, &out, &in, ZSTD_e_end);
        ZSTD_freeCCtx(context);
        const auto file = folder.write("long.zst", frame.substr(0, out.pos));
        EXPECT_EQ(linesUntilError(file).second,
                  windowLog == 27 ? std::nullopt : std::optional{ErrorKind::Unsupported});
    }
}

TEST(LineReader, ReadsUtf16AsUtf8)
{
    using namespace std::string_literals;
    const TemporaryFolder folder;
    const std::string little = "\xff\xfe"
                               "a\0\n\0\xe9\0\x3d\xd8\x00\xde\n\0"s;
    EXPECT_EQ(render(folder.write("l", little)), "1@0:a|2@2:\xC3\xA9\xF0\x9F\x98\x80|");
    const std::string big = "\xfe\xff"
                            "\0a\0\n\x20\xac"s;
    EXPECT_EQ(render(folder.write("b", big)), "1@0:a|2@2:\xE2\x82\xAC|");
    EXPECT_EQ(render(folder.write("gz", gzipped(little))), render(folder / "l"));
    // Half a character, half a unit.
    EXPECT_EQ(render(folder.write("h", "\xff\xfe"
                                       "\x3d\xd8"
                                       "a\0b"s)),
              "1@0:\xEF\xBF\xBD"
              "a\xEF\xBF\xBD|");
    std::string longer = "\xff\xfe";
    std::string expected;
    for (int i = 0; i < 200'000; ++i) { // characters of four bytes over all ends of buffers
        longer += i % 3 == 0 ? "x\0"s : "\x3d\xd8\x00\xde"s;
        expected += i % 3 == 0 ? "x" : "\xF0\x9F\x98\x80";
    }
    EXPECT_EQ(render(folder.write("w", longer)), "1@0:" + expected + "|");
}

TEST(LineReader, EndsLinesWithReturnsWhereItIsToldTo)
{
    const TemporaryFolder folder;
    const auto file = folder.write("r", "ab\rcd\r\ref");
    EXPECT_EQ(render(file), "1@0:ab\rcd\r\ref|");
    EXPECT_EQ(render(file, {.mayEndWithReturn = true}), "1@0:ab|2@3:cd|3@6:|4@7:ef|");
    EXPECT_EQ(render(folder.write("n", "ab\rcd\nef"), {.mayEndWithReturn = true}),
              "1@0:ab\rcd|2@6:ef|");
}

TEST(LineReader, MarksLinesOverTheLimitAndGoesOn)
{
    const TemporaryFolder folder;
    EXPECT_EQ(render(folder.write("a", "1234\n12345\n1\n"), {.lineBytes = 4}),
              "1@0:1234|2@5:1234!|3@11:1|");
}

TEST(LineReader, SaysThatAFileIsMissing)
{
    EXPECT_THROW(LineReader{"/nonexistent-file"}, Error);
}

} // namespace
} // namespace nextquill

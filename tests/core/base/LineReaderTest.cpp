// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/LineReader.h"

#include "core/base/Error.h"

#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

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

TEST(LineReader, StopsABomb)
{
    const TemporaryFolder folder;
    const std::string bomb = gzipped(std::string(std::size_t{80} << 20, '\n'));
    LineReader reader{folder.write("bomb.gz", bomb)};
    EXPECT_THROW(
        {
            while (reader.next()) {
            }
        },
        Error);
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

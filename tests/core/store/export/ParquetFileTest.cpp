// SPDX-License-Identifier: GPL-3.0-or-later
//
// tests/peers/load_export.py reads such files with pyarrow and DuckDB; here their frame is looked
// at, and that pages and row groups end where they should.
#include "core/store/export/ParquetFile.h"

#include "core/base/AtomicFile.h"
#include "core/base/Error.h"
#include "core/store/export/Exporter.h"

#include "tests/core/store/TemporaryProject.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>

namespace nextquill::store {
namespace {

using testing::TemporaryFolder;
using testing::TemporaryProject;

/// The footer of a Parquet file, whose frame must be right.
std::string footerOf(const std::string& file)
{
    EXPECT_TRUE(file.starts_with("PAR1"));
    EXPECT_TRUE(file.ends_with("PAR1"));
    std::uint32_t length = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        length |= static_cast<std::uint32_t>(static_cast<unsigned char>(file[file.size() - 8 + i]))
                  << (8 * i);
    }
    EXPECT_LT(length, file.size() - 12);
    return file.substr(file.size() - 8 - length, length);
}

std::size_t occurrences(const std::string& text, const std::string& of)
{
    std::size_t count = 0;
    for (std::size_t at = text.find(of); at != std::string::npos; at = text.find(of, at + 1)) {
        ++count;
    }
    return count;
}

TEST(ParquetFile, NamesItsColumnsInTheFooter)
{
    const TemporaryFolder folder;
    ParquetFile file{folder / "a.parquet",
                     {{"words", ParquetType::Text},
                      {"stars", ParquetType::Real},
                      {"seen", ParquetType::Flag},
                      {"day", ParquetType::Time}}};
    for (int i = 0; i < 20; ++i) {
        file.addText("a text");
        file.addReal(i);
        file.addFlag(i % 3 == 0);
        file.addTime(i);
        file.endRow();
    }
    const ExportedFile written = file.finish(Existing::Keep);
    EXPECT_EQ(written.rows, 20);
    const std::string bytes = readFile(folder / "a.parquet");
    EXPECT_EQ(written.bytes, static_cast<std::int64_t>(bytes.size()));
    const std::string footer = footerOf(bytes);
    for (const char* const column : {"words", "stars", "seen", "day"}) {
        EXPECT_EQ(occurrences(footer, column), 2U) << column; // schema, and the one row group
    }
    EXPECT_THROW(ParquetFile(folder / "nowhere/a.parquet", {{"a", ParquetType::Text}}), Error);
}

TEST(ParquetFile, BeginsARowGroupAfterThirtyTwoMebibytes)
{
    const TemporaryFolder folder;
    ParquetFile file{folder / "a.parquet", {{"bulk", ParquetType::Text}}};
    std::string noise(std::size_t{1} << 20, 'x');
    std::uint32_t state = 1;
    for (char& c : noise) { // nothing that a compressor makes smaller
        state = state * 1'664'525 + 1'013'904'223;
        c = static_cast<char>(state >> 24);
    }
    for (int i = 0; i < 40; ++i) {
        file.addText(noise);
        file.endRow();
    }
    EXPECT_EQ(file.finish(Existing::Keep).rows, 40);
    EXPECT_EQ(occurrences(footerOf(readFile(folder / "a.parquet", std::size_t{64} << 20)), "bulk"),
              3U);
}

TEST(ParquetExport, HasTheChosenColumnsInTheirUsualOrder)
{
    TemporaryProject from;
    from.import(testing::histories(2, 3));
    NoProgress progress;
    const ExportResult all = exportReviews(
        *from.project, from.folder / "a.parquet",
        {.format = ExportFormat::Parquet, .columns = {"text", "user_id"}}, {}, progress);
    EXPECT_EQ(all.files.at(0).rows, 6);
    const std::string footer = footerOf(readFile(from.folder / "a.parquet"));
    EXPECT_LT(footer.find("user_id"), footer.find("text"));
    EXPECT_EQ(footer.find("rating"), std::string::npos);
    EXPECT_THROW(static_cast<void>(exportReviews(
                     *from.project, from.folder / "b.parquet",
                     {.format = ExportFormat::Parquet, .columns = {"stars"}}, {}, progress)),
                 Error);
    EXPECT_THROW(static_cast<void>(exportReviews(
                     *from.project, from.folder / "b.parquet",
                     {.format = ExportFormat::Parquet, .columns = {"part"}}, {}, progress)),
                 Error);
}

} // namespace
} // namespace nextquill::store

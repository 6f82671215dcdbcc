// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curate/BandTable.h"

#include "core/base/Error.h"
#include "core/base/Random.h"

#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <tuple>

namespace nextquill::curate {
namespace {

using testing::TemporaryFolder;

using Row = std::tuple<std::uint64_t, std::uint32_t>;

std::vector<Row> rowsOf(std::size_t memory, const std::filesystem::path& folder, bool onDisk)
{
    BandTable table{3, memory, folder};
    const Random random{1, 2};
    for (std::uint32_t text = 0; text < 1'000; ++text) {
        for (std::size_t band = 0; band < 3; ++band) {
            table.add(band, random.bits(text * 3 + band) % 50, text);
        }
    }
    EXPECT_EQ(table.isOnDisk(), onDisk);
    std::vector<Row> rows;
    for (std::size_t band = 0; band < 3; ++band) {
        for (const BandTable::Entry& entry : table.take(band)) {
            rows.emplace_back(entry.hash, entry.text);
        }
        EXPECT_TRUE(table.take(band).empty());
    }
    return rows;
}

TEST(BandTable, GivesTheSameFromMemoryAndFromFilesAndLeavesNone)
{
    const TemporaryFolder folder;
    const auto rows = rowsOf(1 << 20, folder.path(), false);
    EXPECT_EQ(rows.size(), 3'000U);
    EXPECT_TRUE(std::is_sorted(rows.begin(), rows.begin() + 1'000));
    EXPECT_EQ(rowsOf(1'600, folder.path(), true), rows);
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(BandTable, TakesTheSystemsFolderWhereTheProjectsCannotBeWritten)
{
    EXPECT_EQ(rowsOf(1'600, "/proc/none", true), rowsOf(1 << 20, "/proc/none", false));
}

} // namespace
} // namespace nextquill::curate

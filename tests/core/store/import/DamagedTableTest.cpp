// SPDX-License-Identifier: GPL-3.0-or-later
//
// Every kind of damage that the Pollock benchmark found in public tables: what can be read is read
// as it was meant, everything else is a reject, and nothing is lost without a word.
#include "core/base/Error.h"
#include "core/store/Histories.h"

#include "tests/core/store/TemporaryProject.h"
#include "tests/core/store/import/DamagedTables.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

namespace nextquill::store {
namespace {

using nextquill::testing::DamagedTable;
using nextquill::testing::DamagedTables;
using nextquill::testing::Row;
using nextquill::testing::TemporaryProject;

std::vector<Row> keptBy(const TemporaryProject& temporary)
{
    std::vector<Row> rows;
    for (const ReviewRow& row : Histories{*temporary.project}.reviews({.limit = 1'000})) {
        rows.push_back({row.userName, row.review.text, fmt::format("{}", row.review.rating)});
    }
    return rows;
}

TEST(DamagedTable, IsReadAsItWasMeantOrRejected)
{
    NoProgress quiet;
    const DamagedTables tables;
    EXPECT_GE(tables.all().size(), 45U);
    for (const DamagedTable& table : tables.all()) {
        SCOPED_TRACE(table.name);
        if (table.rejected < 0) {
            continue; // below
        }
        TemporaryProject temporary;
        const auto file = temporary.folder.write("t.csv", table.bytes);
        ImportResult result;
        ASSERT_NO_THROW(result = importReviews(*temporary.project, {file}, {}, {}, quiet));
        EXPECT_EQ(keptBy(temporary), table.kept);
        EXPECT_EQ(result.rejected, table.rejected);
        EXPECT_EQ(result.read, result.kept + result.rejected + result.duplicates);
        for (const Reject& reject : rejects(*temporary.project, 0, 100)) {
            EXPECT_GT(reject.line, 0);
            EXPECT_FALSE(reject.reason.empty());
        }
    }
}

TEST(DamagedTable, LosesNoRowWithoutAWordWhenItsHeaderIsOfAnotherWidth)
{
    NoProgress quiet;
    const DamagedTables tables;
    for (const DamagedTable& table : tables.all()) {
        if (table.rejected >= 0) {
            continue;
        }
        SCOPED_TRACE(table.name);
        TemporaryProject temporary;
        const auto file = temporary.folder.write("t.csv", table.bytes);
        const ImportResult result = importReviews(*temporary.project, {file}, {}, {}, quiet);
        EXPECT_EQ(result.kept + result.rejected, 28);
    }
}

TEST(DamagedTable, WithoutAHeaderIsReadByTheNumbersOfItsColumns)
{
    NoProgress quiet;
    TemporaryProject temporary;
    const auto rows = DamagedTables::rows();
    const auto file =
        temporary.folder.write("t.csv", DamagedTables::tableText(rows, {}, /*withHeader=*/false));
    EXPECT_THROW(static_cast<void>(importReviews(*temporary.project, {file}, {}, {}, quiet)),
                 Error);
    ImportSettings settings;
    for (const char* assignment : {"user=column 1", "item=column 2", "rating=column 3",
                                   "title=column 4", "text=column 5", "time=column 6"}) {
        mapField(settings.map, assignment);
    }
    EXPECT_EQ(importReviews(*temporary.project, {file}, settings, {}, quiet).kept, 28);
}

} // namespace
} // namespace nextquill::store

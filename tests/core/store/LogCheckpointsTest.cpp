// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/LogCheckpoints.h"

#include "core/store/Connection.h"

#include "tests/core/store/TemporaryProject.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace nextquill::store {
namespace {

class LogOfBulkWork : public ::testing::Test
{
protected:
    LogOfBulkWork()
    {
        connection().syncEveryCommit(false);
        connection().execute("CREATE TABLE bulk (bytes BLOB)");
    }

    Connection& connection() { return m_temporary.project->connection(); }

    void writeMegabyte()
    {
        Transaction transaction{connection()};
        Query{connection(), "INSERT INTO bulk VALUES (randomblob(1048576))"}.run();
        transaction.commit();
    }

    [[nodiscard]] std::uintmax_t logBytes() const
    {
        return std::filesystem::file_size(m_temporary.file().string() + "-wal");
    }

    nextquill::testing::TemporaryProject m_temporary;
};

TEST_F(LogOfBulkWork, StaysSmallWhileItsPagesAreMovedBesideIt)
{
    {
        LogCheckpoints checkpoints{connection(), 8 << 20};
        for (int i = 0; i < 64; ++i) {
            writeMegabyte();
        }
        EXPECT_LT(logBytes(), 16U << 20U);
        EXPECT_GT(std::filesystem::file_size(m_temporary.file()), 40U << 20U);
    }
    Query all{connection(), "SELECT count(*), sum(length(bytes)) FROM bulk"};
    ASSERT_TRUE(all.next());
    EXPECT_EQ(all.integer(0), 64);
    EXPECT_EQ(all.integer(1), 64 << 20);
}

TEST_F(LogOfBulkWork, GrowsOnWhileSomebodyReadsAnOlderState)
{
    writeMegabyte();
    Connection reader{m_temporary.file(), Access::Read};
    const ReadSnapshot snapshot{reader};
    Query first{reader, "SELECT count(*) FROM bulk"};
    ASSERT_TRUE(first.next());
    LogCheckpoints checkpoints{connection(), 2 << 20};
    for (int i = 0; i < 8; ++i) {
        writeMegabyte();
    }
    EXPECT_GT(logBytes(), 8U << 20U);
    Query again{reader, "SELECT count(*) FROM bulk"};
    ASSERT_TRUE(again.next());
    EXPECT_EQ(again.integer(0), 1);
}

} // namespace
} // namespace nextquill::store

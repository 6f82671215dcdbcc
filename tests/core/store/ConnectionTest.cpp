// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/Connection.h"

#include "core/store/Project.h"

#include "tests/core/store/TemporaryProject.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <thread>

namespace nextquill::store {
namespace {

using testing::histories;
using testing::TemporaryProject;

constexpr const char* endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                                "SELECT count(*) FROM n";

std::int64_t valueOf(Connection& connection, const std::string& query)
{
    Query value{connection, query};
    return value.next() ? value.integer(0) : -1;
}

TEST(Connection, IsSetUpForAStrangersFile)
{
    TemporaryProject temporary;
    const auto reader = Project::open(temporary.file(), OpenMode::ReadOnly);
    for (Connection* connection : {&temporary.project->connection(), &reader->connection()}) {
        EXPECT_EQ(valueOf(*connection, "PRAGMA trusted_schema"), 0);
        EXPECT_EQ(valueOf(*connection, "PRAGMA cell_size_check"), 1);
        EXPECT_EQ(valueOf(*connection, "PRAGMA mmap_size"), 0);
        EXPECT_EQ(valueOf(*connection, "PRAGMA foreign_keys"), 1);
        EXPECT_EQ(valueOf(*connection, "PRAGMA secure_delete"), 1);
        EXPECT_EQ(valueOf(*connection, "PRAGMA hard_heap_limit"), 1 << 30);
        sqlite3* const handle = connection->database().getHandle();
        EXPECT_EQ(sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, -1), 256 << 20);
        EXPECT_EQ(sqlite3_limit(handle, SQLITE_LIMIT_SQL_LENGTH, -1), 1'000'000);
        EXPECT_EQ(sqlite3_limit(handle, SQLITE_LIMIT_EXPR_DEPTH, -1), 100);
        EXPECT_EQ(sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, -1), 2);
        EXPECT_EQ(sqlite3_limit(handle, SQLITE_LIMIT_VDBE_OP, -1), 250'000);
        EXPECT_EQ(sqlite3_limit(handle, SQLITE_LIMIT_TRIGGER_DEPTH, -1), 10);
        for (const int off : {SQLITE_DBCONFIG_ENABLE_TRIGGER, SQLITE_DBCONFIG_ENABLE_VIEW,
                              SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION}) {
            int value = -1;
            sqlite3_db_config(handle, off, -1, &value);
            EXPECT_EQ(value, 0) << off;
        }
        int defensive = 0;
        sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, -1, &defensive);
        EXPECT_EQ(defensive, 1);
    }
}

TEST(Connection, RefusesWhatNoStatementOfOursDoes)
{
    TemporaryProject temporary;
    Connection& connection = temporary.project->connection();
    const std::string other = (temporary.folder / "other.db").string();
    for (const std::string& statement :
         {"ATTACH '" + other + "' AS other",
          std::string{"CREATE TRIGGER t AFTER INSERT ON users BEGIN DELETE FROM reviews; END"},
          std::string{"CREATE TEMP TRIGGER t AFTER INSERT ON users BEGIN SELECT 1; END"},
          std::string{"CREATE VIEW v AS SELECT 1"}, std::string{"CREATE TEMP VIEW v AS SELECT 1"},
          std::string{"SELECT load_extension('x')"}, std::string{"SELECT fts3_tokenizer('simple')"},
          std::string{"UPDATE reviews_text_data SET block = x'00'"},
          std::string{"PRAGMA writable_schema = ON; DELETE FROM sqlite_schema"}}) {
        EXPECT_THROW(connection.execute(statement), Error) << statement;
    }
    EXPECT_FALSE(std::filesystem::exists(other));
    EXPECT_TRUE(temporary.project->check(true, {}).empty());
}

TEST(StopGuard, EndsAStatementThatRuns)
{
    TemporaryProject temporary;
    Connection& connection = temporary.project->connection();
    std::stop_source source;
    {
        const StopGuard guard{connection, source.get_token()};
        Query query{connection, endless};
        const std::jthread stopper{[&source] { source.request_stop(); }};
        EXPECT_THROW(static_cast<void>(query.next()), Stopped);
        EXPECT_THROW(static_cast<void>(valueOf(connection, "SELECT 1")), Stopped);
    }
    EXPECT_EQ(valueOf(connection, "SELECT 1"), 1);
}

TEST(StopGuard, LeavesAConnectionThatCanTakeBackAndGoOn)
{
    TemporaryProject temporary;
    temporary.import(histories(3, 3));
    Connection& connection = temporary.project->connection();
    std::stop_source source;
    {
        Transaction transaction{connection};
        const StopGuard guard{connection, source.get_token()};
        // The full-text index keeps a statement of its own open from here on.
        Query index{connection, "INSERT INTO reviews_text (rowid, title, text) VALUES (?, 'a', ?)"};
        for (int row = 0; row < 2'000; ++row) {
            index.with(1'000 + row, "words in row " + std::to_string(row)).run();
        }
        static_cast<void>(valueOf(connection, "SELECT count(*) FROM reviews_text "
                                              "WHERE reviews_text MATCH 'words'"));
        source.request_stop();
        EXPECT_THROW(index.with(9, "more").run(), Stopped);
    }
    Transaction transaction{connection};
    connection.execute("UPDATE users SET name = name");
    transaction.commit();
    EXPECT_EQ(
        valueOf(connection, "SELECT count(*) FROM reviews_text WHERE reviews_text MATCH 'words'"),
        0);
    EXPECT_TRUE(temporary.project->check(true, {}).empty());
}

TEST(Query, InsertGivesTheIdOfTheRow)
{
    TemporaryProject temporary;
    Connection& connection = temporary.project->connection();
    Query insert{connection, "INSERT INTO users (name) VALUES (?)"};
    const std::int64_t first = insert.with("a").insert();
    EXPECT_EQ(insert.with("b").insert(), first + 1);
    EXPECT_EQ(valueOf(connection, "SELECT id FROM users WHERE name = 'b'"), first + 1);
    EXPECT_THROW(insert.with("a").insert(), Error);
}

} // namespace
} // namespace nextquill::store

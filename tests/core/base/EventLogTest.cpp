// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/EventLog.h"

#include "core/base/Error.h"

#include "tests/support/SmallDisk.h"
#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <fstream>
#include <thread>

namespace nextquill {
namespace {

using testing::TemporaryFolder;

void appendRaw(const std::filesystem::path& file, const std::string& bytes)
{
    std::ofstream{file, std::ios::app | std::ios::binary} << bytes;
}

TEST(EventLog, IsReadWhileItGrows)
{
    const TemporaryFolder folder;
    EventReader reader{folder / "events.jsonl"};
    EXPECT_TRUE(reader.poll().empty()); // no file yet

    EventLog log{folder / "events.jsonl"};
    log.append({{"event", "start"}});
    ASSERT_EQ(reader.poll().size(), 1U);

    log.append({{"event", "step"}, {"step", 1}});
    const auto events = reader.poll();
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0]["step"], 1);
    EXPECT_TRUE(reader.poll().empty());
}

TEST(EventLog, LeavesAHalfLineForLater)
{
    const TemporaryFolder folder;
    appendRaw(folder / "e", "{\"a\":1}\n{\"b\"");
    EventReader reader{folder / "e"};
    EXPECT_EQ(reader.poll().size(), 1U);

    appendRaw(folder / "e", ":2}\n");

    const auto events = reader.poll();
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0]["b"], 2);
    EXPECT_EQ(reader.skippedLines(), 0);
}

TEST(EventLog, IsReadFromItsBeginningWhereItHasBecomeShorter)
{
    const TemporaryFolder folder;
    const auto file = folder / "events.jsonl";
    EventReader reader{file};
    appendRaw(file, "{\"step\": 1}\n{\"step\": 2}\n{\"st");
    EXPECT_EQ(reader.poll().size(), 2U);
    std::filesystem::remove(file); // a copy that is made anew
    EXPECT_TRUE(reader.poll().empty());
    appendRaw(file, "{\"step\": 1}\n");
    const auto events = reader.poll();
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0]["step"], 1);
    EXPECT_EQ(reader.skippedLines(), 0);
}

TEST(EventLog, GoesOnAfterATornLine)
{
    const TemporaryFolder folder;
    appendRaw(folder / "e", "{\"a\":1}\n{\"torn");

    EventLog log{folder / "e"};
    log.append({{"c", 3}});

    EventReader reader{folder / "e"};
    const auto events = reader.poll();
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[1]["c"], 3);
    EXPECT_EQ(reader.skippedLines(), 1);
}

TEST(EventLog, GoesOnAfterTheDiskTookHalfALine)
{
    const TemporaryFolder folder;
    EventLog log{folder / "events.jsonl"};
    log.append({{"event", "start"}});
    {
        const testing::SmallDisk full{std::filesystem::file_size(folder / "events.jsonl") + 5};
        EXPECT_THROW(log.append({{"event", "step"}, {"step", 1}}), Error);
        EXPECT_THROW(log.append({{"event", "step"}, {"step", 1}}), Error);
    }
    log.append({{"event", "step"}, {"step", 1}});
    log.append({{"event", "done"}});

    EventReader reader{folder / "events.jsonl"};
    const auto events = reader.poll();
    ASSERT_EQ(events.size(), 3U);
    EXPECT_EQ(events[1]["step"], 1);
    EXPECT_EQ(events[2]["event"], "done");
    EXPECT_EQ(reader.skippedLines(), 1);
}

TEST(EventLog, KeepsLinesOfSeveralThreadsWhole)
{
    const TemporaryFolder folder;
    {
        EventLog log{folder / "e"};
        std::vector<std::jthread> writers;
        for (int t = 0; t < 4; ++t) {
            writers.emplace_back([&log] {
                for (int i = 0; i < 250; ++i) {
                    log.append({{"text", std::string(300, 'x')}});
                }
            });
        }
    }
    EventReader reader{folder / "e"};
    EXPECT_EQ(reader.poll().size(), 1000U);
    EXPECT_EQ(reader.skippedLines(), 0);
}

TEST(EventLog, SaysWhereItCannotWrite)
{
    EXPECT_THROW(EventLog{"/nonexistent-folder/e"}, Error);
}

} // namespace
} // namespace nextquill

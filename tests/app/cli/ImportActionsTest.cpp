// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/cli/CommandLine.h"
#include "tests/core/store/TemporaryProject.h"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <zlib.h>

namespace nextquill::app::testing {
namespace {

using ::testing::HasSubstr;

class ImportActions : public CommandLine
{
protected:
    void SetUp() override { m_folder.write("r.jsonl", nextquill::testing::histories(1'500, 60)); }

    [[nodiscard]] std::int64_t reviews() const
    {
        return json({"data", "stats", "p.nextquill"}).at("reviews").get<std::int64_t>();
    }

    /// An import that was killed after its first batches.
    void interrupt() const
    {
        const Child child{m_folder.path(), {"import", "p.nextquill", "r.jsonl"}, {}};
        const auto log = m_folder / "p.nextquill-wal";
        ASSERT_TRUE(eventually([&] {
            std::error_code none;
            return std::filesystem::file_size(log, none) > (3U << 20U) && !none;
        }));
        child.signal(SIGKILL);
    }
};

TEST_F(ImportActions, GoOnWithAnImportThatWasKilled)
{
    interrupt();
    const Json listed = json({"import", "p.nextquill", "--list"}).at("imports");
    ASSERT_EQ(listed.size(), 1U);
    EXPECT_EQ(listed[0].at("state"), "interrupted");
    EXPECT_EQ(listed[0].at("can_resume"), true);
    EXPECT_LT(reviews(), 90'000);
    EXPECT_GT(reviews(), 0);
    // Another import says so.
    m_folder.write("other.jsonl", nextquill::testing::reviewLine("z", "i", 1, "x"));
    EXPECT_THAT(run({"import", "p.nextquill", "other.jsonl"}).err, HasSubstr("was interrupted"));
    EXPECT_THAT(run({"doctor", "p.nextquill"}).out, HasSubstr("was interrupted"));
    const Json result = json({"import", "p.nextquill", "--resume"});
    EXPECT_EQ(result.at("read"), 90'000);
    EXPECT_EQ(result.at("kept"), 90'000);
    EXPECT_EQ(reviews(), 90'001);
    expectFailure(run({"import", "p.nextquill", "--resume"}), 1,
                  "there is no import to go on with");
}

TEST_F(ImportActions, TakeAnImportBack)
{
    interrupt();
    EXPECT_GT(json({"import", "p.nextquill", "--roll-back"}).at("reviews"), 0);
    EXPECT_EQ(reviews(), 0);
    static_cast<void>(json({"import", "p.nextquill", "r.jsonl"}));
    expectFailure(run({"import", "p.nextquill", "--roll-back"}), 1, "no import to take back");
    EXPECT_EQ(json({"import", "p.nextquill", "--roll-back", "--import", "2"}).at("reviews"),
              90'000);
    EXPECT_EQ(reviews(), 0);
}

TEST_F(ImportActions, KeepAnImportAsItIs)
{
    interrupt();
    const std::int64_t there = reviews();
    static_cast<void>(json({"import", "p.nextquill", "--keep"}));
    EXPECT_EQ(reviews(), there);
    EXPECT_EQ(json({"import", "p.nextquill", "--list"}).at("imports")[0].at("state"), "done");
}

TEST_F(ImportActions, TryRejectedLinesAgain)
{
    m_folder.write("t.csv", "who,body,note\na,one,\na,,two\n");
    const Json first = json({"import", "q.nextquill", "t.csv", "--map", "user=who", "--map",
                             "text=body", "--format", "csv"});
    EXPECT_EQ(first.at("rejected"), 1);
    const Json other = json({"import", "q.nextquill", "--retry-rejects", "--file", "u.csv"});
    EXPECT_EQ(other.at("tried"), 0);
    EXPECT_EQ(run({"import", "q.nextquill", "t.csv", "--file", "t.csv"}).status, 2);
    const Json second = json({"import", "q.nextquill", "--retry-rejects", "--map", "text=note"});
    EXPECT_EQ(second.at("tried"), 1);
    EXPECT_EQ(second.at("kept"), 1);
    EXPECT_EQ(json({"data", "stats", "q.nextquill"}).at("rejects"), 0);
}

TEST_F(ImportActions, AreOneAtATimeAndNeedNoFile)
{
    EXPECT_EQ(run({"import", "p.nextquill"}).status, 2);
    static_cast<void>(json({"import", "p.nextquill", "r.jsonl"}));
    expectFailure(run({"import", "p.nextquill", "--resume", "--roll-back"}), 1, "at once");
}

TEST_F(ImportActions, KeepNothingOfABomb)
{
    const auto file = m_folder / "bomb.jsonl.gz";
    gzFile out = gzopen(file.c_str(), "wb9");
    const std::string line = nextquill::testing::reviewLine("u", "i", 1, std::string(4'000, 'x'));
    for (int i = 0; i < 20'000; ++i) {
        gzwrite(out, line.data(), static_cast<unsigned>(line.size()));
    }
    gzclose(out);
    ASSERT_LT(std::filesystem::file_size(file), 400'000U);
    expectFailure(run({"import", "p.nextquill", "bomb.jsonl.gz"}), 1, "looks like a bomb");
    EXPECT_EQ(reviews(), 0);
    EXPECT_TRUE(json({"import", "p.nextquill", "--list"}).at("imports").empty());
}

} // namespace
} // namespace nextquill::app::testing

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/RejectList.h"

#include "core/base/AtomicFile.h"
#include "core/base/Error.h"

#include "tests/core/store/TemporaryProject.h"

#include <gmock/gmock.h>

namespace nextquill::store {
namespace {

using ::testing::HasSubstr;
using testing::reviewLine;
using testing::TemporaryProject;

NoProgress noProgress;

/// Two kept reviews among four lines that are not taken: for two reasons, from two files.
class RejectListTest : public ::testing::Test
{
protected:
    RejectListTest()
    {
        import("first.jsonl", reviewLine("ann", "i", 10, "Kept.") + "=no JSON, \"quoted\"\n" +
                                  reviewLine("ann", "i", 20, "") +
                                  reviewLine("ann", "j", 30, "Kept, too."));
        import("second.jsonl", reviewLine("ben", "i", 40, "Kept as well.") +
                                   reviewLine("ben", "j", 50, "") + "Broken LINE\n");
    }

    void import(const std::string& name, const std::string& lines)
    {
        (void)importReviewText(*m_temporary.project, lines, {}, name, {}, noProgress);
    }
    [[nodiscard]] RejectList list() const { return RejectList{*m_temporary.project}; }
    [[nodiscard]] std::string places(const RejectFilter& filter, std::int64_t after = 0,
                                     int limit = 100) const
    {
        std::string text;
        for (const Reject& reject : list().page(filter, after, limit, {})) {
            text += reject.file + ":" + std::to_string(reject.line) + " ";
        }
        return text;
    }

    TemporaryProject m_temporary;
};

TEST_F(RejectListTest, FiltersByFileReasonAndText)
{
    EXPECT_EQ(places({}), "first.jsonl:2 first.jsonl:3 second.jsonl:2 second.jsonl:3 ");
    EXPECT_EQ(places({.file = "second.jsonl"}), "second.jsonl:2 second.jsonl:3 ");
    EXPECT_EQ(places({.reason = "its text is empty"}), "first.jsonl:3 second.jsonl:2 ");
    EXPECT_EQ(places({.contains = "broken line"}), "second.jsonl:3 ");
    EXPECT_EQ(places({.contains = "%"}), "") << "a pattern instead of a text";
    EXPECT_EQ(places({.file = "first.jsonl", .reason = "its text is empty", .contains = "ann"}),
              "first.jsonl:3 ");
    EXPECT_EQ(places({.file = "first.jsonl", .contains = "ben"}), "");
}

TEST_F(RejectListTest, GoesOnBehindTheLastRowOfAPage)
{
    const RejectFilter empty{.reason = "its text is empty"};
    const auto first = list().page(empty, 0, 1, {});
    ASSERT_EQ(first.size(), 1U);
    EXPECT_EQ(first[0].file, "first.jsonl");
    EXPECT_EQ(places(empty, first[0].row, 1), "second.jsonl:2 ");
}

TEST_F(RejectListTest, CountsWhatTheLinesHaveInCommon)
{
    import("third.jsonl", reviewLine("cid", "i", 60, "") + reviewLine("cid", "i", 70, "Kept.") +
                              reviewLine("ann", "i", 10, "Kept."));
    const RejectSummary summary = list().summary({}, noProgress);
    EXPECT_EQ(summary.lines, 5);
    EXPECT_EQ(summary.imports.rejected, 5);
    EXPECT_EQ(summary.imports.kept, 4);
    EXPECT_EQ(summary.imports.duplicates, 1);
    EXPECT_EQ(summary.imports.read, 10);
    ASSERT_EQ(summary.reasons.size(), 2U);
    EXPECT_EQ(summary.reasons[0].what, "its text is empty");
    EXPECT_EQ(summary.reasons[0].lines, 3);
    EXPECT_EQ(summary.reasons[1].lines, 2);
    ASSERT_EQ(summary.files.size(), 3U);
    EXPECT_EQ(summary.files[0].what, "first.jsonl");
    EXPECT_EQ(summary.files[2].lines, 1);
    EXPECT_EQ(summary.otherReasons, 0);
}

TEST_F(RejectListTest, WritesJsonLinesThatParseAgain)
{
    const auto to = m_temporary.folder / "rejects.jsonl";
    EXPECT_EQ(list().write(to, RejectFormat::Jsonl, {.file = "first.jsonl"}, false, {}, noProgress),
              2);
    const std::string text = readFile(to);
    const Json line = parseJson(text.substr(0, text.find('\n')), {}, "rejects.jsonl");
    EXPECT_EQ(line.at("file"), "first.jsonl");
    EXPECT_EQ(line.at("line"), 2);
    EXPECT_EQ(line.at("text"), "=no JSON, \"quoted\"");
    EXPECT_FALSE(line.at("reason").get<std::string>().empty());
}

TEST_F(RejectListTest, WritesATableWithoutFormulas)
{
    const auto to = m_temporary.folder / "rejects.csv";
    EXPECT_EQ(list().write(to, RejectFormat::Csv, {}, false, {}, noProgress), 4);
    const std::string text = readFile(to);
    EXPECT_TRUE(text.starts_with("file,line,byte,reason,text\r\n\"first.jsonl\",2,")) << text;
    EXPECT_THAT(text, HasSubstr("\"'=no JSON, \"\"quoted\"\"\"\r\n"));
}

TEST_F(RejectListTest, KeepsAFileOfThatNameUnlessItMayBeReplaced)
{
    const auto to = m_temporary.folder.write("taken.csv", "somebody's");
    EXPECT_THROW(list().write(to, RejectFormat::Csv, {}, false, {}, noProgress), Error);
    EXPECT_EQ(readFile(to), "somebody's");
    EXPECT_EQ(list().write(to, RejectFormat::Csv, {}, true, {}, noProgress), 4);
}

TEST_F(RejectListTest, LeavesNothingWhenItIsStopped)
{
    std::stop_source stop;
    stop.request_stop();
    const auto to = m_temporary.folder / "stopped.csv";
    EXPECT_THROW(list().write(to, RejectFormat::Csv, {}, false, stop.get_token(), noProgress),
                 Stopped);
    EXPECT_FALSE(std::filesystem::exists(to));
    EXPECT_THROW((void)list().summary(stop.get_token(), noProgress), Stopped);
}

} // namespace
} // namespace nextquill::store

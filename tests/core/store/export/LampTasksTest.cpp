// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/AtomicFile.h"
#include "core/base/Error.h"
#include "core/base/Json.h"
#include "core/store/export/Exporter.h"

#include "tests/core/store/TemporaryProject.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <set>
#include <sstream>

namespace nextquill::store {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::reviewLine;
using testing::TemporaryProject;

NoProgress taskProgress;

/// A user with three reviews of different days, and one with a single one.
void importUsers(TemporaryProject& project)
{
    std::string lines;
    const double stars[] = {5, 1, 4};
    for (int i = 0; i < 3; ++i) {
        lines += reviewLine("ann", fmt::format("item{}", i), 86'400 * (i + 1),
                            fmt::format("the text number {}", i), stars[i]);
    }
    lines += reviewLine("bob", "item9", 5, "of another one", 3);
    project.import(lines,
                   R"({"parent_asin": "item0", "title": "A lamp", "description": ["Shines."]})"
                   "\n"
                   R"({"parent_asin": "item2", "title": "A kettle", "description": ["Boils."]})"
                   "\n");
}

struct Written
{
    Json questions;
    Json outputs;
    ExportResult result;
};

Written lampOf(TemporaryProject& from, int task, const std::string& name = "lamp")
{
    Written written;
    written.result =
        exportReviews(*from.project, from.folder / name,
                      {.format = ExportFormat::Lamp, .lampTask = task}, {}, taskProgress);
    written.questions = readJsonFile(from.folder / name / "all_questions.json", {});
    written.outputs = readJsonFile(from.folder / name / "all_outputs.json", {});
    return written;
}

/// The question with that output.
Json questionOf(const Written& written, const std::string& output)
{
    for (std::size_t i = 0; i < written.questions.size(); ++i) {
        if (written.outputs.at("golds").at(i).at("output") == output) {
            return written.questions.at(i);
        }
    }
    return {};
}

std::set<std::string> keysOf(const Json& object)
{
    std::set<std::string> keys;
    for (const auto& [key, value] : object.items()) {
        keys.insert(key);
    }
    return keys;
}

struct TaskShape
{
    int task;
    const char* output;       ///< of ann's newest review
    const char* first;        ///< fields of a past text
    const char* second;       ///< "": one field alone
    const char* valueOfFirst; ///< of ann's oldest review
    const char* valueOfSecond;
    const char* asks; ///< stands in the input
};

class LampTasks : public ::testing::TestWithParam<TaskShape>
{
};

INSTANTIATE_TEST_SUITE_P(
    All, LampTasks,
    ::testing::Values(
        TaskShape{2, "the text number 2", "description", "tag", "Shines.", "the text number 0",
                  "description: Boils."},
        TaskShape{3, "4", "text", "score", "the text number 0", "5", "review: the text number 2"},
        TaskShape{4, "T", "title", "text", "T", "the text number 0", "article: the text number 2"},
        TaskShape{5, "T", "title", "abstract", "T", "the text number 0",
                  "abstract: the text number 2"},
        TaskShape{6, "T", "title", "text", "T", "the text number 0", "email: the text number 2"}),
    [](const auto& task) { return fmt::format("Task{}", task.param.task); });

TEST_P(LampTasks, HaveTheFieldsOfTheBenchmark)
{
    const TaskShape& shape = GetParam();
    TemporaryProject from;
    importUsers(from);
    const Written written = lampOf(from, shape.task);
    EXPECT_EQ(written.outputs.at("task"), fmt::format("LaMP_{}", shape.task));
    Json question;
    for (const Json& candidate : written.questions) {
        if (candidate.at("user_id") == "ann") {
            question = candidate;
        }
    }
    ASSERT_FALSE(question.is_null());
    EXPECT_THAT(question.at("input").get<std::string>(), HasSubstr(shape.asks));
    EXPECT_EQ(keysOf(question),
              (std::set<std::string>{"id", "input", "profile", "user_id", "date", "time"}));
    const Json& past = question.at("profile").at(0);
    EXPECT_EQ(keysOf(past),
              (std::set<std::string>{"id", shape.first, shape.second, "date", "time"}));
    EXPECT_EQ(past.at(shape.first), shape.valueOfFirst);
    EXPECT_EQ(past.at(shape.second), shape.valueOfSecond);
    EXPECT_EQ(past.at("date"), "1970-01-02");
    EXPECT_FALSE(questionOf(written, shape.output).is_null());
    // Read again: the benchmark's own reader knows the fields.
    TemporaryProject to;
    const ImportResult read =
        importReviews(*to.project, {from.folder / "lamp/all_questions.json"}, {}, {}, taskProgress);
    EXPECT_EQ(read.format, SourceFormat::Lamp);
    EXPECT_EQ(read.rejected, 0);
    EXPECT_GE(read.kept, 2);
}

TEST(LampExport, AsksForOneOfTwoItemsOfWhichOneIsTheUsersOwn)
{
    TemporaryProject from;
    importUsers(from);
    const Written written = lampOf(from, 1);
    ASSERT_EQ(written.questions.size(), 2U);
    for (std::size_t i = 0; i < 2; ++i) {
        const Json& question = written.questions.at(i);
        const auto output = written.outputs.at("golds").at(i).at("output").get<std::string>();
        const bool isAnn = question.at("user_id") == "ann";
        const std::string own = isAnn ? "A kettle" : "item9";
        EXPECT_THAT(question.at("input").get<std::string>(),
                    HasSubstr(output + ": \"" + own + "\""));
        if (isAnn) { // the other one is none of hers
            EXPECT_THAT(question.at("input").get<std::string>(), HasSubstr("\"item9\""));
        }
    }
    EXPECT_EQ(keysOf(written.questions.at(0).at("profile").at(0)),
              (std::set<std::string>{"id", "title", "abstract", "date", "time"}));
}

TEST(LampExport, LeavesReviewsWithoutARatingOutAndSaysSo)
{
    TemporaryProject from;
    from.import(reviewLine("ann", "a", 1, "rated", 2) + reviewLine("bob", "b", 1, "not rated", 0));
    const Written written = lampOf(from, 3);
    EXPECT_EQ(written.questions.size(), 1U);
    EXPECT_EQ(written.result.leftOut, 1);
    EXPECT_THAT(readFile(from.folder / "lamp/README.md"), HasSubstr("- 1 target is left out"));
    TemporaryProject none;
    none.import(reviewLine("bob", "b", 1, "not rated", 0));
    try {
        static_cast<void>(lampOf(none, 3));
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_THAT(error.problem(), HasSubstr("LaMP 3"));
    }
    EXPECT_FALSE(fs::exists(none.folder / "lamp"));
}

TEST(LampExport, OfAnImportedQuestionGivesItBack)
{
    TemporaryProject from;
    const auto file = from.folder.write(
        "dev_questions.json",
        R"([{"id":"q1","input":"Headline for: an article","output":"The gold","profile":[)"
        R"({"id":"a","title":"Head","text":"Body."},{"id":"b","title":"Second","text":"More."}]}])");
    static_cast<void>(importReviews(*from.project, {file}, {}, {}, taskProgress));
    const Written written = lampOf(from, 4);
    ASSERT_EQ(written.questions.size(), 1U);
    EXPECT_EQ(written.outputs.at("golds").at(0).at("output"), "The gold");
    EXPECT_EQ(written.questions.at(0).at("input"), "Headline for: an article");
    const Json& profile = written.questions.at(0).at("profile");
    ASSERT_EQ(profile.size(), 2U);
    EXPECT_EQ(profile.at(0).at("id"), "a");
    EXPECT_EQ(profile.at(0).at("title"), "Head");
    EXPECT_EQ(profile.at(0).at("text"), "Body.");
}

TEST(LampExport, RefusesATaskThatThereIsNot)
{
    TemporaryProject from;
    importUsers(from);
    EXPECT_THROW(static_cast<void>(lampOf(from, 8)), Error);
    EXPECT_THROW(static_cast<void>(lampOf(from, 0)), Error);
}

struct LongShape
{
    LongLampTask task;
    const char* user;
    std::set<std::string> past;
};

class LongLampTasks : public ::testing::TestWithParam<LongShape>
{
};

INSTANTIATE_TEST_SUITE_P(
    All, LongLampTasks,
    ::testing::Values(
        LongShape{LongLampTask::ProductReview,
                  "reviewerId",
                  {"overall", "summary", "description", "reviewText", "time"}},
        LongShape{LongLampTask::AbstractGeneration, "name", {"title", "abstract", "time"}},
        LongShape{LongLampTask::TopicWriting, "author", {"summary", "content", "time"}}));

TEST_P(LongLampTasks, HaveTheFieldsOfTheBenchmarkAndAreReadAgain)
{
    const LongShape& shape = GetParam();
    TemporaryProject from;
    importUsers(from);
    const ExportResult result = exportReviews(
        *from.project, from.folder / "long",
        {.format = ExportFormat::LongLamp, .longLampTask = shape.task}, {}, taskProgress);
    ASSERT_EQ(result.files.size(), 2U);
    EXPECT_EQ(result.files[0].path, from.folder / "long/all.jsonl");
    EXPECT_EQ(result.files[0].rows, 2);
    std::istringstream lines{readFile(from.folder / "long/all.jsonl")};
    std::string line;
    std::getline(lines, line);
    const Json row = Json::parse(line);
    EXPECT_EQ(row.at(shape.user), "ann");
    EXPECT_EQ(row.at("output"), "the text number 2");
    EXPECT_THAT(row.at("input").get<std::string>(), Not(HasSubstr("the text number 2")));
    ASSERT_EQ(row.at("profile").size(), 2U);
    EXPECT_EQ(keysOf(row.at("profile").at(0)), shape.past);
    TemporaryProject to;
    const ImportResult read =
        importReviews(*to.project, {from.folder / "long/all.jsonl"}, {}, {}, taskProgress);
    EXPECT_EQ(read.format, SourceFormat::LongLamp);
    EXPECT_EQ(read.kept, 4);
    const Histories store{*to.project};
    const auto timeline = store.timeline(store.findUser("ann")->id);
    ASSERT_EQ(timeline.size(), 3U);
    EXPECT_EQ(timeline[0].review.text, "the text number 2");
    EXPECT_EQ(timeline[2].review.text, "the text number 0");
    EXPECT_EQ(timeline[2].review.time, 86'400'000);
}

TEST(LongLampExport, NamesThePartsOfASplitAsTheBenchmarkDoes)
{
    TemporaryProject from;
    from.import(testing::histories(2, 6));
    static_cast<void>(Splits{*from.project}.create({.name = "s", .minimumHistory = 2}));
    const ExportSettings settings{.format = ExportFormat::LongLamp, .split = "s"};
    static_cast<void>(
        exportReviews(*from.project, from.folder / "long", settings, {}, taskProgress));
    std::set<std::string> names;
    for (const fs::directory_entry& entry : fs::directory_iterator{from.folder / "long"}) {
        names.insert(entry.path().filename().string());
    }
    EXPECT_EQ(names,
              (std::set<std::string>{"README.md", "test.jsonl", "train.jsonl", "val.jsonl"}));
    ExportSettings again = settings;
    EXPECT_THROW(static_cast<void>(
                     exportReviews(*from.project, from.folder / "long", again, {}, taskProgress)),
                 Error);
    again.replace = true;
    EXPECT_EQ(exportReviews(*from.project, from.folder / "long", again, {}, taskProgress).rows, 8);
}

} // namespace
} // namespace nextquill::store

// SPDX-License-Identifier: GPL-3.0-or-later
//
// The benchmarks' own shapes, with invented texts.
#include "core/store/import/LampRecords.h"

#include "core/base/Error.h"
#include "core/store/Histories.h"

#include "tests/core/store/TemporaryProject.h"

#include <gmock/gmock.h>

namespace nextquill::store {
namespace {

using nextquill::testing::TemporaryProject;

NoProgress lampProgress;

struct Task
{
    const char* name;
    const char* past; ///< two past texts
    const char* text; ///< of the first one
    const char* about;
    double rating;
};

class LampTask : public ::testing::TestWithParam<Task>
{
};

INSTANTIATE_TEST_SUITE_P(
    All, LampTask,
    ::testing::Values(
        Task{
            "1",
            R"({"id":"a","title":"On rain","abstract":"It rains."},{"id":"b","title":"T","abstract":"A"})",
            "On rain", "It rains.", 0},
        Task{
            "2",
            R"({"id":"a","description":"A film.","tag":"comedy"},{"id":"b","description":"D","tag":"t"})",
            "comedy", "A film.", 0},
        Task{
            "2old",
            R"({"id":"a","title":"Head","text":"News.","category":"sports"},{"id":"b","title":"H","text":"N","category":"c"})",
            "sports", "News.", 0},
        Task{"3", R"({"id":"a","text":"I like it","score":"5"},{"id":"b","text":"No","score":"1"})",
             "I like it", "", 5},
        Task{"4",
             R"({"id":"a","title":"Head","text":"An article."},{"id":"b","title":"H","text":"A"})",
             "Head", "An article.", 0},
        Task{"7", R"({"id":"a","text":"a tweet"},{"id":"b","text":"another"})", "a tweet", "", 0}),
    [](const auto& task) { return std::string{task.param.name}; });

TEST_P(LampTask, BringsWhatTheUserWroteAndTheOutputLast)
{
    const Task& task = GetParam();
    TemporaryProject temporary;
    const auto questions = temporary.folder.write(
        "dev_questions.json", std::string{R"([{"id":"q1","input":"Do it for: x","profile":[)"} +
                                  task.past + R"(]},{"id":"q2","input":"no output","profile":[)" +
                                  task.past + "]}]");
    static_cast<void>(temporary.folder.write(
        "dev_outputs.json", R"({"task":"LaMP_4","golds":[{"id":"q1","output":"the gold"}]})"));
    const auto result = importReviews(*temporary.project, {questions}, {}, {}, lampProgress);
    EXPECT_EQ(result.format, SourceFormat::Lamp);
    EXPECT_EQ(result.read, 5);
    EXPECT_EQ(result.kept, 5);
    const Histories histories{*temporary.project};
    const auto user = histories.findUser("q1");
    ASSERT_TRUE(user);
    const auto rows = histories.timeline(user->id); // newest first
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0].review.text, "the gold");
    EXPECT_EQ(histories.findItem(rows[0].review.item)->description, "Do it for: x");
    EXPECT_EQ(rows[2].review.text, task.text);
    EXPECT_EQ(rows[2].review.rating, task.rating);
    EXPECT_EQ(histories.findItem(rows[2].review.item)->description, task.about);
    EXPECT_EQ(
        histories.example(ExampleId{static_cast<std::int64_t>(rows[0].review.id)}).history.size(),
        2U);
    EXPECT_EQ(histories.timeline(histories.findUser("q2")->id).size(), 2U);
    EXPECT_EQ(importReviews(*temporary.project, {questions}, {}, {}, lampProgress).kept, 0);
}

TEST(Lamp, TakesDatesAndUsersOfTheTimeSplit)
{
    TemporaryProject temporary;
    const auto questions = temporary.folder.write(
        "train_questions.json",
        R"([{"id":"1","user_id":900,"input":"x","output":"gold","date":"2015-03-01","profile":[)"
        R"({"id":"a","text":"late","date":"2015-02-02"},{"id":"b","text":"early","date":"2014-01-01"}]}])");
    EXPECT_EQ(importReviews(*temporary.project, {questions}, {}, {}, lampProgress).kept, 3);
    const Histories histories{*temporary.project};
    const auto rows = histories.timeline(histories.findUser("900")->id);
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0].review.text, "gold");
    EXPECT_EQ(rows[1].review.text, "late");
    EXPECT_EQ(rows[2].review.text, "early");
    EXPECT_EQ(rows[0].review.time, 1'425'168'000'000);
}

TEST(Lamp, RefusesOutputsThatAreNone)
{
    TemporaryProject temporary;
    const auto questions = temporary.folder.write(
        "q_questions.json", R"([{"id":"1","input":"x","profile":[{"id":"a","text":"t"}]}])");
    static_cast<void>(temporary.folder.write("q_outputs.json", R"({"gold": []})"));
    EXPECT_THROW(
        static_cast<void>(importReviews(*temporary.project, {questions}, {}, {}, lampProgress)),
        Error);
    EXPECT_EQ(Histories{*temporary.project}.counts().reviews, 0);
}

TEST(LongLamp, KnowsItsThreeSchemas)
{
    TemporaryProject temporary;
    const auto file = temporary.folder.write(
        "long.jsonl",
        R"({"name":"Ann","input":"Write the abstract of x","output":"We do x.","profile":[{"title":"On y","abstract":"We do y."}]})"
        "\n"
        R"({"reviewerId":"R1","input":"Review x","output":"Great x","profile":[{"overall":4.0,"summary":"ok","description":"A lamp","reviewText":"It shines"}]})"
        "\n"
        R"({"author":"bob","input":"Write on z","output":"z is z","profile":[{"summary":"tl;dr","content":"a story"},{"input":"i","output":"o"}]})"
        "\n");
    const auto result = importReviews(*temporary.project, {file}, {}, {}, lampProgress);
    EXPECT_EQ(result.format, SourceFormat::LongLamp);
    EXPECT_EQ(result.kept, 7);
    EXPECT_EQ(result.rejected, 0);
    const Histories histories{*temporary.project};
    const auto review = histories.timeline(histories.findUser("R1")->id).at(1);
    EXPECT_EQ(review.review.text, "It shines");
    EXPECT_EQ(review.review.rating, 4);
    EXPECT_EQ(review.review.title, "ok");
    EXPECT_EQ(histories.findItem(review.review.item)->description, "A lamp");
    EXPECT_EQ(histories.timeline(histories.findUser("Ann")->id).at(1).itemTitle, "On y");
    EXPECT_EQ(histories.timeline(histories.findUser("bob")->id).at(0).review.text, "z is z");
}

} // namespace
} // namespace nextquill::store

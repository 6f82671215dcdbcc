// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/cli/CommandLine.h"

#include <gmock/gmock.h>

namespace nextquill::app::testing {
namespace {

using ::testing::HasSubstr;

class SplitCommands : public CommandLine
{
};

TEST_F(SplitCommands, MakeASplitOfEachRuleAsTheDryRunSays)
{
    const std::string project = sampleProject();
    for (const std::string rule :
         {"leave-last-out", "by-user", "by-time", "random", "stratified"}) {
        std::vector<std::string> words{"data", "split",         project, "--name", rule, "--rule",
                                       rule,   "--max-targets", "4",     "--test", "0.2"};
        std::vector<std::string> dry = words;
        dry.emplace_back("--dry-run");
        const Json said = json(dry);
        const Json made = json(words);
        EXPECT_EQ(made.at("rule"), rule);
        for (const char* const part : {"train", "validation", "test"}) {
            EXPECT_EQ(said.at(part), made.at(part)) << rule << ' ' << part;
        }
        EXPECT_EQ(made.at("digest"), json(words).at("digest")) << rule;
    }
    EXPECT_EQ(json({"data", "stats", project}).at("splits").size(), 6); // and the sample's own
}

TEST_F(SplitCommands, TakeTimesAndHoldOutMoreThanOne)
{
    const std::string project = sampleProject();
    const Json two = json({"data", "split", project, "--name", "two", "--last", "2",
                           "--max-targets", "0", "--min-history", "1"});
    EXPECT_EQ(two.at("test"), 11); // of 5 users, and one with two reviews
    const Json timed = json({"data", "split", project, "--name", "t", "--rule", "by-time",
                             "--test-from", "2999-01-01", "--validation-from", "2998-12-01"});
    EXPECT_EQ(timed.at("test"), 0);
    expectFailure(run({"data", "split", project, "--test-from", "2020-01-01"}), 1, "by-time");
    expectFailure(run({"data", "split", project, "--rule", "by-time", "--test-from", "someday"}), 1,
                  "is no time");
    expectFailure(run({"data", "split", project, "--rule", "by-weather"}), 2, "by-weather");
}

TEST_F(SplitCommands, RemoveASplitByItsName)
{
    const std::string project = sampleProject();
    static_cast<void>(json({"data", "split", project, "--name", "s"}));
    EXPECT_EQ(json({"data", "split", project, "--remove", "s"}).at("removed"), "s");
    expectFailure(run({"data", "split", project, "--remove", "s"}), 1, "no split is called");
}

TEST_F(SplitCommands, KeepAFunnelWithWhatIsLeftBehindEachStep)
{
    const std::string project = sampleProject();
    const Json made = json(
        {"data", "funnel", project, "study", "--step", "user-reviews 5", "--step", "newest 3"});
    const Json& counts = made.at("counts");
    ASSERT_EQ(counts.size(), 3);
    EXPECT_EQ(counts.at(0).at("reviews"), 60);
    EXPECT_EQ(counts.at(2).at("reviews"), 15);
    EXPECT_EQ(counts.at(2).at("step"), "newest 3");
    const Json off = json({"data", "funnel", project, "study", "--off", "2"});
    EXPECT_EQ(off.at("counts").at(2).at("reviews"), 58);
    EXPECT_EQ(off.at("counts").at(2).at("on"), false);
    const Json turned = json({"data", "funnel", project, "study", "--on", "2", "--order", "2,1"});
    EXPECT_EQ(turned.at("counts").at(1).at("reviews"), 17);
    EXPECT_EQ(turned.at("counts").at(2).at("reviews"), 0);
    EXPECT_EQ(json({"data", "funnel", project, "study", "--without", "2"}).at("counts").size(), 2);
    EXPECT_EQ(json({"data", "funnel", project}).at("funnels").size(), 1);
    EXPECT_THAT(run({"data", "funnel", project, "study"}).out, HasSubstr("newest 3"));
    static_cast<void>(json({"data", "funnel", project, "study", "--remove"}));
    expectFailure(run({"data", "funnel", project, "study"}), 1, "no funnel is called");
}

TEST_F(SplitCommands, RefuseStepsThatThereAreNot)
{
    const std::string project = sampleProject();
    expectFailure(run({"data", "funnel", project, "f", "--step", "best 5"}), 1,
                  "there is no such step");
    expectFailure(run({"data", "funnel", project, "f", "--off", "1"}), 1, "there is no step 1");
    static_cast<void>(json({"data", "funnel", project, "f", "--step", "newest 3"}));
    expectFailure(run({"data", "funnel", project, "f", "--order", "1,1"}), 1,
                  "does not name each step once");
}

TEST_F(SplitCommands, MakeASplitOfAFunnelAndExcludeTheRest)
{
    const std::string project = sampleProject();
    static_cast<void>(json({"data", "funnel", project, "late", "--step", "newest 3"}));
    const Json split = json({"data", "split", project, "--name", "s", "--funnel", "late"});
    EXPECT_EQ(split.at("funnel"), "late");
    EXPECT_EQ(split.at("train").get<int>() + split.at("validation").get<int>() +
                  split.at("test").get<int>(),
              15);
    EXPECT_EQ(json({"data", "funnel", project, "late", "--exclude-rest"}).at("excluded"), 43);
    EXPECT_EQ(json({"data", "stats", project}).at("excluded"), 43);
    EXPECT_EQ(json({"data", "undo", project}).at("undone"),
              "Exclude 43 reviews outside of the funnel late");
}

TEST_F(SplitCommands, SayWhyAnExampleCameInOrWentOut)
{
    const std::string project = sampleProject();
    static_cast<void>(json({"data", "split", project, "--name", "s"}));
    static_cast<void>(json({"data", "split", project, "--name", "t", "--min-history", "9"}));
    const Json stricter = json({"data", "diff", project, "s", "t", "--limit", "0"});
    ASSERT_GT(stricter.at("removed").get<int>(), 0);
    for (const Json& example : stricter.at("examples")) {
        if (example.at("after").is_null()) {
            EXPECT_THAT(example.at("why").get<std::string>(), HasSubstr("fewer than 9"));
        }
    }
    const auto review = stricter.at("examples").at(0).at("review").get<int>();
    static_cast<void>(json({"data", "exclude", project, std::to_string(review)}));
    static_cast<void>(json({"data", "split", project, "--name", "s", "--new-version"}));
    const Json later = json({"data", "diff", project, "s", "s@2", "--limit", "0"});
    EXPECT_EQ(later.at("examples").at(0).at("review"), review);
    EXPECT_EQ(later.at("examples").at(0).at("why"), "it was excluded");
    EXPECT_THAT(run({"data", "diff", project, "s", "s@2"}).out, HasSubstr("; it was excluded"));
}

} // namespace
} // namespace nextquill::app::testing

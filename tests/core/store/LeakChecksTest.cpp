// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/LeakChecks.h"

#include "core/store/Histories.h"
#include "core/store/Results.h"
#include "core/store/SplitTimelines.h"

#include "tests/core/store/TemporaryProject.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace nextquill::store {
namespace {

using testing::reviewLine;
using testing::TemporaryProject;

struct SplitProject : TemporaryProject
{
    SplitProject()
    {
        import(testing::histories(3, 7));
        split = Splits{*project}.create({.name = "s"});
    }

    Split split;
};

TEST(LeakChecks, AreKeptWithTheSplitTheyAreOf)
{
    SplitProject temporary;
    EXPECT_FALSE(leakCheckOf(*temporary.project, temporary.split));
    const LeakCheck check{.targets = 9,
                          .threshold = 0.25,
                          .runWords = 4,
                          .counts = {{.kind = "same-item", .ofParts = {1, 2, 3}, .sameMoment = 4}}};
    keepLeakCheck(*temporary.project, temporary.split, check);
    temporary.reopen();
    const auto kept = leakCheckOf(*temporary.project, temporary.split);
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->targets, 9);
    EXPECT_EQ(kept->threshold, 0.25);
    EXPECT_EQ(kept->runWords, 4);
    EXPECT_GT(kept->time, 0);
    EXPECT_TRUE(kept->isCurrent);
    ASSERT_EQ(kept->counts.size(), 1U);
    EXPECT_EQ(kept->counts[0].kind, "same-item");
    EXPECT_EQ(kept->counts[0].ofParts, (std::array<std::int64_t, 3>{1, 2, 3}));
    EXPECT_EQ(kept->counts[0].sameMoment, 4);
    EXPECT_FALSE(leakCheckOf(*temporary.project, Split{.digest = "of another one"}));
}

TEST(LeakChecks, AreOutOfDateAfterAChangeUntilItIsTakenBack)
{
    SplitProject temporary;
    Project& project = *temporary.project;
    keepLeakCheck(project, temporary.split, {.targets = 1});
    Histories histories{project};
    histories.setExcluded({ReviewId{1}}, true, "Exclude 1");
    EXPECT_FALSE(leakCheckOf(project, temporary.split)->isCurrent);
    histories.undo();
    EXPECT_TRUE(leakCheckOf(project, temporary.split)->isCurrent);
    histories.setText(ReviewId{1}, "one two three", "Edit");
    EXPECT_FALSE(leakCheckOf(project, temporary.split)->isCurrent);
    histories.undo();
    temporary.import(reviewLine("new", "item1", 5, "a new text by a new user"));
    EXPECT_FALSE(leakCheckOf(project, temporary.split)->isCurrent);
}

TEST(LeakChecks, ThatAreNoneOfOursAreNotRead)
{
    SplitProject temporary;
    Project& project = *temporary.project;
    for (const Json& strange : {Json{1}, Json("text"), Json::object(),
                                Json{{"threshold", "x"}, {"counts", Json::array()}},
                                Json{{"threshold", 1}, {"counts", 5}}}) {
        Results{project}.put("leaks", temporary.split.digest, strange);
        EXPECT_FALSE(leakCheckOf(project, temporary.split)) << strange.dump();
    }
    Results{project}.put("leaks", temporary.split.digest,
                         {{"threshold", 0.5}, {"counts", {1, {{"kind", 7}, {"test", "many"}}}}});
    const auto kept = leakCheckOf(project, temporary.split);
    ASSERT_TRUE(kept);
    ASSERT_EQ(kept->counts.size(), 1U);
    EXPECT_EQ(kept->counts[0].kind, "");
    EXPECT_EQ(kept->counts[0].ofParts[2], 0);
    EXPECT_FALSE(kept->isCurrent);
}

TEST(SplitTimelines, ComeByUserOldestFirstWithTheirTargets)
{
    TemporaryProject temporary;
    std::string lines = testing::histories(3, 7);
    lines += reviewLine("short", "item1", 5, "of a user without any target");
    temporary.import(lines);
    const Split split = Splits{*temporary.project}.create({.name = "s"});
    Histories histories{*temporary.project};
    const ReviewId out = histories.timeline(histories.findUser("user1")->id).back().review.id;
    histories.setExcluded({out}, true, "Exclude 1");
    std::vector<std::string> seen;
    std::array<std::vector<ExampleId>, 3> parts;
    NoProgress progress;
    forEachTimeline(
        *temporary.project, {.split = split.id},
        [&](const std::vector<PlacedReview>& timeline) {
            seen.push_back(histories.findUser(timeline.front().user)->name + " " +
                           std::to_string(timeline.size()));
            EXPECT_TRUE(std::ranges::is_sorted(timeline, {}, &PlacedReview::time));
            for (const PlacedReview& review : timeline) {
                EXPECT_NE(review.id, out);
                EXPECT_EQ(review.text, histories.findReview(review.id)->text);
                if (review.part) {
                    parts.at(static_cast<std::size_t>(*review.part)).push_back(review.id);
                }
            }
        },
        {}, progress);
    EXPECT_EQ(seen, (std::vector<std::string>{"user0 7", "user1 6", "user2 7"}));
    for (const SplitPart part : {SplitPart::Train, SplitPart::Validation, SplitPart::Test}) {
        std::vector<ExampleId>& met = parts.at(static_cast<std::size_t>(part));
        std::ranges::sort(met);
        EXPECT_EQ(met, Splits{*temporary.project}.examples(split.id, part));
    }
}

TEST(SplitTimelines, WithoutASplitHaveTheLatestOfUsersWithEnoughAsTargets)
{
    TemporaryProject temporary;
    temporary.import(testing::histories(2, 4) + reviewLine("user1", "x", 9'000'000, "the fifth"));
    int users = 0;
    NoProgress progress;
    forEachTimeline(
        *temporary.project, {.split = {}, .minimumReviews = 5},
        [&](const std::vector<PlacedReview>& timeline) {
            ++users;
            ASSERT_EQ(timeline.size(), 5U);
            EXPECT_EQ(timeline.back().text, "the fifth");
            EXPECT_EQ(std::ranges::count_if(timeline,
                                            [](const PlacedReview& review) {
                                                return review.part == SplitPart::Test;
                                            }),
                      1);
            EXPECT_TRUE(timeline.back().part);
        },
        {}, progress);
    EXPECT_EQ(users, 1);
}

TEST(SplitTimelines, StopWhenTheyAreAskedTo)
{
    TemporaryProject temporary;
    temporary.import(testing::histories(3, 5));
    std::stop_source stop;
    int users = 0;
    NoProgress progress;
    EXPECT_THROW(forEachTimeline(
                     *temporary.project, {},
                     [&](const std::vector<PlacedReview>&) {
                         ++users;
                         stop.request_stop();
                     },
                     stop.get_token(), progress),
                 Stopped);
    EXPECT_EQ(users, 1);
}

} // namespace
} // namespace nextquill::store

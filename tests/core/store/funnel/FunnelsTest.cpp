// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/funnel/Funnels.h"

#include "core/base/Error.h"
#include "core/base/Random.h"
#include "core/store/Histories.h"
#include "core/store/Splits.h"

#include "tests/core/store/TemporaryProject.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>

namespace nextquill::store {
namespace {

using testing::histories;
using testing::reviewLine;
using testing::TemporaryProject;

NoProgress funnelProgress;

Funnel funnelOf(const std::vector<std::string>& steps)
{
    Funnel funnel{.name = "f", .steps = {}};
    for (const std::string& step : steps) {
        funnel.steps.push_back(funnelStep(step));
    }
    return funnel;
}

/// "reviews/users/items" behind each step.
std::string countsBehind(TemporaryProject& temporary, const Funnel& funnel)
{
    std::string text;
    for (const FunnelCount& left :
         Funnels{*temporary.project}.count(funnel, {}, {}, funnelProgress)) {
        text += fmt::format("{}/{}/{} ", left.reviews, left.users, left.items);
    }
    return text;
}

/// What is left, as "user item" sorted.
std::vector<std::string> leftBy(TemporaryProject& temporary, const Funnel& funnel)
{
    const Histories store{*temporary.project};
    std::vector<std::string> names;
    for (const ReviewId id :
         Funnels{*temporary.project}.left(funnel, funnel.steps.size(), {}, funnelProgress)) {
        const Review review = *store.findReview(id);
        names.push_back(store.findUser(review.user)->name + ' ' +
                        store.findItem(review.item)->asin);
    }
    std::ranges::sort(names);
    return names;
}

/// Four users with 5, 4, 3 and 1 reviews; items a to e, each about the first ones.
void importStairs(TemporaryProject& temporary)
{
    std::string lines;
    for (const auto& [user, count] :
         std::map<std::string, int>{{"p", 5}, {"q", 4}, {"r", 3}, {"s", 1}}) {
        for (int i = 0; i < count; ++i) {
            lines += reviewLine(user, std::string(1, static_cast<char>('a' + i)), 100 + i,
                                fmt::format("text number {} of {}", i, user));
        }
    }
    temporary.import(lines);
}

TEST(Funnels, SayWhatIsLeftBehindEachStep)
{
    TemporaryProject temporary;
    importStairs(temporary);
    EXPECT_EQ(countsBehind(temporary, funnelOf({})), "13/4/5 ");
    EXPECT_EQ(countsBehind(temporary, funnelOf({"user-reviews 3", "item-users 3", "newest 2"})),
              "13/4/5 12/3/5 9/3/3 6/3/2 ");
    EXPECT_EQ(countsBehind(temporary, funnelOf({"item-users 3", "user-reviews 3"})),
              "13/4/5 10/4/3 9/3/3 ");
    EXPECT_EQ(countsBehind(temporary, funnelOf({"search \"number 0\""})), "13/4/5 4/4/1 ");
    EXPECT_EQ(countsBehind(temporary, funnelOf({"core 4"})), "13/4/5 0/0/0 ");
    EXPECT_EQ(countsBehind(temporary, funnelOf({"core 3"})), "13/4/5 9/3/3 ");
}

TEST(Funnels, KeepWhatAFilterMatches)
{
    TemporaryProject temporary;
    importStairs(temporary);
    EXPECT_EQ(countsBehind(temporary, funnelOf({"where user:=p", "where asin:=b"})),
              "13/4/5 5/1/5 1/1/1 ");
    EXPECT_EQ(countsBehind(temporary, funnelOf({"where search:\"number 1\" user:p"})),
              "13/4/5 1/1/1 ");
    EXPECT_THROW(static_cast<void>(countsBehind(temporary, funnelOf({"where rating:>"}))), Error);
    EXPECT_THROW(static_cast<void>(countsBehind(temporary, funnelOf({"where nothing:1"}))), Error);
    EXPECT_THROW(static_cast<void>(countsBehind(temporary, funnelOf({"search \"open"}))), Error);
}

TEST(Funnels, KeepAllWhereAStepIsOff)
{
    TemporaryProject temporary;
    importStairs(temporary);
    Funnel funnel = funnelOf({"user-reviews 5", "item-users 1"});
    funnel.steps[0].isOn = false;
    EXPECT_EQ(countsBehind(temporary, funnel), "13/4/5 13/4/5 13/4/5 ");
}

TEST(Funnels, StartFromWhatIsNotExcluded)
{
    TemporaryProject temporary;
    importStairs(temporary);
    Histories{*temporary.project}.setExcluded({ReviewId{1}, ReviewId{2}}, true, "x");
    EXPECT_EQ(countsBehind(temporary, funnelOf({"user-reviews 4"})), "11/4/5 4/1/4 ");
}

TEST(Funnels, KeepOneReviewPerUserAndItemWhateverTheOrderOfImport)
{
    const auto keptOf = [](bool reversed) {
        std::vector<std::string> lines{
            reviewLine("u", "a", 9, "later"), reviewLine("u", "a", 5, "earliest"),
            reviewLine("u", "a", 5, "as early"), reviewLine("u", "b", 7, "another item"),
            reviewLine("v", "a", 9, "another user")};
        if (reversed) {
            std::ranges::reverse(lines);
        }
        TemporaryProject temporary;
        for (const std::string& line : lines) {
            temporary.import(line);
        }
        std::vector<std::string> texts;
        for (const ReviewId id :
             Funnels{*temporary.project}.left(funnelOf({"one-per-item"}), 1, {}, funnelProgress)) {
            texts.push_back(Histories{*temporary.project}.findReview(id)->text);
        }
        std::ranges::sort(texts);
        return texts;
    };
    const auto kept = keptOf(false);
    ASSERT_EQ(kept.size(), 3U);
    EXPECT_EQ(kept[0], "another item");
    EXPECT_EQ(kept[1], "another user");
    EXPECT_NE(kept[2], "later");
    EXPECT_EQ(keptOf(true), kept);
}

TEST(Funnels, DrawTheSameUsersWhateverTheOrderOfImport)
{
    TemporaryProject one;
    one.import(histories(30, 2));
    TemporaryProject two;
    for (int user = 29; user >= 0; --user) {
        two.import(reviewLine("user" + std::to_string(user), "item0", 5, "a text of some words"));
    }
    const auto usersOf = [](TemporaryProject& temporary, const std::string& step) {
        std::set<std::string> users;
        for (const std::string& name : leftBy(temporary, funnelOf({step}))) {
            users.insert(name.substr(0, name.find(' ')));
        }
        return users;
    };
    const auto drawn = usersOf(one, "sample-users 7 seed 3");
    EXPECT_EQ(drawn.size(), 7U);
    EXPECT_EQ(usersOf(two, "sample-users 7 seed 3"), drawn);
    EXPECT_NE(usersOf(one, "sample-users 7 seed 4"), drawn);
    EXPECT_EQ(usersOf(one, "sample-users 99").size(), 30U);
}

TEST(Funnels, KeepTiesOfTheLastTimeTogetherAmongTheNewest)
{
    TemporaryProject temporary;
    temporary.import(reviewLine("u", "a", 1, "x one") + reviewLine("u", "b", 5, "x two") +
                     reviewLine("u", "c", 5, "x three") + reviewLine("u", "d", 9, "x four"));
    EXPECT_EQ(leftBy(temporary, funnelOf({"newest 2"})),
              (std::vector<std::string>{"u b", "u c", "u d"}));
    EXPECT_EQ(leftBy(temporary, funnelOf({"newest 1"})), std::vector<std::string>{"u d"});
}

/// The k-core by its definition: take out one bad review at a time until there is none.
std::set<std::pair<int, int>> coreOf(std::set<std::pair<int, int>> edges, int least)
{
    const auto bad = [&](const std::pair<int, int>& edge) {
        return std::ranges::count(edges, edge.first, &std::pair<int, int>::first) < least ||
               std::ranges::count(edges, edge.second, &std::pair<int, int>::second) < least;
    };
    for (auto found = std::ranges::find_if(edges, bad); found != edges.end();
         found = std::ranges::find_if(edges, bad)) {
        edges.erase(found);
    }
    return edges;
}

TEST(Funnels, FindTheCoreOfRandomReviews)
{
    const Random random{7, 0};
    std::uint64_t position = 0;
    std::size_t found = 0;
    for (int round = 0; round < 12; ++round) {
        std::set<std::pair<int, int>> edges;
        std::string lines;
        for (int i = 0; i < 40; ++i) {
            const auto user = static_cast<int>(random.bits(position++) % 9);
            const auto item = static_cast<int>(random.bits(position++) % 9);
            if (edges.emplace(user, item).second) {
                lines += reviewLine(std::to_string(user), std::to_string(item), i, "some words");
            }
        }
        TemporaryProject temporary;
        temporary.import(lines);
        for (const int least : {2, 3, 4}) {
            std::vector<std::string> expected;
            for (const auto& [user, item] : coreOf(edges, least)) {
                expected.push_back(fmt::format("{} {}", user, item));
            }
            std::ranges::sort(expected);
            EXPECT_EQ(leftBy(temporary, funnelOf({fmt::format("core {}", least)})), expected);
            found += expected.size();
        }
    }
    EXPECT_GT(found, 100U); // not empty by chance
}

TEST(Funnels, AreKeptInTheProjectByName)
{
    TemporaryProject temporary;
    Funnels funnels{*temporary.project};
    Funnel study = funnelOf({"user-reviews 8", "one-per-item"});
    study.name = "study";
    funnels.save(study);
    funnels.save({.name = "another", .steps = {}});
    study.steps[0].isOn = false;
    funnels.save(study);
    temporary.reopen();
    const Funnels kept{*temporary.project};
    ASSERT_EQ(kept.all().size(), 2U);
    EXPECT_EQ(kept.all()[0].name, "another");
    EXPECT_EQ(kept.find("study"), study);
    Funnels{*temporary.project}.remove("study");
    EXPECT_FALSE(kept.find("study"));
    EXPECT_THROW(Funnels{*temporary.project}.remove("study"), Error);
    EXPECT_THROW(Funnels{*temporary.project}.save({.name = "", .steps = {}}), Error);
    EXPECT_THROW(Funnels{*temporary.project}.save({.name = std::string(81, 'x'), .steps = {}}),
                 Error);
}

TEST(Funnels, ExcludeWhatTheyLeaveOutAsOneStep)
{
    TemporaryProject temporary;
    importStairs(temporary);
    EXPECT_EQ(
        Funnels{*temporary.project}.excludeRest(funnelOf({"user-reviews 4"}), {}, funnelProgress),
        4);
    Histories store{*temporary.project};
    EXPECT_EQ(store.counts().excluded, 4);
    EXPECT_EQ(store.undo(), "Exclude 4 reviews outside of the funnel f");
    EXPECT_EQ(store.counts().excluded, 0);
}

TEST(Funnels, ReportEachCountAsSoonAsItIsKnown)
{
    TemporaryProject temporary;
    importStairs(temporary);
    std::string seen;
    static_cast<void>(Funnels{*temporary.project}.count(
        funnelOf({"user-reviews 3", "newest 1"}),
        [&seen](std::size_t steps, const FunnelCount& left) {
            seen += fmt::format("{}:{} ", steps, left.reviews);
        },
        {}, funnelProgress));
    EXPECT_EQ(seen, "0:13 1:12 2:3 ");
    std::stop_source source;
    EXPECT_THROW(static_cast<void>(Funnels{*temporary.project}.count(
                     funnelOf({"user-reviews 3"}),
                     [&source](std::size_t, const FunnelCount&) { source.request_stop(); },
                     source.get_token(), funnelProgress)),
                 Stopped);
}

TEST(Funnels, LimitTheTargetsOfASplit)
{
    TemporaryProject temporary;
    importStairs(temporary);
    Splits splits{*temporary.project};
    const SplitSettings settings{
        .minimumHistory = 1, .minimumWords = 1, .funnel = funnelOf({"user-reviews 4"})};
    const Split split = splits.create(settings);
    EXPECT_EQ(split.train + split.validation + split.test, 4 + 3);
    const SplitPreview before = splits.preview(settings, {}, funnelProgress);
    EXPECT_EQ(before.notChosen, 2);
    EXPECT_EQ(before.train + before.validation + before.test, 7);
}

} // namespace
} // namespace nextquill::store

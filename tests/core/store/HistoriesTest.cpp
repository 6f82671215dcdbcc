// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/Histories.h"

#include "core/base/Error.h"

#include "tests/core/store/TemporaryProject.h"

#include <gtest/gtest.h>

#include <set>

namespace nextquill::store {
namespace {

using testing::histories;
using testing::reviewLine;
using testing::TemporaryProject;

std::vector<std::string> textsFor(Project& project, const std::string& search)
{
    std::vector<std::string> texts;
    for (const ReviewRow& row : Histories{project}.reviews({.search = search})) {
        texts.push_back(row.review.text);
    }
    return texts;
}

TEST(Histories, GivesUsersInPagesInEveryOrder)
{
    TemporaryProject temporary;
    std::string lines = histories(40, 2);
    for (int user = 0; user < 40; user += 3) {
        lines +=
            reviewLine("user" + std::to_string(user), "more", 5'000'000 + user / 2, "more text");
    }
    temporary.import(lines);
    const Histories store{*temporary.project};
    for (const UserOrder order :
         {UserOrder::Name, UserOrder::MostReviews, UserOrder::NewestFirst}) {
        UserPage page{.order = order, .limit = 7};
        const auto whole = store.users({.order = order, .limit = 100});
        ASSERT_EQ(whole.size(), 40U);
        std::vector<std::string> paged;
        for (auto users = store.users(page); !users.empty(); users = store.users(page)) {
            for (const User& user : users) {
                paged.push_back(user.name);
            }
            page.after = users.back();
        }
        ASSERT_EQ(paged.size(), 40U);
        for (std::size_t i = 0; i < paged.size(); ++i) {
            EXPECT_EQ(paged[i], whole[i].name);
        }
    }
    EXPECT_EQ(store.users({}).front().reviews, 3);
    EXPECT_EQ(store.users({.minimumReviews = 3}).size(), 14U);
    EXPECT_EQ(store.users({.nameContains = "SER39"}).size(), 1U);
}

TEST(Histories, ComputesAUsersFigures)
{
    TemporaryProject temporary;
    temporary.import(reviewLine("u", "a", 3, "one two three", 5) +
                     reviewLine("u", "b", 9, "one", 2));
    const auto user = Histories{*temporary.project}.findUser("u");
    ASSERT_TRUE(user);
    EXPECT_EQ(user->reviews, 2);
    EXPECT_EQ(user->firstTime, 3'000); // 3 seconds
    EXPECT_EQ(user->lastTime, 9'000);
    EXPECT_DOUBLE_EQ(user->meanWords, 2);
    EXPECT_DOUBLE_EQ(user->meanRating, 3.5);
    EXPECT_FALSE(Histories{*temporary.project}.findUser("U"));
}

TEST(Histories, FiltersReviewsByEveryField)
{
    TemporaryProject temporary;
    temporary.import(reviewLine("u", "a", 1, "red", 1) + reviewLine("u", "b", 2, "green", 3) +
                     reviewLine("v", "a", 3, "blue", 5));
    Histories store{*temporary.project};
    const auto user = store.findUser("u")->id;
    const auto item = store.findItem("a")->id;
    EXPECT_EQ(store.reviews({.user = user}).size(), 2U);
    EXPECT_EQ(store.reviews({.user = user, .item = item}).size(), 1U);
    EXPECT_EQ(store.reviews({.minimumRating = 3}).size(), 2U);
    EXPECT_EQ(store.reviews({.minimumRating = 2, .maximumRating = 4}).size(), 1U);
    EXPECT_EQ(store.reviews({.limit = 2}).size(), 2U);
    EXPECT_EQ(store.reviews({.after = store.reviews({.limit = 2}).back().review.id}).size(), 1U);
    EXPECT_EQ(store.reviews({.user = user, .search = "red OR blue"}).size(), 1U);
    store.setExcluded({store.reviews({}).front().review.id}, true, "x");
    EXPECT_EQ(store.reviews({.withExcluded = false}).size(), 2U);
    EXPECT_EQ(store.reviews({.search = "red", .withExcluded = false}).size(), 0U);
}

TEST(Histories, FindsWordsPhrasesAndBeginnings)
{
    TemporaryProject temporary;
    temporary.import(reviewLine("u", "a", 1, "the quick brown fox") +
                     reviewLine("u", "b", 2, "a quick dog, don't") +
                     reviewLine("u", "c", 3, "brown quick bear \xC3\xA9t\xC3\xA9"));
    Project& project = *temporary.project;
    EXPECT_EQ(textsFor(project, "quick").size(), 3U);
    EXPECT_EQ(textsFor(project, "quick brown").size(), 2U);
    EXPECT_EQ(textsFor(project, "\"quick brown\"").size(), 1U);
    EXPECT_EQ(textsFor(project, "quick AND NOT brown").size(), 1U);
    EXPECT_EQ(textsFor(project, "quick NOT brown").size(), 1U);
    EXPECT_EQ(textsFor(project, "fox OR dog").size(), 2U);
    EXPECT_EQ(textsFor(project, "be*").size(), 1U);
    EXPECT_EQ(textsFor(project, "don't").size(), 1U);
    EXPECT_EQ(textsFor(project, "\xC3\xA9t\xC3\xA9").size(), 1U);
    EXPECT_EQ(textsFor(project, "nothing").size(), 0U);
    EXPECT_EQ(textsFor(project, "title:T OR T").size(), 3U);
    EXPECT_EQ(textsFor(project, "  ").size(), 3U);
}

TEST(Histories, RefusesSearchesThatCannotBeRead)
{
    TemporaryProject temporary;
    temporary.import(histories(1, 1));
    for (const std::string& hostile :
         {std::string{"\"open"}, std::string{"AND a"}, std::string{"a OR"},
          std::string{"a OR AND b"}, std::string{"NOT a"}, std::string{"*"}, std::string{"a*b"},
          std::string{"\"\""}, std::string{"(("}, std::string{"a\0b", 3}, std::string{"\xFF"},
          std::string(2'000, 'a'), std::string{"^ -"}}) {
        EXPECT_THROW(static_cast<void>(textsFor(*temporary.project, hostile)), Error) << hostile;
    }
    // Read as plain words: no language of the index gets through.
    for (const char* odd : {"text:one", "NEAR(one two)", "{title}:one", "one^2", "-one", "a+b",
                            "'; DROP", "one & two"}) {
        EXPECT_NO_THROW(static_cast<void>(textsFor(*temporary.project, odd))) << odd;
    }
}

TEST(Histories, GivesTheHistoryBeforeATargetNewestFirst)
{
    TemporaryProject temporary;
    temporary.import(reviewLine("u", "a", 10, "first") + reviewLine("u", "b", 20, "second") +
                     reviewLine("u", "c", 20, "same time") + reviewLine("u", "d", 30, "target") +
                     reviewLine("u", "e", 40, "later") + reviewLine("v", "a", 5, "another's"));
    Histories store{*temporary.project};
    const auto rows = store.timeline(store.findUser("u")->id);
    ASSERT_EQ(rows.size(), 5U);
    EXPECT_EQ(rows.front().review.text, "later");
    const auto textsOf = [&](const Review& target) {
        std::vector<std::string> texts;
        const ExampleData data = store.example(target.id);
        EXPECT_EQ(data.history.size(), data.historyItems.size());
        EXPECT_EQ(data.userName, "u");
        for (std::size_t i = 0; i < data.history.size(); ++i) {
            EXPECT_EQ(data.history[i].item, data.historyItems[i].id);
            texts.push_back(data.history[i].text);
        }
        return texts;
    };
    using Texts = std::vector<std::string>;
    EXPECT_EQ(textsOf(rows[1].review), (Texts{"same time", "second", "first"}));
    // None of two reviews of one time is the other's history, whichever was imported first.
    EXPECT_EQ(textsOf(rows[2].review), Texts{"first"});
    EXPECT_EQ(textsOf(rows[3].review), Texts{"first"});
    EXPECT_EQ(textsOf(rows[4].review), Texts{});
    store.setExcluded({rows[3].review.id}, true, "out");
    EXPECT_EQ(textsOf(rows[1].review), (Texts{"same time", "first"}));
    EXPECT_THROW(static_cast<void>(store.example(ExampleId{999})), Error);
}

TEST(Histories, GivesAllThatAUserWroteForATextThatIsNotWritten)
{
    TemporaryProject temporary;
    temporary.import(reviewLine("ann", "i1", 10, "first") + reviewLine("ann", "i2", 20, "second") +
                     reviewLine("ben", "i3", 30, "other"));
    const Histories histories{*temporary.project};
    const UserId ann = histories.findUser("ann")->id;
    const ExampleData data = histories.unwritten(ann, histories.findItem("i3")->id);
    EXPECT_EQ(data.userName, "ann");
    EXPECT_EQ(data.item.asin, "i3");
    EXPECT_EQ(data.target.text, "");
    ASSERT_EQ(data.history.size(), 2U);
    EXPECT_EQ(data.history[0].text, "second");
    EXPECT_EQ(data.historyItems[1].asin, "i1");
    EXPECT_THROW(static_cast<void>(histories.unwritten(ann, ItemId{99})), Error);
    EXPECT_THROW(static_cast<void>(histories.unwritten(UserId{99}, ItemId{1})), Error);
}

TEST(Histories, TakesStepsBackAndAgainAfterReopening)
{
    TemporaryProject temporary;
    temporary.import(histories(2, 3));
    const auto id = ReviewId{2};
    {
        Histories store{*temporary.project};
        store.setExcluded({ReviewId{1}, id}, true, "Exclude 2");
        store.setText(id, "entirely changed words", "Redact");
        EXPECT_EQ(store.counts().excluded, 2);
        EXPECT_EQ(store.reviews({.search = "changed"}).size(), 1U);
    }
    temporary.reopen();
    Histories store{*temporary.project};
    EXPECT_EQ(store.undo(), "Redact");
    EXPECT_EQ(store.reviews({.search = "changed"}).size(), 0U);
    EXPECT_EQ(store.findReview(id)->text, "one two three four five six seven 1 0");
    EXPECT_EQ(store.undo(), "Exclude 2");
    EXPECT_EQ(store.counts().excluded, 0);
    EXPECT_EQ(store.undo(), std::nullopt);
    temporary.reopen();
    Histories again{*temporary.project};
    EXPECT_EQ(again.redo(), "Exclude 2");
    EXPECT_EQ(again.redo(), "Redact");
    EXPECT_EQ(again.redo(), std::nullopt);
    EXPECT_EQ(again.reviews({.search = "changed"}).size(), 1U);
    EXPECT_TRUE(temporary.project->check(true, {}).empty());
    // A new step ends what could be done again.
    EXPECT_EQ(again.undo(), "Redact");
    again.setExcluded({ReviewId{3}}, true, "Exclude 1");
    EXPECT_EQ(again.redo(), std::nullopt);
    EXPECT_EQ(again.undo(), "Exclude 1");
    EXPECT_EQ(again.undo(), "Exclude 2");
}

TEST(Histories, ChangesNothingWhenAStepIsNotPossible)
{
    TemporaryProject temporary;
    temporary.import(histories(1, 2));
    Histories store{*temporary.project};
    EXPECT_THROW(store.setExcluded({ReviewId{1}, ReviewId{99}}, true, "x"), Error);
    EXPECT_EQ(store.counts().excluded, 0);
    EXPECT_THROW(store.setText(ReviewId{1}, " ", "x"), Error);
    EXPECT_THROW(store.setText(ReviewId{1}, "\xFF", "x"), Error);
    store.setExcluded({}, true, "nothing");
    EXPECT_EQ(store.undo(), std::nullopt);
    const auto reader = Project::open(temporary.file(), OpenMode::ReadOnly);
    EXPECT_THROW(Histories{*reader}.setExcluded({ReviewId{1}}, true, "x"), Error);
}

} // namespace
} // namespace nextquill::store

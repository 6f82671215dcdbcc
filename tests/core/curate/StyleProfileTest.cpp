// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curate/StyleProfile.h"

#include "core/base/Error.h"
#include "core/base/Random.h"
#include "core/store/Histories.h"

#include "tests/core/store/TemporaryProject.h"
#include "tests/support/Fixtures.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace nextquill::curate {
namespace {

using testing::reviewLine;
using testing::TemporaryProject;

constexpr int writers = 6;
constexpr int textsEach = 12;

/// Everybody writes the same words; user 0 also a phrase of his own, and shouts.
void fillStyles(TemporaryProject& temporary)
{
    std::string lines;
    for (std::uint64_t user = 0; user < writers; ++user) {
        const Random random{user, 3};
        for (std::uint64_t text = 0; text < textsEach; ++text) {
            std::string words;
            for (std::uint64_t i = 0; i < 60; ++i) {
                words += "w" + std::to_string(random.bits(text * 100 + i) % 60) +
                         (i % 10 == 9 ? ". " : " ");
            }
            if (user == 0) {
                words += "Worth every penny! ";
            }
            lines += reviewLine("u" + std::to_string(user), "i" + std::to_string(text),
                                static_cast<std::int64_t>(1 + text * 10 + user), words);
        }
    }
    temporary.import(lines);
}

UserId idOf(TemporaryProject& temporary, const std::string& name)
{
    return store::Histories{*temporary.project}.findUser(name)->id;
}

StyleProfile profileOf(TemporaryProject& temporary, const std::string& name,
                       const StyleSettings& settings = {})
{
    NoProgress progress;
    return styleProfile(*temporary.project, idOf(temporary, name), settings, {}, progress);
}

TEST(StyleProfile, HasThePhraseThatOnlyThisUserWritesAndNoOther)
{
    TemporaryProject temporary;
    fillStyles(temporary);
    const StyleProfile profile = profileOf(temporary, "u0");
    ASSERT_FALSE(profile.phrases.empty());
    const StylePhrase& phrase = profile.phrases.front();
    EXPECT_EQ(phrase.text, "worth every penny") << "not a part of it";
    EXPECT_EQ(phrase.user.times, textsEach);
    EXPECT_EQ(phrase.others.times, 0);
    EXPECT_EQ(phrase.texts, textsEach);
    ASSERT_EQ(phrase.places.size(), static_cast<std::size_t>(textsEach));
    for (const PhrasePlace& place : phrase.places) {
        const auto review = store::Histories{*temporary.project}.findReview(place.review);
        EXPECT_EQ(review->text.substr(place.range.begin, place.range.size()), "Worth every penny");
    }
    for (const StylePhrase& each : profile.phrases) {
        EXPECT_TRUE(&each == &phrase || each.text.find("penny") == std::string::npos) << each.text;
    }
    for (const StylePhrase& each : profileOf(temporary, "u1").phrases) {
        EXPECT_EQ(each.text.find("penny"), std::string::npos);
    }
}

TEST(StyleProfile, ComparesFiguresWithThoseOfTheOthers)
{
    TemporaryProject temporary;
    fillStyles(temporary);
    const StyleProfile profile = profileOf(temporary, "u0");
    EXPECT_EQ(profile.own.texts, textsEach);
    EXPECT_EQ(profile.othersRead, textsEach * (writers - 1));
    EXPECT_EQ(profile.othersAll, profile.othersRead);
    EXPECT_NEAR(profile.own.wordsPerText, 63, 1e-9);
    EXPECT_NEAR(profile.others.wordsPerText, 60, 1e-9);
    EXPECT_NEAR(profile.own.marks(StyleMark::Exclamation), 100.0 / 63, 1e-9);
    EXPECT_EQ(profile.others.marks(StyleMark::Exclamation), 0);
    ASSERT_TRUE(profile.own.mtld && profile.others.mtld);
}

TEST(StyleProfile, ReadsASampleOfTheOthersAndSaysSo)
{
    TemporaryProject temporary;
    fillStyles(temporary);
    const StyleProfile profile = profileOf(temporary, "u0", {.othersTexts = 40});
    EXPECT_GT(profile.othersRead, 10);
    EXPECT_LT(profile.othersRead, 45);
    EXPECT_EQ(profile.othersAll, textsEach * (writers - 1));
    EXPECT_EQ(profile.phrases.front().text, "worth every penny");
}

TEST(StyleProfile, LeavesExcludedReviewsOut)
{
    TemporaryProject temporary;
    fillStyles(temporary);
    store::Histories histories{*temporary.project};
    const UserId user = idOf(temporary, "u0");
    std::vector<ReviewId> all;
    for (const auto& row : histories.timeline(user)) {
        all.push_back(row.review.id);
    }
    const ReviewId left = all.back();
    all.pop_back();
    histories.setExcluded(all, true, "all but one");
    const StyleProfile profile = profileOf(temporary, "u0");
    EXPECT_EQ(profile.own.texts, 1);
    EXPECT_TRUE(profile.phrases.empty()) << "nothing is written in two texts";
    histories.setExcluded({left}, true, "the last one");
    EXPECT_THROW(static_cast<void>(profileOf(temporary, "u0")), Error);
    EXPECT_EQ(profileOf(temporary, "u1").othersRead, textsEach * (writers - 2));
}

TEST(StyleProfile, EndsWhenItIsStopped)
{
    TemporaryProject temporary;
    fillStyles(temporary);
    std::stop_source stop;
    stop.request_stop();
    NoProgress progress;
    EXPECT_THROW(static_cast<void>(styleProfile(*temporary.project, idOf(temporary, "u0"), {},
                                                stop.get_token(), progress)),
                 Stopped);
    EXPECT_THROW(static_cast<void>(styleProfile(*temporary.project, UserId{999}, {}, {}, progress)),
                 Error);
}

TEST(StyleProfile, OfARealReviewerKnowsTheReviewersHabit)
{
    NEXTQUILL_NEED_SHARED(reviews, "data/amazon-digital-music-2014/reviews.jsonl");
    TemporaryProject temporary;
    NoProgress progress;
    static_cast<void>(store::importReviews(*temporary.project, {reviews}, {}, {}, progress));
    const auto most = store::Histories{*temporary.project}.users({.limit = 1}).front();
    const StyleProfile profile = styleProfile(*temporary.project, most.id, {}, {}, progress);
    EXPECT_EQ(profile.own.texts, most.reviews);
    EXPECT_GE(profile.phrases.size(), 20U);
    EXPECT_TRUE(std::ranges::is_sorted(profile.phrases, std::greater{},
                                       [](const StylePhrase& phrase) { return phrase.odds.z; }));
    for (const StylePhrase& phrase : profile.phrases) {
        EXPECT_GE(phrase.odds.z, 3);
        EXPECT_EQ(static_cast<std::int64_t>(phrase.places.size()), phrase.user.times);
    }
}

} // namespace
} // namespace nextquill::curate

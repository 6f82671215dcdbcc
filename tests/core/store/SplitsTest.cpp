// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/Splits.h"

#include "core/base/Error.h"
#include "core/store/Histories.h"

#include "tests/core/store/TemporaryProject.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace nextquill::store {
namespace {

using testing::histories;
using testing::reviewLine;
using testing::TemporaryProject;

/// A split as text: one line per user, its reviews by time as T(rain), V(alidation), t(est), -.
std::string drawn(Project& project, SplitId split)
{
    std::map<ReviewId, char> parts;
    for (const auto& [part, sign] :
         {std::pair{SplitPart::Train, 'T'}, std::pair{SplitPart::Validation, 'V'},
          std::pair{SplitPart::Test, 't'}}) {
        for (const ExampleId id : Splits{project}.examples(split, part)) {
            EXPECT_TRUE(parts.emplace(id, sign).second) << "a target has one part";
        }
    }
    std::string text;
    for (const User& user : Histories{project}.users({.order = UserOrder::Name, .limit = 1'000})) {
        const auto rows = Histories{project}.timeline(user.id);
        for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
            const auto found = parts.find(row->review.id);
            text += found == parts.end() ? '-' : found->second;
        }
        text += '\n';
    }
    return text;
}

TEST(Splits, LeaveTheLastOut)
{
    TemporaryProject temporary;
    temporary.import(histories(2, 8) + reviewLine("zshort", "a", 1, "five words are in this"));
    Splits splits{*temporary.project};
    const Split split = splits.create({.minimumHistory = 3});
    EXPECT_EQ(drawn(*temporary.project, split.id), "---TTTVt\n---TTTVt\n-\n");
    EXPECT_EQ(split.train, 6);
    EXPECT_EQ(split.validation, 2);
    EXPECT_EQ(split.test, 2);
    const Split fewer = splits.create({.minimumHistory = 3, .maximumTargetsPerUser = 3});
    EXPECT_EQ(drawn(*temporary.project, fewer.id), "-----TVt\n-----TVt\n-\n");
    EXPECT_EQ(splits.all().size(), 1U); // of the same name: replaced
    EXPECT_NE(fewer.digest, split.digest);
}

/// A user with one review on each of `days` days, but `last` of them on the last one.
std::string daily(const std::string& user, int days, int last)
{
    std::string lines;
    for (int day = 0; day < days; ++day) {
        for (int i = 0; i < (day == days - 1 ? last : 1); ++i) {
            lines += reviewLine(user, "item" + std::to_string(i), 86'400 * (day + 1),
                                "five words of day " + std::to_string(10 * day + i));
        }
    }
    return lines;
}

TEST(Splits, CountOnlyStrictlyEarlierReviewsAsHistory)
{
    TemporaryProject temporary;
    temporary.import(daily("u", 1, 6) + daily("v", 4, 5));
    Splits splits{*temporary.project};
    const Split three = splits.create({.name = "three", .minimumHistory = 3});
    EXPECT_EQ(three.train + three.validation + three.test, 5); // v's last day; u has no history
    const Split four = splits.create({.name = "none", .minimumHistory = 0});
    EXPECT_EQ(four.train + four.validation + four.test, 6 + 8);
    EXPECT_THROW(static_cast<void>(splits.create({.name = "four", .minimumHistory = 4})), Error);
    const Histories store{*temporary.project};
    for (const SplitPart part : {SplitPart::Train, SplitPart::Validation, SplitPart::Test}) {
        for (const ExampleId id : splits.examples(three.id, part)) {
            EXPECT_EQ(store.example(id).history.size(), 3U);
        }
    }
}

TEST(Splits, TestOneOfSeveralReviewsOfTheLastTime)
{
    TemporaryProject temporary;
    temporary.import(daily("u", 4, 3));
    Splits splits{*temporary.project};
    const Split split = splits.create({.minimumHistory = 1});
    EXPECT_EQ(split.test, 1);
    EXPECT_EQ(split.validation, 1);
    EXPECT_EQ(split.train, 3);
    const Histories store{*temporary.project};
    const ExampleData example = store.example(splits.examples(split.id, SplitPart::Test).at(0));
    EXPECT_EQ(example.target.time, 4 * 86'400'000);
    EXPECT_EQ(example.history.size(), 3U);
    for (const Review& review : example.history) {
        EXPECT_LT(review.time, example.target.time);
    }
}

TEST(Splits, ByTimeKeepReviewsOfOneTimeTogether)
{
    TemporaryProject temporary;
    temporary.import(daily("u", 6, 4) + daily("v", 6, 4));
    Splits splits{*temporary.project};
    const Split split =
        splits.create({.rule = SplitRule::ByTime, .minimumHistory = 1, .testShare = 0.05});
    EXPECT_EQ(split.test, 8); // all of the last day
    const Histories store{*temporary.project};
    for (const ExampleId id : splits.examples(split.id, SplitPart::Train)) {
        EXPECT_LT(store.findReview(id)->time, 6 * 86'400'000);
    }
}

TEST(Splits, ChooseAmongReviewsOfOneTimeWhateverTheOrderOfImport)
{
    const SplitSettings settings{.minimumHistory = 1, .maximumTargetsPerUser = 3};
    const auto digestOf = [&settings](bool reversed) {
        TemporaryProject temporary;
        std::vector<std::string> lines;
        for (int i = 0; i < 6; ++i) {
            lines.push_back(reviewLine("u", "a", i == 0 ? 1 : 100,
                                       "this has got six words " + std::to_string(i)));
        }
        if (reversed) {
            std::ranges::reverse(lines);
        }
        for (const std::string& line : lines) {
            temporary.import(line);
        }
        return Splits{*temporary.project}.create(settings).digest;
    };
    EXPECT_EQ(digestOf(false), digestOf(true));
}

TEST(Splits, RefuseToFreezeWhatIsNotThere)
{
    TemporaryProject temporary;
    try {
        Splits{*temporary.project}.freeze(SplitId{417});
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::BadInput);
        EXPECT_NE(error.problem().find("417"), std::string::npos);
    }
}

TEST(Splits, LeaveShortTextsAndExcludedReviewsOut)
{
    TemporaryProject temporary;
    std::string lines;
    for (int i = 0; i < 8; ++i) {
        lines += reviewLine("u", "a", i, i == 5 ? "too short" : "this has got five words");
    }
    temporary.import(lines);
    Histories{*temporary.project}.setExcluded({ReviewId{2}}, true, "x");
    const Split split = Splits{*temporary.project}.create({.minimumHistory = 2});
    EXPECT_EQ(drawn(*temporary.project, split.id), "---TT-Vt\n");
}

TEST(Splits, ByUserKeepUsersWhole)
{
    TemporaryProject temporary;
    temporary.import(histories(30, 6));
    Splits splits{*temporary.project};
    const SplitSettings settings{.name = "a", .rule = SplitRule::ByUser};
    const Split split = splits.create(settings);
    EXPECT_EQ(split.test, 3 * 2);
    EXPECT_EQ(split.validation, 3 * 2);
    EXPECT_EQ(split.train, 24 * 2);
    const std::string text = drawn(*temporary.project, split.id);
    for (std::size_t line = 0; line < 30; ++line) {
        EXPECT_EQ(text[line * 7 + 4], text[line * 7 + 5]);
    }
    SplitSettings other = settings;
    other.name = "b";
    EXPECT_EQ(drawn(*temporary.project, splits.create(other).id), text);
    other.seed = 43;
    EXPECT_NE(drawn(*temporary.project, splits.create(other).id), text);
}

TEST(Splits, ByTimeNeverTrainOnWhatIsLater)
{
    TemporaryProject temporary;
    temporary.import(histories(10, 14));
    Splits splits{*temporary.project};
    const Split split = splits.create({.rule = SplitRule::ByTime,
                                       .maximumTargetsPerUser = 0,
                                       .validationShare = 0.2,
                                       .testShare = 0.3});
    EXPECT_EQ(split.train, 50);
    EXPECT_EQ(split.validation, 20);
    EXPECT_EQ(split.test, 30);
    EXPECT_EQ(drawn(*temporary.project, split.id).substr(0, 15), "----TTTTTVVttt\n");
}

TEST(Splits, OfTheSameDataHaveTheSameDigestWhateverTheOrderOfImport)
{
    const SplitSettings settings{.minimumHistory = 2};
    TemporaryProject one;
    one.import(histories(3, 5) + reviewLine("w", "a", 1, "w"));
    TemporaryProject two;
    two.import(reviewLine("w", "a", 1, "w"));
    two.import(histories(3, 5));
    const std::string digest = Splits{*one.project}.create(settings).digest;
    EXPECT_EQ(digest.size(), 64U);
    EXPECT_EQ(Splits{*two.project}.create(settings).digest, digest);
    // An old review of a history counts as much as the targets.
    Histories store{*one.project};
    store.setText(ReviewId{1}, "changed", "x");
    EXPECT_NE(Splits{*one.project}.create(settings).digest, digest);
    store.undo();
    EXPECT_EQ(Splits{*one.project}.create(settings).digest, digest);
}

TEST(Splits, StayOnceFrozenAndAfterReopening)
{
    TemporaryProject temporary;
    temporary.import(histories(4, 8));
    const Split made = Splits{*temporary.project}.newestOrCreate();
    EXPECT_EQ(made.settings.name, "default");
    Splits{*temporary.project}.freeze(made.id);
    EXPECT_THROW(static_cast<void>(Splits{*temporary.project}.create({})), Error);
    temporary.reopen();
    const auto found = Splits{*temporary.project}.find("default");
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->frozen);
    EXPECT_EQ(found->digest, made.digest);
    EXPECT_EQ(found->settings.seed, 42U);
    EXPECT_EQ(Splits{*temporary.project}.newestOrCreate().id, made.id);
    EXPECT_FALSE(Splits{*temporary.project}.find("none"));
}

TEST(Splits, RefuseSettingsThatLeaveNothing)
{
    TemporaryProject temporary;
    temporary.import(histories(4, 3));
    Splits splits{*temporary.project};
    EXPECT_THROW(static_cast<void>(splits.create({})), Error);
    EXPECT_THROW(static_cast<void>(splits.create({.name = "", .minimumHistory = 0})), Error);
    EXPECT_THROW(static_cast<void>(splits.create({.validationShare = 0.5, .testShare = 0.5})),
                 Error);
    EXPECT_THROW(static_cast<void>(splits.create({.minimumHistory = -1})), Error);
    EXPECT_TRUE(splits.all().empty());
    EXPECT_NO_THROW(static_cast<void>(splits.create({.minimumHistory = 0})));
}

} // namespace
} // namespace nextquill::store

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/store/Connection.h"
#include "core/store/Histories.h"
#include "core/store/Schema.h"
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

/// The examples of a part as "user/item/time", sorted: what does not depend on row ids.
std::vector<std::string> namesOf(Project& project, SplitId split, SplitPart part)
{
    const Histories store{project};
    std::vector<std::string> names;
    for (const ExampleId id : Splits{project}.examples(split, part)) {
        const Review review = *store.findReview(id);
        names.push_back(fmt::format("{}/{}/{}", store.findUser(review.user)->name,
                                    store.findItem(review.item)->asin, review.time));
    }
    std::ranges::sort(names);
    return names;
}

std::string allParts(Project& project, SplitId split)
{
    std::string text;
    for (const SplitPart part : {SplitPart::Train, SplitPart::Validation, SplitPart::Test}) {
        text += std::string{name(part)} + ':';
        for (const std::string& example : namesOf(project, split, part)) {
            text += ' ' + example;
        }
        text += '\n';
    }
    return text;
}

/// The same reviews in two orders of import.
struct TwoOrders
{
    explicit TwoOrders(std::vector<std::string> lines)
    {
        for (const std::string& line : lines) {
            one.import(line);
        }
        std::ranges::reverse(lines);
        for (const std::string& line : lines) {
            two.import(line);
        }
    }

    /// What both give, which must be the same, digest included.
    std::string split(const SplitSettings& settings)
    {
        const Split a = Splits{*one.project}.create(settings);
        const Split b = Splits{*two.project}.create(settings);
        EXPECT_EQ(a.digest, b.digest);
        EXPECT_EQ(allParts(*one.project, a.id), allParts(*two.project, b.id));
        return allParts(*one.project, a.id);
    }

    TemporaryProject one;
    TemporaryProject two;
};

/// Lines of `users` users with `count` reviews each; ratings from 1 to 5.
std::vector<std::string> linesOf(int users, int count)
{
    std::vector<std::string> lines;
    for (int user = 0; user < users; ++user) {
        for (int review = 0; review < count; ++review) {
            lines.push_back(reviewLine(fmt::format("u{}", user), fmt::format("i{}", review),
                                       1'000'000 + 1'000 * review + user,
                                       fmt::format("five words of review {} {}", user, review),
                                       1 + (user + review) % 5));
        }
    }
    return lines;
}

TEST(SplitRules, DrawTheSameUsersWhateverTheOrderOfImport)
{
    TwoOrders projects{linesOf(20, 4)};
    projects.split({.rule = SplitRule::ByUser, .minimumHistory = 2, .testShare = 0.2});
}

TEST(SplitRules, DrawTheSameTargetsWhateverTheOrderOfImport)
{
    TwoOrders projects{linesOf(6, 8)};
    projects.split({.rule = SplitRule::Random, .minimumHistory = 2, .testShare = 0.2});
    projects.split({.name = "s",
                    .rule = SplitRule::Stratified,
                    .minimumHistory = 2,
                    .stratum = SplitStratum::Rating});
}

TEST(SplitRules, KeepMostUsersInTheirPartWhenOneComesInByUser)
{
    TemporaryProject temporary;
    for (const std::string& line : linesOf(40, 4)) {
        temporary.import(line);
    }
    const SplitSettings settings{
        .name = "a", .rule = SplitRule::ByUser, .minimumHistory = 3, .testShare = 0.25};
    Splits splits{*temporary.project};
    const auto before = namesOf(*temporary.project, splits.create(settings).id, SplitPart::Test);
    temporary.import(histories(1, 4)); // one more user
    const auto after = namesOf(*temporary.project, splits.create(settings).id, SplitPart::Test);
    std::vector<std::string> both;
    std::ranges::set_intersection(before, after, std::back_inserter(both));
    EXPECT_EQ(before.size(), 10U);
    EXPECT_GE(both.size(), 9U);
}

TEST(SplitRules, LeaveTheLastTwoOfEachUserOut)
{
    TemporaryProject temporary;
    temporary.import(histories(2, 9));
    const Split split = Splits{*temporary.project}.create({.minimumHistory = 2, .heldOutLast = 2});
    EXPECT_EQ(split.train, 2 * 3);
    EXPECT_EQ(split.validation, 2 * 2);
    EXPECT_EQ(split.test, 2 * 2);
    EXPECT_EQ(namesOf(*temporary.project, split.id, SplitPart::Test),
              (std::vector<std::string>{"user0/item7/1007000000", "user0/item8/1008000000",
                                        "user1/item7/1007001000", "user1/item8/1008001000"}));
}

TEST(SplitRules, DrawAnotherPartOfTheTargetsWithAnotherSeed)
{
    TemporaryProject temporary;
    temporary.import(histories(5, 12));
    Splits splits{*temporary.project};
    SplitSettings settings{.rule = SplitRule::Random, .minimumHistory = 2};
    const Split first = splits.create(settings);
    const std::string drawn = allParts(*temporary.project, first.id);
    EXPECT_EQ(first.train, 32); // of 5 * 8 targets: the newest 8 of each user
    EXPECT_EQ(first.validation, 4);
    EXPECT_EQ(first.test, 4);
    EXPECT_EQ(allParts(*temporary.project, splits.create(settings).id), drawn);
    settings.seed = 43;
    EXPECT_NE(allParts(*temporary.project, splits.create(settings).id), drawn);
}

TEST(SplitRules, ChooseTheSameTargetsAtRandomAfterATextWasEdited)
{
    TemporaryProject temporary;
    temporary.import(histories(5, 12));
    Splits splits{*temporary.project};
    const SplitSettings settings{.rule = SplitRule::Random, .minimumHistory = 2};
    const Split before = splits.create(settings);
    const std::string drawn = allParts(*temporary.project, before.id);
    Histories{*temporary.project}.setText(ReviewId{1}, "another text of five words", "x");
    const Split after = splits.create(settings);
    EXPECT_EQ(allParts(*temporary.project, after.id), drawn);
    EXPECT_NE(after.digest, before.digest);
}

TEST(SplitRules, KeepTheMixtureOfRatingsInAllParts)
{
    TemporaryProject temporary;
    std::string lines; // 80 of 5 stars, 20 of 1 star
    for (int i = 0; i < 100; ++i) {
        lines += reviewLine("u" + std::to_string(i / 5), "i" + std::to_string(i), 10 + i,
                            "five words are in this", i % 5 == 4 ? 1 : 5);
    }
    temporary.import(lines);
    const Split split = Splits{*temporary.project}.create({.rule = SplitRule::Stratified,
                                                           .minimumHistory = 0,
                                                           .maximumTargetsPerUser = 0,
                                                           .validationShare = 0.1,
                                                           .testShare = 0.2});
    std::map<std::pair<SplitPart, double>, int> counts;
    for (const SplitPart part : {SplitPart::Train, SplitPart::Validation, SplitPart::Test}) {
        for (const ExampleId id : Splits{*temporary.project}.examples(split.id, part)) {
            ++counts[{part, Histories{*temporary.project}.findReview(id)->rating}];
        }
    }
    EXPECT_EQ((counts[{SplitPart::Test, 5}]), 16);
    EXPECT_EQ((counts[{SplitPart::Test, 1}]), 4);
    EXPECT_EQ((counts[{SplitPart::Validation, 5}]), 8);
    EXPECT_EQ((counts[{SplitPart::Validation, 1}]), 2);
}

TEST(SplitRules, StratifyByYearLengthAndActivity)
{
    TemporaryProject temporary;
    std::string lines;
    for (int i = 0; i < 30; ++i) { // 2001 and 2002; 5 and 20 words; users with 1 and with 9 reviews
        const std::string text =
            i % 2 == 0 ? "five words are in this" : "a b c d e f g h i j k l m n o p q r s t";
        lines += reviewLine(i < 12 ? "single" + std::to_string(i) : "busy" + std::to_string(i / 9),
                            "i" + std::to_string(i), (i % 3 == 0 ? 978'307'200 : 1'009'843'200) + i,
                            text);
    }
    temporary.import(lines);
    Splits splits{*temporary.project};
    for (const SplitStratum stratum :
         {SplitStratum::Year, SplitStratum::Length, SplitStratum::Activity}) {
        const Split split = splits.create({.name = std::string{name(stratum)},
                                           .rule = SplitRule::Stratified,
                                           .minimumHistory = 0,
                                           .maximumTargetsPerUser = 0,
                                           .validationShare = 0,
                                           .testShare = 0.34,
                                           .stratum = stratum});
        std::map<std::int64_t, int> ofTest;
        const Histories store{*temporary.project};
        for (const ExampleId id : splits.examples(split.id, SplitPart::Test)) {
            const Review review = *store.findReview(id);
            ++ofTest[stratum == SplitStratum::Year     ? review.time / 31'000'000'000
                     : stratum == SplitStratum::Length ? static_cast<int>(review.text.size() > 30)
                                                       : store.findUser(review.user)->reviews > 1];
        }
        const std::string found =
            fmt::format("{} {} {}", ofTest.size(), ofTest.begin()->second, ofTest.rbegin()->second);
        EXPECT_EQ(found, stratum == SplitStratum::Year     ? "2 3 7"  // 10 and 20
                         : stratum == SplitStratum::Length ? "2 5 5"  // 15 and 15
                                                           : "2 4 6") // 12 and 18
            << name(stratum);
    }
}

TEST(SplitRules, TakeTimesInsteadOfShares)
{
    TemporaryProject temporary;
    temporary.import(histories(1, 10)); // from 1,000,000 s in steps of 1,000 s
    const Split split = Splits{*temporary.project}.create({.rule = SplitRule::ByTime,
                                                           .minimumHistory = 2,
                                                           .validationFrom = 1'005'000'000,
                                                           .testFrom = 1'007'000'000});
    EXPECT_EQ(split.train, 3); // 2, 3, 4
    EXPECT_EQ(split.validation, 2);
    EXPECT_EQ(split.test, 3);
    temporary.reopen();
    const SplitSettings kept = Splits{*temporary.project}.find("default")->settings;
    EXPECT_EQ(kept.validationFrom, 1'005'000'000);
    EXPECT_EQ(kept.testFrom, 1'007'000'000);
}

TEST(SplitRules, TakeTargetsOfTheCoreAlone)
{
    TemporaryProject temporary;
    std::string lines = histories(3, 4); // 3 users, 4 items
    // One more user with enough reviews, whose items nobody else has: they go, and so does the
    // user.
    for (int i = 0; i < 5; ++i) {
        lines += reviewLine("lonely", i == 0 ? "item0" : "own" + std::to_string(i), i,
                            "five words are in this");
    }
    temporary.import(lines);
    Splits splits{*temporary.project};
    const SplitSettings all{.minimumHistory = 0, .maximumTargetsPerUser = 0};
    SplitSettings core = all;
    core.core = 3;
    const Split split = splits.create(core);
    EXPECT_EQ(split.train + split.validation + split.test, 12);
    core.core = 5;
    EXPECT_THROW(static_cast<void>(splits.create(core)), Error);
    SplitSettings items = all;
    items.rule = SplitRule::Random;
    items.minimumItemUsers = 4;
    const Split four = splits.create(items); // item0 alone has four users
    EXPECT_EQ(four.train + four.validation + four.test, 4);
}

TEST(SplitRules, HoldOutItemsThatAreSeenOrThatAreNew)
{
    TemporaryProject temporary;
    std::string lines;
    for (int user = 0; user < 4; ++user) {
        for (int i = 0; i < 3;
             ++i) { // two about common items, the last one about `last` or its own
            const bool isOwn = i == 2 && user < 3;
            lines += reviewLine("u" + std::to_string(user),
                                isOwn    ? "own" + std::to_string(user)
                                : i == 2 ? "item0"
                                         : "item" + std::to_string(i),
                                10 + i, "five words are in this");
        }
    }
    temporary.import(lines);
    Splits splits{*temporary.project};
    SplitSettings settings{.rule = SplitRule::ByTime, .minimumHistory = 0, .testFrom = 12'000};
    EXPECT_EQ(splits.create(settings).test, 4);
    settings.heldOutItems = SplitItems::Seen;
    EXPECT_EQ(splits.create(settings).test, 1);
    settings.heldOutItems = SplitItems::Unseen;
    const Split unseen = splits.create(settings);
    EXPECT_EQ(unseen.test, 3);
    EXPECT_EQ(unseen.train, 8);
    EXPECT_EQ(splits.preview(settings, {}, *std::make_unique<NoProgress>()).itemsLeftOut, 1);
}

TEST(SplitRules, SayBeforehandWhatASplitWillHave)
{
    TemporaryProject temporary;
    std::string lines = histories(12, 9);
    for (int i = 0; i < 9; ++i) {
        lines += reviewLine("terse", "item" + std::to_string(i), i, "too short");
    }
    temporary.import(lines);
    Splits splits{*temporary.project};
    NoProgress unheeded;
    for (std::size_t rule = 0; rule < splitRuleNames().size(); ++rule) {
        const SplitSettings settings{.rule = static_cast<SplitRule>(rule),
                                     .minimumHistory = 3,
                                     .maximumTargetsPerUser = 4,
                                     .testShare = 0.2,
                                     .core = 2};
        const SplitPreview before = splits.preview(settings, {}, unheeded);
        const Split made = splits.create(settings);
        EXPECT_EQ(before.train, made.train) << splitRuleNames()[rule];
        EXPECT_EQ(before.validation, made.validation) << splitRuleNames()[rule];
        EXPECT_EQ(before.test, made.test) << splitRuleNames()[rule];
        EXPECT_EQ(before.users, 12);
        EXPECT_EQ(before.shortHistory, 13 * 3);
        EXPECT_EQ(before.shortText, 6);
        EXPECT_EQ(before.beyondMaximum, 12 * 2);
    }
}

TEST(SplitRules, ComeBackWithAllTheirSettings)
{
    TemporaryProject temporary;
    temporary.import(histories(8, 9));
    const SplitSettings settings{.name = "all of it",
                                 .rule = SplitRule::Stratified,
                                 .minimumHistory = 1,
                                 .minimumWords = 2,
                                 .maximumTargetsPerUser = 7,
                                 .validationShare = 0.15,
                                 .testShare = 0.25,
                                 .seed = ~std::uint64_t{0},
                                 .heldOutLast = 3,
                                 .stratum = SplitStratum::Length,
                                 .core = 2,
                                 .minimumItemUsers = 3,
                                 .heldOutItems = SplitItems::Seen,
                                 .funnel = Funnel{.name = "f",
                                                  .steps = {funnelStep("user-reviews 2"),
                                                            funnelStep("sample-users 5 seed 9")}}};
    const Split made = Splits{*temporary.project}.create(settings);
    EXPECT_GT(made.created, 0);
    temporary.reopen();
    const Split kept = *Splits{*temporary.project}.find("all of it");
    EXPECT_EQ(kept.created, made.created);
    const SplitSettings& found = kept.settings;
    EXPECT_EQ(found.seed, settings.seed);
    EXPECT_EQ(found.heldOutLast, 3);
    EXPECT_EQ(name(found.stratum), "length");
    EXPECT_EQ(found.core, 2);
    EXPECT_EQ(found.minimumItemUsers, 3);
    EXPECT_EQ(name(found.heldOutItems), "seen");
    EXPECT_EQ(found.funnel, settings.funnel);
    EXPECT_EQ(Splits{*temporary.project}.create(found).digest, made.digest);
}

TEST(SplitRules, RefuseWhatMakesNoSense)
{
    TemporaryProject temporary;
    temporary.import(histories(4, 8));
    Splits splits{*temporary.project};
    const SplitSettings wrong[] = {{.heldOutLast = 0},
                                   {.testFrom = 5},
                                   {.rule = SplitRule::ByTime, .validationFrom = 5, .testFrom = 5},
                                   {.core = -1},
                                   {.minimumItemUsers = -1},
                                   {.funnel = Funnel{.name = "f", .steps = {{}}}}};
    for (const SplitSettings& settings : wrong) {
        EXPECT_THROW(static_cast<void>(splits.create(settings)), Error);
    }
    EXPECT_TRUE(splits.all().empty());
}

TEST(SplitRules, AreRemovedUnlessARunUsedThem)
{
    TemporaryProject temporary;
    temporary.import(histories(4, 8));
    Splits splits{*temporary.project};
    const Split used = splits.create({.name = "used"});
    const Split idle = splits.create({.name = "idle"});
    splits.freeze(used.id);
    EXPECT_THROW(splits.remove(used.id), Error);
    splits.remove(idle.id);
    EXPECT_THROW(splits.remove(idle.id), Error);
    EXPECT_EQ(splits.all().size(), 1U);
    EXPECT_TRUE(splits.examples(idle.id, SplitPart::Train).empty());
    EXPECT_FALSE(splits.examples(used.id, SplitPart::Train).empty());
}

TEST(SplitRules, ChangeNothingWhereAStopWasAskedFor)
{
    TemporaryProject temporary;
    temporary.import(histories(4, 8));
    Splits splits{*temporary.project};
    const Split made = splits.create({});
    std::stop_source source;
    source.request_stop();
    NoProgress unheeded;
    EXPECT_THROW(
        static_cast<void>(splits.create({.minimumHistory = 2}, source.get_token(), unheeded)),
        Stopped);
    EXPECT_EQ(splits.find("default")->id, made.id);
}

TEST(SplitRules, OfAnOlderProjectKeepTheirExamplesAndStayFrozen)
{
    const testing::TemporaryFolder folder;
    const auto file = folder / "old.nextquill";
    {
        std::vector<std::string_view> old = migrations();
        old.resize(5); // before there were more rules
        static_cast<void>(folder.write("old.nextquill", ""));
        Connection connection{file, Access::Create};
        migrate(connection, old);
        connection.execute(
            "INSERT INTO users (id, name) VALUES (1, 'u'); "
            "INSERT INTO items (id, asin) VALUES (1, 'i'); "
            "INSERT INTO imports (id, files, started) VALUES (1, 'f', 0); "
            "INSERT INTO reviews (id, user_id, item_id, import_id, time, rating, words, content, "
            "title, text) VALUES (5, 1, 1, 1, 0, 1, 1, x'00', 't', 'x'); "
            "INSERT INTO splits (id, name, rule, minimum_history, minimum_words, maximum_targets, "
            "validation_share, test_share, seed, train, validation, test, digest, frozen) VALUES "
            "(7, 's', 'by-user', 1, 2, 3, 0.1, 0.2, 42, 1, 0, 0, 'd', 1); "
            "INSERT INTO split_examples VALUES (7, 0, 5); "
            "INSERT INTO reviews_text (rowid, title, text) VALUES (5, 't', 'x'); "
            "UPDATE users SET reviews = 1, mean_words = 1, mean_rating = 1; "
            "UPDATE items SET reviews = 1; "
            "UPDATE totals SET users = 1, items = 1, reviews = 1");
    }
    const auto project = Project::open(file, OpenMode::ReadWrite);
    EXPECT_EQ(project->check(true, {}), std::vector<std::string>{});
    const Split split = *Splits{*project}.find("s");
    EXPECT_EQ(split.id, SplitId{7});
    EXPECT_TRUE(split.frozen);
    EXPECT_EQ(split.created, 0);
    EXPECT_EQ(name(split.settings.rule), "by-user");
    EXPECT_EQ(Splits{*project}.examples(split.id, SplitPart::Train), std::vector{ExampleId{5}});
}

} // namespace
} // namespace nextquill::store

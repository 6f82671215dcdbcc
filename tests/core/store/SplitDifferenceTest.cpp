// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/SplitDifference.h"

#include "core/base/Error.h"
#include "core/store/Connection.h"
#include "core/store/Histories.h"

#include "tests/core/store/TemporaryProject.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

namespace nextquill::store {
namespace {

using testing::histories;
using testing::reviewLine;
using testing::TemporaryProject;

/// A comparison as text: counts, users, examples.
std::string compared(Project& project, const std::string& a, const std::string& b)
{
    const Splits splits{project};
    const SplitComparison comparison{project, splits.find(a)->id, splits.find(b)->id};
    const SplitDifference found = comparison.difference();
    std::string text =
        fmt::format("={} ~{} +{} -{} users +{} -{}\n", found.kept, found.moved, found.added,
                    found.removed, found.usersAdded, found.usersRemoved);
    UserId lastUser{0};
    for (auto page = comparison.users(lastUser, 1); !page.empty();
         page = comparison.users(lastUser, 1)) {
        text += fmt::format("{}{} ", page[0].added ? '+' : '-', page[0].name);
        lastUser = page[0].id;
    }
    ReviewId last{0};
    for (auto page = comparison.changes(last, 2); !page.empty();
         page = comparison.changes(last, 2)) {
        for (const SplitChange& change : page) {
            text += fmt::format("{}:{}>{} ", number(change.review),
                                change.before ? name(*change.before) : "",
                                change.after ? name(*change.after) : "");
            last = change.review;
        }
    }
    return text;
}

TEST(SplitDifference, NamesWhatCameInWhatWentOutAndWhatMoved)
{
    TemporaryProject temporary;
    temporary.import(histories(1, 5)); // reviews 1 to 5
    Splits splits{*temporary.project};
    const SplitSettings settings{.name = "a", .minimumHistory = 2};
    static_cast<void>(splits.create(settings));
    SplitSettings later = settings;
    later.name = "b";
    temporary.import(reviewLine("user0", "new", 9'000'000, "another text of five words") +
                     reviewLine("v", "x", 1, "one") + reviewLine("v", "y", 2, "two") +
                     reviewLine("v", "z", 3, "this has five words too"));
    Histories{*temporary.project}.setExcluded({ReviewId{3}}, true, "x");
    static_cast<void>(splits.create(later));
    EXPECT_EQ(compared(*temporary.project, "a", "a"), "=3 ~0 +0 -0 users +0 -0\n");
    EXPECT_EQ(compared(*temporary.project, "a", "b"), "=0 ~2 +2 -1 users +1 -0\n"
                                                      "+v 3:train> 4:validation>train "
                                                      "5:test>validation "
                                                      "6:>test 9:>test ");
    EXPECT_EQ(compared(*temporary.project, "b", "a"), "=0 ~2 +1 -2 users +0 -1\n"
                                                      "-v 3:>train 4:train>validation "
                                                      "5:validation>test "
                                                      "6:test> 9:test> ");
}

TEST(SplitDifference, IsNoneWhereATextAloneWasChanged)
{
    TemporaryProject temporary;
    temporary.import(histories(2, 6));
    Splits splits{*temporary.project};
    const Split before = splits.create({.name = "a", .minimumHistory = 2});
    Histories{*temporary.project}.setText(ReviewId{1}, "changed", "x");
    const Split after = splits.create({.name = "b", .minimumHistory = 2});
    EXPECT_TRUE(SplitComparison(*temporary.project, before.id, after.id).difference().isNone());
    EXPECT_NE(before.digest, after.digest);
}

/// Why each example is in one of the two alone, "review: why" a line.
std::string reasons(Project& project, const std::string& a, const std::string& b)
{
    const Splits splits{project};
    std::string text;
    for (const SplitChange& change :
         SplitComparison{project, splits.find(a)->id, splits.find(b)->id}.changes(ReviewId{0},
                                                                                  99)) {
        text += fmt::format("{}: {}\n", number(change.review), change.why);
    }
    return text;
}

/// Makes times differ that are kept in milliseconds.
void makeOlder(Project& project, const std::string& split)
{
    project.connection().execute("UPDATE splits SET created = created - 60000 WHERE name = '" +
                                 split + "'");
    project.connection().execute("UPDATE imports SET started = started - 90000");
}

TEST(SplitDifference, SaysWhatOfTheSettingsMadeIt)
{
    TemporaryProject temporary;
    temporary.import(histories(1, 8)); // reviews 1 to 8 of ten words
    Splits splits{*temporary.project};
    SplitSettings settings{.name = "a", .minimumHistory = 2, .maximumTargetsPerUser = 0};
    static_cast<void>(splits.create(settings));
    const auto reasonsOf = [&](SplitSettings other) {
        other.name = "b";
        static_cast<void>(splits.create(other));
        makeOlder(*temporary.project, "a");
        return reasons(*temporary.project, "a", "b");
    };
    SplitSettings other = settings;
    other.minimumHistory = 4;
    EXPECT_EQ(reasonsOf(other), "3: 2 earlier reviews, fewer than 4\n"
                                "4: 3 earlier reviews, fewer than 4\n");
    other = settings;
    other.maximumTargetsPerUser = 4;
    EXPECT_EQ(reasonsOf(other), "3: older than the user's 4 newest targets\n"
                                "4: older than the user's 4 newest targets\n");
    other = settings;
    other.heldOutLast = 2;
    EXPECT_EQ(reasonsOf(other), "5: another rule, seed or share\n"
                                "6: another rule, seed or share\n"
                                "7: another rule, seed or share\n");
    other = settings;
    other.funnel = Funnel{.name = "f", .steps = {funnelStep("newest 4")}};
    EXPECT_EQ(reasonsOf(other), "3: its funnel leaves it out\n4: its funnel leaves it out\n");
    other = settings;
    other.minimumWords = 11;
    EXPECT_THROW(static_cast<void>(splits.create(other)), Error); // all have ten
}

TEST(SplitDifference, SaysWhatTheOlderSplitCouldNotKnow)
{
    TemporaryProject temporary;
    temporary.import(histories(1, 7));
    Splits splits{*temporary.project};
    Histories store{*temporary.project};
    store.setExcluded({ReviewId{4}}, true, "x");
    const SplitSettings settings{.name = "a", .minimumHistory = 2};
    static_cast<void>(splits.create(settings));
    makeOlder(*temporary.project, "a");
    store.setExcluded({ReviewId{4}}, false, "y");
    temporary.import(reviewLine("user0", "new", 9'000'000, "another text of five words"));
    store.setExcluded({ReviewId{3}}, true, "z");
    SplitSettings later = settings;
    later.name = "b";
    static_cast<void>(splits.create(later));
    EXPECT_EQ(reasons(*temporary.project, "a", "b"), "3: it was excluded\n"
                                                     "4: it was included again since\n"
                                                     "6: other targets came in or went out\n"
                                                     "7: other targets came in or went out\n"
                                                     "8: it was imported since\n");
    // The other way round the newer one is the one before.
    EXPECT_EQ(reasons(*temporary.project, "b", "a"), reasons(*temporary.project, "a", "b"));
}

TEST(Splits, KeepAnOlderVersionWhereAskedTo)
{
    TemporaryProject temporary;
    temporary.import(histories(2, 6));
    Splits splits{*temporary.project};
    const SplitSettings settings{.name = "s", .minimumHistory = 2};
    EXPECT_EQ(splits.createVersion(settings).settings.name, "s");
    splits.freeze(splits.find("s")->id);
    EXPECT_EQ(splits.createVersion(settings).settings.name, "s@2");
    EXPECT_EQ(splits.createVersion(settings).settings.name, "s@3");
    EXPECT_EQ(splits.find("s@2")->digest, splits.find("s")->digest);
    EXPECT_TRUE(splits.find("s")->frozen);
    EXPECT_FALSE(splits.find("s@2")->frozen);
}

} // namespace
} // namespace nextquill::store

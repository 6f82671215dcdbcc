// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curate/Leaks.h"

#include "core/base/Error.h"
#include "core/base/Random.h"
#include "core/curate/FoldedText.h"
#include "core/store/Histories.h"
#include "core/store/import/Importer.h"

#include "tests/core/store/TemporaryProject.h"
#include "tests/support/Fixtures.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>

namespace nextquill::curate {
namespace {

using store::Split;
using store::SplitPart;
using testing::reviewLine;
using testing::TemporaryProject;

constexpr const char* copied = "this very sentence is going to be written twice by somebody";

/// Words that no other seed has.
std::string ownWords(int seed, int count = 12)
{
    std::string text;
    for (int i = 0; i < count; ++i) {
        text += fmt::format("w{}x{} ", seed, i);
    }
    return text;
}

/// A user with reviews of an item and a text of their own each, at 100, 200, …
std::string plainUser(const std::string& user, int seed, int reviews = 7)
{
    std::string lines;
    for (int i = 0; i < reviews; ++i) {
        lines += reviewLine(user, fmt::format("{}-{}", user, i), 100 * (i + 1),
                            ownWords(1'000 * seed + i));
    }
    return lines;
}

struct LeakyProject : TemporaryProject
{
    LeakReport look(const std::string& lines, const LeakSettings& settings = {},
                    store::SplitSettings split = {})
    {
        import(lines);
        made = store::Splits{*project}.create(split);
        return again(settings);
    }
    LeakReport again(const LeakSettings& settings = {})
    {
        NoProgress progress;
        return findLeaks(*project, made, settings, {}, progress);
    }
    [[nodiscard]] ReviewId review(const std::string& user, std::int64_t time) const
    {
        const store::Histories histories{*project};
        for (const auto& row : histories.timeline(histories.findUser(user)->id)) {
            if (row.review.time == 1'000 * time) {
                return row.review.id;
            }
        }
        throw std::runtime_error{"no such review"};
    }

    Split made;
};

std::string textOf(const Leak& leak)
{
    std::string text = fmt::format("{} {} {:.2f}{} by", name(leak.kind), name(leak.part),
                                   leak.share, leak.sameMoment ? " same moment" : "");
    for (const ReviewId other : leak.others()) {
        text += fmt::format(" {}", number(other));
    }
    return text;
}

TEST(Leaks, OfOrderlyHistoriesAreNone)
{
    LeakyProject temporary;
    const LeakReport report = temporary.look(plainUser("ann", 1) + plainUser("ben", 2));
    EXPECT_EQ(report.users, 2);
    EXPECT_EQ(report.targets, 6);
    EXPECT_EQ(report.heldOut, 4);
    EXPECT_TRUE(report.leaks.empty());
}

TEST(Leaks, FindATextThatStandsInItsHistoryWordForWord)
{
    LeakyProject temporary;
    const LeakReport report =
        temporary.look(plainUser("ann", 1) + reviewLine("ann", "a", 50, copied) +
                       reviewLine("ann", "b", 900,
                                  "This VERY sentence, is going to be written "
                                  "twice by … somebody!"));
    ASSERT_EQ(report.leaks.size(), 1U);
    EXPECT_EQ(report.leaks[0].target, temporary.review("ann", 900));
    EXPECT_EQ(textOf(report.leaks[0]),
              fmt::format("text-in-history test 1.00 by {}", number(temporary.review("ann", 50))));
}

TEST(Leaks, FindATextMostOfWhoseRunsStandInSeveralReviews)
{
    LeakyProject temporary;
    const std::string first = ownWords(1, 8);
    const std::string second = ownWords(2, 8);
    // 20 words are 16 runs of 5; each half has 4 of them.
    const std::string lines = plainUser("ann", 3) + reviewLine("ann", "a", 40, first) +
                              reviewLine("ann", "b", 50, second) +
                              reviewLine("ann", "c", 900, first + second + ownWords(4, 4));
    const LeakReport at = temporary.look(lines, {.threshold = 0.5});
    EXPECT_TRUE(at.leaks.empty()) << "exactly half is not more than half";
    const LeakReport below = temporary.again({.threshold = 0.49});
    ASSERT_EQ(below.leaks.size(), 1U);
    // One of them out leaves a quarter: the other one need not go.
    EXPECT_EQ(textOf(below.leaks[0]),
              fmt::format("shared-runs test 0.50 by {}", number(temporary.review("ann", 40))));
    const LeakReport low = temporary.again({.threshold = 0.1});
    ASSERT_EQ(low.leaks.size(), 1U);
    EXPECT_EQ(low.leaks[0].others().size(), 2U);
}

TEST(Leaks, MarkReviewsOfTheTargetsOwnMoment)
{
    LeakyProject temporary;
    const LeakReport report = temporary.look(
        plainUser("ann", 1) + reviewLine("ann", "a", 900, copied) +
            reviewLine("ann", "b", 900, copied) + reviewLine("ann", "b", 900, ownWords(7)),
        {.kinds = {LeakKind::TextInHistory, LeakKind::SharedRuns, LeakKind::SameItem}});
    ASSERT_EQ(report.leaks.size(), 4U); // each is a target, and each has the other
    for (const Leak& leak : report.leaks) {
        EXPECT_TRUE(leak.sameMoment) << textOf(leak);
    }
    EXPECT_EQ(report.count(LeakKind::TextInHistory), 2);
    EXPECT_EQ(report.count(LeakKind::SameItem), 2);
    EXPECT_EQ(report.check().counts.front().sameMoment, 2);
}

TEST(Leaks, FindTheSameItemInTheHistory)
{
    LeakyProject temporary;
    const LeakReport report =
        temporary.look(plainUser("ann", 1) + reviewLine("ann", "ann-0", 900, ownWords(5)));
    ASSERT_EQ(report.leaks.size(), 1U);
    EXPECT_EQ(textOf(report.leaks[0]),
              fmt::format("same-item test 0.00 by {}", number(temporary.review("ann", 100))));
}

TEST(Leaks, FindTrainingThatIsNotEarlierThanWhatIsHeldOut)
{
    LeakyProject temporary;
    std::string lines = plainUser("ann", 1, 4);
    for (int i = 0; i < 3; ++i) { // one tests, one validates, one trains
        lines += reviewLine("ann", fmt::format("late{}", i), 900, ownWords(50 + i));
    }
    const LeakReport report = temporary.look(lines);
    ASSERT_EQ(report.leaks.size(), 2U);
    EXPECT_EQ(report.leaks[0].part, SplitPart::Test);
    EXPECT_EQ(report.leaks[1].part, SplitPart::Validation);
    for (const Leak& leak : report.leaks) {
        EXPECT_EQ(leak.kind, LeakKind::TimeOrder);
        EXPECT_TRUE(leak.sameMoment);
        EXPECT_EQ(leak.others(),
                  store::Splits{*temporary.project}.examples(temporary.made.id, SplitPart::Train));
    }
    EXPECT_EQ(report.notLast, 2);
}

TEST(Leaks, FindWhatAnotherUserWroteToo)
{
    LeakyProject temporary;
    const LeakReport report =
        temporary.look(plainUser("ann", 1) + reviewLine("ann", "a", 900, copied) +
                       reviewLine("ben", "b", 5, copied) + reviewLine("cem", "c", 7, copied) +
                       reviewLine("cem", "d", 8, "great album"));
    ASSERT_EQ(report.leaks.size(), 1U);
    EXPECT_EQ(textOf(report.leaks[0]),
              fmt::format("other-user test 1.00 by {} {}", number(temporary.review("ben", 5)),
                          number(temporary.review("cem", 7))));
}

TEST(Leaks, AreNoneAmongShortTextsAndExcludedOnes)
{
    LeakyProject temporary;
    EXPECT_TRUE(temporary
                    .look(plainUser("ann", 1) + reviewLine("ann", "a", 40, "love it so much") +
                              reviewLine("ben", "a", 40, "love it so much") +
                              reviewLine("ann", "b", 900, "Love it so much."),
                          {}, {.minimumWords = 1})
                    .leaks.empty());
    EXPECT_EQ(temporary.again({.minimumWords = 4}).leaks.size(), 2U);
    store::Histories{*temporary.project}.setExcluded(
        {temporary.review("ann", 40), temporary.review("ben", 40)}, true, "Exclude 2");
    EXPECT_TRUE(temporary.again({.minimumWords = 4}).leaks.empty());
}

/// What the header says, pair by pair.
std::set<std::string> byHand(store::Project& project, const Split& split,
                             const LeakSettings& settings)
{
    const store::Histories histories{project};
    const store::Splits splits{project};
    const auto rows = histories.reviews({.withExcluded = false, .limit = 10'000});
    std::map<ReviewId, SplitPart> parts;
    for (const SplitPart part : {SplitPart::Train, SplitPart::Validation, SplitPart::Test}) {
        for (const ExampleId id : splits.examples(split.id, part)) {
            parts[id] = part;
        }
    }
    std::set<std::string> found;
    for (const auto& target : rows) {
        const auto part = parts.find(target.review.id);
        if (part == parts.end()) {
            continue;
        }
        const FoldedText words{target.review.text};
        const std::vector<std::uint64_t> runs = words.shingles(settings.runWords);
        std::set<std::uint64_t> open{runs.begin(), runs.end()};
        const std::size_t all = open.size();
        const auto say = [&](LeakKind kind) {
            found.insert(fmt::format("{} {}", name(kind), number(target.review.id)));
        };
        bool copy = false;
        for (const auto& other : rows) {
            if (other.review.id == target.review.id) {
                continue;
            }
            const FoldedText others{other.review.text};
            if (other.review.user != target.review.user) {
                if (others.text() == words.text()) {
                    say(LeakKind::OtherUser);
                }
                continue;
            }
            const auto of = parts.find(other.review.id);
            if (part->second != SplitPart::Train && of != parts.end() &&
                of->second == SplitPart::Train && other.review.time >= target.review.time) {
                say(LeakKind::TimeOrder);
            }
            if (other.review.time > target.review.time) {
                continue;
            }
            if (other.review.item == target.review.item) {
                say(LeakKind::SameItem);
            }
            if (others.text() == words.text()) {
                copy = true;
                say(LeakKind::TextInHistory);
            }
            for (const std::uint64_t run : others.shingles(settings.runWords)) {
                open.erase(run);
            }
        }
        if (!copy && static_cast<double>(all - open.size()) >
                         settings.threshold * static_cast<double>(all)) {
            say(LeakKind::SharedRuns);
        }
    }
    return found;
}

TEST(Leaks, AreThoseThatAComparisonPairByPairFinds)
{
    std::size_t found = 0;
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
        const Random random{seed, 9};
        std::uint64_t drawn = 0;
        const auto draw = [&](std::uint64_t below) { return random.bits(drawn++) % below; };
        std::string lines;
        for (int i = 0; i < 120; ++i) {
            std::string text;
            for (std::uint64_t phrase = 0, count = 1 + draw(3); phrase < count; ++phrase) {
                text += ownWords(static_cast<int>(draw(25)), 6);
            }
            lines += reviewLine(fmt::format("user{}", draw(6)), fmt::format("item{}", draw(30)),
                                100 * static_cast<std::int64_t>(1 + draw(15)), text);
        }
        LeakyProject temporary;
        const LeakSettings settings{.threshold = 0.6};
        const LeakReport report = temporary.look(
            lines, settings,
            {.rule = seed % 2 == 0 ? store::SplitRule::LeaveLastOut : store::SplitRule::ByTime});
        std::set<std::string> said;
        for (const Leak& leak : report.leaks) {
            EXPECT_TRUE(
                said.insert(fmt::format("{} {}", name(leak.kind), number(leak.target))).second);
            EXPECT_FALSE(leak.others().empty());
        }
        EXPECT_EQ(said, byHand(*temporary.project, temporary.made, settings)) << seed;
        found += said.size();
    }
    EXPECT_GT(found, 100U);
}

TEST(Leaks, AreGoneAfterAFixThatOneUndoTakesBack)
{
    for (const LeakFix fix : {LeakFix::Reviews, LeakFix::Targets}) {
        LeakyProject temporary;
        const LeakReport report = temporary.look(
            plainUser("ann", 1) + plainUser("ben", 2) + plainUser("cem", 3) +
            reviewLine("ann", "a", 50, copied) + reviewLine("ann", "b", 900, copied) +
            reviewLine("ben", "ben-0", 900, ownWords(71)) + reviewLine("cem", "c", 900, copied));
        EXPECT_EQ(report.leaks.size(), 4U);
        const LeakFixed fixed = fixLeaks(*temporary.project, temporary.made, report, fix);
        EXPECT_EQ(fixed.excluded, 3);
        temporary.made = fixed.split;
        EXPECT_TRUE(temporary.again().leaks.empty());
        store::Histories histories{*temporary.project};
        EXPECT_EQ(histories.findReview(temporary.review("ann", 900))->excluded,
                  fix == LeakFix::Targets);
        EXPECT_EQ(histories.undo(), "Exclude 3 reviews because of leaks in default");
        EXPECT_EQ(histories.counts().excluded, 0);
    }
}

TEST(Leaks, OfOneTextKeepOneTargetOfTheTest)
{
    LeakyProject temporary;
    const LeakReport report =
        temporary.look(plainUser("ann", 1) + plainUser("ben", 2) +
                       reviewLine("ann", "a", 900, copied) + reviewLine("ben", "b", 900, copied));
    EXPECT_EQ(report.count(LeakKind::OtherUser), 2);
    EXPECT_EQ(reviewsToExclude(report, LeakFix::Reviews),
              std::vector{temporary.review("ben", 900)});
    EXPECT_EQ(reviewsToExclude(report, LeakFix::Targets).size(), 2U);
}

TEST(Leaks, OfAFrozenSplitOrOfAllThereIsAreNotFixed)
{
    LeakyProject temporary;
    const std::string lines = plainUser("ann", 1) + reviewLine("ann", "ann-0", 900, ownWords(5));
    LeakReport report = temporary.look(lines);
    ASSERT_EQ(report.leaks.size(), 1U);
    // Without these two targets only two are left, for test and validation.
    report.leaks.push_back(report.leaks.front());
    report.leaks.back().target = temporary.review("ann", 600);
    EXPECT_THROW(
        static_cast<void>(fixLeaks(*temporary.project, temporary.made, report, LeakFix::Targets)),
        Error);
    EXPECT_EQ(store::Histories{*temporary.project}.counts().excluded, 0);
    store::Splits{*temporary.project}.freeze(temporary.made.id);
    try {
        static_cast<void>(fixLeaks(*temporary.project, temporary.made, report, LeakFix::Reviews));
        FAIL();
    } catch (const Error& error) {
        EXPECT_NE(error.remedy().find("--new-version"), std::string::npos);
    }
    EXPECT_EQ(store::Histories{*temporary.project}.counts().excluded, 0);
}

TEST(Leaks, AreNotLookedForWithSettingsThatMakeNoSense)
{
    LeakyProject temporary;
    static_cast<void>(temporary.look(plainUser("ann", 1)));
    EXPECT_THROW(static_cast<void>(temporary.again({.threshold = 1})), Error);
    EXPECT_THROW(static_cast<void>(temporary.again({.threshold = -0.1})), Error);
    EXPECT_THROW(static_cast<void>(temporary.again({.runWords = 0})), Error);
}

/// Figures of UX.md, section 12: histories there are in the order of time and, of one day, of the
/// file; words are those of FoldedText.
TEST(Leaks, OfTheMusicSetOf2014AreThoseThatWereMeasured)
{
    NEXTQUILL_NEED_SHARED(reviews, "data/amazon-digital-music-2014/reviews.jsonl");
    TemporaryProject temporary;
    NoProgress progress;
    static_cast<void>(store::importReviews(*temporary.project, {reviews}, {}, {}, progress));
    const LeakReport report = findLeaksOfLatest(*temporary.project, 5, {}, {}, progress);
    EXPECT_EQ(report.targets, 329);
    EXPECT_EQ(report.count(LeakKind::TextInHistory) + report.count(LeakKind::SharedRuns), 2);
    for (const Leak& leak : report.leaks) {
        if (leak.kind == LeakKind::SharedRuns) {
            EXPECT_NEAR(leak.share, 0.503, 0.005);
        }
        if (leak.kind != LeakKind::OtherUser) {
            // Of whole days: what gives them away is of the same day, and in no history here.
            EXPECT_TRUE(leak.sameMoment);
        }
    }
}

} // namespace
} // namespace nextquill::curate

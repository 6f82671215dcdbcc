// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curate/Duplicates.h"

#include "core/base/Error.h"
#include "core/base/Random.h"
#include "core/curate/FoldedText.h"
#include "core/store/Histories.h"

#include "tests/core/store/TemporaryProject.h"
#include "tests/support/Fixtures.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace nextquill::curate {
namespace {

using testing::reviewLine;
using testing::TemporaryProject;

using Groups = std::vector<std::vector<std::int64_t>>;

std::vector<DuplicateGroup> search(TemporaryProject& temporary,
                                   const DuplicateSettings& settings = {})
{
    NoProgress progress;
    return findDuplicates(*temporary.project, settings, {}, progress);
}

Groups idsOf(const std::vector<DuplicateGroup>& groups)
{
    Groups ids;
    for (const DuplicateGroup& group : groups) {
        std::vector<std::int64_t>& members = ids.emplace_back();
        for (const Duplicate& member : group.members) {
            members.push_back(number(member.review));
        }
        std::ranges::sort(members.begin() + 1, members.end());
    }
    std::ranges::sort(ids);
    return ids;
}

std::string wordsOf(std::uint64_t seed, std::size_t count, std::uint64_t vocabulary = 5'000)
{
    const Random random{seed, 3};
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
        text += "w" + std::to_string(random.bits(i) % vocabulary) + " ";
    }
    return text;
}

/// One word of `text` in `every` is another one.
std::string changed(const std::string& text, std::size_t every)
{
    std::string other;
    std::size_t word = 0;
    for (std::size_t begin = 0; begin < text.size(); ++word) {
        const std::size_t end = text.find(' ', begin);
        other += word % every == every / 2 ? std::string{"other"} : text.substr(begin, end - begin);
        other += ' ';
        begin = end + 1;
    }
    return other;
}

/// What the header says, over all pairs.
Groups byBruteForce(TemporaryProject& temporary, double threshold)
{
    const auto rows = store::Histories{*temporary.project}.reviews({.limit = 10'000});
    std::vector<std::vector<std::uint64_t>> sets;
    sets.reserve(rows.size());
    for (const store::ReviewRow& row : rows) {
        sets.push_back(FoldedText{row.review.text}.shingles(3));
    }
    std::vector<std::size_t> component(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        component[i] = i;
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (component[i] != component[j] && jaccard(sets[i], sets[j]) >= threshold) {
                std::ranges::replace(component, std::size_t{component[i]},
                                     std::size_t{component[j]});
            }
        }
    }
    std::map<std::size_t, std::vector<std::size_t>> members;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        members[component[i]].push_back(i);
    }
    Groups groups;
    for (auto& [root, all] : members) {
        std::ranges::stable_sort(all, {}, [&](std::size_t i) { return rows[i].review.time; });
        while (!all.empty()) {
            std::vector<std::int64_t> group;
            std::vector<std::size_t> rest;
            for (const std::size_t i : all) {
                const bool alike = jaccard(sets[all.front()], sets[i]) >= threshold;
                alike ? group.push_back(number(rows[i].review.id)) : rest.push_back(i);
            }
            if (group.size() > 1) {
                std::ranges::sort(group.begin() + 1, group.end());
                groups.push_back(group);
            }
            all = rest;
        }
    }
    std::ranges::sort(groups);
    return groups;
}

TEST(Duplicates, AreThoseOfAllPairs)
{
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        TemporaryProject temporary;
        std::string lines;
        std::int64_t time = 1'000;
        for (std::uint64_t family = 0; family < 30; ++family) {
            const std::string text = wordsOf(seed * 1'000 + family, 40 + family);
            for (std::size_t copy = 0; copy <= family % 4; ++copy) {
                lines += reviewLine("u" + std::to_string(family), "i" + std::to_string(copy),
                                    time += 7 - 3 * static_cast<std::int64_t>(copy),
                                    copy == 0 ? text
                                              : changed(text, 5 * copy * copy + 20 * (family % 3)));
            }
        }
        temporary.import(lines);
        for (const double threshold : {0.5, 0.8, 0.95}) {
            const Groups expected = byBruteForce(temporary, threshold);
            EXPECT_EQ(idsOf(search(temporary, {.threshold = threshold})), expected)
                << seed << ", " << threshold;
            EXPECT_FALSE(expected.empty() && threshold < 0.9);
        }
    }
}

TEST(Duplicates, WithTheSameWordsAreFoundWhateverTheirCaseAndPunctuation)
{
    TemporaryProject temporary;
    temporary.import(reviewLine("u", "a", 3, "One two, three; four five!") +
                     reviewLine("v", "b", 2, "one TWO three\nfour five") +
                     reviewLine("v", "c", 1, "five four three two one") +
                     reviewLine("v", "d", 1, "Great!") + reviewLine("u", "d", 1, "great"));
    const auto groups = search(temporary, {.threshold = 1});
    ASSERT_EQ(idsOf(groups), (Groups{{2, 1}})); // the earlier one first; short texts left alone
    EXPECT_TRUE(groups.front().exact);
    EXPECT_EQ(idsOf(search(temporary, {.threshold = 1, .minimumWords = 1})),
              (Groups{{2, 1}, {4, 5}}));
    EXPECT_TRUE(search(temporary, {.scope = DuplicateScope::SameUser}).empty());
    EXPECT_TRUE(search(temporary, {.scope = DuplicateScope::SameItem}).empty());
}

TEST(Duplicates, OfOneUserAboutOneItemAreTheBenchmarks)
{
    TemporaryProject temporary;
    temporary.import(reviewLine("u", "a", 30, "a first text of some words here") +
                     reviewLine("u", "a", 10, "quite another one") +
                     reviewLine("u", "b", 5, "a first text of some words here") +
                     reviewLine("v", "a", 1, "a first text of some words here"));
    const DuplicateSettings earliest{.search = DuplicateSearch::UserItem};
    EXPECT_EQ(idsOf(search(temporary, earliest)), (Groups{{2, 1}}));
    const DuplicateSettings longest{.search = DuplicateSearch::UserItem, .keep = KeepRule::Longest};
    EXPECT_EQ(idsOf(search(temporary, longest)), (Groups{{1, 2}}));
    EXPECT_EQ(excludeDuplicates(*temporary.project, search(temporary, earliest)), 1);
    store::Histories histories{*temporary.project};
    EXPECT_TRUE(histories.findReview(ReviewId{1})->excluded);
    EXPECT_TRUE(search(temporary, earliest).empty()); // what is excluded takes no part
    EXPECT_EQ(histories.undo(), "Exclude 1 duplicate");
    EXPECT_EQ(search(temporary, earliest).size(), 1U);
}

TEST(Duplicates, ThatWerePlantedAmongManyAreFoundAndNoOthers)
{
    TemporaryProject temporary;
    std::string lines;
    std::set<std::int64_t> planted;
    for (std::uint64_t i = 0; i < 3'000; ++i) {
        const bool copy = i >= 300 && i % 10 == 0; // of the text i / 10
        const std::string text = wordsOf(copy ? i / 10 : i, 80, 100'000);
        lines += reviewLine("u" + std::to_string(i % 97), "i" + std::to_string(i),
                            static_cast<std::int64_t>(i + 1), copy ? changed(text, 60) : text);
        if (copy) {
            planted.insert(static_cast<std::int64_t>(i + 1));
        }
    }
    temporary.import(lines);
    std::set<std::int64_t> found;
    const auto groups = search(temporary, {.tableMemory = 64 << 10}); // goes to the disk
    for (const DuplicateGroup& group : groups) {
        for (std::size_t i = 1; i < group.members.size(); ++i) {
            found.insert(number(group.members[i].review));
            EXPECT_GE(group.members[i].similarity, 0.8);
        }
    }
    EXPECT_EQ(found, planted);
    EXPECT_EQ(idsOf(groups), idsOf(search(temporary)));
}

TEST(Duplicates, OfOneTextByVeryManyTakeLinearTime)
{
    TemporaryProject temporary;
    std::string lines;
    for (int i = 0; i < 5'000; ++i) { // 12 million pairs
        lines += reviewLine("u" + std::to_string(i), "i", 1 + i,
                            "the same long text of everybody who " + std::to_string(i % 2) +
                                " bought it and was quite happy with it for a while indeed so far");
    }
    temporary.import(lines);
    const auto groups = search(temporary, {.threshold = 0.6});
    ASSERT_EQ(groups.size(), 1U);
    EXPECT_EQ(groups.front().members.size(), 5'000U);
}

TEST(Duplicates, EndWhenTheyAreStopped)
{
    TemporaryProject temporary;
    temporary.import(testing::histories(10, 3));
    std::stop_source stop;
    stop.request_stop();
    NoProgress progress;
    EXPECT_THROW(
        static_cast<void>(findDuplicates(*temporary.project, {}, stop.get_token(), progress)),
        Stopped);
    EXPECT_THROW(static_cast<void>(search(temporary, {.threshold = 0})), Error);
}

TEST(Duplicates, OfTheRealMusicReviewsAreThree)
{
    NEXTQUILL_NEED_SHARED(reviews, "data/amazon-digital-music-2014/reviews.jsonl");
    TemporaryProject temporary;
    NoProgress progress;
    static_cast<void>(store::importReviews(*temporary.project, {reviews}, {}, {}, progress));
    const auto equal = search(temporary, {.threshold = 1, .minimumWords = 0});
    EXPECT_EQ(idsOf(equal), (Groups{{254, 293}, {2790, 2659}, {3344, 3345}}));
    // As a comparison of all 24 million pairs gave them.
    const Groups alike{{120, 121}, {254, 293}, {1973, 1974}, {2790, 2659}, {3344, 3345}};
    EXPECT_EQ(idsOf(search(temporary, {.minimumWords = 0})), alike);
    EXPECT_EQ(idsOf(search(temporary, {.minimumWords = 0, .seed = 7})), alike);
}

} // namespace
} // namespace nextquill::curate

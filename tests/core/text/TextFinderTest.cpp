// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/TextFinder.h"

#include "core/base/Random.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace nextquill::text {
namespace {

/// "place text, …" of all that is found, from back to front.
std::string found(const TextFinder& finder, const std::vector<std::string_view>& texts,
                  const std::string& in, const ByteRange& bytes)
{
    std::vector<TextFinder::Found> all;
    finder.find(in, bytes, all);
    std::string shown;
    for (const TextFinder::Found& one : all) {
        shown += std::to_string(one.begin) + ' ' + std::string{texts[one.index]} + ", ";
    }
    return shown;
}

TEST(TextFinder, TheLongestAtEachPlaceIsFound)
{
    const std::vector<std::string_view> texts{"<a", "<ab>", "b", "ab"};
    const TextFinder finder{texts};

    EXPECT_EQ(found(finder, texts, "x<ab>b<a", {0, 8}), "6 <a, 5 b, 3 b, 2 ab, 1 <ab>, ");
    EXPECT_EQ(found(finder, texts, "x<ab>b<a", {1, 4}), "3 b, 2 ab, 1 <a, "); // no more fits there
    EXPECT_EQ(found(finder, texts, "", {0, 0}), "");
}

TEST(TextFinder, AgreesWithLookingEverywhere)
{
    const Random random{9, 0};
    std::uint64_t position = 0;
    const auto word = [&](std::size_t longest) {
        std::string made(1 + random.bits(position++) % longest, 'a');
        for (char& c : made) {
            c = static_cast<char>('a' + random.bits(position++) % 3);
        }
        return made;
    };
    for (int round = 0; round < 300; ++round) {
        std::vector<std::string> words;
        for (std::uint64_t i = 1 + random.bits(position++) % 8; i > 0; --i) {
            words.push_back(word(6));
        }
        const std::vector<std::string_view> texts{words.begin(), words.end()};
        const TextFinder finder{texts};
        const std::string text = word(40);
        std::string expected;
        for (std::size_t begin = text.size(); begin-- > 0;) {
            std::string longest;
            for (const std::string& sought : words) {
                if (sought.size() > longest.size() &&
                    text.compare(begin, sought.size(), sought) == 0) {
                    longest = sought;
                }
            }
            if (!longest.empty()) {
                expected += std::to_string(begin) + ' ' + longest + ", ";
            }
        }
        EXPECT_EQ(found(finder, texts, text, {0, text.size()}), expected) << text;
    }
}

// Where each place were tried for itself, this would take hours.
TEST(TextFinder, LongTextsThatAlmostMatchAreNoTrouble)
{
    const std::string almost(60'000, 'a');
    const std::string sought = "b" + almost;
    const std::vector<std::string_view> texts{sought, "ac"};
    const TextFinder finder{texts};

    EXPECT_EQ(found(finder, texts, std::string(2'000'000, 'a') + "c", {0, 2'000'001}),
              "1999999 ac, ");
}

} // namespace
} // namespace nextquill::text

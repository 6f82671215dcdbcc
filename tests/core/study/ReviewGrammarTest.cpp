// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/ReviewGrammar.h"

#include "core/base/Error.h"
#include "core/base/Random.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>
#include <numeric>
#include <set>

namespace nextquill::study {
namespace {

const ReviewSubject kettle{.kind = "kettle", .good = {true, false, true, false, true}, .rating = 4};

std::string textBy(WriterType type, const ReviewSubject& subject, std::uint64_t seed)
{
    const Random random{seed, 1};
    std::uint64_t place = 0;
    return ReviewGrammar::write(subject, type, [&] { return random.uniform(place++); });
}

/// The words of a text.
std::vector<std::string_view> split(std::string_view text)
{
    std::vector<std::string_view> words;
    for (const DrawnWord& word : ReviewGrammar::read(kettle, text)) {
        words.push_back(text.substr(word.bytes.begin, word.bytes.size()));
    }
    return words;
}

TEST(ReviewGrammar, ProbabilitiesOfEachChoiceAddUpToOneForEachType)
{
    for (std::size_t type = 0; type < typeCount; ++type) {
        const std::string text = textBy(WriterType::of(type), kettle, type);
        const std::vector<std::string_view> words = split(text);
        for (std::size_t before = 0; before < words.size(); ++before) {
            const auto next = ReviewGrammar::nextWords(kettle, std::span{words}.first(before));
            for (std::size_t of = 0; of < typeCount; ++of) {
                const double sum = std::accumulate(
                    next.begin(), next.end(), 0.0,
                    [of](double s, const NextWord& word) { return s + word.byType[of]; });
                EXPECT_NEAR(sum, 1, 1e-12) << text << ", word " << before;
            }
        }
        EXPECT_TRUE(ReviewGrammar::nextWords(kettle, words).empty());
    }
}

TEST(ReviewGrammar, WordsOfAChoiceAreDifferent)
{
    const std::string text = textBy({}, kettle, 3);
    const std::vector<std::string_view> words = split(text);
    for (std::size_t before = 0; before < words.size(); ++before) {
        std::set<std::string> seen;
        for (const NextWord& word :
             ReviewGrammar::nextWords(kettle, std::span{words}.first(before))) {
            EXPECT_TRUE(seen.insert(word.word).second) << word.word;
        }
    }
}

TEST(ReviewGrammar, WritesWhatTheWriterPrefersAndWhatTheItemIs)
{
    // 0 takes the first word whenever it has a chance: frank, of the price.
    const std::string text = ReviewGrammar::write(kettle, {}, [] { return 0.0; });
    EXPECT_EQ(text,
              "Honestly, I bought this kettle and am really pleased. The price is really fair "
              "while the finish is really rough. Just my opinion.");
    ReviewSubject bad = kettle;
    bad.rating = 1;
    bad.good = {};
    EXPECT_EQ(ReviewGrammar::write(bad, {}, [] { return 0.0; }),
              "Honestly, I bought this kettle and am really disappointed. The price is really high "
              "while the finish is really rough. Just my opinion.");
}

TEST(ReviewGrammar, ReadsTheProbabilitiesThatItWritesBy)
{
    const std::string text = ReviewGrammar::write(kettle, {}, [] { return 0.0; });
    const std::vector<DrawnWord> words = ReviewGrammar::read(kettle, text);
    ASSERT_EQ(words.size(), 23);
    const std::size_t frankOfPrice = WriterType{.voice = 0, .aspect = 0}.index();
    const std::size_t dryOfManual = WriterType{.voice = 3, .aspect = 3}.index();
    EXPECT_DOUBLE_EQ(words[0].byType[frankOfPrice], 0.7); // "Honestly,"
    EXPECT_DOUBLE_EQ(words[0].byType[dryOfManual], 0.1);
    EXPECT_TRUE(words[0].preference);
    EXPECT_DOUBLE_EQ(words[2].byType[frankOfPrice], 1.0 / 3); // "bought"
    EXPECT_FALSE(words[2].preference);
    EXPECT_DOUBLE_EQ(words[10].byType[frankOfPrice], 0.6); // "price"
    EXPECT_DOUBLE_EQ(words[10].byType[dryOfManual], 0.1);
    EXPECT_DOUBLE_EQ(words[16].byType[frankOfPrice], 1.0 / 4); // "finish", after the price
    EXPECT_DOUBLE_EQ(words[16].byType[dryOfManual], 1.0 / 9);
    EXPECT_EQ(std::ranges::count(words, true, &DrawnWord::preference), 8);
    EXPECT_EQ(words.back().bytes.end, text.size());
}

TEST(ReviewGrammar, RefusesWhatItCannotHaveWritten)
{
    const std::string text = ReviewGrammar::write(kettle, {}, [] { return 0.0; });
    EXPECT_THROW(static_cast<void>(ReviewGrammar::read(kettle, "Great kettle!")), Error);
    EXPECT_THROW(static_cast<void>(ReviewGrammar::read(kettle, text.substr(0, 40))), Error);
    EXPECT_THROW(static_cast<void>(ReviewGrammar::read(kettle, text + " More.")), Error);
    ReviewSubject lamp = kettle;
    lamp.kind = "lamp";
    EXPECT_THROW(static_cast<void>(ReviewGrammar::read(lamp, text)), Error);
}

} // namespace
} // namespace nextquill::study

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curate/Screening.h"

#include "core/curate/Language.h"
#include "core/store/Histories.h"

#include "tests/core/store/TemporaryProject.h"
#include "tests/support/Fixtures.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace nextquill::curate {
namespace {

using testing::reviewLine;
using testing::TemporaryProject;

ScreeningReport screen(TemporaryProject& temporary, const ScreeningSettings& settings = {})
{
    NoProgress progress;
    return screenTexts(*temporary.project, settings, {}, progress);
}

std::vector<std::int64_t> idsOf(const std::vector<ReviewId>& reviews)
{
    std::vector<std::int64_t> ids;
    ids.reserve(reviews.size());
    for (const ReviewId review : reviews) {
        ids.push_back(number(review));
    }
    return ids;
}

TEST(Language, IsToldOfWholeSentences)
{
    const std::pair<const char*, const char*> texts[] = {
        {"en", "This is a quiet book, and I have read it with pleasure twice."},
        {"de", "Das ist ein leises Buch, und ich habe es zweimal gern gelesen."},
        {"fr", "C'est un livre tranquille que j'ai lu deux fois avec plaisir."},
        {"es", "Es un libro tranquilo que he leído dos veces con mucho gusto."},
        {"ru", "Это тихая книга, и я с удовольствием прочитал её дважды."},
        {"zh", "这是一本安静的书，我很高兴地读了两遍。"},
        {"ja", "これは静かな本で、私は二度楽しく読みました。"}};
    for (const auto& [code, text] : texts) {
        const Language language = languageOf(text);
        EXPECT_EQ(language.code, code) << text;
        EXPECT_TRUE(language.reliable) << text;
    }
    EXPECT_EQ(languageOf("Das ist ein leises Buch, gern gelesen.").name, "German");
}

TEST(Language, IsNotKnownReliablyOfFewWordsSignsAndBrokenText)
{
    for (const std::string& text :
         {std::string{}, std::string{"OK"}, std::string{"5/5 !!!"}, std::string{"\xFF\xFE\xFF"}}) {
        EXPECT_FALSE(languageOf(text).reliable) << text;
    }
    std::string longText;
    for (int i = 0; i < 20'000; ++i) {
        longText += "ich habe das Buch über Köln gern gelesen. "; // cut within a character, perhaps
    }
    EXPECT_EQ(languageOf(longText).code, "de");
}

/// Five users who copied a sentence, and two who wrote it by chance.
void fillScreened(TemporaryProject& temporary)
{
    std::string lines;
    for (int user = 0; user < 5; ++user) {
        const std::string name = "u" + std::to_string(user);
        lines += reviewLine(name, "a", 1 + user,
                            "I received this PRODUCT free in exchange, for my review!") +
                 reviewLine(name, "b", 11 + user,
                            "It works. I received this product free in exchange for my review. "
                            "But what number " +
                                std::to_string(user) +
                                " tells in this text is much longer than that one sentence of "
                                "the others is, so that it counts.");
    }
    for (int user = 0; user < 2; ++user) {
        lines += reviewLine("u" + std::to_string(user), "c", 31 + user,
                            "This one is what only two of them have ever written.");
    }
    temporary.import(lines + reviewLine("u0", "d", 41, "...") +
                     reviewLine("u1", "d", 42, "Great.") +
                     reviewLine("u2", "d", 43,
                                "Das ist ein leises Buch, und ich habe es zweimal gern gelesen."));
}

TEST(Screening, FindsSentencesOfManyUsersAndTheTextsThatAreHardlyMore)
{
    TemporaryProject temporary;
    fillScreened(temporary);
    const ScreeningReport report = screen(temporary);
    EXPECT_EQ(report.reviews, 15);
    ASSERT_EQ(report.sentences.size(), 1U);
    EXPECT_EQ(report.sentences.front().users, 5);
    EXPECT_EQ(report.sentences.front().reviews, 10);
    EXPECT_EQ(report.sentences.front().text,
              "I received this PRODUCT free in exchange, for my review");
    EXPECT_EQ(number(report.sentences.front().first), 1);
    EXPECT_EQ(idsOf(report.boilerplate), (std::vector<std::int64_t>{1, 3, 5, 7, 9}));
    EXPECT_EQ(screen(temporary, {.boilerplateUsers = 2}).sentences.size(), 2U);
    EXPECT_TRUE(screen(temporary, {.boilerplateUsers = 6}).boilerplate.empty());
    EXPECT_EQ(screen(temporary, {.tableMemory = 16}).boilerplate.size(), 5U) << "on disk";
}

TEST(Screening, FindsTextsWithoutWordsOrWithFew)
{
    TemporaryProject temporary;
    fillScreened(temporary);
    EXPECT_EQ(idsOf(screen(temporary).empty), (std::vector<std::int64_t>{13}));
    EXPECT_EQ(idsOf(screen(temporary, {.leastWords = 3}).empty),
              (std::vector<std::int64_t>{13, 14}));
}

TEST(Screening, FindsTextsInAnotherLanguageThanMost)
{
    TemporaryProject temporary;
    fillScreened(temporary);
    const ScreeningReport report = screen(temporary);
    EXPECT_EQ(report.kept, "en");
    EXPECT_EQ(idsOf(report.foreign), (std::vector<std::int64_t>{15}));
    ASSERT_EQ(report.languages.size(), 2U);
    EXPECT_EQ(report.languages[1].name, "German");
    EXPECT_EQ(report.languages[1].reviews, 1);
    std::int64_t known = report.unsure + static_cast<std::int64_t>(report.empty.size());
    for (const LanguageCount& language : report.languages) {
        known += language.reviews;
    }
    EXPECT_EQ(known, report.reviews);
    const ScreeningReport german = screen(temporary, {.language = "de"});
    EXPECT_EQ(static_cast<std::int64_t>(german.foreign.size()), german.languages[0].reviews);
}

TEST(Screening, LeavesExcludedReviewsOutAndEndsWhenItIsStopped)
{
    TemporaryProject temporary;
    fillScreened(temporary);
    store::Histories{*temporary.project}.setExcluded({ReviewId{1}, ReviewId{2}}, true, "two");
    const ScreeningReport report = screen(temporary);
    EXPECT_EQ(report.reviews, 13);
    EXPECT_TRUE(report.sentences.empty()) << "four users are left";
    std::stop_source stop;
    stop.request_stop();
    NoProgress progress;
    EXPECT_THROW(static_cast<void>(screenTexts(*temporary.project, {}, stop.get_token(), progress)),
                 Stopped);
}

TEST(Screening, OfTheRealMusicReviewsFindsTheSpanishOnes)
{
    NEXTQUILL_NEED_SHARED(reviews, "data/amazon-digital-music-2014/reviews.jsonl");
    TemporaryProject temporary;
    NoProgress progress;
    static_cast<void>(store::importReviews(*temporary.project, {reviews}, {}, {}, progress));
    const ScreeningReport report = screen(temporary);
    EXPECT_EQ(report.kept, "en");
    // All of them were read: they are in Spanish.
    for (const ReviewId review : report.foreign) {
        const auto row = store::Histories{*temporary.project}.findReview(review);
        EXPECT_EQ(languageOf(row->text).code, "es") << row->text;
    }
    EXPECT_GE(report.foreign.size(), 5U);
    EXPECT_LE(report.foreign.size(), 9U);
}

} // namespace
} // namespace nextquill::curate

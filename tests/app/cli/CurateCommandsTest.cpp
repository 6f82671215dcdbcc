// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/cli/CommandLine.h"

#include <gmock/gmock.h>

namespace nextquill::app::testing {
namespace {

using ::testing::HasSubstr;

std::string reviewBy(const std::string& user, const std::string& item, std::int64_t time,
                     const std::string& text)
{
    return OrderedJson{{"user_id", user}, {"parent_asin", item}, {"rating", 4},
                       {"title", "T"},    {"text", text},        {"timestamp", time}}
               .dump() +
           "\n";
}

class CurateCommands : public CommandLine
{
protected:
    void import(const std::string& lines) const
    {
        static_cast<void>(json({"import", "p.nextquill", "-"}, lines));
    }
};

TEST_F(CurateCommands, DedupListsAndExcludesAsOneStep)
{
    import(reviewBy("ann", "i1", 10, "one two three four five six") +
           reviewBy("ben", "i2", 5, "One two three, four five six!") +
           reviewBy("ben", "i3", 7, "something else that is long enough"));
    const Json listed = json({"data", "dedup", "p.nextquill"});
    EXPECT_EQ(listed.at("groups"), 1);
    EXPECT_EQ(listed.at("exact_duplicates"), 1);
    EXPECT_EQ(listed.at("excluded"), 0);
    EXPECT_EQ(listed.at("listed").at(0).at("reviews").at(0).at("user"), "ben");
    EXPECT_EQ(json({"data", "stats", "p.nextquill"}).at("excluded"), 0);
    EXPECT_EQ(json({"data", "dedup", "p.nextquill", "--keep", "earliest"}).at("excluded"), 1);
    EXPECT_EQ(json({"data", "stats", "p.nextquill"}).at("excluded"), 1);
    EXPECT_EQ(json({"data", "dedup", "p.nextquill"}).at("groups"), 0);
    EXPECT_EQ(json({"data", "undo", "p.nextquill"}).at("undone"), "Exclude 1 duplicate");
    EXPECT_THAT(run({"data", "dedup", "p.nextquill"}).out, HasSubstr("1 group, 1 text beside"));
    expectFailure(run({"data", "dedup", "p.nextquill", "--threshold", "2"}), 2, "--threshold");
}

TEST_F(CurateCommands, LeaksAreListedFixedAndTakenBack)
{
    std::string lines;
    for (int i = 0; i < 9; ++i) {
        std::string text;
        for (const char* const word : {"a", "b", "c", "d", "e", "f"}) {
            text += word + std::to_string(i) + " ";
        }
        lines += reviewBy("ann", "i" + std::to_string(i), 100 * (i + 1), text);
    }
    import(lines + reviewBy("ann", "i2", 1'000, "A0 B0, c0 d0 e0 f0!"));
    expectFailure(run({"data", "leaks", "p.nextquill"}), 1, "there is no split yet");
    static_cast<void>(json({"data", "split", "p.nextquill"}));
    const Json found =
        json({"data", "leaks", "p.nextquill", "--kinds", "text-in-history,same-item"});
    EXPECT_EQ(found.at("targets"), 6);
    EXPECT_EQ(found.at("kinds").size(), 2U);
    EXPECT_EQ(found.at("kinds").at("text-in-history").at("test"), 1);
    EXPECT_EQ(found.at("kinds").at("same-item").at("targets"), 1);
    EXPECT_EQ(found.at("listed").at(0).at("target").at("item"), "i2");
    EXPECT_EQ(found.at("listed").at(0).at("reviews").at(0).at("item"), "i0");
    EXPECT_THAT(run({"data", "leaks", "p.nextquill", "--limit", "1"}).out,
                HasSubstr("text-in-history (test): the same words stand in the history"));
    const Json latest = json({"data", "leaks", "p.nextquill", "--latest", "5"});
    EXPECT_EQ(latest.at("targets"), 1);
    EXPECT_TRUE(latest.at("split").is_null());
    expectFailure(run({"data", "leaks", "p.nextquill", "--latest", "5", "--fix"}), 1,
                  "nothing to make anew");
    const Json fixed = json({"data", "leaks", "p.nextquill", "--fix"}).at("fixed");
    EXPECT_EQ(fixed.at("excluded"), 2);
    EXPECT_EQ(fixed.at("left"), 0);
    EXPECT_EQ(json({"data", "stats", "p.nextquill"}).at("excluded"), 2);
    EXPECT_EQ(json({"data", "undo", "p.nextquill"}).at("undone"),
              "Exclude 2 reviews because of leaks in default");
    EXPECT_EQ(json({"data", "stats", "p.nextquill"}).at("excluded"), 0);
    expectFailure(run({"data", "leaks", "p.nextquill", "--kinds", "other"}), 2, "--kinds");
}

TEST_F(CurateCommands, RedactSaysWhatItWouldMaskAndMasksItAsOneStep)
{
    import(reviewBy("ann", "i1", 10, "write to ann@example.org or call (212) 555-0123") +
           reviewBy("ben_k", "i2", 5, "what ann@example.org said, and Ben_K too") +
           reviewBy("ben_k", "i3", 7, "something else that is long enough"));
    const Json dry = json({"data", "redact", "p.nextquill", "--dry-run"});
    EXPECT_EQ(dry.at("found").at("email").at("places"), 2);
    EXPECT_EQ(dry.at("found").at("user").at("reviews"), 1);
    EXPECT_EQ(dry.at("changed"), 0);
    EXPECT_FALSE(dry.contains("left"));
    EXPECT_EQ(json({"data", "search", "p.nextquill", "example"}).at("reviews").size(), 2);
    const Json done = json({"data", "redact", "p.nextquill", "--kinds", "email,user"});
    EXPECT_EQ(done.at("changed"), 2);
    EXPECT_EQ(done.at("left").at("email").at("places"), 0);
    EXPECT_FALSE(done.at("found").contains("phone"));
    EXPECT_EQ(json({"data", "search", "p.nextquill", "example"}).at("reviews").size(), 0);
    EXPECT_EQ(json({"data", "undo", "p.nextquill"}).at("undone"),
              "Mask personal data in 2 reviews");
    EXPECT_EQ(json({"data", "redact", "p.nextquill", "--user", "ann"}).at("changed"), 1);
    EXPECT_THAT(run({"data", "redact", "p.nextquill", "--dry-run"}).out,
                HasSubstr("1 of 3 reviews would be changed"));
    expectFailure(run({"data", "redact", "p.nextquill", "--kinds", "face"}), 2, "--kinds");
    expectFailure(run({"data", "redact", "p.nextquill", "--user", "zoe"}), 1, "no user is called");
}

TEST_F(CurateCommands, ProfileTellsAUsersFiguresAndPhrases)
{
    std::string lines;
    std::string filler;
    for (int i = 0; i < 8; ++i) {
        filler += " and so it goes on";
    }
    for (int i = 0; i < 60; ++i) {
        lines += reviewBy("ben", "i" + std::to_string(i), 20 + i, "It is good" + filler);
    }
    for (int i = 0; i < 6; ++i) {
        lines += reviewBy("ann", "i" + std::to_string(i), 10 + i,
                          "Worth every penny! It is good " + std::to_string(i));
    }
    import(lines);
    const Json profile = json({"data", "profile", "p.nextquill", "--user", "ann"});
    EXPECT_EQ(profile.at("own").at("texts"), 6);
    EXPECT_GT(profile.at("own").at("marks_per_100_words").at("exclamation mark"), 10);
    EXPECT_EQ(profile.at("others").at("marks_per_100_words").at("exclamation mark"), 0);
    EXPECT_TRUE(profile.at("own").at("mtld").is_null());
    std::size_t places = 0;
    for (const Json& phrase : profile.at("phrases")) {
        places = phrase.at("phrase") == "worth every penny" ? phrase.at("places").size() : places;
    }
    EXPECT_EQ(places, 6);
    EXPECT_THAT(run({"data", "profile", "p.nextquill", "--user", "ann"}).out,
                HasSubstr("worth every penny"));
    expectFailure(run({"data", "profile", "p.nextquill", "--user", "zoe"}), 1, "no user is called");
}

TEST_F(CurateCommands, ScreenListsTextsAndExcludesWhatItIsTold)
{
    import(reviewBy("ann", "i1", 10, "This is a quiet book, and I have read it twice.") +
           reviewBy("ben", "i2", 5, "Das ist ein leises Buch, und ich habe es gern gelesen.") +
           reviewBy("ben", "i1", 6, "I do not know what this is for, and I bought it.") +
           reviewBy("cleo", "i3", 7, "..."));
    const Json report = json({"data", "screen", "p.nextquill"});
    EXPECT_EQ(report.at("empty"), Json({4}));
    EXPECT_EQ(report.at("other_language"), Json({2}));
    EXPECT_EQ(report.at("language_kept"), "en");
    EXPECT_EQ(report.at("excluded"), 0);
    EXPECT_EQ(json({"data", "screen", "p.nextquill", "--exclude", "empty,language"}).at("excluded"),
              2);
    EXPECT_EQ(json({"data", "stats", "p.nextquill"}).at("excluded"), 2);
    EXPECT_EQ(json({"data", "undo", "p.nextquill"}).at("undone"),
              "Exclude 2 reviews by their texts");
    EXPECT_THAT(run({"data", "screen", "p.nextquill"}).out, HasSubstr("empty: 1 review: 4"));
}

TEST_F(CurateCommands, StatsTellDistributionsWithTheFilterOfEachBar)
{
    import(reviewBy("ann", "i1", 10, "one two three") + reviewBy("ann", "i2", 11, "one two three") +
           reviewBy("ben", "i1", 12, "one two three four"));
    const Json stats = json({"data", "stats", "p.nextquill"});
    EXPECT_FALSE(stats.contains("distributions"));
    const Json all = json({"data", "stats", "p.nextquill", "--distributions"}).at("distributions");
    std::string words;
    for (const Json& bar : all.at("words")) {
        words += bar.at("filter").get<std::string>() + ": " + bar.at("count").dump() + "; ";
    }
    EXPECT_EQ(words, "3: 2; 4: 1; ");
    EXPECT_EQ(all.at("user_reviews").size(), 2);
    EXPECT_EQ(all.at("rating").at(0).at("count"), 3);
    EXPECT_FALSE(all.contains("tokens"));
    EXPECT_THAT(run({"data", "stats", "p.nextquill", "--distributions"}).out,
                HasSubstr("reviews by words"));
}

TEST_F(CurateCommands, StatsCountTokensOfAModel)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    import(reviewBy("ann", "i1", 10, "one two three"));
    const Json tokens = json({"data", "stats", "p.nextquill", "--model", model.string()})
                            .at("distributions")
                            .at("tokens");
    EXPECT_EQ(tokens.at("texts"), 1);
    EXPECT_GT(tokens.at("longest"), 0);
    EXPECT_EQ(tokens.at("median"), tokens.at("longest"));
    expectFailure(run({"data", "stats", "p.nextquill", "--model", "none-such"}), 1, "none-such");
}

} // namespace
} // namespace nextquill::app::testing

// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/cli/CommandLine.h"

#include <gmock/gmock.h>

namespace nextquill::app::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* ownTemplate =
    "=== system ===\n=== user ===\n{history}|{item_title}\n=== with history ===\n{reviews}\n"
    "=== without history ===\nnone\n=== review ===\n<{text}>\n=== missing ===\n-\n";

class PromptCommands : public CommandLineWithModel
{
protected:
    /// The user's newest review: it has all others before it.
    std::int64_t newestOf(const std::string& user) const
    {
        return json({"data", "list", "p.nextquill", "--user", user})
            .at("reviews")
            .at(0)
            .at("id")
            .get<std::int64_t>();
    }

    std::string someUser() const
    {
        return json({"data", "list", "p.nextquill"}).at("users").at(0).at("user");
    }

    std::vector<std::string> promptOf(std::int64_t example) const
    {
        return {"data",    "prompt", "p.nextquill",         "--example", std::to_string(example),
                "--model", m_model,  "--max-prompt-tokens", "400"};
    }
};

TEST_F(PromptCommands, APromptIsShownWithBudgetReviewsAndText)
{
    static_cast<void>(sampleProject());
    const std::int64_t example = newestOf(someUser());
    const Json shown = json(promptOf(example));
    EXPECT_EQ(shown.at("example"), example);
    EXPECT_LE(shown.at("budget").at("used").get<int>(), 400);
    EXPECT_EQ(shown.at("tokens").size(), shown.at("budget").at("used"));
    EXPECT_EQ(shown.at("selection").at("select"), "recent");

    const Ended said = run(promptOf(example));
    EXPECT_EQ(said.status, 0) << said.err;
    EXPECT_THAT(said.out, HasSubstr("template   nextquill"));
    EXPECT_THAT(said.out, HasSubstr("place  rank   score  tokens  review"));
    EXPECT_THAT(said.out, HasSubstr(shown.at("text").get<std::string>()));

    auto tokens = promptOf(example);
    tokens.emplace_back("--tokens");
    const Ended listed = run(tokens);
    EXPECT_THAT(listed.out, HasSubstr("     id  from         token"));
    EXPECT_THAT(listed.out, HasSubstr("review 1"));
}

TEST_F(PromptCommands, APromptIsShownForAnItemThatTheUserHasNotReviewed)
{
    static_cast<void>(sampleProject());
    const std::string user = someUser();
    const std::string item =
        json({"data", "list", "p.nextquill", "--table", "items", "--limit", "1"})
            .at("rows")
            .at(0)
            .at("asin");
    const Json shown =
        json({"data", "prompt", "p.nextquill", "--user", user, "--item", item, "--model", m_model});
    EXPECT_TRUE(shown.at("example").is_null());
    const Json all = json({"data", "list", "p.nextquill", "--user", user, "--limit", "1000"});
    EXPECT_EQ(shown.at("reviews").size(), all.at("reviews").size()) << "all that was written";
    expectFailure(run({"data", "prompt", "p.nextquill", "--user", user, "--item", "none-such",
                       "--model", m_model}),
                  1, "no item has the key \"none-such\"");
    expectFailure(run({"data", "prompt", "p.nextquill", "--model", m_model}), 1, "--example");
    EXPECT_EQ(run({"data", "prompt", "p.nextquill", "--user", user}).status, 2);
}

TEST_F(PromptCommands, SelectionsAndTheirOptionsAreThoseOfTheHelp)
{
    static_cast<void>(sampleProject());
    const std::int64_t example = newestOf(someUser());
    for (const char* kind : {"recent", "bm25", "mmr"}) {
        auto arguments = promptOf(example);
        arguments.insert(arguments.end(), {"--select", kind, "--fill"});
        const Json shown = json(arguments);
        EXPECT_EQ(shown.at("selection").at("select"), kind);
        EXPECT_EQ(shown.at("selection").at("fill"), true);
        EXPECT_EQ(shown.at("reviews").at(0).at("score").is_null(), kind == std::string{"recent"});
    }
    auto arguments = promptOf(example);
    arguments.insert(arguments.end(), {"--select", "embeddings"});
    expectFailure(run(arguments), 1, "needs an encoder");
    arguments = promptOf(example);
    arguments.insert(arguments.end(), {"--fill"});
    expectFailure(run(arguments), 2, "--select");
}

TEST_F(PromptCommands, ATemplateIsKeptShownUsedAndRemoved)
{
    static_cast<void>(sampleProject());
    m_folder.write("mine.txt", ownTemplate);
    EXPECT_EQ(json({"data", "template", "check", "mine.txt"}).at("valid"), true);
    EXPECT_EQ(json({"data", "template", "set", "p.nextquill", "mine", "--from", "mine.txt"})
                  .at("version"),
              1);
    EXPECT_EQ(json({"data", "template", "show", "p.nextquill", "mine@1"}).at("source"),
              ownTemplate);
    EXPECT_EQ(
        json({"data", "template", "use", "p.nextquill", "mine", "--select", "bm25"}).at("template"),
        "mine@1");
    const Json shown = json(promptOf(newestOf(someUser())));
    EXPECT_EQ(shown.at("template").at("name"), "mine@1");
    EXPECT_EQ(shown.at("selection").at("select"), "bm25");
    const Json listed = json({"data", "template", "list", "p.nextquill"});
    EXPECT_EQ(listed.at("templates").at(0).at("used"), true);
    EXPECT_EQ(listed.at("templates").size(), 13U);

    expectFailure(run({"data", "template", "remove", "p.nextquill", "mine"}), 1,
                  "uses the template");
    static_cast<void>(json({"data", "template", "use", "p.nextquill", "nextquill"}));
    EXPECT_EQ(json({"data", "template", "remove", "p.nextquill", "mine"}).at("removed"), "mine");
    // The selection stays as it was chosen.
    EXPECT_EQ(json({"data", "template", "list", "p.nextquill"}).at("selection").at("select"),
              "bm25");
}

TEST_F(PromptCommands, WhatIsWrongInATemplateIsSaidWithItsLine)
{
    m_folder.write("bad.txt", "=== user ===\n{history}\n{author}\n");
    expectFailure(run({"data", "template", "check", "bad.txt"}), 1, "line 3");
}

TEST_F(PromptCommands, SimilarReviewsComeWithTheirScores)
{
    static_cast<void>(sampleProject());
    const Json found = json({"data", "similar", "p.nextquill", "--review", "1", "--limit", "5"});
    EXPECT_EQ(found.at("by"), "bm25");
    ASSERT_EQ(found.at("reviews").size(), 5U);
    double before = 1e9;
    for (const Json& review : found.at("reviews")) {
        EXPECT_NE(review.at("id"), 1);
        EXPECT_LE(review.at("score").get<double>(), before);
        before = review.at("score");
    }
    expectFailure(run({"data", "similar", "p.nextquill", "--review", "999"}), 1,
                  "there is no review 999");
}

TEST_F(PromptCommands, ARunRecordsItsTemplateAndSelection)
{
    static_cast<void>(sampleProject());
    const Ended trained = run({"train",
                               "p.nextquill",
                               "--model",
                               m_model,
                               "--max-steps",
                               "1",
                               "--accumulation",
                               "1",
                               "--max-prompt-tokens",
                               "300",
                               "--max-target-tokens",
                               "32",
                               "--device",
                               "cpu",
                               "--dtype",
                               "float32",
                               "--evaluate-limit",
                               "1",
                               "--select",
                               "bm25",
                               "--template",
                               "longlamp-product"});
    ASSERT_EQ(trained.status, 0) << trained.err;
    const Json manifest =
        readJsonFile(m_folder / "p.nextquill.d/runs/nextquill-1/manifest.json", {});
    EXPECT_EQ(manifest.at("prompt").at("template").at("name"), "longlamp-product");
    EXPECT_EQ(manifest.at("prompt").at("selection").at("select"), "bm25");

    // Its model is asked as it was taught, unless something else is said.
    auto arguments = promptOf(newestOf(someUser()));
    arguments[6] = "nextquill-1";
    EXPECT_EQ(json(arguments).at("template").at("name"), "longlamp-product");
    arguments.insert(arguments.end(), {"--template", "nextquill"});
    EXPECT_EQ(json(arguments).at("template").at("name"), "nextquill");
    EXPECT_EQ(json(arguments).at("selection").at("select"), "bm25");
    EXPECT_THAT(json(arguments).at("text").get<std::string>(), HasSubstr("[Item Title]"));
}

} // namespace
} // namespace nextquill::app::testing

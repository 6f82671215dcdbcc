// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/AtomicFile.h"

#include "tests/app/cli/CommandLine.h"

#include <gmock/gmock.h>

namespace nextquill::app::testing {
namespace {

using ::testing::HasSubstr;

class InspectCommand : public CommandLineWithModel
{
protected:
    std::vector<std::string> inspect(const std::vector<std::string>& more) const
    {
        std::vector<std::string> words{
            "inspect", "p.nextquill",   "--model", m_model, "--max-prompt-tokens",
            "400",     "--max-reviews", "2"};
        words.insert(words.end(), more.begin(), more.end());
        return words;
    }

    /// A text with others before it.
    std::string example() const
    {
        const std::string user = json({"data", "list", "p.nextquill"}).at("users").at(0).at("user");
        return std::to_string(json({"data", "list", "p.nextquill", "--user", user})
                                  .at("reviews")
                                  .at(0)
                                  .at("id")
                                  .get<std::int64_t>());
    }

    std::string fileNamed(const std::string& name) const { return readFile(m_folder / name); }
};

TEST_F(InspectCommand, DrawsTheViewThatWasAskedFor)
{
    static_cast<void>(sampleProject());
    const std::string id = example();
    EXPECT_EQ(run(inspect({"--example", id, "--out", "a.svg", "b.html", "c.tex"})).status, 0);
    EXPECT_EQ(run(inspect({"--example", id, "--out", "again.svg"})).status, 0);
    EXPECT_EQ(fileNamed("a.svg"), fileNamed("again.svg"));
    EXPECT_THAT(fileNamed("b.html"), HasSubstr("Causal effect (PCE) of each token"));
    const Json document =
        json(inspect({"--example", id, "--out", "bits.html", "bits.svg", "--measure", "bits",
                      "--unit", "word", "--range", "3", "--threshold", "0.2", "--greyscale",
                      "--ground", "dark", "--width", "500"}));
    EXPECT_THAT(
        fileNamed("bits.html"),
        HasSubstr("Log ratio (bits) of each word (the sum over its tokens), from −3 to +3"));
    EXPECT_THAT(fileNamed("bits.html"), HasSubstr("PCE above 0.2"));
    EXPECT_THAT(fileNamed("bits.svg"), HasSubstr("width=\"500\""));
    EXPECT_EQ(document.at("model_sha256").get<std::string>().size(), 64U);
    EXPECT_THAT(fileNamed("bits.html"),
                HasSubstr(document.at("example_sha256").get<std::string>().substr(0, 12)));
}

TEST_F(InspectCommand, DrawsAllTextsOfASplitAndGoesOn)
{
    static_cast<void>(sampleProject());
    const std::string split = json({"data", "stats", "p.nextquill"}).at("splits").back().at("name");
    const auto words = inspect({"--split", split, "--part", "train", "--limit", "4", "--out",
                                "figures", "--format", "html"});
    const Json first = json(words);
    // Of some the newest review alone is too long for this prompt.
    const std::size_t written = first.at("written").size();
    EXPECT_EQ(written + first.at("skipped").size(), 4U);
    ASSERT_GE(written, 2U);
    for (const Json& skipped : first.at("skipped")) {
        EXPECT_THAT(skipped.at("reason").get<std::string>(), HasSubstr("no history"));
    }
    for (const Json& file : first.at("written")) {
        EXPECT_TRUE(std::filesystem::exists(m_folder / file.get<std::string>()));
        EXPECT_THAT(file.get<std::string>(), HasSubstr("figures/example-"));
    }
    const Json second = json(words);
    EXPECT_EQ(second.at("written").size(), 0U);
    EXPECT_EQ(second.at("kept"), written);
}

TEST_F(InspectCommand, DrawsAllTextsOfAFilter)
{
    static_cast<void>(sampleProject());
    const std::string id = example();
    const Json drawn =
        json(inspect({"--where", "id:" + id, "--out", "figures", "--format", "csv"}));
    ASSERT_EQ(drawn.at("written").size(), 1U);
    EXPECT_EQ(drawn.at("written").at(0), "figures/example-" + id + ".csv");
}

TEST_F(InspectCommand, SaysWhatMakesNoSense)
{
    static_cast<void>(sampleProject());
    expectFailure(run(inspect({"--out", "a.svg"})), 1, "it is not clear which texts are meant");
    expectFailure(run(inspect({"--example", "1", "--split", "s", "--out", "f"})), 1,
                  "it is not clear which texts are meant");
    expectFailure(run(inspect({"--split", "none", "--out", "f"})), 1,
                  "no split is called \"none\"");
    expectFailure(run(inspect({"--split", "none"})), 1, "need one folder");
    expectFailure(run(inspect({"--example", "1", "--out", "a.svg", "--range", "-1"})), 1,
                  "must be positive");
}

} // namespace
} // namespace nextquill::app::testing

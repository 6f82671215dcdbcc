// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/AtomicFile.h"

#include "tests/app/cli/CommandLine.h"

#include <gmock/gmock.h>

namespace nextquill::app::testing {
namespace {

namespace fs = std::filesystem;

using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::vector<std::string> smallWorld{"synth", "s.nextquill", "--users", "12",     "--reviews",
                                          "5",     "--items",     "9",       "--seed", "3"};

class SynthCommand : public CommandLineWithModel
{
};

TEST_F(SynthCommand, MakesAProjectWithItsTruthBeside)
{
    const Json made = json(smallWorld);
    EXPECT_EQ(made.at("users"), 12);
    EXPECT_EQ(made.at("items"), 9);
    EXPECT_EQ(made.at("reviews"), 60);
    EXPECT_EQ(made.at("truth"), "s.nextquill.truth.jsonl");
    const Json stats = json({"data", "stats", "s.nextquill"});
    EXPECT_EQ(stats.at("users"), 12);
    EXPECT_EQ(stats.at("reviews"), 60);
    EXPECT_EQ(stats.at("rejects"), 0);
    const std::string truth = readFile(m_folder / "s.nextquill.truth.jsonl");
    EXPECT_THAT(truth, StartsWith(R"({"format":"nextquill-truth","version":1)"));
    EXPECT_EQ(std::ranges::count(truth, '\n'), 61);
    EXPECT_EQ(run({"doctor", "s.nextquill"}).status, 0);
}

TEST_F(SynthCommand, TheSameSeedGivesTheSameTruth)
{
    static_cast<void>(json(smallWorld));
    std::vector<std::string> other = smallWorld;
    other[1] = "t.nextquill";
    const Ended words = run(other);
    EXPECT_EQ(words.status, 0) << words.err;
    EXPECT_THAT(words.out, HasSubstr("60 reviews of 12 users about 9 items"));
    EXPECT_EQ(readFile(m_folder / "s.nextquill.truth.jsonl"),
              readFile(m_folder / "t.nextquill.truth.jsonl"));
}

TEST_F(SynthCommand, DoesNotOverwriteAProject)
{
    static_cast<void>(json(smallWorld));
    const std::string before = readFile(m_folder / "s.nextquill");
    expectFailure(run(smallWorld), 1, "there is a file of that name already: s.nextquill");
    EXPECT_EQ(readFile(m_folder / "s.nextquill"), before);
}

TEST_F(SynthCommand, WrongUsageIsSaidAndMakesNothing)
{
    expectFailure(run({"synth", "s.nextquill"}), 2, "--users");
    expectFailure(run({"synth", "--users", "3"}), 2, "PROJECT");
    expectFailure(run({"synth", "s.nextquill", "--users", "0"}), 2, "--users");
    expectFailure(run({"synth", "s.nextquill", "--users", "3", "--reviews", "9", "--items", "8"}),
                  2, "--items");
    expectFailure(run({"synth", "none/s.nextquill", "--users", "12"}), 1, "none");
    EXPECT_FALSE(fs::exists(m_folder / "s.nextquill"));
}

TEST_F(SynthCommand, EffectsAreHeldAgainstTheTruth)
{
    static_cast<void>(json(smallWorld));
    const std::vector<std::string> command{"effects", "s.nextquill", "--model", m_model,
                                           "--split", "train",       "--limit", "4"};
    EXPECT_FALSE(json(command).contains("truth"));
    std::vector<std::string> held = command;
    held.insert(held.end(), {"--truth", "s.nextquill.truth.jsonl"});
    const Json truth = json(held).at("truth");
    EXPECT_EQ(truth.at("texts"), 4);
    EXPECT_EQ(truth.at("words"), 4 * 23);
    EXPECT_EQ(truth.at("preference_words"), 4 * 8);
    EXPECT_GT(truth.at("auroc_preference"), 0);
    EXPECT_GT(truth.at("error_of_none"), 0);
    EXPECT_THAT(run(held).out, HasSubstr("Against the true effects: 92 words of 4 texts"));
    held.back() = "none.jsonl";
    expectFailure(run(held), 2, "none.jsonl");
    held.back() = "s.nextquill";
    expectFailure(run(held), 1, "s.nextquill");
}

} // namespace
} // namespace nextquill::app::testing

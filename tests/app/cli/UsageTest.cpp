// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/cli/CommandLine.h"

#include <gmock/gmock.h>
#include <map>
#include <set>
#include <sstream>

namespace nextquill::app::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsSubsetOf;

using Words = std::vector<std::string>;

/// The long options in a help text.
std::set<std::string> optionsIn(const std::string& help)
{
    std::set<std::string> options;
    std::istringstream words{help};
    for (std::string word; words >> word;) {
        std::istringstream parts{word};
        for (std::string part; std::getline(parts, part, ',');) {
            if (part.starts_with("--")) {
                options.insert(part);
            }
        }
    }
    return options;
}

class Usage : public CommandLine
{
};

/// What CLI.md names for each command and the program has.
const std::map<Words, Words>& contract()
{
    static const Words generation{"--greedy",  "--temperature",        "--top-p",
                                  "--top-k",   "--repetition-penalty", "--max-new-tokens",
                                  "--strength"};
    static const Words machine{"--device", "--dtype", "--threads", "--seed"};
    const auto all = [](Words own, const std::vector<Words>& others) {
        for (const Words& more : others) {
            own.insert(own.end(), more.begin(), more.end());
        }
        return own;
    };
    static const std::map<Words, Words> table{
        {{"demo"}, {"--dir"}},
        {{"import"}, {"--format", "--items"}},
        {{"data", "stats"}, {}},
        {{"data", "list"}, {"--user", "--limit"}},
        {{"data", "search"}, {}},
        {{"data", "split"}, {"--rule", "--seed"}},
        {{"data", "exclude"}, {}},
        {{"data", "dedup"}, {"--keep", "--threshold"}},
        {{"data", "rejects"}, {}},
        {{"data", "undo"}, {}},
        {{"model", "info"}, {}},
        {{"model", "add"}, {"--name"}},
        {{"model", "verify"}, {"--project"}},
        {{"model", "remove"}, {"--delete-files"}},
        {{"model", "list"}, {}},
        {{"model", "fetch"}, {"--revision", "--file", "--include"}},
        {{"train"},
         all({"--model",          "--config",
              "--resume",         "--dry-run",
              "--records",        "--out",
              "--objective",      "--alpha",
              "--threshold",      "--high-weight",
              "--low-weight",     "--normalize",
              "--full",           "--lora-rank",
              "--lora-alpha",     "--lora-dropout",
              "--lora-targets",   "--epochs",
              "--max-steps",      "--batch",
              "--accumulation",   "--lr",
              "--weight-decay",   "--beta1",
              "--beta2",          "--epsilon",
              "--warmup-ratio",   "--schedule",
              "--max-grad-norm",  "--max-prompt-tokens",
              "--shuffle",        "--max-target-tokens",
              "--no-shuffle",     "--checkpoint-every",
              "--evaluate-every", "--keep-checkpoints",
              "--effect-source",  "--causal-weighting",
              "--plausible-only", "--no-history-gradient",
              "--detach-weight",  "--no-eos",
              "--keep-best",      "--no-keep-best"},
             {machine})},
        {{"runs", "list"}, {}},
        {{"runs", "show"}, {}},
        {{"runs", "compare"}, {}},
        {{"runs", "export"}, {"--csv"}},
        {{"runs", "delete"}, {}},
        {{"pce"}, all({"--model", "--adapter", "--no-eos"}, {machine})},
        {{"inspect"},
         all({"--model",     "--example", "--out",       "--attribution",  "--placebo",
              "--resample",  "--shuffle", "--sentences", "--faithfulness", "--split",
              "--part",      "--where",   "--limit",     "--format",       "--replace",
              "--measure",   "--unit",    "--range",     "--threshold",    "--ground",
              "--greyscale", "--width",   "--dpi",       "--begin-with",   "--whole-text"},
             {generation, machine})},
        {{"generate"}, all({"--model"}, {generation, machine})},
        {{"compare"}, all({"--example", "--models"}, {generation, machine})},
        {{"evaluate"}, all({"--models", "--split", "--limit"}, {generation, machine})},
        {{"effects"},
         all({"--model", "--split", "--split-name", "--limit", "--threshold", "--out", "--truth"},
             {machine})},
        {{"score"}, {"--stemmer"}},
        {{"synth"}, {"--users", "--reviews", "--items", "--seed"}},
        {{"tokenize"}, {"--model", "--special", "--offsets", "--decode"}},
        {{"bench", "train"}, {"--shape", "--dtype", "--repeat", "--threads", "--pad-to", "--only"}},
        {{"bench", "pce"},
         {"--shape", "--model", "--dtype", "--repeat", "--threads", "--reviews", "--history"}},
        {{"bench", "generate"},
         {"--shape", "--model", "--dtype", "--repeat", "--threads", "--prompt", "--new",
          "--samples"}},
        {{"bench", "tokenize"}, {"--model", "--text", "--megabytes", "--repeat", "--threads"}},
        {{"bench", "import"}, {"--rows", "--reviews", "--folder", "--repeat"}},
        {{"completion"}, {}},
        {{"doctor"}, {}},
    };
    return table;
}

TEST_F(Usage, HelpOfEveryCommandNamesItsOptions)
{
    for (const auto& [command, options] : contract()) {
        Words words = command;
        words.emplace_back("--help");
        const Ended help = run(words);
        EXPECT_EQ(help.status, 0) << words[0] << help.err;
        EXPECT_THAT(options, IsSubsetOf(optionsIn(help.out))) << ::testing::PrintToString(command);
    }
}

TEST_F(Usage, TheProgramsOwnHelpNamesTheGeneralOptionsAndEveryCommand)
{
    const Ended help = run({"--help"});
    EXPECT_EQ(help.status, 0);
    EXPECT_THAT((Words{"--json", "--version", "--color", "--quiet", "--verbose"}),
                IsSubsetOf(optionsIn(help.out)));
    for (const auto& [command, options] : contract()) {
        EXPECT_THAT(help.out, HasSubstr("\n  " + command[0])) << command[0];
    }
}

TEST_F(Usage, VersionNamesLibTorchAndTheDevices)
{
    const Ended version = run({"--version"});
    EXPECT_EQ(version.status, 0);
    EXPECT_THAT(version.out, HasSubstr("nextquill "));
    EXPECT_THAT(version.out, HasSubstr("\nLibTorch 2."));
    EXPECT_THAT(version.out, HasSubstr("\ncpu: "));
}

TEST_F(Usage, WrongUsageIsOneLineAndStatusTwo)
{
    expectFailure(run({}), 2, "see `nextquill --help`");
    expectFailure(run({"frobnicate"}), 2, "no command is called \"frobnicate\"; see `nextquill -");
    expectFailure(run({"data", "frobnicate"}), 2, "no command is called \"frobnicate\"");
    expectFailure(run({"train", "--frobnicate"}), 2, "--frobnicate; see `nextquill train --help`");
    expectFailure(run({"data", "split"}), 2, "PROJECT is required; see `nextquill data split");
    expectFailure(run({"generate"}), 2, "--model");
    expectFailure(run({"compare", "p.nextquill", "--example", "many"}), 2, "many");
    expectFailure(run({"generate", "--model", "m", "--top-p", "1.5"}), 2, "1.5");
    expectFailure(run({"completion", "tcsh"}), 2, "tcsh");
}

TEST_F(Usage, ControlCharactersOfAnArgumentDoNotReachTheTerminal)
{
    const Ended ended = run({"train", "--\x1b[31mred\nline"});
    EXPECT_EQ(ended.status, 2);
    EXPECT_EQ(ended.err.find('\x1b'), std::string::npos);
    EXPECT_EQ(std::ranges::count(ended.err, '\n'), 1);
}

TEST_F(Usage, MissingProjectIsAFailureInEveryCommandAndMakesNoFile)
{
    const std::vector<Words> commands{
        {"data", "stats", "none.nextquill"},
        {"data", "list", "none.nextquill"},
        {"data", "split", "none.nextquill"},
        {"data", "undo", "none.nextquill"},
        {"runs", "list", "none.nextquill"},
        {"runs", "show", "none.nextquill", "a"},
        {"model", "list", "none.nextquill"},
        {"doctor", "none.nextquill"},
        {"train", "none.nextquill", "--model", "m"},
        {"train", "none.nextquill", "--model", "m", "--dry-run", "--json"},
        {"inspect", "none.nextquill", "--model", "m", "--example", "1"},
        {"compare", "none.nextquill", "--models", "m", "--example", "1"},
        {"evaluate", "none.nextquill", "--models", "m"},
        {"effects", "none.nextquill", "--model", "m"},
    };
    for (const Words& command : commands) {
        SCOPED_TRACE(::testing::PrintToString(command));
        const Ended ended = run(command);
        EXPECT_EQ(ended.status, 1);
        EXPECT_EQ(std::ranges::count(ended.err, '\n'), 1) << ended.err;
        EXPECT_THAT(ended.err, HasSubstr("nextquill: error: there is no such project: "));
        EXPECT_FALSE(std::filesystem::exists(m_folder / "none.nextquill"));
    }
}

TEST_F(Usage, CompletionOfEachShellKnowsTheCommands)
{
    for (const char* shell : {"bash", "zsh", "fish"}) {
        const Ended script = run({"completion", shell});
        EXPECT_EQ(script.status, 0);
        EXPECT_THAT(script.out, HasSubstr("tokenize"));
    }
    m_folder.write("c.sh", run({"completion", "bash"}).out);
    EXPECT_EQ(std::system(("bash -n " + (m_folder / "c.sh").string()).c_str()), 0);
}

TEST_F(Usage, DoctorSaysWhatThereIsAndWhatIsMissing)
{
    const Json found = json({"doctor"});
    EXPECT_EQ(found.at("devices").at(0).at("name"), "cpu");
    EXPECT_TRUE(found.at("demo_model").is_null()); // a home of its own has none
    EXPECT_TRUE(found.at("faults").empty());
    EXPECT_GT(found.at("free_disk_gib").get<double>(), 0);
}

} // namespace
} // namespace nextquill::app::testing

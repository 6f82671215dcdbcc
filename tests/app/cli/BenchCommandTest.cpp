// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/cli/CommandLine.h"

#include <csignal>
#include <gmock/gmock.h>

namespace nextquill::app::testing {
namespace {

using ::testing::HasSubstr;

namespace fs = std::filesystem;

class BenchCommand : public CommandLine
{
protected:
    /// The names of a report's rows, each of which must have a rate.
    static std::vector<std::string> rowsOf(const Json& report)
    {
        std::vector<std::string> names;
        for (const Json& row : report.at("rows")) {
            names.push_back(row.at("name").get<std::string>());
            EXPECT_GT(row.at("per_second").get<double>(), 0) << names.back();
        }
        return names;
    }

    /// A folder for temporary files and the variable that names it.
    [[nodiscard]] fs::path temporaryFiles() const
    {
        fs::create_directory(m_folder / "tmp");
        return m_folder / "tmp";
    }
};

TEST_F(BenchCommand, TokenizeTakesATokenizerAloneAndATextALine)
{
    m_folder.write("tokenizer.json",
                   R"({"model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2},
        "merges": ["a b"]}, "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false,
        "use_regex": true}, "added_tokens": []})");
    m_folder.write("t.txt", "abab\nb\n");
    const std::vector<std::string> words{"bench",     "tokenize", "--model",     "tokenizer.json",
                                         "--text",    "t.txt",    "--repeat",    "1",
                                         "--threads", "2",        "--megabytes", "0"};
    const Json report = json(words).at("benches").at(0);
    EXPECT_EQ(rowsOf(report),
              (std::vector<std::string>{"1 thread", "2 threads", "plain, 1 thread", "loading"}));
    EXPECT_EQ(report.at("facts").at("tokens"), 3);
    const Ended table = run(words);
    EXPECT_THAT(table.out, HasSubstr("tokenize, tokenizer.json: 2 texts, "));
    EXPECT_THAT(table.out, HasSubstr("  of plain, 1 thread\n"));
}

TEST_F(BenchCommand, ImportLeavesNoFileBehind)
{
    const std::string folder = temporaryFiles().string();
    const Json report =
        json({"bench", "import", "--rows", "300", "--repeat", "1", "--folder", folder})
            .at("benches")
            .at(0);
    EXPECT_EQ(rowsOf(report), (std::vector<std::string>{"import", "plain"}));
    EXPECT_EQ(report.at("facts").at("rows"), 300);
    EXPECT_TRUE(fs::is_empty(folder));
}

TEST_F(BenchCommand, ImportThatIsInterruptedLeavesNoFileBehind)
{
    const fs::path folder = temporaryFiles();
    Child child{m_folder.path(),
                {"bench", "import", "--rows", "1000000", "--repeat", "1000"},
                {},
                {"TMPDIR=" + folder.string()}};
    ASSERT_TRUE(eventually([&] { return !fs::is_empty(folder); }));
    child.signal(SIGINT);
    const Ended ended = child.wait();
    EXPECT_EQ(ended.status, 130) << ended.err;
    EXPECT_EQ(ended.out, "");
    EXPECT_TRUE(fs::is_empty(folder));
}

TEST_F(BenchCommand, WrongUsageSaysWhatIsWrong)
{
    expectFailure(run({"bench"}), 2, "see `nextquill bench --help`");
    expectFailure(run({"bench", "pce", "--shape", "huge"}), 2, "huge");
    expectFailure(run({"bench", "pce", "--shape", "tiny", "--model", "demo"}), 2, "--model");
    expectFailure(run({"bench", "generate", "--samples", "0"}), 2, "--samples");
    expectFailure(run({"bench", "import", "--rows", "0"}), 2, "--rows");
    expectFailure(run({"bench", "import", "--folder", "nowhere"}), 2, "nowhere");
    expectFailure(run({"bench", "tokenize", "--model", "nowhere"}), 1, "nowhere");
}

} // namespace
} // namespace nextquill::app::testing

// SPDX-License-Identifier: GPL-3.0-or-later
//
// `nextquill train` as several ranks: started as srun does, and by torchrun where it is installed.
#include "core/base/EventLog.h"

#include "tests/app/cli/CommandLine.h"

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <gmock/gmock.h>
#include <map>
#include <memory>

namespace nextquill::app::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using Variables = std::map<std::string, std::string>;

/// Variables of the environment for as long as it lives.
class Environment
{
public:
    explicit Environment(Variables variables)
        : m_variables{std::move(variables)}
    {
        for (const auto& [name, value] : m_variables) {
            ::setenv(name.c_str(), value.c_str(), 1);
        }
    }
    ~Environment()
    {
        for (const auto& [name, value] : m_variables) {
            ::unsetenv(name.c_str());
        }
    }
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;

private:
    Variables m_variables;
};

class Ranks : public CommandLine
{
protected:
    void SetUp() override
    {
        NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
        m_model = model.string();
        std::string lines;
        for (int i = 0; i < 12; ++i) {
            const std::string word = std::to_string(i * i);
            lines += R"({"id": ")" + word + R"(", "with_history": "I love tea )" + word +
                     R"(. Kettle:", "without_history": "Kettle:", "target": "A fine kettle )" +
                     word + "!\"}\n";
        }
        m_folder.write("r.jsonl", lines);
    }

    [[nodiscard]] std::vector<std::string> training(const std::string& out,
                                                    const std::string& steps = "6") const
    {
        return {"train",   "--records",      m_folder / "r.jsonl",
                "--model", m_model,          "--out",
                out,       "--full",         "--max-steps",
                steps,     "--lr",           "0.001",
                "--dtype", "float32",        "--device",
                "cpu",     "--threads",      "1",
                "--json",  "--accumulation", "4"};
    }

    /// Starts the ranks of a job, each in a folder of its own for what it says.
    void start(int ranks, const std::vector<std::string>& command, const Variables& more = {})
    {
        const std::string port = freePort();
        m_ranks.clear();
        for (int rank = 0; rank < ranks; ++rank) {
            Variables variables{{"SLURM_PROCID", std::to_string(rank)},
                                {"SLURM_LOCALID", std::to_string(rank)},
                                {"SLURM_NTASKS", std::to_string(ranks)},
                                {"SLURM_NNODES", "1"},
                                {"SLURM_STEP_ID", "0"},
                                {"SLURM_JOB_ID", "77"},
                                {"MASTER_ADDR", "127.0.0.1"},
                                {"MASTER_PORT", port}};
            variables.insert(more.begin(), more.end());
            const Environment environment{variables};
            const fs::path folder = m_folder / ("rank" + std::to_string(rank));
            fs::create_directories(folder);
            m_ranks.push_back(std::make_unique<Child>(folder, command, ""));
        }
    }

    [[nodiscard]] std::vector<Ended> ends()
    {
        std::vector<Ended> all;
        for (const auto& rank : m_ranks) {
            all.push_back(rank->wait());
        }
        return all;
    }

    [[nodiscard]] std::vector<double> losses(const std::string& out) const
    {
        std::vector<double> all;
        for (const Json& event : EventReader{m_folder / out / "events.jsonl"}.poll()) {
            if (event.at("event") == "step") {
                all.push_back(event.at("loss").get<double>());
            }
        }
        return all;
    }

    void expectSameCurve(const std::string& a, const std::string& b) const
    {
        const std::vector<double> one = losses(a);
        const std::vector<double> other = losses(b);
        ASSERT_EQ(one.size(), other.size());
        for (std::size_t i = 0; i < one.size(); ++i) {
            // Of a loss that has fallen to a hundredth, the digits that it had at first.
            EXPECT_NEAR(other[i], one[i], 1e-5 * std::max(1.0, one[i])) << "step " << i + 1;
        }
    }

    [[nodiscard]] std::string out(const std::string& name) const { return m_folder / name; }

    std::string m_model;
    std::vector<std::unique_ptr<Child>> m_ranks;
};

TEST_F(Ranks, OfSrunTrainAsOneProcessDoesAndRankZeroSpeaks)
{
    ASSERT_EQ(run(training(out("one"))).status, 0);
    start(2, training(out("two")));
    const std::vector<Ended> ended = ends();
    EXPECT_EQ(ended[0].status, 0) << ended[0].err;
    EXPECT_EQ(ended[1].status, 0) << ended[1].err;
    EXPECT_EQ(ended[0].document().at("state"), "done");
    EXPECT_EQ(ended[1].out, "");
    expectSameCurve("one", "two");
    EXPECT_TRUE(fs::exists(m_folder / "two" / "model" / "config.json"));
}

TEST_F(Ranks, GoOnFromAnInterruptOnAnotherNumber)
{
    ASSERT_EQ(run(training(out("one"), "150")).status, 0);
    start(2, training(out("some"), "150"));
    ASSERT_TRUE(eventually([&] {
        return fs::exists(m_folder / "some" / "events.jsonl") && losses("some").size() >= 3;
    }));
    m_ranks[1]->signal(SIGTERM); // one of them
    for (const Ended& ended : ends()) {
        EXPECT_EQ(ended.status, 130) << ended.err;
    }
    EXPECT_LT(losses("some").size(), 150U);
    start(3, {"train", "--resume", out("some"), "--json"});
    for (const Ended& ended : ends()) {
        EXPECT_EQ(ended.status, 0) << ended.err;
    }
    expectSameCurve("one", "some");
}

TEST_F(Ranks, TrainInAProjectWhoseLedgerHasOneRun)
{
    const std::string project = m_folder / sampleProject();
    start(2, {"train",
              project,
              "--model",
              m_model,
              "--name",
              "quick",
              "--dtype",
              "float32",
              "--device",
              "cpu",
              "--lora-rank",
              "2",
              "--json",
              "--max-steps",
              "2",
              "--accumulation",
              "2",
              "--max-prompt-tokens",
              "400",
              "--max-target-tokens",
              "16",
              "--evaluate-limit",
              "2"});
    const std::vector<Ended> ended = ends();
    EXPECT_EQ(ended[0].status, 0) << ended[0].err;
    EXPECT_EQ(ended[1].status, 0) << ended[1].err;
    const Json runs = json({"runs", "list", project}).at("runs");
    ASSERT_EQ(runs.size(), 1U);
    EXPECT_EQ(runs.at(0).at("state"), "done");
    EXPECT_EQ(run({"doctor", project}).status, 0);
}

TEST_F(Ranks, AFailureOfRankZeroIsWhatAllSay)
{
    fs::create_directories(m_folder / "taken" / "checkpoints" / "1");
    start(2, training(out("taken")));
    for (const Ended& ended : ends()) {
        EXPECT_EQ(ended.status, 1);
        EXPECT_THAT(ended.err, HasSubstr("the folder holds a run already"));
    }
}

TEST_F(Ranks, OtherSettingsOnOneRankAreRefused)
{
    std::vector<std::string> other = training(out("run"));
    other.insert(other.end(), {"--seed", "7"});
    const std::string port = freePort();
    for (int rank = 0; rank < 2; ++rank) {
        const Environment environment{{{"RANK", std::to_string(rank)},
                                       {"WORLD_SIZE", "2"},
                                       {"MASTER_ADDR", "127.0.0.1"},
                                       {"MASTER_PORT", port}}};
        const fs::path folder = m_folder / ("other" + std::to_string(rank));
        fs::create_directories(folder);
        m_ranks.push_back(
            std::make_unique<Child>(folder, rank == 0 ? training(out("run")) : other, ""));
    }
    for (const Ended& ended : ends()) {
        EXPECT_EQ(ended.status, 1);
        EXPECT_THAT(ended.err, HasSubstr("has another program, command line or settings"));
    }
    EXPECT_FALSE(fs::exists(m_folder / "run"));
}

TEST_F(Ranks, AJobThatIsStartedAgainGoesOn)
{
    ASSERT_EQ(run(training(out("one"), "40")).status, 0);
    start(2, training(out("again"), "40"));
    ASSERT_TRUE(eventually([&] {
        return fs::exists(m_folder / "again" / "events.jsonl") && losses("again").size() >= 3;
    }));
    m_ranks[0]->signal(SIGTERM);
    static_cast<void>(ends());
    start(2, training(out("again"), "40"), {{"SLURM_RESTART_COUNT", "1"}});
    for (const Ended& ended : ends()) {
        EXPECT_EQ(ended.status, 0) << ended.err;
    }
    expectSameCurve("one", "again");
}

TEST_F(Ranks, OfTorchrunTrainAsOneProcessDoes)
{
    const std::string torchrun = TORCHRUN;
    if (!fs::exists(torchrun)) {
        GTEST_SKIP() << "no torchrun beside LibTorch";
    }
    ASSERT_EQ(run(training(out("one"))).status, 0);
    std::string command =
        torchrun + " --standalone --nproc-per-node 2 --no-python " + NEXTQUILL_PROGRAM;
    for (const std::string& word : training(out("two"))) {
        command += " '" + word + "'";
    }
    const std::string log = m_folder / "log";
    ASSERT_EQ(std::system((command + " > " + log + " 2>&1").c_str()), 0) << log;
    expectSameCurve("one", "two");
}

} // namespace
} // namespace nextquill::app::testing

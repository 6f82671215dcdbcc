// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/EventLog.h"

#include "tests/app/cli/CommandLine.h"

#include <algorithm>
#include <csignal>
#include <fstream>
#include <gmock/gmock.h>

namespace nextquill::app::testing {
namespace {

namespace fs = std::filesystem;

using ::testing::HasSubstr;
using ::testing::Not;

class TrainCommand : public CommandLineWithModel
{
protected:
    /// A run of quick steps, evaluated on little.
    [[nodiscard]] std::vector<std::string> training(const std::string& project,
                                                    const std::vector<std::string>& more) const
    {
        std::vector<std::string> command{"train",
                                         project,
                                         "--model",
                                         m_model,
                                         "--name",
                                         "quick",
                                         "--device",
                                         "cpu",
                                         "--dtype",
                                         "float32",
                                         "--threads",
                                         "1",
                                         "--lora-rank",
                                         "2",
                                         "--accumulation",
                                         "1",
                                         "--max-prompt-tokens",
                                         "400",
                                         "--max-target-tokens",
                                         "16",
                                         "--evaluate-limit",
                                         "1"};
        command.insert(command.end(), more.begin(), more.end());
        return command;
    }

    [[nodiscard]] fs::path runFolder() const
    {
        return m_folder / "p.nextquill.d" / "runs" / "quick-1";
    }

    /// Events of a kind in the run's log.
    [[nodiscard]] std::vector<Json> events(const std::string& kind) const
    {
        if (!fs::exists(runFolder() / "events.jsonl")) {
            return {};
        }
        EventReader reader{runFolder() / "events.jsonl"};
        std::vector<Json> all = reader.poll();
        std::erase_if(all, [&](const Json& event) { return event.at("event") != kind; });
        return all;
    }
};

TEST_F(TrainCommand, DryRunTellsSettingsOriginsMemoryAndTimeAndBeginsNothing)
{
    const std::string project = sampleProject();
    const Json dry = json(training(project, {"--max-steps", "4", "--dry-run"}));
    EXPECT_EQ(dry.at("settings").at("lora-rank"), 2);
    EXPECT_EQ(dry.at("origins").at("lora-rank"), "--lora-rank");
    EXPECT_EQ(dry.at("origins").at("beta1"), "default");
    const Json& estimate = dry.at("estimate");
    EXPECT_EQ(estimate.at("steps"), 4);
    EXPECT_GT(estimate.at("records").get<int>(), 0);
    EXPECT_GT(estimate.at("micro_batch_seconds").get<double>(), 0);
    EXPECT_GT(estimate.at("seconds_low").get<double>(), 0);
    EXPECT_GT(estimate.at("seconds_high"), estimate.at("seconds_low"));
    const Json& memory = estimate.at("memory_bytes");
    std::uint64_t sum = 0;
    for (const auto& [part, bytes] : memory.items()) {
        sum += part == "total" ? 0 : bytes.get<std::uint64_t>();
    }
    EXPECT_EQ(memory.at("total"), sum);
    EXPECT_EQ(json({"runs", "list", project}).at("runs").size(), 0);
    EXPECT_FALSE(fs::exists(runFolder()));
}

TEST_F(TrainCommand, DryRunCountsTrainedWeightsAsTheyAre)
{
    const std::string project = sampleProject();
    const Json adapters = json(training(project, {"--dry-run"})).at("estimate");
    const Json full = json(training(project, {"--dry-run", "--full"})).at("estimate");
    // tiny-qwen2: hidden 64, inner 128, 4 heads and 2 key-value heads of 16, two layers; rank 2.
    EXPECT_EQ(adapters.at("trained_parameters"), 2 * 2 * (128 + 96 + 96 + 128 + 3 * 192));
    EXPECT_EQ(full.at("trained_parameters"), full.at("parameters"));
    const Json& memory = full.at("memory_bytes");
    const auto parameters = full.at("parameters").get<std::uint64_t>();
    const auto file = fs::file_size(fs::path{m_model} / "model.safetensors");
    EXPECT_EQ(memory.at("weights"), 4 * parameters + file);
    EXPECT_EQ(memory.at("gradients"), 4 * parameters);
    EXPECT_EQ(memory.at("optimizer"), 8 * parameters);
}

TEST_F(TrainCommand, DryRunCountsEightBitState)
{
    const std::string project = sampleProject();
    const std::vector<std::string> coded{"--dry-run", "--full", "--optimizer-state", "8-bit"};
    const Json estimate = json(training(project, coded)).at("estimate");
    const auto parameters = estimate.at("parameters").get<std::uint64_t>();
    const auto optimizer = estimate.at("memory_bytes").at("optimizer").get<std::uint64_t>();
    // k_proj and v_proj of tiny-qwen2 are below 4,096 elements, as are norms and biases.
    EXPECT_GT(optimizer, 2 * parameters);
    EXPECT_LT(optimizer, 3 * parameters);
    EXPECT_THAT(run(training(project, coded)).out, HasSubstr("two moments, in 8 bits\n"));
}

TEST_F(TrainCommand, DryRunSaysWhatItCannotKnow)
{
    m_folder.write("one.jsonl", R"({"user_id": "u", "parent_asin": "i", "rating": 4, "title": "T",)"
                                R"( "text": "one two three", "timestamp": 5})"
                                "\n");
    static_cast<void>(json({"import", "bare.nextquill", "one.jsonl"}));
    const Json estimate = json(training("bare.nextquill", {"--dry-run"})).at("estimate");
    EXPECT_TRUE(estimate.at("seconds_low").is_null());
    EXPECT_THAT(estimate.at("unknown").get<std::string>(), HasSubstr("no split"));
    EXPECT_GT(estimate.at("memory_bytes").at("total").get<std::uint64_t>(), 0);
    EXPECT_EQ(json({"data", "stats", "bare.nextquill"}).at("splits").size(), 0);
    EXPECT_TRUE(json({"train", "--dry-run"}).at("estimate").is_null());
    EXPECT_THAT(run({"train", "--dry-run"}).out, HasSubstr("memory and time unknown"));
}

TEST_F(TrainCommand, DryRunOrdersFlagEnvironmentFileAndDefault)
{
    m_folder.write("RUN.toml", "lr = 0.5\nbeta1 = 0.5\n");
    const Json dry = json({"train", "--dry-run", "--config", "RUN.toml", "--lr", "0.25"});
    EXPECT_EQ(dry.at("settings").at("lr"), 0.25);
    EXPECT_EQ(dry.at("origins").at("lr"), "--lr");
    EXPECT_EQ(dry.at("origins").at("beta1"), "RUN.toml");
}

TEST_F(TrainCommand, ARunIsInTheLedgerAndItsPointsCanBeExported)
{
    const std::string project = sampleProject();
    const Json result = json(training(project, {"--max-steps", "2"}));
    EXPECT_EQ(result.at("run"), "quick-1");
    EXPECT_EQ(result.at("state"), "done");
    EXPECT_EQ(result.at("steps"), 2);
    for (const char* name : {"run.toml", "manifest.json", "events.jsonl", "model"}) {
        EXPECT_TRUE(fs::exists(runFolder() / name)) << name;
    }
    const Json step = events("step").at(0);
    for (const char* field :
         {"step", "epoch", "loss", "loss_main", "loss_causal", "mean_pce", "preference_ratio", "lr",
          "grad_norm", "tokens", "tokens_per_second", "seconds", "peak_memory_bytes"}) {
        EXPECT_TRUE(step.at(field).is_number()) << field;
    }
    const Json runs = json({"runs", "list", project}).at("runs");
    ASSERT_EQ(runs.size(), 1);
    EXPECT_EQ(runs.at(0).at("state"), "done");
    EXPECT_EQ(json({"runs", "show", project, "quick-1"}).at("settings").at("lora-rank"), 2);
    static_cast<void>(json({"runs", "export", project, "quick-1", "--csv", "points.csv"}));
    std::ifstream csv{m_folder / "points.csv"};
    std::string line;
    int rows = 0;
    while (std::getline(csv, line)) {
        EXPECT_EQ(std::ranges::count(line, ','), 12) << line;
        ++rows;
    }
    EXPECT_EQ(rows, 3);
    // The run is a model now.
    const Json info = json({"model", "info", "quick-1", "--project", project});
    EXPECT_THAT(info.at("kind").get<std::string>(), HasSubstr("adapter"));
    static_cast<void>(json({"runs", "delete", project, "quick-1"}));
    EXPECT_FALSE(fs::exists(runFolder()));
    expectFailure(run({"runs", "show", project, "quick-1"}), 1, "no run is called \"quick-1\"");
}

TEST_F(TrainCommand, AFailedRunSaysWhyInOneLineHereAndInTheLedger)
{
    const std::string project = sampleProject();
    const Ended ended =
        run(training(project, {"--max-steps", "2", "--effect-source", "frozen:nowhere", "-q"}));
    expectFailure(ended, 1, "no model \"nowhere\"");
    const Json row = json({"runs", "show", project, "quick-1"});
    EXPECT_EQ(row.at("state"), "failed");
    const auto error = row.at("error").get<std::string>();
    EXPECT_EQ("nextquill: error: " + error + "\n", ended.err);
}

TEST_F(TrainCommand, AnInterruptKeepsTheRunAndAResumeFinishesIt)
{
    const std::string project = sampleProject();
    Child child{m_folder.path(), training(project, {"--max-steps", "150", "--json"}), {}};
    ASSERT_TRUE(eventually([&] { return events("step").size() >= 2; }));
    child.signal(SIGINT);
    const Ended stopped = child.wait();
    EXPECT_EQ(stopped.status, 130) << stopped.err;
    const Json result = stopped.document();
    EXPECT_EQ(result.at("state"), "stopped");
    const auto steps = result.at("steps").get<std::size_t>();
    EXPECT_GE(steps, 2);
    EXPECT_TRUE(fs::exists(runFolder() / result.at("checkpoint").get<std::string>()));
    EXPECT_EQ(json({"runs", "show", project, "quick-1"}).at("state"), "stopped");
    EXPECT_EQ(run({"doctor", project}).status, 0);
    const Json done = json({"train", project, "--resume", "quick-1"});
    EXPECT_EQ(done.at("state"), "done");
    EXPECT_EQ(done.at("steps"), 150);
    EXPECT_EQ(events("step").size(), 150); // none was done twice
}

TEST_F(TrainCommand, ASecondInterruptEndsAtOnceAndTheRunCanGoOn)
{
    const std::string project = sampleProject();
    Child child{m_folder.path(), training(project, {"--max-steps", "60"}), {}};
    ASSERT_TRUE(eventually([&] { return !events("step").empty(); }));
    child.signal(SIGINT);
    child.signal(SIGTERM); // another one, so that the two cannot become one
    EXPECT_EQ(child.wait().status, 130);
    EXPECT_EQ(run({"doctor", project}).status, 0);
    EXPECT_EQ(json({"train", project, "--resume", "quick-1"}).at("state"), "done");
}

TEST_F(TrainCommand, ASignalWritesACheckpointWhileTheRunGoesOn)
{
    const std::string project = sampleProject();
    Child child{m_folder.path(), training(project, {"--max-steps", "400"}), {}};
    ASSERT_TRUE(eventually([&] { return !events("step").empty(); }));
    const std::size_t before = events("checkpoint").size();
    child.signal(SIGUSR1);
    EXPECT_TRUE(eventually([&] { return events("checkpoint").size() > before; }));
    EXPECT_TRUE(events("stop").empty() && events("done").empty());
    child.signal(SIGINT);
    EXPECT_EQ(child.wait().status, 130);
}

TEST_F(TrainCommand, RecordsTrainWithoutAProject)
{
    m_folder.write("r.jsonl", R"({"id": "1", "with_history": "I love tea. Kettle:", )"
                              R"("without_history": "Kettle:", "target": "A fine kettle."})"
                              "\n");
    const std::vector<std::string> command{"train", "--records",   "r.jsonl", "--model",
                                           m_model, "--out",       "out",     "--lora-rank",
                                           "2",     "--max-steps", "2",       "--accumulation",
                                           "1",     "--dtype",     "float32"};
    EXPECT_EQ(json(command).at("steps"), 2);
    EXPECT_TRUE(fs::exists(m_folder / "out" / "model" / "adapter_config.json"));
    std::vector<std::string> dry = command;
    dry.emplace_back("--dry-run");
    EXPECT_EQ(json(dry).at("estimate").at("records"), 1);
    expectFailure(run(command), 1, "out");       // there is a run already
    expectFailure(run({"train"}), 1, "PROJECT"); // neither the one nor the other
}

TEST_F(TrainCommand, ARunOnRecordsGoesOnAfterAnInterrupt)
{
    m_folder.write("r.jsonl", R"({"id": "1", "with_history": "I love tea. Kettle:", )"
                              R"("without_history": "Kettle:", "target": "A fine kettle."})"
                              "\n");
    Child child{m_folder.path(),
                {"train", "--records", "r.jsonl", "--model", m_model, "--out", "out", "--max-steps",
                 "150", "--accumulation", "1", "--dtype", "float32"},
                {}};
    const auto steps = [this] {
        const fs::path file = m_folder / "out" / "events.jsonl";
        if (!fs::exists(file)) {
            return std::ptrdiff_t{0};
        }
        const std::vector<Json> all = EventReader{file}.poll();
        return std::ranges::count_if(all, [](const Json& e) { return e.at("event") == "step"; });
    };
    ASSERT_TRUE(eventually([&] { return steps() >= 2; }));
    child.signal(SIGINT);
    EXPECT_EQ(child.wait().status, 130);
    EXPECT_LT(steps(), 150);
    EXPECT_FALSE(fs::exists(m_folder / "out" / "model"));
    EXPECT_EQ(json({"train", "--resume", "out"}).at("steps"), 150);
    EXPECT_EQ(steps(), 150); // none was done twice
    EXPECT_TRUE(fs::exists(m_folder / "out" / "model" / "adapter_config.json"));
}

} // namespace
} // namespace nextquill::app::testing

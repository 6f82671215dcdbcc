// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/faults/TrainingProgram.h"

#include "core/base/Digest.h"
#include "core/base/EventLog.h"

#include <cstdlib>
#include <fstream>
#include <random>

namespace nextquill::faults {

namespace fs = std::filesystem;

namespace {

std::string words(std::mt19937& random, int count)
{
    static const char* const some[] = {"the",  "sound", "works", "fine", "great", "not",
                                       "very", "old",   "music", "song", "again", "never"};
    std::string text;
    for (int i = 0; i < count; ++i) {
        text += (i > 0 ? " " : "") + std::string{some[random() % std::size(some)]};
    }
    return text;
}

void writeRecords(const fs::path& file, int records, int inPrompt)
{
    std::mt19937 random{1};
    std::ofstream stream{file};
    for (int i = 0; i < records; ++i) {
        const std::string item = words(random, 6);
        stream << toLine(OrderedJson{{"id", "r" + std::to_string(i)},
                                     {"with_history", item + " " + words(random, inPrompt)},
                                     {"without_history", item + " " + words(random, 4)},
                                     {"target", words(random, 10)}})
               << "\n";
    }
}

std::string figuresOf(const Json& step)
{
    std::string text;
    for (const char* name : {"loss", "loss_main", "loss_causal", "mean_pce", "preference_ratio",
                             "lr", "grad_norm", "tokens"}) {
        text += std::string{name} + " " + step.at(name).dump() + " ";
    }
    return text;
}

} // namespace

bool allFaults()
{
    const char* asked = std::getenv("NEXTQUILL_FAULTS");
    return asked != nullptr && std::string{asked} == "all";
}

double secondsSince(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

TrainingProgram::TrainingProgram(Weights weights, std::string model, int epochs, bool shuffle)
    : TrainingProgram{weights,
                      std::move(model),
                      {"--batch", "2", "--accumulation", "2", "--epochs", std::to_string(epochs),
                       "--checkpoint-every", "3", "--dtype", "float32",
                       shuffle ? "--shuffle" : "--no-shuffle"},
                      14,
                      20}
{
}

TrainingProgram::TrainingProgram(Weights weights, std::string model,
                                 const std::vector<std::string>& more, int records, int words)
    : m_settings{"--records", "records.jsonl", "--model",   std::move(model),
                 "--device",  "cpu",           "--threads", "1"}
{
    writeRecords(m_folder / "records.jsonl", records, words);
    std::vector<std::string> kind =
        weights != Weights::Adapters
            ? std::vector<std::string>{"--full", "--lr", "1e-3"}
            : std::vector<std::string>{"--lora-rank",    "4",   "--lora-targets", "q_proj,v_proj",
                                       "--lora-dropout", "0.2", "--lr",           "1e-2"};
    if (weights == Weights::AllWithEightBitState) {
        kind.insert(kind.end(), {"--optimizer-state", "8-bit"});
    }
    m_settings.insert(m_settings.end(), kind.begin(), kind.end());
    m_settings.insert(m_settings.end(), more.begin(), more.end());
}

std::vector<std::string> TrainingProgram::arguments(const std::string& run) const
{
    std::vector<std::string> arguments{"train", "-q"};
    if (fs::exists(runFolder(run) / "run.toml")) {
        arguments.insert(arguments.end(), {"--resume", run});
    } else {
        fs::remove_all(runFolder(run)); // killed before it was a run
        arguments.insert(arguments.end(), {"--out", run});
        arguments.insert(arguments.end(), m_settings.begin(), m_settings.end());
    }
    return arguments;
}

std::unique_ptr<app::testing::Child>
TrainingProgram::start(const std::string& run, const std::vector<std::string>& variables) const
{
    return std::make_unique<app::testing::Child>(m_folder.path(), arguments(run), "", variables);
}

std::map<int, double> lossByStep(const fs::path& run)
{
    std::map<int, double> losses;
    for (const Json& event : eventsOf(run, "step")) {
        losses[event.at("step").get<int>()] = event.at("loss").get<double>();
    }
    return losses;
}

std::vector<Json> eventsOf(const fs::path& run, const std::string& kind)
{
    EventReader reader{run / "events.jsonl"};
    std::vector<Json> events = reader.poll();
    std::erase_if(events,
                  [&](const Json& event) { return !kind.empty() && event.at("event") != kind; });
    return events;
}

Curve curveOf(const fs::path& run)
{
    Curve curve;
    if (eventsOf(run, "done").empty()) {
        return curve;
    }
    for (const Json& event : eventsOf(run, "step")) {
        curve.steps[event.at("step").get<int>()] = figuresOf(event);
    }
    for (const fs::directory_entry& file : fs::directory_iterator{run / "model"}) {
        curve.model[file.path().filename().string()] = sha256OfFile(file.path());
    }
    return curve;
}

int differingSteps(const fs::path& run, const Curve& curve)
{
    int differing = 0;
    for (const Json& event : eventsOf(run, "step")) {
        const auto expected = curve.steps.find(event.at("step").get<int>());
        const bool same = expected != curve.steps.end() && expected->second == figuresOf(event);
        differing += same ? 0 : 1;
    }
    return differing;
}

} // namespace nextquill::faults

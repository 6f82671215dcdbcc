// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/ProjectRun.h"

#include "core/base/Error.h"
#include "core/causal/PreferenceEffects.h"
#include "core/store/RunLedger.h"
#include "core/train/CheckpointWeights.h"
#include "core/workflow/ModelChoice.h"
#include "core/workflow/RunCheckpoints.h"

#include "tests/core/workflow/SampleProject.h"

#include <fstream>
#include <stop_token>

namespace nextquill::workflow {
namespace {

/// Asks to stop once the first of two steps is done.
class StopAfterAStep final : public Progress
{
public:
    void report(const ProgressReport& report) noexcept override
    {
        if (report.done == 1 && report.total == 2) {
            m_source.request_stop();
        }
    }
    [[nodiscard]] StopToken token() const { return m_source.get_token(); }

private:
    std::stop_source m_source;
};

class ProjectRuns : public testing::SampleProject
{
protected:
    store::RunRow prepared(const std::string& model)
    {
        smallSplit();
        return prepareRun(
            m_file, {.model = model, .split = "small", .name = "try", .settings = quickTraining()});
    }

    [[nodiscard]] store::RunRow row(const std::string& name)
    {
        return store::RunLedger{*m_project}.find(name).value();
    }

    train::RunControl m_control;
};

TEST_F(ProjectRuns, TrainToTheEndAndLeaveAModel)
{
    const store::RunRow waiting = prepared(m_model.string());
    EXPECT_EQ(waiting.state, store::RunState::Waiting);
    EXPECT_TRUE(runsWithCheckpoints(*m_project).empty());
    EXPECT_TRUE(store::Splits{*m_project}.find("small")->frozen);
    const auto result = executeRun(m_file, waiting.name, {}, m_progress, m_control);
    EXPECT_EQ(result.end, train::RunEnd::Finished);
    const store::RunRow done = row(waiting.name);
    EXPECT_EQ(done.state, store::RunState::Done);
    EXPECT_EQ(done.summary.at("step"), 2);
    EXPECT_TRUE(done.summary.at("held_out_loss").is_number());

    const ModelChoice choice = chooseModel(waiting.name, m_project.get());
    ASSERT_TRUE(choice.adapter);
    const auto decoder = loadModel(choice, {.device = "cpu"}, {}, m_progress);
    EXPECT_EQ(decoder->adapters()->rank, 4);
    EXPECT_THROW(executeRun(m_file, waiting.name, {}, m_progress, m_control), Error); // done
}

/// The text under a run as it was on its way.
TEST_F(ProjectRuns, HaveTheirCheckpointsAsModels)
{
    const store::RunRow waiting = prepared(m_model.string());
    static_cast<void>(executeRun(m_file, waiting.name, {}, m_progress, m_control));
    const auto weights = [this](const std::string& model) {
        const auto decoder =
            loadModel(chooseModel(model, m_project.get()),
                      {.device = "cpu", .dtype = model::ComputeType::Float32}, {}, m_progress);
        const store::ExampleData data = example(4);
        ExampleSettings settings;
        settings.budget.promptTokens = 300;
        settings.target.targetTokens = 32;
        const auto effects = causal::measurePreferenceEffects(
            *decoder, std::vector{twinExampleFor(data, decoder->files(), settings)}, {}, {},
            m_progress);
        std::vector<float> p;
        for (const causal::TokenEffect& token : effects[0].tokens) {
            p.push_back(token.p_h);
        }
        return p;
    };
    const ModelChoice choice = chooseModel(waiting.name + "@2", m_project.get());
    EXPECT_EQ(choice.step, 2);
    EXPECT_EQ(train::checkpointSteps(choice.run).back(), 2);
    const std::vector<RunCheckpoints> runs = runsWithCheckpoints(*m_project);
    ASSERT_EQ(runs.size(), 1U);
    EXPECT_EQ(runs[0].run, waiting.name);
    EXPECT_EQ(runs[0].steps.front().model, m_model.string()); // what it began from
    EXPECT_EQ(runs[0].steps.back().step, 2);
    EXPECT_EQ(runs[0].steps.back().model, waiting.name + "@2");
    EXPECT_EQ(weights(waiting.name + "@2"), weights(waiting.name));
    EXPECT_NE(weights(waiting.name + "@2"), weights(m_model.string()));
    try {
        static_cast<void>(weights(waiting.name + "@7"));
        FAIL() << "there is no such checkpoint";
    } catch (const Error& error) {
        EXPECT_NE(std::string{error.remedy()}.find("2"), std::string::npos);
    }
    EXPECT_THROW(static_cast<void>(prepared(waiting.name + "@2")), Error);
    EXPECT_THROW(static_cast<void>(chooseModel("nobody@2", m_project.get())), Error);
    std::ofstream{choice.run / "checkpoints" / "2" / "state.safetensors", std::ios::app} << "x";
    EXPECT_THROW(static_cast<void>(weights(waiting.name + "@2")), Error);
}

TEST_F(ProjectRuns, GoOnAfterTheyWereStopped)
{
    const store::RunRow waiting = prepared(m_model.string());
    StopAfterAStep stopper;
    const auto stopped = executeRun(m_file, waiting.name, stopper.token(), stopper, m_control);
    EXPECT_EQ(stopped.end, train::RunEnd::Stopped);
    EXPECT_EQ(row(waiting.name).state, store::RunState::Stopped);
    EXPECT_THROW(static_cast<void>(chooseModel(waiting.name, m_project.get())), Error);
    const auto finished = executeRun(m_file, waiting.name, {}, m_progress, m_control);
    EXPECT_EQ(finished.end, train::RunEnd::Finished);
    EXPECT_EQ(row(waiting.name).state, store::RunState::Done);
    EXPECT_EQ(row(waiting.name).summary.at("step"), 2);
}

TEST_F(ProjectRuns, ThatFailSayWhyInOneLine)
{
    const auto copy = m_folder / "model";
    std::filesystem::copy(m_model, copy, std::filesystem::copy_options::recursive);
    const store::RunRow waiting = prepared(copy.string());
    std::filesystem::remove_all(copy);
    EXPECT_THROW(executeRun(m_file, waiting.name, {}, m_progress, m_control), Error);
    const store::RunRow failed = row(waiting.name);
    EXPECT_EQ(failed.state, store::RunState::Failed);
    EXPECT_FALSE(failed.error.empty());
    EXPECT_EQ(failed.error.find('\n'), std::string::npos);
    EXPECT_NE(failed.error.find(copy.string()), std::string::npos);
}

TEST_F(ProjectRuns, RefuseWhatIsNotThere)
{
    EXPECT_THROW(executeRun(m_file, "none", {}, m_progress, m_control), Error);
    smallSplit();
    EXPECT_THROW(static_cast<void>(prepareRun(m_file, {.model = "none", .split = "small"})), Error);
    EXPECT_THROW(
        static_cast<void>(prepareRun(m_file, {.model = m_model.string(), .split = "none"})), Error);
    EXPECT_TRUE(store::RunLedger{*m_project}.all().empty());
}

TEST_F(ProjectRuns, WithoutAFolderAreNotInTheLedger)
{
    smallSplit();
    std::filesystem::create_directories(m_project->folder());
    std::filesystem::remove_all(m_project->folder() / "runs");
    std::ofstream{m_project->folder() / "runs"} << "a file where the runs' folder belongs";
    EXPECT_THROW(
        static_cast<void>(prepareRun(m_file, {.model = m_model.string(), .split = "small"})),
        std::exception);
    EXPECT_TRUE(store::RunLedger{*m_project}.all().empty());
}

TEST_F(ProjectRuns, MeasureTheWeightsOfTokensByAFrozenModelThatIsNamed)
{
    smallSplit();
    train::TrainingSettings settings = quickTraining();
    settings.effectSource = "frozen:" + m_model.string();
    const store::RunRow frozen = prepareRun(
        m_file,
        {.model = m_model.string(), .split = "small", .name = "frozen", .settings = settings});
    EXPECT_EQ(executeRun(m_file, frozen.name, {}, m_progress, m_control).end,
              train::RunEnd::Finished);
    settings.effectSource = "frozen:none";
    const store::RunRow unknown = prepareRun(
        m_file,
        {.model = m_model.string(), .split = "small", .name = "unknown", .settings = settings});
    EXPECT_THROW(executeRun(m_file, unknown.name, {}, m_progress, m_control), Error);
    EXPECT_NE(row(unknown.name).error.find("none"), std::string::npos);
}

TEST_F(ProjectRuns, AreModelsThatAnotherRunCanStartFrom)
{
    const store::RunRow first = prepared(m_model.string());
    static_cast<void>(executeRun(m_file, first.name, {}, m_progress, m_control));
    const store::RunRow second = prepareRun(
        m_file,
        {.model = first.name, .split = "small", .name = "second", .settings = quickTraining()});
    EXPECT_EQ(executeRun(m_file, second.name, {}, m_progress, m_control).end,
              train::RunEnd::Finished);
    const ModelChoice choice = chooseModel(second.name, m_project.get());
    EXPECT_EQ(std::filesystem::weakly_canonical(choice.base),
              std::filesystem::weakly_canonical(m_model));
    EXPECT_TRUE(choice.adapter);
}

TEST_F(ProjectRuns, OfAnAdapterThatNamesItselfAsBaseAreAnError)
{
    std::filesystem::create_directories(m_folder / "loop");
    m_folder.write("loop/adapter_config.json", R"({"base_model_name_or_path":"itself"})");
    store::RunLedger{*m_project}.addModel(
        {.name = "itself", .path = m_folder / "loop", .kind = "huggingface"});
    EXPECT_THROW(static_cast<void>(chooseModel("itself", m_project.get())), Error);
}

} // namespace
} // namespace nextquill::workflow

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"
#include "core/model/Decoder.h"
#include "core/model/Network_torch.h"
#include "core/train/RunDirectory.h"
#include "core/train/Trainer.h"

#include <torch/torch.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace nextquill::train {

/// A random model of the Qwen2 family, below shared/.
inline constexpr const char* qwen = "fixtures/models/tiny-qwen2";

} // namespace nextquill::train

namespace nextquill::train::testing {

/// Examples of a few tokens each, drawn from a seed; every target ends with tiny-qwen2's
/// end-of-sequence or another.
[[nodiscard]] std::vector<causal::TwinExample>
someExamples(std::size_t count, int seed, text::TokenId endOfText = text::TokenId{1202});

/// Examples in memory, some of which may be broken.
class MemoryExamples : public ExampleSource
{
public:
    explicit MemoryExamples(std::vector<causal::TwinExample> examples)
        : m_examples{std::move(examples)}
    {
    }

    [[nodiscard]] std::int64_t size() const override;
    [[nodiscard]] causal::TwinExample example(std::int64_t index) const override;

    std::set<std::int64_t> broken;
    std::function<void(std::int64_t)> onExample; ///< called with the index first
    mutable std::vector<std::int64_t> askedFor;  ///< indices, in order
    std::vector<causal::TwinExample>& all() { return m_examples; }

private:
    std::vector<causal::TwinExample> m_examples;
};

/// Requests a stop when the trainer reports that `step` steps are done.
class StopAtStep : public Progress
{
public:
    StopAtStep(std::stop_source& source, std::int64_t step)
        : m_source{source}
        , m_step{step}
    {
    }
    void report(const ProgressReport& report) noexcept override
    {
        if (report.done == m_step && report.stage == "training") {
            m_source.request_stop();
        }
    }

private:
    std::stop_source& m_source;
    std::int64_t m_step;
};

/// Settings of a run of a few quick steps: float32, adapters of rank 4, a rate that shows.
[[nodiscard]] TrainingSettings quickSettings();
/// The same for all weights.
[[nodiscard]] TrainingSettings fullSettings();

/// The model of `folder` as a run with these settings has it: adapters added where wanted.
[[nodiscard]] std::unique_ptr<model::Decoder> trainable(const std::filesystem::path& folder,
                                                        const TrainingSettings& settings);

/// Copies of what training changes.
[[nodiscard]] std::vector<torch::Tensor> weightsOf(const model::Decoder& decoder);
[[nodiscard]] bool identical(const std::vector<torch::Tensor>& a,
                             const std::vector<torch::Tensor>& b);
[[nodiscard]] double difference(const std::vector<torch::Tensor>& a,
                                const std::vector<torch::Tensor>& b);

/// All events of a run, or those of one kind.
[[nodiscard]] std::vector<Json> eventsOf(const std::filesystem::path& run,
                                         const std::string& kind = {});
/// In the order of the events' steps: a checkpoint is written beside training and may be
/// acknowledged some steps later.
[[nodiscard]] std::vector<Json> inOrderOfSteps(const std::filesystem::path& run);
/// "start, step, step, checkpoint, done", in that order.
[[nodiscard]] std::string kindsOf(const std::filesystem::path& run);
/// The loss of every step; of a step that was done twice the later one.
[[nodiscard]] std::vector<double> lossesOf(const std::filesystem::path& run);

/// A run that ends by itself: new directory `run`, fresh decoder, until done. Its weights.
struct Ended
{
    RunResult result;
    std::vector<torch::Tensor> weights;
};
[[nodiscard]] Ended train(const std::filesystem::path& modelFolder,
                          const std::filesystem::path& run, const TrainingSettings& settings,
                          const ExampleSource& examples);

/// Goes on with a run in a fresh decoder, until done or stopped at `stopAt` finished steps.
[[nodiscard]] Ended resume(const std::filesystem::path& modelFolder,
                           const std::filesystem::path& run, const ExampleSource& examples,
                           std::int64_t stopAt = -1);

} // namespace nextquill::train::testing

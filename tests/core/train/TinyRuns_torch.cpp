// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/train/TinyRuns_torch.h"

#include "core/base/Error.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <random>

namespace nextquill::train::testing {

namespace {

constexpr std::int32_t ordinaryTokens = 1000; // of the tiny models' 1100 and 1216

} // namespace

std::vector<causal::TwinExample> someExamples(std::size_t count, int seed, text::TokenId endOfText)
{
    std::mt19937 bits{static_cast<std::uint32_t>(seed)};
    const auto below = [&bits](std::uint32_t limit) { return bits() % limit; };
    const auto ids = [&](std::size_t length) {
        std::vector<text::TokenId> tokens;
        for (std::size_t i = 0; i < length; ++i) {
            tokens.push_back(text::TokenId{static_cast<std::int32_t>(below(ordinaryTokens))});
        }
        return tokens;
    };
    std::vector<causal::TwinExample> examples;
    for (std::size_t i = 0; i < count; ++i) {
        causal::TwinExample example{.id = "record " + std::to_string(i),
                                    .prefix = ids(3 + below(4)),
                                    .historyBranch = ids(2 + below(6)),
                                    .plainBranch = ids(1 + below(2)),
                                    .target = ids(2 + below(6))};
        example.target.push_back(endOfText);
        example.targetBytes.resize(example.target.size());
        examples.push_back(std::move(example));
    }
    return examples;
}

std::int64_t MemoryExamples::size() const
{
    return static_cast<std::int64_t>(m_examples.size());
}

causal::TwinExample MemoryExamples::example(std::int64_t index) const
{
    askedFor.push_back(index);
    if (onExample) {
        onExample(index);
    }
    if (broken.contains(index)) {
        throw Error{ErrorKind::BadInput, "the target text is empty",
                    "line " + std::to_string(index), "give it a text"};
    }
    return m_examples.at(static_cast<std::size_t>(index));
}

TrainingSettings quickSettings()
{
    TrainingSettings settings;
    settings.lowRank.rank = 4;
    settings.lowRank.alpha = 16;
    settings.learningRate = 1e-2;
    settings.warmupRatio = 0;
    settings.epochs = 3;
    settings.accumulation = 4;
    settings.device = "cpu";
    settings.dtype = "float32";
    return settings;
}

TrainingSettings fullSettings()
{
    TrainingSettings settings = quickSettings();
    settings.full = true;
    settings.learningRate = 1e-3;
    return settings;
}

std::unique_ptr<model::Decoder> trainable(const std::filesystem::path& folder,
                                          const TrainingSettings& settings)
{
    const std::map<std::string, model::ComputeType> types{
        {"float32", model::ComputeType::Float32},
        {"float64", model::ComputeType::Float64},
        {"bfloat16", model::ComputeType::BFloat16}};
    model::setThreads(1); // more cost more than they give on tensors of this size
    NoProgress progress;
    auto decoder = model::Decoder::load(model::ModelFiles::open(folder),
                                        {.device = "cpu", .dtype = types.at(settings.dtype)},
                                        std::nullopt, {}, progress);
    if (!settings.full) {
        decoder->addAdapters(settings.lowRank, settings.seed);
    }
    return decoder;
}

std::vector<torch::Tensor> weightsOf(const model::Decoder& decoder)
{
    std::vector<torch::Tensor> weights;
    for (const model::NamedParameter& p : decoder.network().trainableParameters()) {
        weights.push_back(p.tensor.detach().clone());
    }
    return weights;
}

bool identical(const std::vector<torch::Tensor>& a, const std::vector<torch::Tensor>& b)
{
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(),
                      [](const auto& x, const auto& y) { return torch::equal(x, y); });
}

double difference(const std::vector<torch::Tensor>& a, const std::vector<torch::Tensor>& b)
{
    double largest = a.size() == b.size() ? 0 : std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        const double here = (a[i] - b[i]).abs().max().to(torch::kDouble).item<double>();
        largest =
            std::isnan(here) ? std::numeric_limits<double>::infinity() : std::max(largest, here);
    }
    return largest;
}

std::vector<Json> eventsOf(const std::filesystem::path& run, const std::string& kind)
{
    EventReader reader{run / "events.jsonl"};
    std::vector<Json> events = reader.poll();
    std::erase_if(events,
                  [&](const Json& event) { return !kind.empty() && event.at("event") != kind; });
    return events;
}

std::vector<Json> inOrderOfSteps(const std::filesystem::path& run)
{
    std::vector<Json> events = eventsOf(run);
    std::ranges::stable_sort(events, {}, [](const Json& event) { return event.value("step", 0); });
    return events;
}

std::string kindsOf(const std::filesystem::path& run)
{
    std::string kinds;
    for (const Json& event : inOrderOfSteps(run)) {
        kinds += (kinds.empty() ? "" : ", ") + event.at("event").get<std::string>();
    }
    return kinds;
}

std::vector<double> lossesOf(const std::filesystem::path& run)
{
    std::map<std::int64_t, double> losses;
    for (const Json& event : eventsOf(run, "step")) {
        const Json& loss = event.at("loss");
        losses[event.at("step").get<std::int64_t>()] =
            loss.is_null() ? std::numeric_limits<double>::quiet_NaN() : loss.get<double>();
    }
    std::vector<double> all;
    for (const auto& [step, loss] : losses) {
        all.push_back(loss);
    }
    return all;
}

Ended train(const std::filesystem::path& modelFolder, const std::filesystem::path& run,
            const TrainingSettings& settings, const ExampleSource& examples)
{
    static_cast<void>(RunDirectory::create(run, settings, {}));
    return resume(modelFolder, run, examples);
}

Ended resume(const std::filesystem::path& modelFolder, const std::filesystem::path& run,
             const ExampleSource& examples, std::int64_t stopAt)
{
    const auto directory = RunDirectory::open(run);
    const auto decoder = trainable(modelFolder, directory->settings());
    Trainer trainer{*decoder, examples, nullptr, nullptr, *directory};
    std::stop_source source;
    StopAtStep progress{source, stopAt};
    RunControl control;
    const RunResult result = trainer.run(source.get_token(), progress, control);
    return {.result = result, .weights = weightsOf(*decoder)};
}

} // namespace nextquill::train::testing

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/BenchModels.h"
#include "core/bench/PlainPass_torch.h"
#include "core/bench/TrainingBench.h"
#include "core/bench/TrainingCost.h"
#include "core/causal/FusedHead_torch.h"
#include "core/causal/TwinPass_torch.h"
#include "core/model/Network_torch.h"
#include "core/model/RowFunctions_torch.h"
#include "core/model/SegmentAttention_torch.h"
#include "core/model/TensorMemory_torch.h"
#include "core/train/AdamW_torch.h"
#include "core/train/TrainingMemory.h"

#include <torch/torch.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>
#include <vector>

namespace nextquill::bench {

namespace {

using causal::TwinExample;
using torch::Tensor;

std::unique_ptr<model::Network> randomNetwork(const model::ModelConfig& config,
                                              torch::ScalarType type)
{
    auto network = std::make_unique<model::Network>(config, torch::kCPU, type);
    const torch::NoGradGuard noGrad;
    torch::manual_seed(0);
    for (const model::NamedParameter& parameter : network->parameters()) {
        Tensor weight = parameter.tensor;
        if (parameter.name.find("norm") != std::string::npos) {
            weight.fill_(1);
        } else {
            weight.normal_(0, 0.02);
        }
    }
    return network;
}

/// One way of making the gradients of the records.
class Way
{
public:
    Way(std::string label, bool isFull, bool recomputes)
        : name{std::move(label)}
        , full{isFull}
        , recompute{recomputes}
    {
    }
    virtual ~Way() = default;
    Way(const Way&) = delete;
    Way& operator=(const Way&) = delete;

    virtual void run(std::span<const TwinExample> records) = 0;

    std::string name;
    bool full;
    bool recompute;
    std::vector<double> seconds{};
    std::uint64_t peakBytes = 0;
};

void clearGradients(const model::Network& network)
{
    for (const model::NamedParameter& parameter : network.parameters()) {
        Tensor{parameter.tensor}.mutable_grad() = Tensor{};
    }
}

class OurWay final : public Way
{
public:
    OurWay(std::string label, model::Network& network, bool isFull, bool recomputes)
        : Way{std::move(label), isFull, recomputes}
        , m_network{network}
    {
    }

    void run(std::span<const TwinExample> records) override
    {
        m_network.setRecompute(recompute);
        const auto objective = causal::Objective::defaults(causal::ObjectiveKind::NextQuill);
        causal::objectiveLoss(objective, causal::twinPass(m_network, records, {}),
                              m_network.headWeight())
            .loss.backward();
        m_network.setRecompute(false);
    }

private:
    model::Network& m_network;
};

/// What the pass would be without any idea: a sequence for each world, padded where asked, logits
/// of every position, autograd's operations from there on.
class PlainWay final : public Way
{
public:
    PlainWay(model::Network& network, std::int64_t padTo)
        : Way{padTo > 0 ? "plain, padded to " + std::to_string(padTo) : "plain", true, false}
        , m_network{network}
        , m_padTo{padTo}
    {
    }

    void run(std::span<const TwinExample> records) override
    {
        const model::WithoutKernels without;
        for (const TwinExample& record : records) {
            std::vector<std::int64_t> ids;
            for (const text::TokenId id : record.target) {
                ids.push_back(static_cast<std::int64_t>(id));
            }
            const Tensor targets = torch::tensor(ids);
            const Tensor z_h = logits(record, record.historyBranch);
            const Tensor z_0 = logits(record, record.plainBranch);
            const Tensor lp_h = torch::log_softmax(z_h, 1);
            const auto pick = [&](const Tensor& rows) {
                return rows.gather(1, targets.unsqueeze(1)).squeeze(1);
            };
            const Tensor pce = (pick(lp_h).exp() - pick(torch::log_softmax(z_0, 1)).exp()).detach();
            const Tensor w = torch::where(pce > 0.05, 0.9, 0.1);
            const Tensor causal = -pick(torch::log_softmax(z_h - z_0, 1)).mean();
            ((-(w * pick(lp_h)).sum() / w.sum() + 0.1 * causal) /
             static_cast<double>(records.size()))
                .backward();
        }
    }

private:
    /// Of the target's positions, [T, V] in float32; those of all others are computed, too.
    [[nodiscard]] Tensor logits(const TwinExample& record,
                                const std::vector<text::TokenId>& branch) const
    {
        std::vector<text::TokenId> ids = record.prefix;
        ids.insert(ids.end(), branch.begin(), branch.end());
        ids.insert(ids.end(), record.target.begin(), record.target.end() - 1);
        const auto length = static_cast<std::int64_t>(ids.size());
        if (m_padTo > length) {
            ids.insert(ids.begin(), static_cast<std::size_t>(m_padTo - length), text::TokenId{0});
        }
        return plainLogits(m_network, ids, static_cast<std::int64_t>(record.target.size()));
    }

    model::Network& m_network;
    std::int64_t m_padTo;
};

void measure(Way& way, std::span<const TwinExample> records, model::Network& network)
{
    clearGradients(network);
    way.run(records); // gradients have their memory from here on, as in a run's second step
    model::resetMostUsed();
    const auto start = std::chrono::steady_clock::now();
    way.run(records);
    way.seconds.push_back(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    way.peakBytes = model::tensorMemory().mostUsed;
}

BenchRow rowOf(const Way& way, const TrainingCost& cost, double tokens, const MachineLimits& limits,
               bool bfloat16)
{
    BenchRow row = bench::rowOf(way.name, way.seconds, tokens, "tokens");
    row.gigaflops = cost.of(way.full, way.recompute) / row.seconds / 1e9;
    row.shareOfMatmul = *row.gigaflops / (bfloat16 ? limits.bfloat16Matmul : limits.matmul);
    const double peak = bfloat16 ? limits.bfloat16MultiplyAdds : limits.multiplyAdds;
    if (peak > 0) {
        row.shareOfPeak = *row.gigaflops / peak;
    }
    row.peakBytes = way.peakBytes;
    return row;
}

std::uint64_t estimateOf(const Way& way, const model::ModelConfig& config,
                         const TrainingBenchSettings& settings, const train::PassSize& size)
{
    train::TrainingSettings training;
    training.full = way.full;
    training.lowRank.rank = settings.rank;
    const train::TrainingMemory memory =
        train::trainingMemory(config, training, settings.bfloat16 ? 2 : 4, size, way.recompute);
    return memory.peak() - memory.optimizer; // no optimizer takes part in a pass
}

/// The optimizer's own: master copies are, weights are not.
std::uint64_t stateBytes(const train::AdamW& optimizer)
{
    const bool hasMasters = optimizer.parameters().front().tensor.scalar_type() == torch::kBFloat16;
    std::uint64_t bytes = 0;
    for (const train::AdamW::Slot& slot : optimizer.state()) {
        bytes += hasMasters || !slot.name.starts_with("weight.") ? slot.tensor.nbytes() : 0;
    }
    return bytes;
}

BenchRow optimizerRow(model::Network& network, train::OptimizerState state, int repeats,
                      const StopToken& stop)
{
    const torch::NoGradGuard noGrad;
    for (const model::NamedParameter& parameter : network.parameters()) {
        Tensor weight = parameter.tensor;
        weight.mutable_grad() = torch::zeros(
            weight.sizes(),
            weight.options().dtype(model::wideType(weight.scalar_type())).requires_grad(false));
    }
    std::vector<Tensor> gradients;
    for (const model::NamedParameter& parameter : network.parameters()) {
        gradients.push_back(parameter.tensor.grad());
    }
    train::TrainingSettings settings;
    settings.full = true;
    settings.optimizerState = state;
    train::AdamW optimizer{network.parameters(), settings};
    const std::vector<double> seconds = timed(repeats, stop, [&] {
        optimizer.step(1e-6);
        const auto parameters = network.parameters();
        for (std::size_t i = 0; i < parameters.size(); ++i) { // step() let them go
            Tensor{parameters[i].tensor}.mutable_grad() = gradients[i];
        }
    });
    const bool isEightBit = state == train::OptimizerState::EightBit;
    BenchRow row =
        bench::rowOf(isEightBit ? "AdamW, all weights, 8-bit" : "AdamW, all weights", seconds,
                     static_cast<double>(network.config().parameters()) / 1e6, "Mweights");
    row.peakBytes = stateBytes(optimizer);
    const std::uint64_t word = network.parameters().front().tensor.element_size();
    row.estimate =
        train::trainingMemory(network.config(), settings, word, {}, /*recompute=*/false).optimizer;
    return row;
}

train::PassSize passSize(std::span<const TwinExample> records)
{
    train::PassSize size;
    for (const TwinExample& record : records) {
        const auto written = static_cast<std::int64_t>(record.target.size()) - 1;
        size.tokens +=
            static_cast<std::int64_t>(record.prefix.size() + record.historyBranch.size() +
                                      record.plainBranch.size()) +
            2 * written;
        size.targetTokens += written + 1;
    }
    return size;
}

BenchReport emptyReport(const TrainingBenchSettings& settings, const train::PassSize& size)
{
    return {.title = "train, " + settings.model + (settings.bfloat16 ? ", bfloat16" : ", float32"),
            .conditions = std::to_string(settings.records) +
                          (settings.records == 1 ? " record" : " records") + " of " +
                          std::to_string(size.tokens / settings.records) + " tokens packed, " +
                          std::to_string(settings.lengths.target) + " of the target, " +
                          std::to_string(torch::get_num_threads()) + " threads, medians of " +
                          std::to_string(settings.repeats) +
                          " interleaved runs, forward and backward"};
}

/// One way without turns.
void measureAlone(Way& way, std::span<const TwinExample> records, model::Network& network,
                  int repeats, const StopToken& stop, Progress& progress)
{
    for (int i = 0; i < repeats; ++i) {
        stopPoint(stop);
        progress.report({.done = i, .total = repeats, .stage = way.name});
        measure(way, records, network);
    }
}

bool isWanted(const TrainingBenchSettings& settings, std::string_view way)
{
    return settings.only.empty() || std::ranges::find(settings.only, way) != settings.only.end();
}

/// With the plain path where there is one, else recomputing with keeping.
void compareWays(std::vector<BenchRow>& rows)
{
    const auto isPlain = [](const BenchRow& row) { return row.name.starts_with("plain"); };
    const auto plain = std::ranges::find_if(rows, isPlain);
    if (plain != rows.end()) {
        const BenchRow reference = *plain;
        for (BenchRow& row : rows) {
            if (row.unit == "tokens" && !isPlain(row)) {
                compare(row, reference);
            }
        }
    } else if (rows.size() > 1 && rows[1].unit == "tokens" &&
               rows[1].name.ends_with("recomputed")) {
        compare(rows[1], rows[0]);
    }
}

} // namespace

const std::vector<std::string>& trainingWays()
{
    static const std::vector<std::string> ways{"full", "recomputed", "plain", "optimizer",
                                               "adapters"};
    return ways;
}

BenchReport benchTraining(const TrainingBenchSettings& settings, const MachineLimits& limits,
                          const StopToken& stop, Progress& progress)
{
    model::keepTensorMemory();
    const model::ModelConfig config = modelNamed(settings.model);
    const auto type = settings.bfloat16 ? torch::kBFloat16 : torch::kFloat;
    const std::vector<TwinExample> records =
        randomRecords(settings.lengths, settings.records, config);
    const std::int64_t longest = settings.lengths.prefix + settings.lengths.history +
                                 settings.lengths.suffix + settings.lengths.target - 1;
    const TrainingCost cost = trainingCost(
        config, records,
        model::queryBlockRows(
            torch::empty({0}, torch::dtype(type)),
            {.heads = config.heads, .keyHeads = config.keyValueHeads, .size = config.headSize},
            longest));
    const train::PassSize size = passSize(records);
    BenchReport report = emptyReport(settings, size);
    auto network = randomNetwork(config, type);
    std::vector<std::unique_ptr<Way>> ways;
    if (isWanted(settings, "full")) {
        ways.push_back(std::make_unique<OurWay>("all weights", *network, true, false));
    }
    if (isWanted(settings, "recomputed")) {
        ways.push_back(std::make_unique<OurWay>("all weights, recomputed", *network, true, true));
    }
    if (settings.reference && isWanted(settings, "plain")) {
        ways.push_back(std::make_unique<PlainWay>(*network, settings.padTo));
    }
    for (int i = 0; i < settings.repeats; ++i) {
        for (const auto& way : ways) {
            stopPoint(stop);
            progress.report({.done = i, .total = settings.repeats, .stage = way->name});
            measure(*way, records, *network);
        }
    }
    const double tokens = static_cast<double>(size.tokens);
    for (const auto& way : ways) {
        BenchRow row = rowOf(*way, cost, tokens, limits, settings.bfloat16);
        if (dynamic_cast<const PlainWay*>(way.get()) == nullptr) {
            row.estimate = estimateOf(*way, config, settings, size);
        } else {
            row.gigaflops = row.shareOfMatmul = row.shareOfPeak =
                std::nullopt; // others than counted
        }
        report.rows.push_back(std::move(row));
    }
    if (isWanted(settings, "optimizer")) {
        progress.report({.stage = "optimizer"});
        const BenchRow wide =
            optimizerRow(*network, train::OptimizerState::Float32, settings.repeats, stop);
        report.rows.push_back(wide);
        report.rows.push_back(
            optimizerRow(*network, train::OptimizerState::EightBit, settings.repeats, stop));
        compare(report.rows.back(), wide);
    }
    clearGradients(*network);

    if (isWanted(settings, "adapters")) {
        ways.clear();
        network = randomNetwork(config, type); // without the memory of all gradients
        network->addAdapters({.rank = settings.rank}, 1);
        OurWay adapters{"adapters of rank " + std::to_string(settings.rank), *network, false,
                        false};
        measureAlone(adapters, records, *network, settings.repeats, stop, progress);
        report.rows.push_back(rowOf(adapters, cost, tokens, limits, settings.bfloat16));
        report.rows.back().estimate = estimateOf(adapters, config, settings, size);
    }

    compareWays(report.rows);
    return report;
}

} // namespace nextquill::bench

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/StepGradients_torch.h"

#include "core/base/Random.h"
#include "core/causal/FusedHead_torch.h"
#include "core/model/Decoder.h"
#include "core/model/Network_torch.h"
#include "core/model/TensorMemory_torch.h"
#include "core/model/TorchErrors_torch.h"
#include "core/train/HeldOut_torch.h"
#include "core/train/TrainingMemory.h"

#include <algorithm>
#include <vector>

namespace nextquill::train {

using causal::TwinExample;

namespace {

/// Dropout for as long as this lives.
class DropoutOn
{
public:
    explicit DropoutOn(model::Network& network)
        : m_network{network}
    {
        m_network.setTraining(true);
    }
    ~DropoutOn() { m_network.setTraining(false); }
    DropoutOn(const DropoutOn&) = delete;
    DropoutOn& operator=(const DropoutOn&) = delete;

private:
    model::Network& m_network;
};

std::int64_t packedTokens(const TwinExample& example, causal::Worlds worlds)
{
    const std::size_t written = example.target.size() - 1;
    const std::size_t history = worlds.history ? example.historyBranch.size() + written : 0;
    const std::size_t plain = worlds.plain ? example.plainBranch.size() + written : 0;
    return static_cast<std::int64_t>(example.prefix.size() + history + plain);
}

std::int64_t targetTokens(std::span<const TwinExample> records)
{
    std::size_t tokens = 0;
    for (const TwinExample& record : records) {
        tokens += record.target.size();
    }
    return static_cast<std::int64_t>(tokens);
}

/// Another number for each pass of a step, whichever rank computes it; without parts that of its
/// micro-batch.
std::uint64_t placeOf(std::int64_t microBatch, std::int64_t pass)
{
    return static_cast<std::uint64_t>(microBatch) + (static_cast<std::uint64_t>(pass) << 32U);
}

/// At most so many records, from `first` on.
std::span<const TwinExample> partOf(std::span<const TwinExample> records, std::int64_t first,
                                    std::int64_t atMost)
{
    const auto begin = static_cast<std::size_t>(first);
    return records.subspan(begin,
                           std::min(records.size() - begin, static_cast<std::size_t>(atMost)));
}

} // namespace

StepGradients::StepGradients(model::Decoder& decoder, model::Decoder* frozen,
                             const TrainingSettings& settings)
    : m_decoder{decoder}
    , m_frozen{frozen}
    , m_settings{settings}
    , m_atOnce{settings.batch}
{
}

causal::Worlds StepGradients::worlds() const
{
    return {.history = m_settings.objective.needsHistoryPass(),
            .plain = m_settings.objective.needsPlainPass()};
}

std::optional<StepSums> StepGradients::add(std::int64_t step, const StepPart& part,
                                           const StepSums& before,
                                           const std::function<bool()>& goesOn)
{
    const DropoutOn dropout{m_decoder.network()};
    const Random seeds{m_settings.seed, static_cast<std::uint64_t>(step)};
    const bool byRecord = m_settings.objective.normalize == causal::Normalize::Record;
    const auto count = static_cast<std::int64_t>(part.records.size());
    const std::int64_t groups = (part.all + m_settings.batch - 1) / m_settings.batch;
    StepSums sums = before;
    std::vector<causal::LossFigures> losses; // still on the device
    std::vector<double> weights;
    for (std::int64_t first = 0; first < count; first += m_settings.batch) {
        const auto group = partOf(part.records, first, m_settings.batch);
        const std::int64_t number = (part.first + first) / m_settings.batch;
        std::int64_t passes = 0;
        for (auto rest = group; !rest.empty();) {
            if (!goesOn()) {
                return std::nullopt;
            }
            const auto records = passOf(rest);
            rest = rest.subspan(records.size());
            // Of a step's records, or of its micro-batches.
            const double weight = byRecord ? static_cast<double>(records.size())
                                           : static_cast<double>(targetTokens(records)) /
                                                 static_cast<double>(targetTokens(group));
            const auto all = static_cast<double>(byRecord ? part.all : groups);
            const std::uint64_t seed = seeds.bits(placeOf(number, passes++));
            losses.push_back(addPass(records, weight / all, seed));
            weights.push_back(weight);
            for (const TwinExample& example : records) {
                sums.tokens += packedTokens(example, worlds());
            }
        }
    }
    const auto reports = model::translated("training", [&] { return causal::reportsOf(losses); });
    for (std::size_t i = 0; i < reports.size(); ++i) {
        sums.losses.add(reports[i], weights[i]);
    }
    return sums;
}

std::span<const TwinExample> StepGradients::passOf(std::span<const TwinExample> records) const
{
    std::int64_t tokens = 0;
    std::size_t count = 0;
    for (const TwinExample& record : partOf(records, 0, m_atOnce)) {
        tokens += packedTokens(record, worlds());
        if (count > 0 && m_settings.maxPassTokens > 0 && tokens > m_settings.maxPassTokens) {
            break;
        }
        ++count;
    }
    return records.first(count);
}

bool StepGradients::recomputes(std::span<const TwinExample> records) const
{
    if (m_settings.activationCheckpointing != "auto" || m_recomputesAlways) {
        return m_settings.activationCheckpointing != "off";
    }
    const model::Network& network = m_decoder.network();
    PassSize size{.targetTokens = targetTokens(records)};
    for (const TwinExample& record : records) {
        size.tokens += packedTokens(record, worlds());
    }
    const TrainingMemory memory = trainingMemory(m_decoder.config(), m_settings,
                                                 c10::elementSize(network.type()), size, false);
    return memory.working() > model::memoryForTensors(network.device());
}

causal::LossFigures StepGradients::addPass(std::span<const TwinExample> records, double share,
                                           std::uint64_t dropoutSeed)
{
    return model::translated("training", [&] {
        model::Network& network = m_decoder.network();
        network.setDropoutSeed(dropoutSeed);
        network.setRecompute(recomputes(records));
        const causal::TwinHidden hidden = causal::twinPass(network, records, worlds());
        const model::OutputHead head = network.head();
        const causal::LossResult result =
            causal::objectiveLoss(m_settings.objective, hidden, head,
                                  frozenEffects(m_frozen, records, head.weight.device()));
        (result.loss * share).backward();
        return result.figures;
    });
}

void StepGradients::setRecordsAtOnce(std::int64_t records)
{
    m_atOnce = std::clamp<std::int64_t>(records, 1, m_settings.batch);
}

std::optional<std::string> StepGradients::needLess()
{
    if (m_decoder.network().device().is_cpu()) {
        model::releaseTensorMemory();
    } else {
        at::accelerator::emptyCache();
    }
    const std::int64_t before = m_atOnce;
    if (before > 1) {
        m_atOnce = (before + 1) / 2;
        return "not enough memory for " + std::to_string(before) +
               " records at once: the run goes on with " + std::to_string(m_atOnce) +
               ", and as many more passes to a step";
    }
    if (m_settings.activationCheckpointing == "auto" && !m_recomputesAlways) {
        m_recomputesAlways = true;
        return "not enough memory for the activations of a record: they are computed again in "
               "backward passes";
    }
    return std::nullopt;
}

} // namespace nextquill::train

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/InspectionCost.h"

#include "core/model/Decoder.h"
#include "core/workflow/Inspection.h"

#include <algorithm>
#include <fmt/format.h>

namespace nextquill::workflow {

namespace {

constexpr std::uint64_t chunkOfLogits = 128; // rows that causal::measureTarget makes at a time
constexpr std::uint64_t copiesOfLogits = 2;  // logits and their logarithms of probabilities

std::uint64_t bytesOf(model::ComputeType type)
{
    switch (type) {
    case model::ComputeType::BFloat16:
        return 2;
    case model::ComputeType::Float64:
        return 8;
    case model::ComputeType::Float32:
        break;
    }
    return 4;
}

/// Of a layer without gradients: the stream, its norm, queries, keys and values before and after
/// they are turned, what attention gives; or the stream, its norm, gate and up, and their product.
std::uint64_t valuesPerRow(const model::ModelConfig& config)
{
    const std::int64_t heads = (config.heads + 2 * config.keyValueHeads) * config.headSize;
    const std::int64_t attention = 2 * heads + config.heads * config.headSize;
    const std::int64_t network = 3 * config.intermediateSize;
    return static_cast<std::uint64_t>(3 * config.hiddenSize + std::max(attention, network));
}

} // namespace

InspectionCost inspectionCost(const causal::PromptedTarget& question, const MeasuredPass& pass,
                              const model::Decoder& decoder)
{
    const model::ModelConfig& config = decoder.config();
    InspectionCost cost{.tree = causal::treeCost(question, {}), .seconds = std::nullopt};
    if (pass.rows > 0) {
        cost.seconds =
            pass.seconds / static_cast<double>(pass.rows) * static_cast<double>(cost.tree.rows);
    }
    cost.bytes = static_cast<std::uint64_t>(cost.tree.largestPass) * valuesPerRow(config) *
                     bytesOf(decoder.dtype()) +
                 chunkOfLogits * copiesOfLogits *
                     static_cast<std::uint64_t>(config.vocabularySize) * sizeof(float);
    return cost;
}

InspectionCost inTurn(const InspectionCost& first, const InspectionCost& second)
{
    InspectionCost both{
        .tree = {.prompts = first.tree.prompts + second.tree.prompts,
                 .passes = first.tree.passes + second.tree.passes,
                 .rows = first.tree.rows + second.tree.rows,
                 .separateRows = first.tree.separateRows + second.tree.separateRows,
                 .largestPass = std::max(first.tree.largestPass, second.tree.largestPass)},
        .seconds = std::nullopt,
        .bytes = std::max(first.bytes, second.bytes)};
    if (first.seconds && second.seconds) {
        both.seconds = *first.seconds + *second.seconds;
    }
    return both;
}

std::string toText(const InspectionCost& cost)
{
    const double mebibytes = static_cast<double>(cost.bytes) / (1 << 20);
    return fmt::format(
        "{} prompts in {} {} of {} rows ({} one by one){}, {:.0f} MiB", cost.tree.prompts,
        cost.tree.passes, cost.tree.passes == 1 ? "pass" : "passes", cost.tree.rows,
        cost.tree.separateRows,
        cost.seconds ? fmt::format(", about {:.{}f} s", *cost.seconds, *cost.seconds < 10 ? 1 : 0)
                     : std::string{},
        mebibytes);
}

OrderedJson toJson(const InspectionCost& cost)
{
    return {{"prompts", cost.tree.prompts},
            {"passes", cost.tree.passes},
            {"rows", cost.tree.rows},
            {"separate_rows", cost.tree.separateRows},
            {"seconds", cost.seconds ? OrderedJson(*cost.seconds) : OrderedJson()},
            {"bytes", cost.bytes}};
}

} // namespace nextquill::workflow

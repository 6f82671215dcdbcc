// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/causal/HiddenEffects_torch.h"
#include "core/causal/SequenceTree.h"
#include "core/causal/TargetChecks.h"
#include "core/causal/TwinExample.h"
#include "core/causal/TwinMemory.h"
#include "core/model/Decoder.h"
#include "core/model/KeyValueCache_torch.h"
#include "core/model/Network_torch.h"
#include "core/model/PassStop.h"
#include "core/model/TorchErrors_torch.h"
#include "core/model/Transfer_torch.h"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

namespace nextquill::causal {

namespace {

constexpr std::size_t rowsAtOnce = 2048; // of a cached pass: its attention is rows by tokens

/// Prompt and text as the decoder reads them, and the row that predicts the first target token.
struct World
{
    std::vector<text::TokenId> tokens;
    std::size_t firstRow = 0;
};

World worldOf(const TwinExample& example, const std::vector<text::TokenId>& branch)
{
    World world;
    world.tokens = example.prefix;
    world.tokens.insert(world.tokens.end(), branch.begin(), branch.end());
    world.firstRow = world.tokens.size() - 1;
    // The last token is predicted and predicts nothing.
    world.tokens.insert(world.tokens.end(), example.target.begin(), example.target.end() - 1);
    return world;
}

torch::Tensor targetsOf(const TwinExample& example, torch::Device device)
{
    std::vector<std::int64_t> ids;
    ids.reserve(example.target.size());
    for (const text::TokenId id : example.target) {
        ids.push_back(static_cast<std::int64_t>(id));
    }
    return model::uploaded(ids, device);
}

/// Rows [from, to) of a pass.
torch::Tensor rowRange(std::size_t from, std::size_t to, torch::Device device)
{
    return torch::arange(static_cast<std::int64_t>(from), static_cast<std::int64_t>(to),
                         torch::kLong)
        .to(device);
}

} // namespace

class TwinMemory::Private
{
public:
    void begin(const model::Decoder& decoder);
    [[nodiscard]] torch::Tensor withHistory(model::Network& network, const World& world,
                                            const StopToken& stop);
    [[nodiscard]] torch::Tensor without(model::Network& network, const World& world);

    std::uint64_t decoder = 0;
    std::vector<text::TokenId> read; // in the cache
    model::KeyValueCache cache;
    World plain;
    torch::Tensor hidden_0; // of `plain`
    Rows rows;
};

void TwinMemory::Private::begin(const model::Decoder& of)
{
    if (decoder != of.instance()) {
        decoder = of.instance();
        read.clear();
        cache = {};
        hidden_0 = torch::Tensor{};
    }
    rows = {};
}

torch::Tensor TwinMemory::Private::withHistory(model::Network& network, const World& world,
                                               const StopToken& stop)
{
    const std::size_t kept = std::min(commonTokens(read, world.tokens), world.firstRow);
    cache.truncate(static_cast<std::int64_t>(kept));
    cache.reserve(static_cast<std::int64_t>(world.tokens.size()));
    read.resize(kept);
    std::vector<torch::Tensor> hidden;
    while (read.size() < world.tokens.size()) {
        stopPoint(stop);
        const std::size_t first = read.size();
        const std::size_t count = std::min(rowsAtOnce, world.tokens.size() - first);
        const std::span<const text::TokenId> part = std::span{world.tokens}.subspan(first, count);
        model::SegmentedBatch batch;
        batch.add(-1, part);
        // A pass before the text has no row that is wanted; its last one is cheap to have.
        const std::size_t wanted = std::min(std::max(world.firstRow, first), first + count - 1);
        const torch::Tensor states =
            network.forward(batch, rowRange(wanted - first, count, network.device()), &cache);
        if (first + count > world.firstRow) {
            hidden.push_back(states);
        }
        read.insert(read.end(), part.begin(), part.end());
    }
    rows.remembered += static_cast<std::int64_t>(kept);
    rows.computed += static_cast<std::int64_t>(world.tokens.size() - kept);
    return torch::cat(hidden);
}

torch::Tensor TwinMemory::Private::without(model::Network& network, const World& world)
{
    const auto count = static_cast<std::int64_t>(world.tokens.size());
    if (hidden_0.defined() && plain.tokens == world.tokens && plain.firstRow == world.firstRow) {
        rows.remembered += count;
        return hidden_0;
    }
    model::SegmentedBatch batch;
    batch.add(-1, world.tokens);
    hidden_0 =
        network.forward(batch, rowRange(world.firstRow, world.tokens.size(), network.device()));
    plain = world;
    rows.computed += count;
    return hidden_0;
}

TwinMemory::TwinMemory()
    : d{std::make_unique<Private>()}
{
}

TwinMemory::~TwinMemory() = default;

PreferenceEffects TwinMemory::measure(model::Decoder& decoder, const TwinExample& example,
                                      int alternatives, StopToken stop, Progress& progress)
{
    requireUsable(example, decoder.config());
    return model::translated("measuring effects", [&] {
        const torch::NoGradGuard noGrad;
        const model::PassStop stopOfPasses{stop};
        progress.report({.done = 0, .total = 1, .stage = "measuring effects"});
        d->begin(decoder);
        model::Network& network = decoder.network();
        TwinHidden pass;
        pass.hidden_h = d->withHistory(network, worldOf(example, example.historyBranch), stop);
        pass.hidden_0 = d->without(network, worldOf(example, example.plainBranch));
        pass.targets = targetsOf(example, network.device());
        PreferenceEffects effects = effectsOf(pass, 0, network.head(), example, alternatives, stop);
        progress.report({.done = 1, .total = 1, .stage = "measuring effects"});
        return effects;
    });
}

TwinMemory::Rows TwinMemory::rowsOfLast() const
{
    return d->rows;
}

void TwinMemory::clear()
{
    d = std::make_unique<Private>();
}

} // namespace nextquill::causal

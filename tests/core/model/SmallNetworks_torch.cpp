// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/model/SmallNetworks_torch.h"

#include "core/base/Random.h"

#include <functional>
#include <limits>

namespace nextquill::model::testing {

using torch::Tensor;

namespace {

constexpr std::int64_t vocabulary = 50;

} // namespace

ModelConfig SmallNetwork::config() const
{
    return {.modelType = "qwen3",
            .hiddenSize = 16,
            .intermediateSize = 24,
            .layers = layers,
            .heads = 4,
            .keyValueHeads = 2,
            .headSize = 6,
            .vocabularySize = vocabulary,
            .contextLength = 256,
            .normEpsilon = 1e-6,
            .ropeTheta = 10000,
            .tiedHead = tied,
            .queryKeyValueBias = bias,
            .queryKeyNorm = queryKeyNorm};
}

std::unique_ptr<Network> SmallNetwork::make() const
{
    return withRandomWeights(config(), type);
}

std::unique_ptr<Network> withRandomWeights(const ModelConfig& config, torch::ScalarType type)
{
    auto network = std::make_unique<Network>(config, torch::kCPU, type);
    fillWithRandomWeights(*network);
    return network;
}

void fillWithRandomWeights(Network& network)
{
    const torch::NoGradGuard noGrad;
    torch::manual_seed(5);
    for (const NamedParameter& parameter : network.parameters()) {
        const bool norm = parameter.name.find("norm") != std::string::npos;
        const Tensor values =
            torch::randn(parameter.tensor.sizes(), torch::kDouble) * (norm ? 0.2 : 0.4);
        Tensor{parameter.tensor}.copy_(norm ? values + 1 : values);
    }
}

void PrintTo(const SmallFamily& family, std::ostream* out)
{
    *out << family.name;
}

std::vector<SmallFamily> smallFamilies()
{
    const ModelConfig plain = SmallNetwork{.bias = false, .queryKeyNorm = false}.config();
    std::vector<SmallFamily> families;
    const auto add = [&](const char* name, const std::function<void(ModelConfig&)>& change) {
        families.push_back({name, plain});
        families.back().config.modelType = name;
        change(families.back().config);
    };
    const auto gemma = [](ModelConfig& c) {
        c.offsetNorms = c.outerNorms = c.scaledEmbedding = true;
        c.activation = Activation::GeluTanh;
        c.queryScalar = 8;
        c.slidingWindow = 5;
        c.layerKinds = {{.slides = true}, {}};
    };
    add("mistral", [](ModelConfig& c) {
        c.slidingWindow = 5;
        c.layerKinds = {{.slides = true}, {.slides = true}};
    });
    add("gemma2", [&](ModelConfig& c) {
        gemma(c);
        c.attentionCap = 3;
        c.logitCap = 4;
    });
    add("gemma3_text", [&](ModelConfig& c) {
        gemma(c);
        c.queryKeyNorm = true;
        c.slidingRopeTheta = 100;
    });
    add("smollm3", [](ModelConfig& c) { c.layerKinds = {{.turns = false}, {}}; });
    add("phi3", [](ModelConfig& c) {
        c.fusedProjections = true;
        c.rotarySize = 4;
        c.ropeScaling = {.kind = RotaryScaling::Kind::LongRope,
                         .originalLength = 16,
                         .attentionFactor = 1.2,
                         .shortFactors = {1, 1.5},
                         .longFactors = {2, 5}};
    });
    add("llama", [](ModelConfig& c) {
        c.ropeScaling = {.kind = RotaryScaling::Kind::Dynamic, .factor = 2, .originalLength = 16};
    });
    return families;
}

Ids someIds(std::size_t count, int seed)
{
    const Random random{static_cast<std::uint64_t>(seed), 0};
    Ids ids;
    for (std::size_t i = 0; i < count; ++i) {
        ids.push_back(text::TokenId{static_cast<std::int32_t>(random.bits(i) % vocabulary)});
    }
    return ids;
}

SegmentedBatch sequence(const Ids& ids)
{
    SegmentedBatch batch;
    batch.add(-1, ids);
    return batch;
}

Tensor rowTensor(const std::vector<std::int64_t>& rows)
{
    return torch::tensor(rows, torch::kLong);
}

SegmentedBatch tree(std::initializer_list<Branch> branches)
{
    SegmentedBatch batch;
    int seed = 1;
    for (const Branch& branch : branches) {
        batch.add(branch.parent, someIds(branch.length, seed++));
    }
    return batch;
}

Path pathTo(const SegmentedBatch& batch, int segment)
{
    Path path;
    const Segment& s = batch.segments[static_cast<std::size_t>(segment)];
    if (s.parent >= 0) {
        path = pathTo(batch, s.parent);
    }
    for (std::int64_t row = s.begin; row < s.begin + s.length; ++row) {
        path.ids.push_back(batch.tokens[static_cast<std::size_t>(row)]);
        path.rows.push_back(row);
    }
    return path;
}

double difference(const Tensor& a, const Tensor& b)
{
    if (a.sizes() != b.sizes()) {
        return std::numeric_limits<double>::infinity();
    }
    if (a.numel() == 0) {
        return 0;
    }
    const double most = (a.to(torch::kDouble) - b.to(torch::kDouble)).abs().max().item<double>();
    return most == most ? most : std::numeric_limits<double>::infinity();
}

std::unique_ptr<Decoder> loadFrom(const std::filesystem::path& folder, ComputeType type)
{
    NoProgress progress;
    return Decoder::load(ModelFiles::open(folder), {.device = "cpu", .dtype = type}, std::nullopt,
                         {}, progress);
}

Tensor logitsOf(Network& network, const SegmentedBatch& batch)
{
    const torch::NoGradGuard noGrad;
    return network.forward(batch).matmul(network.headWeight().t());
}

Ids idsOf(const Tensor& tensor)
{
    Ids ids;
    for (std::int64_t i = 0; i < tensor.numel(); ++i) {
        ids.push_back(text::TokenId{static_cast<std::int32_t>(tensor[i].item<std::int64_t>())});
    }
    return ids;
}

} // namespace nextquill::model::testing

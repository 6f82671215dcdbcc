// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/Decoder.h"
#include "core/model/Network_torch.h"
#include "core/model/Segments.h"

#include <torch/torch.h>

#include <initializer_list>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace nextquill::model::testing {

using Ids = std::vector<text::TokenId>;

/// A network of a few thousand random weights; every part of the mathematics is in use.
struct SmallNetwork
{
    bool bias = true;
    bool queryKeyNorm = true;
    bool tied = true;
    std::int64_t layers = 2;
    torch::ScalarType type = torch::kDouble;

    [[nodiscard]] ModelConfig config() const;
    [[nodiscard]] std::unique_ptr<Network> make() const;
};

/// A network of any configuration, with random weights large enough that all of them matter.
[[nodiscard]] std::unique_ptr<Network> withRandomWeights(const ModelConfig& config,
                                                         torch::ScalarType type);
void fillWithRandomWeights(Network& network);

/// What tells the families apart, each in a small network: windows, caps, norms, fused projections,
/// layers without rotary positions, and rotary scaling that depends on the length.
struct SmallFamily
{
    std::string name;
    ModelConfig config;
};
void PrintTo(const SmallFamily& family, std::ostream* out);
[[nodiscard]] std::vector<SmallFamily> smallFamilies();

/// `count` ids of the small network's vocabulary; different for different seeds.
[[nodiscard]] Ids someIds(std::size_t count, int seed);

/// One sequence as a batch.
[[nodiscard]] SegmentedBatch sequence(const Ids& ids);

[[nodiscard]] torch::Tensor rowTensor(const std::vector<std::int64_t>& rows);

/// A batch whose segments are given by parent and length, with random tokens.
struct Branch
{
    int parent = -1;
    std::size_t length = 0;
};
[[nodiscard]] SegmentedBatch tree(std::initializer_list<Branch> branches);

/// The tokens from the root to the end of a segment, and the rows that hold them.
struct Path
{
    Ids ids;
    std::vector<std::int64_t> rows;
};
[[nodiscard]] Path pathTo(const SegmentedBatch& batch, int segment);

/// Largest absolute difference; infinity for other shapes or a value that is no number.
[[nodiscard]] double difference(const torch::Tensor& a, const torch::Tensor& b);

/// A decoder of shared/fixtures/models.
[[nodiscard]] std::unique_ptr<Decoder> loadFrom(const std::filesystem::path& folder,
                                                ComputeType type);

/// Logits of all rows, in the compute type.
[[nodiscard]] torch::Tensor logitsOf(Network& network, const SegmentedBatch& batch);

/// Ids of an int64 tensor.
[[nodiscard]] Ids idsOf(const torch::Tensor& tensor);

} // namespace nextquill::model::testing

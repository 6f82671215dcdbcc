// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/ModelConfig.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::model {

/// A weight that a model of a given configuration has, by its Hugging Face name.
struct ExpectedWeight
{
    std::string name;
    std::vector<std::int64_t> shape;
};

/// All of them in the order of computation, the head last and only where it is not tied.
[[nodiscard]] std::vector<ExpectedWeight> expectedWeights(const ModelConfig& config);

/// Adapters' targets by the names that a model's layers have: one for queries, keys and values
/// together where they are fused, such as qkv_proj for q_proj. Each once; unknown names stay.
[[nodiscard]] std::vector<std::string> adapterTargets(const ModelConfig& config,
                                                      const std::vector<std::string>& targets);

/// The Hugging Face name of a GGUF tensor ("blk.0.attn_q.weight") of a model of such a family; none
/// for one that it does not have.
[[nodiscard]] std::optional<std::string> huggingFaceName(std::string_view ggufName,
                                                         const ModelConfig& config);
/// And back.
[[nodiscard]] std::optional<std::string> ggufName(std::string_view huggingFaceName,
                                                  const ModelConfig& config);

/// A norm of a family that scales by 1 + w, which GGUF files store instead of w.
[[nodiscard]] bool hasOffset(std::string_view huggingFaceName, const ModelConfig& config);

} // namespace nextquill::model

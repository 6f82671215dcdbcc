// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"
#include "core/causal/TwinExample.h"
#include "core/model/Decoder.h"

#include <torch/torch.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace nextquill::causal::testing {

using Ids = std::vector<text::TokenId>;

/// Prompts in tokens as an example: their common beginning shared.
[[nodiscard]] TwinExample twin(const Ids& with, const Ids& without, const Ids& target,
                               std::string id = {});

/// shared/fixtures/nextquill: three examples, their losses and gradients by the reference.
class NextQuillFixture
{
public:
    /// `folder` holds nextquill.json; `model` is tiny-qwen2.
    NextQuillFixture(std::filesystem::path folder, std::filesystem::path model);

    [[nodiscard]] const Json& json() const { return m_json; }
    [[nodiscard]] const std::vector<TwinExample>& examples() const { return m_examples; }
    [[nodiscard]] std::unique_ptr<model::Decoder> decoder(model::ComputeType type) const;

    /// d loss / d parameter of a variant, by parameter name; `precision` is "fp32" or "fp64".
    [[nodiscard]] std::map<std::string, torch::Tensor>
    gradients(const std::string& variant, const std::string& precision) const;

private:
    std::filesystem::path m_folder;
    std::filesystem::path m_model;
    Json m_json;
    std::vector<TwinExample> m_examples;
};

/// ‖a - b‖ / ‖b‖, in float64; ‖a‖ where b is zero.
[[nodiscard]] double relativeDifference(const torch::Tensor& a, const torch::Tensor& b);

} // namespace nextquill::causal::testing

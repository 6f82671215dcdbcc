// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/DecoderLayer_torch.h"
#include "core/model/ModelConfig.h"

#include <span>
#include <string>
#include <string_view>

namespace nextquill::model {

/// A projection by its Hugging Face name below "model.layers.N.": a part of a group.
struct Projection
{
    const char* module;
    LinearGroup DecoderLayer::* group;
    std::size_t part;

    [[nodiscard]] LinearGroup::Part& in(DecoderLayer& layer) const
    {
        return (layer.*group).parts()[part];
    }
    [[nodiscard]] const LinearGroup::Part& in(const DecoderLayer& layer) const
    {
        return (layer.*group).parts()[part];
    }
};

inline constexpr Projection separateProjections[] = {
    {"self_attn.q_proj", &DecoderLayer::attentionIn, 0},
    {"self_attn.k_proj", &DecoderLayer::attentionIn, 1},
    {"self_attn.v_proj", &DecoderLayer::attentionIn, 2},
    {"self_attn.o_proj", &DecoderLayer::attentionOut, 0},
    {"mlp.gate_proj", &DecoderLayer::networkIn, 0},
    {"mlp.up_proj", &DecoderLayer::networkIn, 1},
    {"mlp.down_proj", &DecoderLayer::networkOut, 0},
};

inline constexpr Projection fusedProjections[] = {
    {"self_attn.qkv_proj", &DecoderLayer::attentionIn, 0},
    {"self_attn.o_proj", &DecoderLayer::attentionOut, 0},
    {"mlp.gate_up_proj", &DecoderLayer::networkIn, 0},
    {"mlp.down_proj", &DecoderLayer::networkOut, 0},
};

[[nodiscard]] inline std::span<const Projection> projectionsOf(const ModelConfig& config)
{
    return config.fusedProjections ? std::span<const Projection>{fusedProjections}
                                   : std::span<const Projection>{separateProjections};
}

/// "q_proj" of "self_attn.q_proj": what an adapter's list of targets names.
[[nodiscard]] inline std::string_view shortName(std::string_view module)
{
    return module.substr(module.rfind('.') + 1);
}

[[nodiscard]] inline std::string layerPrefix(std::size_t index)
{
    return "model.layers." + std::to_string(index) + '.';
}

} // namespace nextquill::model

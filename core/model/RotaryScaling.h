// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"

#include <cstdint>
#include <vector>

namespace nextquill::model {

/// How a model's rotary frequencies f_i = theta^(-2i / size) are changed so that it can read longer
/// texts than it was first trained on.
///
/// Source  Transformers' modeling_rope_utils; YaRN: arXiv 2309.00071; LongRoPE: arXiv 2402.13753
struct RotaryScaling
{
    enum class Kind {
        None,
        Linear,  ///< f / factor
        Dynamic, ///< a larger theta for sequences beyond `originalLength`
        Llama3,  ///< low frequencies / factor, high ones as they are, between them a mixture
        Yarn,    ///< the same by the number of turns within `originalLength`
        /// f / shortFactors, or f / longFactors in sequences beyond `originalLength`. Also what
        /// GGUF's tables say.
        LongRope,
    };

    Kind kind = Kind::None;
    double factor = 1;
    std::int64_t originalLength = 0;  ///< tokens of the first training
    double lowFrequencyFactor = 1;    ///< Llama3
    double highFrequencyFactor = 4;   ///< Llama3
    double betaFast = 32;             ///< Yarn
    double betaSlow = 1;              ///< Yarn
    bool truncates = true;            ///< Yarn: whole numbers as bounds
    double attentionFactor = 1;       ///< of cosines and sines; Yarn, LongRope
    std::vector<double> shortFactors; ///< LongRope
    std::vector<double> longFactors;  ///< LongRope

    /// Whether what a token's keys are depends on how long its sequence is.
    [[nodiscard]] bool dependsOnLength() const
    {
        return kind == Kind::Dynamic || (kind == Kind::LongRope && shortFactors != longFactors);
    }

    /// Sequences of the same kind of length are turned alike: 0 up to `originalLength`.
    [[nodiscard]] std::int64_t lengthKind(std::int64_t length) const
    {
        if (!dependsOnLength() || length <= originalLength) {
            return 0;
        }
        return kind == Kind::Dynamic ? length : 1;
    }

    friend bool operator==(const RotaryScaling&, const RotaryScaling&) = default;
};

class ConfigFields;

/// What `rope` (rope_scaling, or rope_parameters or one layer type's part of them) says. `whole` is
/// the configuration that it stands in; `rotarySize` how many numbers of a head turn; `position`
/// max_position_embeddings.
///
/// Throws Error(Unsupported) for other kinds, by name; Error(BadInput) for values out of range.
[[nodiscard]] RotaryScaling readRotaryScaling(const ConfigFields& rope, const ConfigFields& whole,
                                              std::int64_t rotarySize, std::int64_t positions);

/// The same as rope_scaling, without the base; null where there is none.
[[nodiscard]] OrderedJson toHuggingFace(const RotaryScaling& scaling);

} // namespace nextquill::model

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::causal {

/// The objectives of METHOD.md, by its names.
enum class ObjectiveKind { NextQuill, TokenWeight, Causal, JsWeight, Perce, Sft, SftNoHistory };

enum class CausalWeighting {
    None, ///< every token the same (the authors' code)
    Omega ///< w_t in the causal term too (the paper's Eq. 7)
};

enum class Normalize {
    Record, ///< sums and means over one record, records averaged
    Batch   ///< over all target tokens of a micro-batch
};

/// A loss: token weight, main term, optional causal term, and METHOD.md's switches.
struct Objective
{
    ObjectiveKind kind = ObjectiveKind::NextQuill;
    double alpha = 0.1;      ///< weight of the causal term; 0 where the objective has none
    double threshold = 0.05; ///< of pce, above which a token is preference-bearing
    double highWeight = 0.9;
    double lowWeight = 0.1;
    double clipLow = 0.8;      ///< perce
    double clipHigh = 5;       ///< perce
    bool detachWeight = false; ///< js-weight: no gradient through w_t
    /// Omega gives Σ w_t CE(d) / Σ w_t, as in the main term; w_t is a constant there.
    CausalWeighting causalWeighting = CausalWeighting::None;
    bool noHistoryGradient = true; ///< gradients through z_0 in the causal term
    /// The target itself always belongs to the set.
    bool plausibleOnly = false; ///< the causal term over {v : p_h(v) >= 0.1 max p_h}
    Normalize normalize = Normalize::Record;

    /// The objective with the defaults of METHOD.md's table.
    [[nodiscard]] static Objective defaults(ObjectiveKind kind);

    [[nodiscard]] bool needsHistoryPass() const { return kind != ObjectiveKind::SftNoHistory; }
    [[nodiscard]] bool needsPlainPass() const;
    [[nodiscard]] bool hasCausalTerm() const;
};

[[nodiscard]] std::string_view name(ObjectiveKind kind); ///< "nextquill", "token-weight", …
[[nodiscard]] std::optional<ObjectiveKind> objectiveKind(std::string_view name);
[[nodiscard]] const std::vector<ObjectiveKind>& allObjectives();

/// What a step reports of its loss, means over its records.
struct LossReport
{
    double loss = 0;
    double main = 0;   ///< the weighted cross-entropy
    double causal = 0; ///< without alpha; 0 where there is none
    double meanPce = 0;
    double preferenceRatio = 0; ///< share of target tokens with pce above the threshold
    bool hasPce = false;        ///< both worlds were computed; else the two figures above are 0
    std::int64_t tokens = 0;    ///< target tokens
};

} // namespace nextquill::causal

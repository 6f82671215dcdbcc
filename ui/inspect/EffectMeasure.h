// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/causal/PreferenceEffects.h"

#include <QList>
#include <QString>

namespace nextquill::ui {

/// A number per token that the heatmap can show; all come from one measurement.
enum class EffectMeasure { Pce, LogRatio, Divergence, WithHistory, WithoutHistory, RankChange };

struct MeasureInfo
{
    EffectMeasure measure{};
    QString name;
    QString help;
    float range = 0.5F; ///< of the colors
    QString below;      ///< words of the legend
    QString above;
};

[[nodiscard]] const QList<MeasureInfo>& effectMeasures();
[[nodiscard]] const MeasureInfo& infoOf(EffectMeasure measure);

[[nodiscard]] float valueOf(const causal::TokenEffect& token, EffectMeasure measure);

/// Bits that the history gives about a token: log2 p_h - log2 p_0.
[[nodiscard]] float bitsOf(const causal::TokenEffect& token);

} // namespace nextquill::ui

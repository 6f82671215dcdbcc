// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/workflow/EffectMeasure.h"

#include <QList>
#include <QString>

namespace nextquill::ui {

using workflow::bitsOf;
using workflow::EffectMeasure;
using workflow::valueOf;

/// workflow::EffectMeasureInfo in the window's language.
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

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/EffectMeasure.h"

#include <QObject>

#include <algorithm>

namespace nextquill::ui {

namespace {

QString translated(std::string_view literal)
{
    return literal.empty() ? QString{} : QObject::tr(literal.data());
}

QList<MeasureInfo> translatedMeasures()
{
    QList<MeasureInfo> measures;
    for (const workflow::EffectMeasureInfo& info : workflow::effectMeasures()) {
        measures.append({info.measure, translated(info.name), translated(info.help),
                         static_cast<float>(info.range), translated(info.below),
                         translated(info.above)});
    }
    return measures;
}

} // namespace

const QList<MeasureInfo>& effectMeasures()
{
    static const QList<MeasureInfo> measures = translatedMeasures();
    return measures;
}

const MeasureInfo& infoOf(EffectMeasure measure)
{
    const QList<MeasureInfo>& all = effectMeasures();
    return *std::find_if(all.begin(), all.end(),
                         [measure](const MeasureInfo& info) { return info.measure == measure; });
}

} // namespace nextquill::ui

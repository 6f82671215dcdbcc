// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"

#include <QWidget>

#include <map>
#include <vector>

namespace nextquill::ui {

class LineChart;

/// Loss, effects and step size of a run over its steps. A step that was repeated after a resume
/// takes the place of the one before.
class RunCharts : public QWidget
{
    Q_OBJECT

public:
    explicit RunCharts(QWidget* parent = nullptr);

    void clear();
    void add(const std::vector<Json>& events);

private:
    using Points = std::map<double, double>;

    void note(const Json& event, const char* key, Points& points) const;
    void draw();

    LineChart* m_loss;
    LineChart* m_effects;
    LineChart* m_optimizer;
    Points m_total;
    Points m_main;
    Points m_causal;
    Points m_heldOut;
    Points m_pce;
    Points m_ratio;
    Points m_rate;
    Points m_norm;
};

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/charts/ChartCrosshair.h"
#include "ui/widgets/charts/ChartSeries.h"
#include "ui/widgets/charts/LineChart.h"

#include <QTimer>
#include <qcustomplot.h>

#include <memory>
#include <vector>

class QLabel;

namespace nextquill::ui {

/// What a LineChart holds; shared by the files of the chart alone.
class LineChart::Private
{
public:
    explicit Private(LineChart& chart);

    void connectPlot();
    void renewLook(Ground ground);
    void renewMarkers(Ground ground);
    void drawSoon();
    void draw();
    [[nodiscard]] bool isEmpty() const;
    [[nodiscard]] bool wholeX(QCPRange& range) const;
    void fitX();
    void fitY();
    void moveCrosshair(int points);
    void moveCrosshairToEnd(bool last);
    void setCrosshair(double x);
    [[nodiscard]] bool handleKey(const QKeyEvent& key, bool perform);

    struct Marker
    {
        double at = 0;
        QString label;
        bool vertical = true;
        QCPItemStraightLine* line = nullptr; // both owned by the plot
        QCPItemText* text = nullptr;
    };

    LineChart& q;
    QCustomPlot* plot;
    QLabel* empty;
    QCPTextElement* title = nullptr; // owned by the plot
    std::vector<std::unique_ptr<ChartSeries>> series;
    std::vector<Marker> markers;
    std::unique_ptr<ChartCrosshair> crosshair;
    QTimer redraw;
    double smoothing = 0;
    bool logarithmic = false;
    bool whole = true;    // follows new points
    bool fitting = false; // the range changes by us
};

} // namespace nextquill::ui

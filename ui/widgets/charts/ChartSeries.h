// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>
#include <qcustomplot.h>

namespace nextquill::ui {

/// One line of a chart: its points as they came, and their exponential mean above them.
class ChartSeries
{
public:
    ChartSeries(QCustomPlot& plot, QString name);

    void setData(const QList<double>& x, const QList<double>& y);
    void append(double x, double y);
    void setSmoothing(double weight);
    void setVisible(bool visible);
    void setColor(const QColor& color, Qt::PenStyle dashes);

    [[nodiscard]] const QString& name() const { return m_name; }
    [[nodiscard]] bool isVisible() const { return m_visible; }
    [[nodiscard]] bool isEmpty() const { return m_raw->data()->isEmpty(); }
    [[nodiscard]] QColor color() const { return m_color; }
    [[nodiscard]] const QCPGraph& raw() const { return *m_raw; }
    [[nodiscard]] QCPGraph& shown() const { return m_weight > 0 ? *m_smooth : *m_raw; }

    /// Of all points with a number as y; false without any.
    [[nodiscard]] bool rangeOfX(QCPRange& range) const;
    /// Of the points within a range of x; on a logarithmic axis of positive ones alone.
    [[nodiscard]] bool rangeOfY(const QCPRange& x, bool positive, QCPRange& range) const;
    /// Index of the point nearest to x, or -1.
    [[nodiscard]] int nearest(double x) const;

private:
    [[nodiscard]] double smoothed(double y);
    void renewPens();

    QString m_name;
    QCPGraph* m_raw;    // owned by the plot
    QCPGraph* m_smooth; // owned by the plot
    QColor m_color;
    Qt::PenStyle m_dashes = Qt::SolidLine;
    bool m_visible = true;
    double m_weight = 0;
    double m_mean = 0;       // of the exponential mean, not yet corrected
    double m_correction = 1; // weight that the zero at the beginning still has
};

} // namespace nextquill::ui

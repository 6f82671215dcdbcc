// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>
#include <QString>
#include <QWidget>

#include <memory>

namespace nextquill::ui {

enum class ChartFormat { Svg, Pdf, Png };

/// Lines over a common x axis: losses over steps, with live points, zoom and a crosshair.
///
/// Nothing is thinned: a spike of one point is drawn and exported. Colors come from the palette;
/// series also differ by dashes.
///
/// Mouse     drag selects a range of x, the wheel zooms, double-click shows everything.
/// Keyboard  L logarithmic y axis, 0 whole range, + and - zoom, ←/→ crosshair by points, Home and
/// End,
///           Ctrl+C copies the points.
/// Speed     a million points draw in milliseconds; appending costs no redraw of its own: the next
///           frame shows all that came since.
class LineChart : public QWidget
{
    Q_OBJECT

public:
    explicit LineChart(QWidget* parent = nullptr);
    ~LineChart() override;

    struct Series
    {
        QList<double> x; ///< ascending
        QList<double> y; ///< NaN: a gap
    };

    /// Index of a new, empty series; colors and dashes go by index.
    int addSeries(const QString& name);
    [[nodiscard]] int seriesCount() const;
    [[nodiscard]] QString seriesName(int series) const;
    void clear(); ///< series and markers
    /// Throws nothing; surplus values of the longer list are ignored.
    void setData(int series, const QList<double>& x, const QList<double>& y);
    void append(int series, double x, double y);
    [[nodiscard]] Series data(int series) const;
    void setSeriesVisible(int series, bool visible);

    void setTitle(const QString& title); ///< above the chart and in exports; may be empty
    void setAxisLabels(const QString& x, const QString& y);
    void setEmptyText(const QString& sentence);

    void addMarker(double x, const QString& label); ///< a vertical line
    void addLevel(double y, const QString& label);  ///< a horizontal line
    void clearMarkers();

    void setLogarithmic(bool logarithmic);
    [[nodiscard]] bool isLogarithmic() const;
    /// Weight of the past in the exponential mean, 0 (off) to 0.99; the raw line stays, faint.
    void setSmoothing(double weight);
    [[nodiscard]] double smoothing() const;

    void showWholeRange();
    void zoom(double factor); ///< around the crosshair or the middle; 2: half the range
    [[nodiscard]] double visibleBegin() const;
    [[nodiscard]] double visibleEnd() const;

    /// NaN: none.
    void setCrosshair(double x);
    [[nodiscard]] double crosshair() const;

    /// The chart as it is, on light ground, as the bytes of a file.
    [[nodiscard]] QByteArray exported(ChartFormat format, const QSize& size) const;
    /// All points as lines "series<TAB>x<TAB>y", for the clipboard and screen readers.
    [[nodiscard]] QString pointsAsText() const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void crosshairMoved(double x);
    void logarithmicChanged(bool logarithmic);
    void visibleRangeChanged(double begin, double end);

protected:
    bool event(QEvent* event) override;
    void changeEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace nextquill::ui

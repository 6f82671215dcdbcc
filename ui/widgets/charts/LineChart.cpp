// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/charts/LineChart.h"

#include "ui/widgets/Theme.h"
#include "ui/widgets/charts/ChartLook.h"
#include "ui/widgets/charts/LineChartPrivate.h"

#include <QLabel>
#include <QMouseEvent>
#include <QVBoxLayout>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <utility>

namespace nextquill::ui {

namespace {

constexpr std::chrono::milliseconds betweenFrames{40};
constexpr double wheelZoom = 0.8;

} // namespace

LineChart::Private::Private(LineChart& chart)
    : q{chart}
    , plot{new QCustomPlot{&chart}}
    , empty{new QLabel{&chart}}
    , crosshair{std::make_unique<ChartCrosshair>(*plot)}
{
    plot->setFocusPolicy(Qt::NoFocus);
    plot->setNoAntialiasingOnDrag(true);
    plot->setInteractions(QCP::iRangeZoom);
    plot->setSelectionRectMode(QCP::srmZoom);
    plot->axisRect()->setRangeZoomAxes({plot->xAxis}, {});
    plot->axisRect()->setRangeZoomFactor(wheelZoom);
    plot->axisRect()->setMinimumMargins(QMargins{12, 12, 18, 8});
    plot->legend->setVisible(true);
    // The legend has a row of its own above the lines, where it hides nothing.
    auto* row = new QCPLayoutGrid;
    plot->plotLayout()->insertRow(0);
    plot->plotLayout()->addElement(0, 0, row);
    row->addElement(0, 0, plot->legend);
    row->addElement(0, 1, new QCPLayoutElement{plot});
    row->setColumnStretchFactor(0, 0.001);
    plot->plotLayout()->setRowStretchFactor(0, 0.001);
    plot->plotLayout()->setRowSpacing(0);
    plot->legend->setFillOrder(QCPLayoutGrid::foColumnsFirst);
    plot->legend->setMargins(QMargins{12, 8, 12, 0});
    empty->setAlignment(Qt::AlignCenter);
    empty->setWordWrap(true);
    empty->setTextFormat(Qt::PlainText);
    empty->setProperty("role", QStringLiteral("muted"));
    empty->setAttribute(Qt::WA_TransparentForMouseEvents);
    redraw.setSingleShot(true);
    redraw.setInterval(betweenFrames);
}

void LineChart::Private::connectPlot()
{
    QObject::connect(&redraw, &QTimer::timeout, &q, [this] { draw(); });
    QObject::connect(plot, &QCustomPlot::mouseDoubleClick, &q, [this] { q.showWholeRange(); });
    QObject::connect(plot, &QCustomPlot::mousePress, &q,
                     [this] { q.setFocus(Qt::MouseFocusReason); });
    QObject::connect(plot, &QCustomPlot::mouseMove, &q, [this](QMouseEvent* event) {
        if (event->buttons() == Qt::NoButton && !isEmpty()) {
            setCrosshair(plot->xAxis->pixelToCoord(event->position().x()));
        }
    });
    QObject::connect(plot->xAxis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), &q,
                     [this](const QCPRange& range) {
                         if (!fitting) {
                             whole = false;
                             fitY();
                             setCrosshair(crosshair->position());
                         }
                         Q_EMIT q.visibleRangeChanged(range.lower, range.upper);
                     });
}

void LineChart::Private::renewLook(Ground ground)
{
    applyChartLook(*plot, ground, q.font());
    crosshair->setLook(ground, q.font());
    for (std::size_t index = 0; index < series.size(); ++index) {
        series[index]->setColor(seriesColor(static_cast<int>(index), ground),
                                seriesDashes(static_cast<int>(index)));
    }
    if (title != nullptr) {
        title->setTextColor(themePalette(ground).color(QPalette::Text));
        QFont bold = q.font();
        bold.setWeight(QFont::DemiBold);
        title->setFont(bold);
    }
    renewMarkers(ground);
}

void LineChart::Private::renewMarkers(Ground ground)
{
    const ThemeColors& colors = themeColors(ground);
    QFont small = q.font();
    small.setPointSizeF(small.pointSizeF() * 0.85);
    for (const Marker& marker : markers) {
        marker.line->setPen(QPen{colors.muted, 1, Qt::DotLine});
        marker.text->setColor(colors.muted);
        marker.text->setFont(small);
    }
}

bool LineChart::Private::isEmpty() const
{
    return std::all_of(series.begin(), series.end(),
                       [](const auto& line) { return line->isEmpty() || !line->isVisible(); });
}

void LineChart::Private::drawSoon()
{
    if (!redraw.isActive()) {
        redraw.start();
    }
}

void LineChart::Private::draw()
{
    redraw.stop();
    const bool nothing = isEmpty();
    empty->setVisible(nothing);
    plot->legend->setVisible(!nothing && series.size() > 1);
    plot->xAxis->setVisible(!nothing);
    plot->yAxis->setVisible(!nothing);
    if (whole) {
        fitX();
    }
    fitY();
    if (!std::isnan(crosshair->position())) {
        crosshair->setPosition(crosshair->position(), series);
    }
    plot->replot(QCustomPlot::rpQueuedReplot);
}

bool LineChart::Private::wholeX(QCPRange& range) const
{
    bool found = false;
    for (const auto& line : series) {
        QCPRange own;
        if (line->isVisible() && line->rangeOfX(own)) {
            range =
                found ? QCPRange{std::min(range.lower, own.lower), std::max(range.upper, own.upper)}
                      : own;
            found = true;
        }
    }
    return found;
}

void LineChart::Private::fitX()
{
    QCPRange range;
    if (!wholeX(range)) {
        return;
    }
    if (range.size() <= 0) { // a single point
        range = {range.lower - 0.5, range.upper + 0.5};
    }
    fitting = true;
    plot->xAxis->setRange(range);
    fitting = false;
}

void LineChart::Private::fitY()
{
    QCPRange range;
    bool found = false;
    for (const auto& line : series) {
        QCPRange own;
        if (line->isVisible() && line->rangeOfY(plot->xAxis->range(), logarithmic, own)) {
            range =
                found ? QCPRange{std::min(range.lower, own.lower), std::max(range.upper, own.upper)}
                      : own;
            found = true;
        }
    }
    if (!found) {
        return;
    }
    if (logarithmic) {
        constexpr double margin = 1.15;
        plot->yAxis->setRange(range.lower / margin, range.upper * margin);
        return;
    }
    const double size = range.size() > 0 ? range.size() : std::max(1e-9, std::abs(range.upper));
    plot->yAxis->setRange(range.lower - size * 0.06, range.upper + size * 0.06);
}

void LineChart::Private::setCrosshair(double x)
{
    const double before = crosshair->position();
    crosshair->setPosition(x, series);
    plot->layer(QStringLiteral("overlay"))->replot(); // the lines stay as they are
    const double after = crosshair->position();
    if (after != before && !(std::isnan(after) && std::isnan(before))) {
        Q_EMIT q.crosshairMoved(after);
    }
}

LineChart::LineChart(QWidget* parent)
    : QWidget{parent}
    , d{std::make_unique<Private>(*this)}
{
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Line chart"));
    auto* column = new QVBoxLayout{this};
    column->setContentsMargins(2, 2, 2, 2);
    column->addWidget(d->plot);
    d->connectPlot();
    d->renewLook(groundOf(palette()));
    d->draw();
}

LineChart::~LineChart() = default;

int LineChart::addSeries(const QString& name)
{
    d->series.push_back(std::make_unique<ChartSeries>(*d->plot, name));
    d->series.back()->setSmoothing(d->smoothing);
    d->renewLook(groundOf(palette()));
    return seriesCount() - 1;
}

int LineChart::seriesCount() const
{
    return static_cast<int>(d->series.size());
}

QString LineChart::seriesName(int series) const
{
    return d->series.at(static_cast<std::size_t>(series))->name();
}

void LineChart::clear()
{
    clearMarkers();
    d->series.clear();
    d->plot->clearGraphs();
    d->crosshair->setPosition(std::numeric_limits<double>::quiet_NaN(), d->series);
    d->whole = true;
    d->draw();
}

void LineChart::setData(int series, const QList<double>& x, const QList<double>& y)
{
    d->series.at(static_cast<std::size_t>(series))->setData(x, y);
    d->draw();
}

void LineChart::append(int series, double x, double y)
{
    d->series.at(static_cast<std::size_t>(series))->append(x, y);
    d->drawSoon();
}

LineChart::Series LineChart::data(int series) const
{
    Series result;
    for (const QCPGraphData& point :
         *d->series.at(static_cast<std::size_t>(series))->raw().data()) {
        result.x.push_back(point.key);
        result.y.push_back(point.value);
    }
    return result;
}

void LineChart::setSeriesVisible(int series, bool visible)
{
    d->series.at(static_cast<std::size_t>(series))->setVisible(visible);
    d->draw();
}

void LineChart::setTitle(const QString& title)
{
    if (d->title == nullptr) {
        if (title.isEmpty()) {
            return;
        }
        d->plot->plotLayout()->insertRow(0);
        d->title = new QCPTextElement{d->plot, title};
        d->plot->plotLayout()->addElement(0, 0, d->title);
    }
    d->title->setText(title);
    d->renewLook(groundOf(palette()));
    d->draw();
}

void LineChart::setAxisLabels(const QString& x, const QString& y)
{
    d->plot->xAxis->setLabel(x);
    d->plot->yAxis->setLabel(y);
    d->draw();
}

void LineChart::setEmptyText(const QString& sentence)
{
    d->empty->setText(sentence);
}

void LineChart::addMarker(double x, const QString& label)
{
    Private::Marker marker{.at = x,
                           .label = label,
                           .vertical = true,
                           .line = new QCPItemStraightLine{d->plot},
                           .text = new QCPItemText{d->plot}};
    marker.line->point1->setTypeY(QCPItemPosition::ptAxisRectRatio);
    marker.line->point2->setTypeY(QCPItemPosition::ptAxisRectRatio);
    marker.line->point1->setCoords(x, 0);
    marker.line->point2->setCoords(x, 1);
    marker.text->position->setTypeY(QCPItemPosition::ptAxisRectRatio);
    marker.text->position->setCoords(x, 0);
    marker.text->setPositionAlignment(Qt::AlignLeft | Qt::AlignTop);
    marker.text->setPadding(QMargins{4, 3, 0, 0});
    marker.text->setText(label);
    d->markers.push_back(std::move(marker));
    d->renewMarkers(groundOf(palette()));
    d->drawSoon();
}

void LineChart::addLevel(double y, const QString& label)
{
    Private::Marker marker{.at = y,
                           .label = label,
                           .vertical = false,
                           .line = new QCPItemStraightLine{d->plot},
                           .text = new QCPItemText{d->plot}};
    marker.line->point1->setTypeX(QCPItemPosition::ptAxisRectRatio);
    marker.line->point2->setTypeX(QCPItemPosition::ptAxisRectRatio);
    marker.line->point1->setCoords(0, y);
    marker.line->point2->setCoords(1, y);
    marker.text->position->setTypeX(QCPItemPosition::ptAxisRectRatio);
    marker.text->position->setCoords(0, y);
    marker.text->setPositionAlignment(Qt::AlignLeft | Qt::AlignBottom);
    marker.text->setPadding(QMargins{4, 0, 0, 2});
    marker.text->setText(label);
    d->markers.push_back(std::move(marker));
    d->renewMarkers(groundOf(palette()));
    d->drawSoon();
}

void LineChart::clearMarkers()
{
    for (const Private::Marker& marker : d->markers) {
        d->plot->removeItem(marker.line);
        d->plot->removeItem(marker.text);
    }
    d->markers.clear();
    d->drawSoon();
}

void LineChart::setLogarithmic(bool logarithmic)
{
    if (logarithmic == d->logarithmic) {
        return;
    }
    d->logarithmic = logarithmic;
    if (logarithmic) {
        d->plot->yAxis->setScaleType(QCPAxis::stLogarithmic);
        d->plot->yAxis->setTicker(QSharedPointer<QCPAxisTickerLog>::create());
        d->plot->yAxis->setNumberFormat(QStringLiteral("gb"));
    } else {
        d->plot->yAxis->setScaleType(QCPAxis::stLinear);
        d->plot->yAxis->setTicker(QSharedPointer<QCPAxisTicker>::create());
    }
    d->draw();
    Q_EMIT logarithmicChanged(logarithmic);
}

bool LineChart::isLogarithmic() const
{
    return d->logarithmic;
}

void LineChart::setSmoothing(double weight)
{
    d->smoothing = std::clamp(weight, 0.0, 0.999);
    for (const auto& line : d->series) {
        line->setSmoothing(d->smoothing);
    }
    d->draw();
}

double LineChart::smoothing() const
{
    return d->smoothing;
}

void LineChart::showWholeRange()
{
    d->whole = true;
    d->draw();
}

void LineChart::zoom(double factor)
{
    if (d->isEmpty() || factor <= 0) {
        return;
    }
    const QCPRange range = d->plot->xAxis->range();
    const double held = d->crosshair->position();
    const double center = std::isnan(held) || !range.contains(held) ? range.center() : held;
    d->plot->xAxis->scaleRange(1 / factor, center);
    QCPRange whole;
    if (factor < 1 && d->wholeX(whole) && d->plot->xAxis->range().size() >= whole.size()) {
        showWholeRange();
    }
    d->draw();
}

double LineChart::visibleBegin() const
{
    return d->plot->xAxis->range().lower;
}

double LineChart::visibleEnd() const
{
    return d->plot->xAxis->range().upper;
}

void LineChart::setCrosshair(double x)
{
    d->setCrosshair(x);
}

double LineChart::crosshair() const
{
    return d->crosshair->position();
}

QSize LineChart::sizeHint() const
{
    return {560, 320};
}

QSize LineChart::minimumSizeHint() const
{
    return {220, 140};
}

} // namespace nextquill::ui

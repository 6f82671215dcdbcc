// SPDX-License-Identifier: GPL-3.0-or-later
// The bytes of a chart as a file, and its points as text.
#include "ui/widgets/charts/LineChart.h"
#include "ui/widgets/charts/LineChartPrivate.h"

#include <QBuffer>
#include <QPageSize>
#include <QPdfWriter>
#include <QSvgGenerator>

namespace nextquill::ui {

namespace {

QByteArray svg(QCustomPlot& plot, const QSize& size)
{
    QBuffer buffer;
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setResolution(96); // of CSS: pixels of the file are pixels of a browser
    generator.setSize(size);
    generator.setViewBox(QRect{{0, 0}, size});
    QCPPainter painter;
    painter.begin(&generator);
    painter.setMode(QCPPainter::pmVectorized);
    painter.setMode(QCPPainter::pmNoCaching);
    plot.toPainter(&painter, size.width(), size.height());
    painter.end();
    return buffer.data();
}

QByteArray pdf(QCustomPlot& plot, const QSize& size)
{
    constexpr int pointsPerInch = 72;
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer{&buffer};
    writer.setPageSize(QPageSize{QSizeF{size}, QPageSize::Point});
    writer.setPageMargins({});
    writer.setResolution(pointsPerInch);
    QCPPainter painter;
    painter.begin(&writer);
    painter.setMode(QCPPainter::pmVectorized);
    painter.setMode(QCPPainter::pmNoCaching);
    plot.toPainter(&painter, size.width(), size.height());
    painter.end();
    return buffer.data();
}

QByteArray png(QCustomPlot& plot, const QSize& size)
{
    constexpr double scale = 2; // sharp on paper and on dense screens
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    plot.toPixmap(size.width(), size.height(), scale).save(&buffer, "PNG");
    return buffer.data();
}

} // namespace

QByteArray LineChart::exported(ChartFormat format, const QSize& size) const
{
    d->draw();
    d->renewLook(Ground::Light);
    QByteArray bytes;
    switch (format) {
    case ChartFormat::Svg:
        bytes = svg(*d->plot, size);
        break;
    case ChartFormat::Pdf:
        bytes = pdf(*d->plot, size);
        break;
    case ChartFormat::Png:
        bytes = png(*d->plot, size);
        break;
    }
    d->renewLook(groundOf(palette()));
    d->plot->replot(QCustomPlot::rpQueuedReplot);
    return bytes;
}

QString LineChart::pointsAsText() const
{
    QString text = QStringLiteral("series\tx\ty\n");
    for (const auto& line : d->series) {
        QString name = line->name();
        name.replace(QLatin1Char('\t'), QLatin1Char(' '))
            .replace(QLatin1Char('\n'), QLatin1Char(' '));
        for (const QCPGraphData& point : *line->raw().data()) {
            text += name + QLatin1Char('\t') + QString::number(point.key, 'g', 17) +
                    QLatin1Char('\t') + QString::number(point.value, 'g', 17) + QLatin1Char('\n');
        }
    }
    return text;
}

} // namespace nextquill::ui

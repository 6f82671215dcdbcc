// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/ColorScale.h"

#include <QList>
#include <QString>
#include <QWidget>

#include <memory>

namespace nextquill::ui {

/// What the colors mean: a bar from -range to +range with ticks, the threshold and two words.
class ColorLegend : public QWidget
{
    Q_OBJECT

public:
    explicit ColorLegend(QWidget* parent = nullptr);

    void setColorScale(std::shared_ptr<const ColorScale> scale);
    /// "less likely because of the history", "more likely because of the history"
    void setWords(const QString& below, const QString& above);
    /// Values marked on the bar beside its ends and the threshold: ±0.05, where training weighs.
    void setTicks(QList<float> ticks);

    /// For figures: bar, ticks and words on light ground, in a strip of sizeHint()'s height.
    void paint(QPainter& painter, const QRectF& rect, Ground ground) const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void paintTicks(QPainter& painter, const QRectF& bar, const QRectF& rect,
                    const QColor& ink) const;

    std::shared_ptr<const ColorScale> m_scale;
    QString m_below;
    QString m_above;
    QList<float> m_ticks;
};

} // namespace nextquill::ui

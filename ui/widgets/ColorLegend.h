// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/ColorScale.h"

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

    /// For figures: bar, ticks and words on light ground, in a strip of sizeHint()'s height.
    void paint(QPainter& painter, const QRectF& rect, Ground ground) const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::shared_ptr<const ColorScale> m_scale;
    QString m_below;
    QString m_above;
};

} // namespace nextquill::ui

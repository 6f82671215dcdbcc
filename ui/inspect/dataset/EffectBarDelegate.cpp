// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/dataset/EffectBarDelegate.h"

#include "ui/inspect/dataset/EffectGroupsModel.h"
#include "ui/project/EffectColorScale.h"
#include "ui/widgets/Theme.h"

#include <QPainter>

#include <algorithm>

namespace nextquill::ui {

namespace {

constexpr int barMargin = 5;

/// Where values are on a bar's line.
class BarLine
{
public:
    BarLine(const QRect& area, double longest)
        : m_area{area.adjusted(barMargin, barMargin, -barMargin, -barMargin)}
        , m_longest{longest}
    {
    }

    [[nodiscard]] int at(double value) const
    {
        const double half = m_area.width() / 2.0;
        const double share = m_longest > 0 ? std::clamp(value / m_longest, -1.0, 1.0) : 0;
        return m_area.left() + static_cast<int>(half + share * half);
    }
    [[nodiscard]] const QRect& area() const { return m_area; }

private:
    QRect m_area;
    double m_longest;
};

} // namespace

void EffectBarDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                              const QModelIndex& index) const
{
    QStyledItemDelegate::paint(painter, option, index); // what is chosen has its ground
    const BarLine line{option.rect, index.data(EffectGroupsModel::LongestRole).toDouble()};
    const double mean = index.data(EffectGroupsModel::MeanRole).toDouble();
    const bool dark = option.palette.color(QPalette::Base).lightness() < 128;
    const EffectColorScale scale{1, 0};
    const QColor color = scale.color(mean >= 0 ? 1 : -1, dark ? Ground::Dark : Ground::Light);
    painter->save();
    const int zero = line.at(0);
    const int end = line.at(mean);
    painter->fillRect(QRect{QPoint{std::min(zero, end), line.area().top()},
                            QPoint{std::max(zero, end), line.area().bottom()}},
                      color);
    painter->setPen(themeColors(option.palette).line);
    painter->drawLine(zero, option.rect.top(), zero, option.rect.bottom());
    if (!index.data(EffectGroupsModel::HasIntervalRole).toBool()) {
        painter->restore();
        return;
    }
    painter->setPen(option.palette.color(QPalette::Text));
    const int middle = line.area().center().y();
    const int low = line.at(index.data(EffectGroupsModel::LowRole).toDouble());
    const int high = line.at(index.data(EffectGroupsModel::HighRole).toDouble());
    painter->drawLine(low, middle, high, middle);
    painter->drawLine(low, middle - 3, low, middle + 3);
    painter->drawLine(high, middle - 3, high, middle + 3);
    painter->restore();
}

} // namespace nextquill::ui

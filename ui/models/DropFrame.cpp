// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/DropFrame.h"

#include "ui/widgets/Theme.h"
#include "ui/widgets/ThemedIcon.h"

#include <QPainter>

namespace nextquill::ui {

namespace {

constexpr int edge = 12;
constexpr int iconSide = 48;
constexpr int groundAlpha = 240; // what lies below can be guessed, not read

} // namespace

DropFrame::DropFrame(const QString& sentence, QWidget* parent)
    : QWidget{parent}
    , m_sentence{sentence}
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setAccessibleName(sentence);
    hide();
}

void DropFrame::cover()
{
    setGeometry(parentWidget()->rect());
    raise();
    show();
}

void DropFrame::paintEvent(QPaintEvent* /*event*/)
{
    const ThemeColors& colors = themeColors(palette());
    QColor ground = palette().color(QPalette::Window);
    ground.setAlpha(groundAlpha);
    QPainter painter{this};
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(rect(), ground);
    const QRect frame = rect().adjusted(edge, edge, -edge, -edge);
    painter.setPen(QPen{colors.accent, 2, Qt::DashLine});
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(frame, 10, 10);

    QFont font = painter.font();
    font.setPointSizeF(font.pointSizeF() * 1.3);
    font.setWeight(QFont::DemiBold);
    painter.setFont(font);
    painter.setPen(palette().color(QPalette::WindowText));
    const QRect text = frame.adjusted(2 * edge, iconSide + edge, -2 * edge, 0);
    painter.drawText(text, static_cast<int>(Qt::AlignCenter) | Qt::TextWordWrap, m_sentence);
    const int line = painter.fontMetrics().height();
    const QPoint place{frame.center().x() - iconSide / 2,
                       text.center().y() - iconSide - line - edge};
    painter.drawPixmap(place, tintedIcon(QStringLiteral("models"), colors.accent)
                                  .pixmap(QSize{iconSide, iconSide}, devicePixelRatioF()));
}

} // namespace nextquill::ui

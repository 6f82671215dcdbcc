// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/MessageBar.h"

#include "ui/widgets/Theme.h"
#include "ui/widgets/ThemedIcon.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include <utility>

namespace nextquill::ui {

namespace {

QColor colorOf(MessageBar::Kind kind, const ThemeColors& colors)
{
    switch (kind) {
    case MessageBar::Kind::Success:
        return colors.success;
    case MessageBar::Kind::Warning:
        return colors.warning;
    case MessageBar::Kind::Error:
        return colors.error;
    case MessageBar::Kind::Information:
        break;
    }
    return colors.information;
}

QString iconOf(MessageBar::Kind kind)
{
    switch (kind) {
    case MessageBar::Kind::Success:
        return QStringLiteral("success");
    case MessageBar::Kind::Warning:
        return QStringLiteral("warning");
    case MessageBar::Kind::Error:
        return QStringLiteral("error");
    case MessageBar::Kind::Information:
        break;
    }
    return QStringLiteral("info");
}

} // namespace

MessageBar::MessageBar(QWidget* parent)
    : QFrame{parent}
    , m_icon{new QLabel{this}}
    , m_text{new QLabel{this}}
    , m_details{new QLabel{this}}
    , m_action{new QPushButton{this}}
    , m_more{new QToolButton{this}}
    , m_close{new QToolButton{this}}
{
    setObjectName(QStringLiteral("messageBar"));
    for (QLabel* label : {m_text, m_details}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    m_details->setProperty("role", QStringLiteral("mono"));
    m_more->setText(tr("Details"));
    m_more->setCheckable(true);
    m_close->setIcon(themedIcon(QStringLiteral("close")));
    m_close->setToolTip(tr("Close (Esc)"));
    m_close->setAccessibleName(tr("Close message"));
    for (QToolButton* button : {m_more, m_close}) {
        button->setAutoRaise(true);
        button->setFocusPolicy(Qt::StrongFocus);
    }

    auto* line = new QHBoxLayout;
    line->setSpacing(10);
    line->addWidget(m_icon);
    line->addWidget(m_text, 1);
    line->addWidget(m_more);
    line->addWidget(m_action);
    line->addWidget(m_close);
    auto* column = new QVBoxLayout{this};
    column->setContentsMargins(16, 8, 10, 8);
    column->addLayout(line);
    column->addWidget(m_details);

    connect(m_close, &QToolButton::clicked, this, &MessageBar::closeMessage);
    connect(m_more, &QToolButton::toggled, m_details, &QLabel::setVisible);
    connect(m_action, &QPushButton::clicked, this, [this] {
        const auto action = m_message.action; // the action may show the next message
        closeMessage();
        Q_EMIT actionTriggered();
        if (action) {
            action();
        }
    });
    hide();
}

void MessageBar::showMessage(Message message)
{
    m_message = std::move(message);
    m_text->setText(m_message.text);
    m_details->setText(m_message.details);
    m_details->hide();
    m_more->setChecked(false);
    m_more->setVisible(!m_message.details.isEmpty());
    m_action->setText(m_message.actionText);
    m_action->setVisible(!m_message.actionText.isEmpty());
    renewLook();
    show();
    setAccessibleName(m_message.text);
    QAccessibleEvent shown{this, QAccessible::Alert};
    QAccessible::updateAccessibility(&shown);
}

void MessageBar::closeMessage()
{
    if (isHidden()) {
        return;
    }
    hide();
    Q_EMIT closed();
}

void MessageBar::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape) {
        closeMessage();
        return;
    }
    QFrame::keyPressEvent(event);
}

void MessageBar::changeEvent(QEvent* event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        renewLook();
    }
}

/// A soft ground in the color of the kind, and a bar of it at the leading edge.
void MessageBar::paintEvent(QPaintEvent* /*event*/)
{
    const ThemeColors& colors = themeColors(palette());
    const QColor color = colorOf(m_message.kind, colors);
    QColor ground = color;
    ground.setAlpha(28);
    QPainter painter{this};
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(rect(), colors.surface);
    painter.fillRect(rect(), ground);
    const int x = isRightToLeft() ? width() - 4 : 0;
    painter.fillRect(QRect{x, 0, 4, height()}, color);
    painter.fillRect(QRect{0, height() - 1, width(), 1}, colors.line);
}

void MessageBar::renewLook()
{
    const QColor color = colorOf(m_message.kind, themeColors(palette()));
    const int size = fontMetrics().height() + 2;
    m_icon->setPixmap(
        tintedIcon(iconOf(m_message.kind), color).pixmap(QSize{size, size}, devicePixelRatioF()));
    update();
}

} // namespace nextquill::ui

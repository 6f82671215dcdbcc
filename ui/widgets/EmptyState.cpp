// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/EmptyState.h"

#include "ui/widgets/Theme.h"
#include "ui/widgets/ThemedIcon.h"

#include <QEvent>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace nextquill::ui {

namespace {

constexpr int iconSize = 56;
constexpr int widestSentence = 460;

} // namespace

EmptyState::EmptyState(QWidget* parent)
    : QWidget{parent}
    , m_icon{new QLabel{this}}
    , m_title{new QLabel{this}}
    , m_sentence{new QLabel{this}}
    , m_action{new QPushButton{this}}
    , m_link{new QPushButton{this}}
{
    m_title->setProperty("role", QStringLiteral("heading"));
    m_sentence->setProperty("role", QStringLiteral("muted"));
    for (QLabel* label : {m_title, m_sentence}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setAlignment(Qt::AlignCenter);
        label->setFixedWidth(widestSentence);
    }
    m_icon->setAlignment(Qt::AlignCenter);
    m_action->setProperty("role", QStringLiteral("primary"));
    m_link->setProperty("role", QStringLiteral("link"));
    m_link->setCursor(Qt::PointingHandCursor);
    for (QPushButton* button : {m_action, m_link}) {
        button->setAutoDefault(true); // Enter presses it
        button->hide();
    }
    m_icon->hide();
    m_title->hide();

    auto* column = new QVBoxLayout{this};
    column->setSpacing(12);
    column->addStretch(2);
    for (QWidget* part : {static_cast<QWidget*>(m_icon), static_cast<QWidget*>(m_title),
                          static_cast<QWidget*>(m_sentence), static_cast<QWidget*>(m_action),
                          static_cast<QWidget*>(m_link)}) {
        column->addWidget(part, 0, Qt::AlignHCenter);
    }
    column->addStretch(3);

    connect(m_action, &QPushButton::clicked, this, &EmptyState::actionRequested);
    connect(m_link, &QPushButton::clicked, this, &EmptyState::linkRequested);
}

void EmptyState::setIcon(const QString& themedIconName)
{
    m_iconName = themedIconName;
    m_icon->setVisible(!m_iconName.isEmpty());
    renewIcon();
}

/// A wrapped label tells its height for a width, which a centred one is not asked for.
void EmptyState::fitLabels()
{
    for (QLabel* label : {m_title, m_sentence}) {
        label->setMinimumHeight(std::max(0, label->heightForWidth(widestSentence)));
    }
}

void EmptyState::setTitle(const QString& title)
{
    m_title->setText(title);
    m_title->setVisible(!title.isEmpty());
    fitLabels();
}

void EmptyState::setSentence(const QString& sentence)
{
    m_sentence->setText(sentence);
    fitLabels();
}

void EmptyState::setAction(const QString& text)
{
    m_action->setText(text);
    m_action->setVisible(!text.isEmpty());
    if (!text.isEmpty()) {
        setFocusProxy(m_action);
    }
}

void EmptyState::setLink(const QString& text)
{
    m_link->setText(text);
    m_link->setVisible(!text.isEmpty());
}

void EmptyState::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        renewIcon();
    }
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) {
        fitLabels();
    }
}

void EmptyState::showEvent(QShowEvent* event)
{
    fitLabels(); // fonts of the style sheet are known by now
    QWidget::showEvent(event);
}

void EmptyState::renewIcon()
{
    if (!m_iconName.isEmpty()) {
        m_icon->setPixmap(tintedIcon(m_iconName, themeColors(palette()).muted)
                              .pixmap(QSize{iconSize, iconSize}, devicePixelRatioF()));
    }
}

} // namespace nextquill::ui

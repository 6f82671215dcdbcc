// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/TokenFindBar.h"

#include "ui/widgets/ThemedIcon.h"
#include "ui/widgets/TokenView.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QShortcut>
#include <QToolButton>

#include <algorithm>
#include <utility>

namespace nextquill::ui {

namespace {

QToolButton* toolButton(const QString& icon, const QString& name, QWidget* parent)
{
    auto* button = new QToolButton{parent};
    button->setIcon(themedIcon(icon));
    button->setToolTip(name);
    button->setAccessibleName(name);
    button->setAutoRaise(true);
    return button;
}

/// The tokens that a range of the text touches.
TextRange tokensOf(const TokenText& text, const TextRange& range)
{
    const auto first = std::partition_point(
        text.tokens.begin(), text.tokens.end(),
        [&range](const TokenText::Token& token) { return token.end <= range.begin; });
    const auto last =
        std::partition_point(first, text.tokens.end(), [&range](const TokenText::Token& token) {
            return token.begin < range.end;
        });
    return {.begin = first - text.tokens.begin(), .end = last - text.tokens.begin()};
}

} // namespace

TokenFindBar::TokenFindBar(TokenView& view, QWidget* parent)
    : QFrame{parent}
    , m_view{view}
    , m_words{new QLineEdit{this}}
    , m_count{new QLabel{this}}
    , m_previous{toolButton(QStringLiteral("up"), tr("Previous hit (Shift+Enter)"), this)}
    , m_next{toolButton(QStringLiteral("down"), tr("Next hit (Enter)"), this)}
{
    setObjectName(QStringLiteral("findBar"));
    m_words->setObjectName(QStringLiteral("findWords"));
    m_words->setPlaceholderText(tr("Find in the text"));
    m_words->setAccessibleName(tr("Find in the text"));
    m_words->installEventFilter(this);
    m_count->setObjectName(QStringLiteral("findCount"));
    m_count->setProperty("role", QStringLiteral("muted"));
    m_count->setMinimumWidth(fontMetrics().horizontalAdvance(QStringLiteral("9,999 of 9,999")));
    auto* closing = toolButton(QStringLiteral("close"), tr("Close (Esc)"), this);
    auto* row = new QHBoxLayout{this};
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_words, 1);
    row->addWidget(m_count);
    row->addWidget(m_previous);
    row->addWidget(m_next);
    row->addWidget(closing);
    hide();
    createShortcuts();
    connect(m_words, &QLineEdit::textChanged, this, &TokenFindBar::search);
    connect(m_previous, &QToolButton::clicked, this, &TokenFindBar::goToPrevious);
    connect(m_next, &QToolButton::clicked, this, &TokenFindBar::goToNext);
    connect(closing, &QToolButton::clicked, this, &TokenFindBar::close);
    connect(&view, &TokenView::findRequested, this, &TokenFindBar::open);
}

void TokenFindBar::createShortcuts()
{
    const auto add = [this](const QKeySequence& key, void (TokenFindBar::*act)()) {
        for (QWidget* const place : {static_cast<QWidget*>(this), static_cast<QWidget*>(&m_view)}) {
            auto* shortcut = new QShortcut{key, place};
            shortcut->setContext(Qt::WidgetWithChildrenShortcut);
            connect(shortcut, &QShortcut::activated, this, act);
        }
    };
    add(Qt::Key_F3, &TokenFindBar::goToNext);
    add(QKeySequence{Qt::SHIFT | Qt::Key_F3}, &TokenFindBar::goToPrevious);
}

void TokenFindBar::open()
{
    if (isHidden()) {
        m_marksBefore = m_view.text().marks;
        show();
        search();
    }
    m_words->setFocus(Qt::ShortcutFocusReason);
    m_words->selectAll();
}

void TokenFindBar::close()
{
    hide();
    m_view.setMarks(std::exchange(m_marksBefore, {}));
    m_hits.clear();
    m_current = -1;
    m_view.setFocus(Qt::OtherFocusReason);
}

void TokenFindBar::search()
{
    if (isHidden()) {
        return;
    }
    m_hits.clear();
    const QString words = m_words->text();
    const QString& text = m_view.text().text;
    for (qsizetype at = 0; !words.isEmpty();) {
        at = text.indexOf(words, at, Qt::CaseInsensitive);
        if (at < 0) {
            break;
        }
        m_hits.append({.begin = at, .end = at + words.size()});
        at += words.size();
    }
    m_view.setMarks(m_hits);
    m_previous->setEnabled(!m_hits.isEmpty());
    m_next->setEnabled(!m_hits.isEmpty());
    m_current = -1;
    if (m_hits.isEmpty()) {
        m_view.setSelectedTokens({});
        m_count->setText(words.isEmpty() ? QString{} : tr("not found"));
        return;
    }
    // The first hit from where the reader is.
    const qsizetype token = m_view.currentToken();
    const qsizetype from = token < 0 ? 0 : m_view.text().tokens[token].begin;
    const auto next = std::partition_point(
        m_hits.begin(), m_hits.end(), [from](const TextRange& hit) { return hit.end <= from; });
    goTo(next == m_hits.end() ? 0 : next - m_hits.begin());
}

void TokenFindBar::goTo(qsizetype hit)
{
    m_current = hit;
    const TextRange tokens = tokensOf(m_view.text(), m_hits[hit]);
    if (tokens.begin < tokens.end) {
        m_view.setCurrentToken(tokens.begin);
        m_view.setSelectedTokens(tokens);
    }
    m_count->setText(
        tr("%1 of %2").arg(locale().toString(hit + 1), locale().toString(m_hits.size())));
}

void TokenFindBar::goToNext()
{
    if (!m_hits.isEmpty()) {
        goTo((m_current + 1) % m_hits.size());
    }
}

void TokenFindBar::goToPrevious()
{
    if (!m_hits.isEmpty()) {
        goTo((m_current + m_hits.size() - 1) % m_hits.size());
    }
}

bool TokenFindBar::eventFilter(QObject* object, QEvent* event)
{
    if (object != m_words ||
        (event->type() != QEvent::KeyPress && event->type() != QEvent::ShortcutOverride)) {
        return false;
    }
    const auto& key = *static_cast<QKeyEvent*>(event);
    const bool enter = key.key() == Qt::Key_Return || key.key() == Qt::Key_Enter;
    if (key.key() != Qt::Key_Escape && !enter) {
        return false;
    }
    event->accept(); // not a shortcut of the window, nor its default button
    if (event->type() == QEvent::KeyPress) {
        if (!enter) {
            close();
        } else if (key.modifiers().testFlag(Qt::ShiftModifier)) {
            goToPrevious();
        } else {
            goToNext();
        }
    }
    return true;
}

} // namespace nextquill::ui

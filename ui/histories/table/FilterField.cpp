// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/table/FilterField.h"

#include <QKeyEvent>
#include <QStyle>
#include <QTimer>

namespace nextquill::ui {

namespace {

constexpr int typingRest = 200; // milliseconds

} // namespace

FilterField::FilterField(QWidget* parent)
    : QLineEdit{parent}
    , m_typing{new QTimer{this}}
{
    setClearButtonEnabled(true);
    setPlaceholderText(tr("Filter"));
    m_typing->setSingleShot(true);
    m_typing->setInterval(typingRest);
    connect(this, &QLineEdit::textEdited, m_typing, qOverload<>(&QTimer::start));
    // The clear button says textChanged alone; setFilter() knows its text already.
    connect(this, &QLineEdit::textChanged, this, [this](const QString& text) {
        if (text.isEmpty()) {
            commit();
        }
    });
    connect(this, &QLineEdit::returnPressed, this, &FilterField::commit);
    connect(m_typing, &QTimer::timeout, this, &FilterField::commit);
}

void FilterField::setFilter(const QString& text)
{
    m_typing->stop();
    m_committed = text;
    if (text != this->text()) {
        setText(text);
    }
}

void FilterField::setColumnTitle(const QString& title)
{
    setAccessibleName(tr("Filter of %1").arg(title));
}

void FilterField::setHelp(const QString& help)
{
    m_help = help;
    if (m_error.isEmpty()) {
        setToolTip(help);
    }
}

void FilterField::setError(const QString& text, int position)
{
    if (text == m_error) {
        return;
    }
    m_error = text;
    setProperty("invalid", !text.isEmpty());
    style()->unpolish(this);
    style()->polish(this);
    setAccessibleDescription(text);
    QString tip = m_help;
    if (!text.isEmpty()) {
        tip = position < 0 ? text : tr("%1 (at letter %2)").arg(text).arg(position + 1);
    }
    setToolTip(tip);
    Q_EMIT errorChanged();
}

void FilterField::commit()
{
    m_typing->stop();
    if (text() != m_committed) {
        m_committed = text();
        Q_EMIT committed(m_committed);
    }
}

void FilterField::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Down) {
        Q_EMIT rowsWanted();
    } else if (event->key() == Qt::Key_Escape && !text().isEmpty()) {
        clear();
    } else {
        QLineEdit::keyPressEvent(event);
        event->accept(); // a line leaves Enter to its parents, and there it opens a row
    }
}

void FilterField::focusInEvent(QFocusEvent* event)
{
    QLineEdit::focusInEvent(event);
    Q_EMIT focused();
}

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/CommandPalette.h"

#include <QAction>
#include <QCoreApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QVBoxLayout>

#include <utility>

namespace nextquill::ui {

bool matchesLoosely(const QString& name, const QString& words)
{
    qsizetype position = 0;
    for (const QChar letter : words) {
        position =
            letter.isSpace() ? position : name.indexOf(letter, position, Qt::CaseInsensitive);
        if (position < 0) {
            return false;
        }
        position += letter.isSpace() ? 0 : 1;
    }
    return true;
}

CommandPalette::CommandPalette(QList<QAction*> actions, QWidget* parent)
    : QDialog{parent}
    , m_actions{std::move(actions)}
    , m_words{new QLineEdit{this}}
    , m_list{new QListWidget{this}}
{
    setWindowTitle(tr("Commands and shortcuts"));
    resize(520, 420);
    m_words->setPlaceholderText(tr("Type a part of a command"));
    m_words->setObjectName(QStringLiteral("paletteWords"));
    m_words->installEventFilter(this);
    m_list->setObjectName(QStringLiteral("paletteList"));
    auto* layout = new QVBoxLayout{this};
    layout->addWidget(m_words);
    layout->addWidget(m_list, 1);
    connect(m_words, &QLineEdit::textChanged, this, &CommandPalette::fill);
    connect(m_words, &QLineEdit::returnPressed, this, &CommandPalette::runCurrent);
    connect(m_list, &QListWidget::itemActivated, this, &CommandPalette::runCurrent);
    fill({});
}

void CommandPalette::fill(const QString& words)
{
    m_list->clear();
    for (QAction* const action : std::as_const(m_actions)) {
        QString name = action->text();
        name.remove(QLatin1Char('&'));
        if (!action->isEnabled() || !matchesLoosely(name, words)) {
            continue;
        }
        const QString key = action->shortcut().toString(QKeySequence::NativeText);
        auto* item = new QListWidgetItem{
            key.isEmpty() ? name : QString(name % QStringLiteral("    ") % key), m_list};
        item->setData(Qt::UserRole, QVariant::fromValue(action));
    }
    m_list->setCurrentRow(0);
}

bool CommandPalette::eventFilter(QObject* object, QEvent* event)
{
    if (object == m_words && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Up || key == Qt::Key_Down) {
            QCoreApplication::sendEvent(m_list, event);
            return true;
        }
    }
    return QDialog::eventFilter(object, event);
}

void CommandPalette::runCurrent()
{
    if (const QListWidgetItem* const item = m_list->currentItem()) {
        auto* const action = item->data(Qt::UserRole).value<QAction*>();
        accept();
        action->trigger();
    }
}

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QList>

class QAction;
class QLineEdit;
class QListWidget;

namespace nextquill::ui {

/// All commands in one list with their shortcuts: type a part of a name, Enter runs it.
class CommandPalette : public QDialog
{
    Q_OBJECT

public:
    explicit CommandPalette(QList<QAction*> actions, QWidget* parent = nullptr);

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void fill(const QString& words);
    void runCurrent();

    QList<QAction*> m_actions;
    QLineEdit* m_words;
    QListWidget* m_list;
};

/// Letters of `words` stand in `name` in this order, in any case.
[[nodiscard]] bool matchesLoosely(const QString& name, const QString& words);

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <QWidget>

#include <functional>

class QHBoxLayout;
class QToolButton;

namespace nextquill::ui {

/// The saved views of one table, one button each, and the one that saves what is shown now.
///
/// Keyboard  Tab reaches each button; the menu key or a right click renames, replaces and removes.
class ViewsBar : public QWidget
{
    Q_OBJECT

public:
    explicit ViewsBar(QWidget* parent = nullptr);

    void setViews(const QStringList& names);
    [[nodiscard]] const QStringList& views() const { return m_names; }
    /// The one that is shown, or none.
    void setCurrent(const QString& name);
    void setReadOnly(bool readOnly);

    /// Asks for a name, then says saveWanted().
    void askForName();

Q_SIGNALS:
    void viewWanted(const QString& name);
    void saveWanted(const QString& name);
    void replaceWanted(const QString& name); ///< by what is shown now
    void renameWanted(const QString& from, const QString& to);
    void removeWanted(const QString& name);

private:
    void askToRename(const QString& name);
    void showMenu(const QString& name, const QPoint& position);
    void createButtons();
    [[nodiscard]] QToolButton* createButton(const QString& name);
    void ask(const QString& title, const QString& suggestion,
             const std::function<void(const QString&)>& then);

    QStringList m_names;
    QString m_current;
    bool m_readOnly = false;
    QHBoxLayout* m_row;
    QToolButton* m_save;
    QToolButton* m_more;
    QList<QToolButton*> m_buttons;
};

} // namespace nextquill::ui

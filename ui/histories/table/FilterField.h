// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLineEdit>
#include <QString>

class QTimer;

namespace nextquill::ui {

/// The line that a column's filter is written in.
///
/// Says committed() 200 ms after the last key, at once on Enter; setFilter() says nothing.
///
/// Keyboard  Enter applies at once, Esc clears, Down goes to the rows.
class FilterField : public QLineEdit
{
    Q_OBJECT

public:
    explicit FilterField(QWidget* parent = nullptr);

    void setFilter(const QString& text);
    void setColumnTitle(const QString& title); ///< for screen readers
    void setHelp(const QString& help);         ///< what may be written here; the tool tip
    /// Marks the line; whoever places it shows the text below it. `position` counts letters, below
    /// 0: all of it. An empty text takes the mark away.
    void setError(const QString& text, int position = -1);
    [[nodiscard]] const QString& error() const { return m_error; }

Q_SIGNALS:
    void committed(const QString& text);
    void rowsWanted();
    void focused();
    void errorChanged();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;

private:
    void commit();

    QTimer* m_typing;
    QString m_committed;
    QString m_error;
    QString m_help;
};

} // namespace nextquill::ui

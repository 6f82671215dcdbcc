// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QWidget>

class QGridLayout;
class QLabel;

namespace nextquill::ui {

/// Fields below each other with their labels, of which some are hidden at times.
///
/// Not a QFormLayout: that of Qt 6.4 writes behind its rows where one with a hidden row is asked
/// for its height by width, as it is with labels that wrap.
class FieldRows : public QWidget
{
    Q_OBJECT

public:
    explicit FieldRows(QWidget* parent = nullptr);

    /// `label` may have a mnemonic, which goes to the field; empty: there is none.
    void add(const QString& label, QWidget* field);
    /// Over the whole width.
    void addWide(QWidget* widget);
    /// Shows a field with its label, or neither.
    void setRowVisible(QWidget* field, bool isVisible);

private:
    QGridLayout* m_grid;
    QHash<QWidget*, QLabel*> m_labels; ///< those that have one
};

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>

#include <vector>

class QComboBox;

namespace nextquill::ui {

/// Which column of a file holds which field: a box with a label for each of store::mappedFields(),
/// in their order. What the boxes offer is put into them by whoever shows them.
class ColumnChoices : public QWidget
{
    Q_OBJECT

public:
    /// `names` begins the boxes' object names. `saysNeeded`: fields without which nothing is read
    /// are marked.
    ColumnChoices(const QString& names, bool saysNeeded, QWidget* parent);

    [[nodiscard]] const std::vector<QComboBox*>& boxes() const { return m_boxes; }

private:
    std::vector<QComboBox*> m_boxes;
};

} // namespace nextquill::ui

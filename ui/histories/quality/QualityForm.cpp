// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/quality/QualityForm.h"

#include "ui/widgets/FieldLabel.h"
#include "ui/widgets/RowTable.h"

#include <QLabel>
#include <QTableView>

namespace nextquill::ui {

QLabel* qualityLabel(const QString& text, QWidget* field)
{
    QLabel* const label = fieldLabel(text, field);
    label->setMargin(2);
    return label;
}

void prepareQualityTable(QTableView& table)
{
    prepareRowTable(table);
    table.setSelectionMode(QAbstractItemView::SingleSelection);
    table.setAlternatingRowColors(true);
}

} // namespace nextquill::ui

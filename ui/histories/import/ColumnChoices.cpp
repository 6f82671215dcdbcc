// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/import/ColumnChoices.h"

#include "core/store/import/FieldMap.h"

#include "ui/histories/import/FormatNames.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/FieldLabel.h"

#include <QComboBox>
#include <QGridLayout>
#include <QLabel>

namespace nextquill::ui {

ColumnChoices::ColumnChoices(const QString& names, bool saysNeeded, QWidget* parent)
    : QWidget{parent}
{
    constexpr int choicesOfRow = 4;
    auto* grid = new QGridLayout{this};
    grid->setContentsMargins(0, 0, 0, 0);
    for (const store::MappedField& field : store::mappedFields()) {
        auto* box = new QComboBox{this};
        box->setObjectName(names % shown(field.name));
        box->setAccessibleName(tr("Column of: %1").arg(labelOf(field)));
        box->setToolTip(QString::fromUtf8(field.what.data(), static_cast<int>(field.what.size())));
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(10);
        const bool isNeeded = saysNeeded && (field.column == &store::FieldMap::user ||
                                             field.column == &store::FieldMap::text);
        const QString title = isNeeded ? tr("%1 (needed)").arg(labelOf(field)) : labelOf(field);
        const int place = static_cast<int>(m_boxes.size());
        grid->addWidget(fieldLabel(title, box), place / choicesOfRow * 2, place % choicesOfRow);
        grid->addWidget(box, place / choicesOfRow * 2 + 1, place % choicesOfRow);
        m_boxes.push_back(box);
    }
}

} // namespace nextquill::ui

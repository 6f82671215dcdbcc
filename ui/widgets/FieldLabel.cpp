// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/FieldLabel.h"

#include <QLabel>

namespace nextquill::ui {

QLabel* fieldLabel(const QString& text, QWidget* field)
{
    auto* label = new QLabel{text, field->parentWidget()};
    label->setBuddy(field);
    return label;
}

} // namespace nextquill::ui

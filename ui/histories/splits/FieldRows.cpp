// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/splits/FieldRows.h"

#include <QGridLayout>
#include <QLabel>

namespace nextquill::ui {

FieldRows::FieldRows(QWidget* parent)
    : QWidget{parent}
    , m_grid{new QGridLayout{this}}
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setColumnStretch(1, 1);
}

void FieldRows::add(const QString& label, QWidget* field)
{
    const int row = m_grid->rowCount();
    if (!label.isEmpty()) {
        auto* shown = new QLabel{label, this};
        shown->setBuddy(field);
        m_labels.insert(field, shown);
        m_grid->addWidget(shown, row, 0, Qt::AlignLeft | Qt::AlignVCenter);
    }
    m_grid->addWidget(field, row, 1);
}

void FieldRows::addWide(QWidget* widget)
{
    m_grid->addWidget(widget, m_grid->rowCount(), 0, 1, 2);
}

void FieldRows::setRowVisible(QWidget* field, bool isVisible)
{
    field->setVisible(isVisible);
    if (QLabel* const label = m_labels.value(field)) {
        label->setVisible(isVisible);
    }
}

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/RowTable.h"

#include <QHeaderView>
#include <QTableView>

namespace nextquill::ui {

void prepareRowTable(QTableView& table)
{
    table.setSelectionBehavior(QAbstractItemView::SelectRows);
    table.setShowGrid(false);
    table.setTabKeyNavigation(false);
    table.verticalHeader()->hide();
    table.horizontalHeader()->setHighlightSections(false);
}

} // namespace nextquill::ui

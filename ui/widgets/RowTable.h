// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QTableView;

namespace nextquill::ui {

/// Makes a table a list of rows: they are chosen as a whole, without grid and numbers, Tab leaves
/// the table, and the titles of columns do not follow what is chosen.
void prepareRowTable(QTableView& table);

} // namespace nextquill::ui

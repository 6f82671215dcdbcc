// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

class QLabel;
class QTableView;
class QWidget;

namespace nextquill::ui {

// How the tabs of this room look alike.

/// A label for a field of a tab's tool line.
[[nodiscard]] QLabel* qualityLabel(const QString& text, QWidget* field);

/// A list of rows of which one is chosen at a time.
void prepareQualityTable(QTableView& table);

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

class QLabel;
class QWidget;

namespace nextquill::ui {

/// A label for a field, in the same widget, which owns it; its mnemonic goes to the field.
[[nodiscard]] QLabel* fieldLabel(const QString& text, QWidget* field);

} // namespace nextquill::ui

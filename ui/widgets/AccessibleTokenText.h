// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace nextquill::ui {

/// Lets screen readers read token views by word and line, with the values as attributes. Once.
void installTokenViewAccessibility();

} // namespace nextquill::ui

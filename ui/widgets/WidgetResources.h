// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace nextquill::ui {

/// Makes icons and style sheet readable: a static library does not register its own. Cheap, often.
void loadWidgetResources();

} // namespace nextquill::ui

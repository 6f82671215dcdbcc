// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/table/EditHistory.h"

#include "ui/widgets/PagedListModel.h"

#include <vector>

namespace nextquill::ui {

/// What the list of steps tells of each: name, when, how many changes, and whether it is done.
[[nodiscard]] std::vector<PagedListModel<store::EditStep>::Column> stepColumns();

/// What a step did: whose review, about what, which field, before and after.
[[nodiscard]] std::vector<PagedListModel<store::StepChange>::Column> changeColumns();

/// "done", "taken back", "dropped 2026-11-03, kept until 2026-12-03".
[[nodiscard]] QString stateOf(const store::EditStep& step);

} // namespace nextquill::ui

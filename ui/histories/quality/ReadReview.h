// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/Histories.h"

#include "ui/histories/quality/TextPair.h"

#include <QString>

#include <optional>

namespace nextquill::store {
class Project;
}

namespace nextquill::ui {

/// A review with the names that a person reads; none where it is gone.
[[nodiscard]] std::optional<store::ReviewRow> readReview(store::Project& project, ReviewId id);

/// "anna · Kind of Blue"
[[nodiscard]] QString headingOf(const store::ReviewRow& row);

/// "2013-02-11   ★★★★★   excluded", as one side of a pair, without marks.
[[nodiscard]] PairedText pairedText(const store::ReviewRow& row);

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/curate/Leaks.h"

#include "ui/widgets/PagedListModel.h"

#include <QString>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nextquill::ui {

/// A leak with what a person knows its target by.
struct LeakRow
{
    std::size_t place = 0; ///< among the report's leaks
    curate::Leak leak;
    std::string user;
    std::string item;
    std::int64_t time = 0;
};

using LeakModel = PagedListModel<LeakRow>;

[[nodiscard]] std::vector<LeakModel::Column> leakColumns();

/// "The text stands in the history"
[[nodiscard]] QString titleOfLeak(curate::LeakKind kind);
/// What it means, in a sentence.
[[nodiscard]] QString explanationOfLeak(curate::LeakKind kind);
/// "test", "validation", "train"
[[nodiscard]] QString titleOfPart(store::SplitPart part);

/// The report's leaks of a kind, or all, from a place on, at most `limit`.
[[nodiscard]] std::vector<LeakRow> readLeakRows(store::Project& project,
                                                const curate::LeakReport& report,
                                                std::optional<curate::LeakKind> kind,
                                                std::size_t from, std::size_t limit,
                                                const StopToken& stop);

} // namespace nextquill::ui

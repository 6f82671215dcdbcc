// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/curate/Duplicates.h"
#include "core/store/import/Importer.h"

#include <filesystem>
#include <optional>
#include <vector>

namespace nextquill::ui {

/// What a person chose in the import dialog.
struct ImportPlan
{
    std::vector<std::filesystem::path> files;
    store::ImportSettings settings;
    /// Which of several reviews of one user about one item takes part; none: all do. The others are
    /// excluded after the import, as a step that can be undone.
    std::optional<curate::KeepRule> keptOfUserItem;
};

} // namespace nextquill::ui

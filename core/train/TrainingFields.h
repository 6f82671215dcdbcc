// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/TrainingSettings.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::train {

/// A setting with the way to read and write it. Private to this folder.
struct FieldAccess
{
    TrainingField field;
    std::function<std::string(const TrainingSettings&)> read;
    std::function<void(TrainingSettings&, std::string_view)> write;
};

/// All of them, in the order in which they are shown and written; `objective` before `alpha`.
[[nodiscard]] const std::vector<FieldAccess>& fieldTable();

} // namespace nextquill::train

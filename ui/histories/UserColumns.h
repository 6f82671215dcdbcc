// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/project/UserList.h"

#include <vector>

namespace nextquill::ui {

/// What the users' table tells of each: name, texts, words of a text, rating, the last day.
[[nodiscard]] std::vector<UserList::Model::Column> userColumns();

} // namespace nextquill::ui

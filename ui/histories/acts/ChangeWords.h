// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <string>
#include <string_view>

namespace nextquill::ui {

// How a change of a review is told to people.

/// "state", "text", "tag" …
[[nodiscard]] QString changedField(std::string_view field);

/// "takes part", "excluded", "deleted" of a state; else the value on one line, cut where it is
/// long.
[[nodiscard]] QString changedValue(std::string_view field, const std::string& value);

} // namespace nextquill::ui

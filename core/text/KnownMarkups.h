// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>
#include <vector>

namespace nextquill::text {

/// Where a markup has the system text.
enum class SystemPlace {
    Turn,     ///< in a turn of its own
    UserTurn, ///< within the user's turn, before its text
    None      ///< nowhere: we put it before the user's text, parted by a blank line
};

/// A markup that we know. {end} stands for the model's eos_token.
struct KnownMarkup
{
    std::string_view name;
    std::string_view systemPrefix;
    std::string_view systemSuffix;
    std::string_view userPrefix;
    std::string_view userSuffix;
    std::vector<std::string_view> openings; ///< of the assistant's turn: one of them
    SystemPlace system = SystemPlace::Turn;
    std::vector<std::string_view> marks; ///< special tokens that its models have
};

/// All of them.
///
/// Source  the models' own templates, read; docs/models.md says which
[[nodiscard]] const std::vector<KnownMarkup>& knownMarkups();

} // namespace nextquill::text

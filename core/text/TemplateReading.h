// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/TemplateValues.h"

#include <optional>
#include <string_view>

namespace nextquill::text {

/// What a chat template writes for the two conversations that we have, with a generation prompt:
/// the places of the texts, and the words around them.
struct TemplateReading
{
    WrittenText alone;               ///< one user turn
    std::optional<WrittenText> both; ///< one system turn, one user turn; none: it refuses that
};

/// Reads a Jinja template. It is not run: there are no texts and no other variables yet, conditions
/// are looked up in a closed list of forms, nothing is called, loops go over these one or two turns
/// alone, 64 times in all, so that the work grows with the template's length and no further. What
/// is written under a condition that the list does not have refuses the template.
///
/// Throws Error(Unsupported) for whatever is not read here, with the reason.
[[nodiscard]] TemplateReading readTemplate(std::string_view source);

} // namespace nextquill::text

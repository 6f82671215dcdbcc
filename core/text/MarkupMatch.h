// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/ChatMarkup.h"
#include "core/text/KnownMarkups.h"
#include "core/text/TemplateReading.h"

#include <optional>
#include <string>
#include <string_view>

namespace nextquill::text {

/// The markup of a template that writes both conversations exactly as `known` does, but for a
/// system text of its own where none is given; none for another template.
[[nodiscard]] std::optional<ChatMarkup> matched(const TemplateReading& reading,
                                                const KnownMarkup& known,
                                                std::string_view beginningToken,
                                                std::string_view endToken);

/// What a template writes, with {system}, {user}, {begin} and {end} in the places of these.
[[nodiscard]] std::string spelled(const WrittenText& text);

} // namespace nextquill::text

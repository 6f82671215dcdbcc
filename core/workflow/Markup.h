// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace nextquill::workflow {

/// Text for XML and HTML, element content and attribute values alike; characters that XML cannot
/// hold, bidi overrides and other invisible ones are shown as U+FFFD.
[[nodiscard]] std::string escapedForMarkup(std::string_view text);

} // namespace nextquill::workflow

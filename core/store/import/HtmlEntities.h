// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace nextquill::store {

/// Text of Amazon's releases of 2014 and 2018 as people wrote it: those releases have `&quot;`,
/// `&amp;`, `&lt;`, `&gt;`, `&apos;`, `&nbsp;` and the numbers 34 and 39 in place of signs, an
/// artefact of how the pages were read. Nothing else is touched, and nothing is unescaped twice.
[[nodiscard]] std::string withoutHtmlEntities(std::string_view text);

} // namespace nextquill::store

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace nextquill::store {

/// What a person typed as a query of the full-text index: words, "phrases", prefix*, AND OR NOT.
///
/// Words that stand side by side must all occur. Everything typed ends up inside quotes: nothing
/// of it is read as the index's own language. Empty when there is nothing to search for.
///
/// Throws Error(BadInput) when it cannot be read that way or is too long
[[nodiscard]] std::string fullTextQuery(std::string_view expression);

} // namespace nextquill::store

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"

#include <string>
#include <string_view>

namespace nextquill::store {

/// JSON from a column. The file is a stranger's: throws Error(BadInput) when it is none.
[[nodiscard]] inline Json storedJson(std::string_view text, const std::string& file)
{
    return text.empty() ? Json{} : parseJson(text, {.bytes = std::size_t{256} << 20}, file);
}

} // namespace nextquill::store

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

namespace nextquill::store {

/// An index that a project may have or not, exactly as it is made.
struct OptionalIndex
{
    const char* name; ///< as people call it
    const char* serves;
    const char* index; ///< in the file
    const char* table;
    const char* create;
};

[[nodiscard]] std::span<const OptionalIndex> optionalIndices();

} // namespace nextquill::store

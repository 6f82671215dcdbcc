// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace nextquill::store {

struct SqlPart;

/// Which rejected lines; what is empty does not filter.
struct RejectFilter
{
    std::string file;     ///< of this file
    std::string reason;   ///< for this reason
    std::string contains; ///< in the line's text; ASCII letters of either case
};

/// What the filter says of a row of `rejects`.
[[nodiscard]] SqlPart rejectCondition(const RejectFilter& filter);

} // namespace nextquill::store

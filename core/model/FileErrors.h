// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Error.h"
#include "core/base/Utf8.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace nextquill::model {

/// A file that contradicts itself or its format.
[[nodiscard]] inline Error damaged(const std::string& problem, const std::string& where)
{
    return {ErrorKind::BadInput, problem, where, "download the model again, or use another copy"};
}

/// A count or size in a file that is over one of our limits.
[[nodiscard]] inline Error overLimit(const std::string& what, std::uint64_t value,
                                     std::uint64_t limit, const std::string& where)
{
    return {ErrorKind::BadInput,
            what + " is " + std::to_string(value) + ", at most " + std::to_string(limit) +
                " is read",
            where, "check that it is the file you meant"};
}

/// A name from a file, for messages.
[[nodiscard]] inline std::string inQuotes(std::string_view name)
{
    return '"' + escapedForDisplay(name, 80) + '"';
}

} // namespace nextquill::model

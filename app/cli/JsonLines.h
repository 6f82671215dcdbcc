// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"
#include "core/base/LineReader.h"

#include <optional>
#include <string>

namespace nextquill::app {

/// One line of JSON and its place, for errors.
struct JsonLine
{
    Json value;
    std::string where; ///< "standard input, line 3"

    /// A text that the line's object must have. Throws Error(BadInput) with `remedy` where not.
    [[nodiscard]] std::string text(const char* field, const char* remedy) const;
};

/// JSON lines on standard input, one value a line; empty lines are skipped.
class JsonLines
{
public:
    JsonLines()
        : m_lines{"-"}
    {
    }

    /// The next value, none at the end. Throws Error(BadInput) with the line of a broken one.
    [[nodiscard]] std::optional<JsonLine> next();

private:
    LineReader m_lines;
};

} // namespace nextquill::app

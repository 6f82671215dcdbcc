// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::text {

/// A word or sign inside a tag of a chat template.
struct TemplateToken
{
    enum class Kind { Name, Text, Number, Sign };
    Kind kind = Kind::Sign;
    std::string text; ///< of Text: without quotes, escapes resolved
};

/// A stretch of a chat template: text as it stands, or what is between {{ }} or {% %}.
struct TemplateTag
{
    enum class Kind { Text, Output, Statement };
    Kind kind = Kind::Text;
    std::string text;                  ///< of Text
    std::vector<TemplateToken> tokens; ///< of Output and Statement
};

/// Cuts a Jinja template into texts and tags, white space as Transformers has it cut (trim_blocks
/// and lstrip_blocks, the signs - and +). Comments vanish.
///
/// Throws Error(Unsupported) for a tag that does not end or a character that is none of Jinja's.
[[nodiscard]] std::vector<TemplateTag> cutTemplate(std::string_view source);

} // namespace nextquill::text

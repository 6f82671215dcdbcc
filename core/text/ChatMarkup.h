// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/Prompt.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::text {

/// How a model marks the turns of a conversation. Recognised from the text of the model's chat
/// template, which is never executed.
struct ChatMarkup
{
    std::string name; ///< "chatml", "llama-3", "plain"
    std::string systemPrefix;
    std::string systemSuffix;
    std::string userPrefix;
    std::string userSuffix;
    std::string assistantPrefix;
    std::string beginning; ///< before everything, e.g. "<|begin_of_text|>"
    std::string
        defaultSystem;      ///< what the template says where no system text is given; may be empty
    bool trimsText = false; ///< white space at the ends of a turn's text is dropped
    bool alwaysSystem = false; ///< a system turn stands there even without a text

    /// One system and one user turn, then the assistant's beginning. `system` and `user` are spans
    /// of any origin; the markup around them is added as Origin::Markup.
    [[nodiscard]] Prompt render(std::vector<PromptSpan> system, std::vector<PromptSpan> user) const;
};

/// Without a chat template: system text, blank line, user text, blank line.
[[nodiscard]] ChatMarkup plainMarkup();

/// The markup that a Jinja chat template describes, by its known marks.
///
/// `beginningToken` is the model's bos_token, put first where the template says so. An empty
/// template gives plainMarkup(). Where a template asks for today's date, it gets the fixed one that
/// it names itself, so that prompts stay the same.
///
/// Throws Error(Unsupported) when it is none we know, with what to do (give prefixes in the
/// project).
[[nodiscard]] ChatMarkup recogniseMarkup(std::string_view chatTemplate,
                                         std::string_view beginningToken = {});

} // namespace nextquill::text

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/Prompt.h"

#include <string>
#include <string_view>
#include <vector>

namespace nextquill::text {

/// White space that a turn's text loses.
enum class TextTrim { None, End, Both };

/// How a model marks the turns of a conversation. Recognised from the text of the model's chat
/// template, which is never executed, or given in a project.
struct ChatMarkup
{
    std::string name; ///< "chatml", "llama-3.1", "plain"
    std::string systemPrefix;
    std::string systemSuffix;
    std::string userPrefix;
    std::string userSuffix;
    std::string assistantPrefix;
    std::string beginning;     ///< before everything, e.g. "<|begin_of_text|>"
    std::string defaultSystem; ///< where no system text is given; may be empty
    bool alwaysSystem = false; ///< a system turn stands there even without a text
    bool systemInUserTurn =
        false; ///< the system text stands within the user's turn, before its text
    TextTrim systemTrim = TextTrim::None;
    TextTrim userTrim = TextTrim::None;
    TextTrim userTrimBehindSystem = TextTrim::None; ///< where systemInUserTurn puts it
    std::vector<std::string> marks;                 ///< that must be special tokens of the model

    /// One system and one user turn, then the assistant's beginning. `system` and `user` are spans
    /// of any origin; the markup around them is added as Origin::Markup.
    [[nodiscard]] Prompt render(std::vector<PromptSpan> system, std::vector<PromptSpan> user) const;

    bool operator==(const ChatMarkup&) const = default;
};

/// Without a chat template: system text, blank line, user text, blank line.
[[nodiscard]] ChatMarkup plainMarkup();

/// The markup that a Jinja chat template describes: one of knownMarkups(), when the template writes
/// nothing else for one system and one user turn.
///
/// `beginningToken` and `endToken` are the model's bos_token and eos_token, put where the template
/// says so. An empty template gives plainMarkup(). Where a template asks for today's date, it gets
/// a fixed one (26 July 2024, which Llama's templates name), so that prompts stay the same. Where
/// it has no place for a system text, that comes before the user's, parted by a blank line.
///
/// Throws Error(Unsupported) when it is none we know, with what to do (give the project a markup).
[[nodiscard]] ChatMarkup recogniseMarkup(std::string_view chatTemplate,
                                         std::string_view beginningToken = {},
                                         std::string_view endToken = {});

} // namespace nextquill::text

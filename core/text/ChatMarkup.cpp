// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/ChatMarkup.h"

#include "core/base/Error.h"
#include "core/base/Utf8.h"

#include <unicode/uchar.h>

#include <algorithm>

namespace nextquill::text {

namespace {

bool contains(std::string_view text, std::string_view mark)
{
    return text.find(mark) != std::string_view::npos;
}

/// The template with its escaped line breaks as line breaks, and without what joins texts in it:
/// then '…' + '\n' and '…\n' look alike.
std::string joined(std::string_view chatTemplate)
{
    std::string result;
    for (std::size_t i = 0; i < chatTemplate.size(); ++i) {
        const char c = chatTemplate[i];
        if (c == '\\' && i + 1 < chatTemplate.size() && chatTemplate[i + 1] == 'n') {
            result += '\n';
            ++i;
        } else if (c != '\'' && c != '"' && c != '+' && c != ' ') {
            result += c;
        }
    }
    return result;
}

/// The system text that a ChatML template itself holds: words between the marks, no expression.
std::string defaultSystemOf(std::string_view chatTemplate)
{
    constexpr std::string_view opening = "<|im_start|>system";
    constexpr std::string_view closing = "<|im_end|>";
    for (std::size_t i = chatTemplate.find(opening); i != std::string_view::npos;
         i = chatTemplate.find(opening, i + 1)) {
        std::string_view rest = chatTemplate.substr(i + opening.size());
        if (!rest.starts_with('\n') && !rest.starts_with("\\n")) {
            continue;
        }
        rest.remove_prefix(rest.front() == '\n' ? 1 : 2);
        const std::string_view words = rest.substr(0, rest.find(closing));
        const bool isPlain = words.size() < rest.size() && !words.empty() &&
                             words.find_first_of("'\"{}+\\") == std::string_view::npos;
        if (isPlain) {
            return std::string{words};
        }
    }
    return {};
}

ChatMarkup chatMl(std::string_view chatTemplate)
{
    return {.name = "chatml",
            .systemPrefix = "<|im_start|>system\n",
            .systemSuffix = "<|im_end|>\n",
            .userPrefix = "<|im_start|>user\n",
            .userSuffix = "<|im_end|>\n",
            .assistantPrefix = "<|im_start|>assistant\n",
            .beginning = {},
            .defaultSystem = defaultSystemOf(chatTemplate)};
}

ChatMarkup llama3(std::string_view chatTemplate)
{
    const auto header = [](const char* role) {
        return "<|start_header_id|>" + std::string{role} + "<|end_header_id|>\n\n";
    };
    ChatMarkup markup{.name = "llama-3",
                      .systemPrefix = header("system"),
                      .systemSuffix = "<|eot_id|>",
                      .userPrefix = header("user"),
                      .userSuffix = "<|eot_id|>",
                      .assistantPrefix = header("assistant"),
                      .beginning = {},
                      .defaultSystem = {}};
    if (contains(chatTemplate, "Cutting Knowledge Date: December 2023")) {
        // Llama 3.1 and later: always a system turn, with two dates in it.
        markup.systemPrefix += "Cutting Knowledge Date: December 2023\nToday Date: 26 Jul 2024\n\n";
        markup.alwaysSystem = true;
    }
    return markup;
}

bool isStripped(char32_t c)
{
    return u_isUWhiteSpace(static_cast<UChar32>(c)) != 0 || (c >= 0x1c && c <= 0x1f);
}

/// Drops white space at the ends of the spans' joined text, as str.strip() does.
void trim(std::vector<PromptSpan>& spans)
{
    for (PromptSpan& span : spans) {
        std::size_t begin = 0;
        for (std::size_t i = 0; i < span.text.size() && isStripped(nextCodePoint(span.text, i));) {
            begin = i;
        }
        span.text.erase(0, begin);
        if (!span.text.empty()) {
            break;
        }
    }
    for (auto span = spans.rbegin(); span != spans.rend(); ++span) {
        std::size_t end = 0;
        for (std::size_t i = 0; i < span->text.size();) {
            end = isStripped(nextCodePoint(span->text, i)) ? end : i;
        }
        span->text.erase(end);
        if (!span->text.empty()) {
            break;
        }
    }
}

bool holdsText(const std::vector<PromptSpan>& spans)
{
    return std::any_of(spans.begin(), spans.end(),
                       [](const PromptSpan& span) { return !span.text.empty(); });
}

} // namespace

Prompt ChatMarkup::render(std::vector<PromptSpan> system, std::vector<PromptSpan> user) const
{
    Prompt prompt;
    const auto appendMarkup = [&prompt](const std::string& text) {
        if (!text.empty()) {
            prompt.spans.push_back({.origin = Origin::Markup, .text = text});
        }
    };
    const auto append = [&](std::vector<PromptSpan>& spans) {
        if (trimsText) {
            trim(spans);
        }
        for (PromptSpan& span : spans) {
            if (!span.text.empty()) {
                prompt.spans.push_back(std::move(span));
            }
        }
    };
    appendMarkup(beginning);
    if (!holdsText(system) && !defaultSystem.empty()) {
        system = {{.origin = Origin::Markup, .text = defaultSystem}};
    }
    if (alwaysSystem || holdsText(system)) {
        appendMarkup(systemPrefix);
        append(system);
        appendMarkup(systemSuffix);
    }
    appendMarkup(userPrefix);
    append(user);
    appendMarkup(userSuffix);
    appendMarkup(assistantPrefix);
    return prompt;
}

ChatMarkup plainMarkup()
{
    return {.name = "plain",
            .systemPrefix = {},
            .systemSuffix = "\n\n",
            .userPrefix = {},
            .userSuffix = "\n\n",
            .assistantPrefix = {},
            .beginning = {},
            .defaultSystem = {}};
}

ChatMarkup recogniseMarkup(std::string_view chatTemplate, std::string_view beginningToken)
{
    if (chatTemplate.empty()) {
        return plainMarkup();
    }
    const std::string marks = joined(chatTemplate);
    const bool isChatMl = contains(marks, "<|im_start|>assistant\n") &&
                          contains(marks, "<|im_end|>\n") && !contains(marks, "<|im_sep|>") &&
                          !contains(marks, "KnowledgeCutoff");
    const bool isLlama3 = contains(marks, "<|start_header_id|>assistant<|end_header_id|>\n\n") &&
                          contains(marks, "<|eot_id|>");
    if (isChatMl == isLlama3) {
        throw Error{ErrorKind::Unsupported,
                    "the model's chat template is none that is known (ChatML, Llama 3)",
                    "chat template",
                    "give the texts around the turns in the project, or use plain markup"};
    }
    ChatMarkup markup = isChatMl ? chatMl(chatTemplate) : llama3(chatTemplate);
    if (contains(marks, "<|im_start|>assistant\n<think>\n")) {
        markup.assistantPrefix += "<think>\n";
    }
    markup.trimsText = contains(marks, "content|trim") || contains(marks, "content]|trim");
    if (contains(marks, "bos_token")) {
        markup.beginning = beginningToken;
    } else if (isLlama3 && contains(marks, "<|begin_of_text|>")) {
        markup.beginning = "<|begin_of_text|>";
    }
    return markup;
}

} // namespace nextquill::text

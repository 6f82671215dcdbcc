// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/ChatMarkup.h"

#include "core/base/Utf8.h"
#include "core/text/KnownMarkups.h"
#include "core/text/MarkupMatch.h"
#include "core/text/TemplateErrors.h"
#include "core/text/TemplateReading.h"

#include <unicode/uchar.h>

#include <algorithm>

namespace nextquill::text {

namespace {

bool isStripped(char32_t c)
{
    return u_isUWhiteSpace(static_cast<UChar32>(c)) != 0 || (c >= 0x1c && c <= 0x1f);
}

/// Drops white space at the ends of the spans' joined text, as str.strip() does.
void trim(std::vector<PromptSpan>& spans, TextTrim how)
{
    for (auto span = spans.begin(); how == TextTrim::Both && span != spans.end(); ++span) {
        std::size_t begin = 0;
        for (std::size_t i = 0;
             i < span->text.size() && isStripped(nextCodePoint(span->text, i));) {
            begin = i;
        }
        span->text.erase(0, begin);
        if (!span->text.empty()) {
            break;
        }
    }
    for (auto span = spans.rbegin(); how != TextTrim::None && span != spans.rend(); ++span) {
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
    const auto append = [&](std::vector<PromptSpan>& spans, TextTrim how) {
        trim(spans, how);
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
    const bool hasSystem = alwaysSystem || holdsText(system);
    if (systemInUserTurn) {
        appendMarkup(userPrefix);
    }
    if (hasSystem) {
        appendMarkup(systemPrefix);
        append(system, systemTrim);
        appendMarkup(systemSuffix);
    }
    if (!systemInUserTurn) {
        appendMarkup(userPrefix);
    }
    append(user, hasSystem && systemInUserTurn ? userTrimBehindSystem : userTrim);
    appendMarkup(userSuffix);
    appendMarkup(assistantPrefix);
    return prompt;
}

ChatMarkup plainMarkup()
{
    ChatMarkup plain;
    plain.name = "plain";
    plain.systemSuffix = "\n\n";
    plain.userSuffix = "\n\n";
    return plain;
}

ChatMarkup recogniseMarkup(std::string_view chatTemplate, std::string_view beginningToken,
                           std::string_view endToken)
{
    if (chatTemplate.empty()) {
        return plainMarkup();
    }
    const TemplateReading reading = readTemplate(chatTemplate);
    for (const KnownMarkup& known : knownMarkups()) {
        if (auto markup = matched(reading, known, beginningToken, endToken)) {
            return std::move(*markup);
        }
    }
    throw unknownTemplate("for a system and a user text it writes \"" +
                          escapedForDisplay(spelled(reading.both.value_or(reading.alone)), 120) +
                          "\"");
}

} // namespace nextquill::text

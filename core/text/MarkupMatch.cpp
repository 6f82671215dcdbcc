// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/MarkupMatch.h"

#include <algorithm>
#include <array>

namespace nextquill::text {

namespace {

using Part = WrittenPart::Kind;

std::string replaced(std::string_view text, std::string_view place, std::string_view by)
{
    std::string result{text};
    for (std::size_t at = result.find(place); at != std::string::npos;
         at = result.find(place, at + by.size())) {
        result.replace(at, place.size(), by);
    }
    return result;
}

/// Words that may be a template's own system text: without a place, and without what looks like
/// markup.
bool isFreeText(std::string_view text)
{
    constexpr std::array<std::string_view, 10> marks{
        "{",    "<|",   "<｜", "[INST", "[/INST", "<<SYS", "<start_of_turn", "<end_of_turn",
        "[SYS", "[/SYS"};
    return !text.empty() && std::none_of(marks.begin(), marks.end(), [&](auto mark) {
        return text.find(mark) != std::string_view::npos;
    });
}

/// Takes `ending` off the end of `text`, where it stands there.
bool takeEnd(std::string_view& text, std::string_view ending)
{
    const bool isThere = text.ends_with(ending);
    text.remove_suffix(isThere ? ending.size() : 0);
    return isThere;
}

/// What both conversations have in common: what they begin with, spelled without it.
struct Beginning
{
    std::string text; ///< the model's bos_token, or nothing
    std::string alone;
    std::optional<std::string> both;
};

/// How the white space of a text is dropped; none for a way that we do not have.
std::optional<TextTrim> trimOf(const WrittenText& text, Part place)
{
    for (const WrittenPart& part : text) {
        if (part.kind == place && part.trimsStart == part.trimsEnd) {
            return part.trimsEnd ? TextTrim::Both : TextTrim::None;
        }
        if (part.kind == place) {
            return part.trimsEnd ? std::optional{TextTrim::End} : std::nullopt;
        }
    }
    return TextTrim::None;
}

bool setTrims(ChatMarkup& markup, const TemplateReading& reading)
{
    const auto user = trimOf(reading.alone, Part::User);
    const bool hasPlace =
        reading.both && spelled(*reading.both).find("{system}") != std::string::npos;
    const WrittenText& both = hasPlace ? *reading.both : reading.alone;
    const auto userBehind = trimOf(both, Part::User);
    const auto system = trimOf(both, Part::System);
    if (!user || !userBehind || !system || (*user != *userBehind && !markup.systemInUserTurn)) {
        return false;
    }
    markup.userTrim = *user;
    markup.userTrimBehindSystem = *userBehind;
    markup.systemTrim = *system;
    return true;
}

/// The markup that the row describes, with one of its openings.
ChatMarkup described(const KnownMarkup& known, std::string_view opening)
{
    ChatMarkup markup;
    markup.name = known.name;
    markup.systemPrefix = known.systemPrefix;
    markup.systemSuffix = known.system == SystemPlace::None ? "\n\n" : known.systemSuffix;
    markup.userPrefix = known.userPrefix;
    markup.userSuffix = known.userSuffix;
    markup.assistantPrefix = opening;
    markup.systemInUserTurn = known.system != SystemPlace::Turn;
    return markup;
}

/// Whether a conversation without a system text is the markup's; finds what stands in its place.
bool fitsAlone(ChatMarkup& markup, std::string_view text)
{
    const std::string end = "{user}" + markup.userSuffix + markup.assistantPrefix;
    if (markup.systemInUserTurn) {
        return text == markup.userPrefix + end;
    }
    if (!takeEnd(text, markup.userPrefix + end)) {
        return false;
    }
    if (text.empty()) {
        return true;
    }
    if (!text.starts_with(markup.systemPrefix) || !takeEnd(text, markup.systemSuffix) ||
        text.size() < markup.systemPrefix.size()) {
        return false;
    }
    text.remove_prefix(markup.systemPrefix.size());
    markup.alwaysSystem = text.empty();
    markup.defaultSystem = text;
    return text.empty() || isFreeText(text);
}

bool fitsBoth(const ChatMarkup& markup, std::string_view text)
{
    const std::string system = markup.systemPrefix + "{system}" + markup.systemSuffix;
    const std::string end = "{user}" + markup.userSuffix + markup.assistantPrefix;
    return text == (markup.systemInUserTurn ? markup.userPrefix + system + end
                                            : system + markup.userPrefix + end);
}

void putEnd(ChatMarkup& markup, std::string_view endToken)
{
    markup.systemSuffix = replaced(markup.systemSuffix, "{end}", endToken);
    markup.userSuffix = replaced(markup.userSuffix, "{end}", endToken);
}

void setMarks(ChatMarkup& markup, const KnownMarkup& known)
{
    const std::string all = markup.systemPrefix + markup.systemSuffix + markup.userPrefix +
                            markup.userSuffix + markup.assistantPrefix;
    for (const std::string_view mark : known.marks) {
        if (all.find(mark) != std::string::npos) {
            markup.marks.emplace_back(mark);
        }
    }
}

/// Each way in which both may begin: as the template says, and with the token by its own name.
std::vector<Beginning> beginnings(const TemplateReading& reading, std::string_view beginningToken)
{
    constexpr std::string_view place = "{begin}";
    const std::string alone = spelled(reading.alone);
    const auto both = reading.both ? std::optional{spelled(*reading.both)} : std::nullopt;
    std::vector<Beginning> ways{{.text = {}, .alone = alone, .both = both}};
    const std::string token = replaced(beginningToken, "{", "{{");
    for (const std::string_view start : {place, std::string_view{token}}) {
        const bool begin =
            !start.empty() && alone.starts_with(start) && (!both || both->starts_with(start));
        if (begin) {
            ways.push_back({.text = std::string{beginningToken},
                            .alone = alone.substr(start.size()),
                            .both = both});
            if (both) {
                ways.back().both->erase(0, start.size());
            }
        }
    }
    return ways;
}

} // namespace

std::string spelled(const WrittenText& text)
{
    std::string result;
    for (const WrittenPart& part : text) {
        switch (part.kind) {
        case Part::Words:
            result += replaced(part.text, "{", "{{");
            break;
        case Part::System:
            result += "{system}";
            break;
        case Part::User:
            result += "{user}";
            break;
        case Part::Beginning:
            result += "{begin}";
            break;
        case Part::End:
            result += "{end}";
            break;
        }
    }
    return result;
}

std::optional<ChatMarkup> matched(const TemplateReading& reading, const KnownMarkup& known,
                                  std::string_view beginningToken, std::string_view endToken)
{
    for (const std::string_view opening : known.openings) {
        for (const Beginning& begun : beginnings(reading, beginningToken)) {
            ChatMarkup markup = described(known, opening);
            // A template without a place for a system text refuses one or leaves it out.
            const bool hasPlace = begun.both && *begun.both != begun.alone;
            const bool fitsSystem = known.system == SystemPlace::None
                                        ? !hasPlace
                                        : begun.both && fitsBoth(markup, *begun.both);
            const bool fits = fitsSystem && fitsAlone(markup, begun.alone);
            const bool needsEnd = markup.userSuffix.find("{end}") != std::string::npos;
            if (fits && setTrims(markup, reading) && !(needsEnd && endToken.empty())) {
                markup.beginning = begun.text;
                putEnd(markup, endToken);
                setMarks(markup, known);
                return markup;
            }
        }
    }
    return std::nullopt;
}

} // namespace nextquill::text

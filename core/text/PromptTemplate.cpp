// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/PromptTemplate.h"

#include "core/base/Digest.h"
#include "core/base/Error.h"
#include "core/base/Resources.h"
#include "core/base/Utf8.h"
#include "core/text/PromptBuilder.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace nextquill::text {

namespace {

constexpr std::size_t sourceLimit = std::size_t{1} << 20;
constexpr std::string_view betweenSection = "between reviews";
constexpr std::string_view limitSection = "description limit";
constexpr std::string_view spaceField = "space";
constexpr std::string_view presetFolder = "prompts/";
constexpr std::string_view presetEnding = ".txt";

struct KnownSection
{
    std::string_view name;
    std::vector<std::string_view> fields;
    std::string_view required; ///< the field that must stand there once; may be empty
    bool optional = false;     ///< the section may be missing
};

const std::vector<KnownSection>& knownSections()
{
    static const std::vector<KnownSection> sections{
        {"system", {}, {}},
        {"user",
         {"item_title", "item_description", "history", "rating", "score", "title"},
         "history"},
        {"with history", {"reviews"}, "reviews"},
        {"without history", {}, {}},
        {"review",
         {"number", "item_title", "item_description", "rating", "score", "title", "text"},
         "text"},
        {"missing", {}, {}},
        {betweenSection, {}, {}, true},
        {limitSection, {}, {}, true}};
    return sections;
}

const KnownSection* knownSection(std::string_view name)
{
    const auto& sections = knownSections();
    const auto found = std::find_if(sections.begin(), sections.end(),
                                    [name](const KnownSection& s) { return s.name == name; });
    return found == sections.end() ? nullptr : &*found;
}

Error badTemplate(const std::string& problem, std::size_t line)
{
    return {ErrorKind::BadInput, problem, "prompt template, line " + std::to_string(line),
            "correct the template; the preset nextquill shows its form"};
}

/// The name in a line "=== name ===".
std::optional<std::string_view> headerName(std::string_view line)
{
    constexpr std::string_view mark = "===";
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    if (line.size() <= 2 * mark.size() || !line.starts_with(mark) || !line.ends_with(mark)) {
        return std::nullopt;
    }
    line.remove_prefix(mark.size());
    line.remove_suffix(mark.size());
    const std::size_t first = line.find_first_not_of(' ');
    if (first == std::string_view::npos) {
        return std::string_view{};
    }
    return line.substr(first, line.find_last_not_of(' ') - first + 1);
}

/// The name in "{name}" at the start of `text`.
std::optional<std::string_view> fieldName(std::string_view text)
{
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz_";
    const std::size_t end = text.find_first_not_of(letters, 1);
    const bool isField = end != std::string_view::npos && end > 1 && text[end] == '}';
    return isField ? std::optional{text.substr(1, end - 1)} : std::nullopt;
}

std::size_t limitFrom(const std::string& text, std::size_t line)
{
    const std::string digits = collapseWhitespace(text);
    std::size_t limit = 0;
    const char* const end = digits.data() + digits.size();
    const auto [read, error] = std::from_chars(digits.data(), end, limit);
    if (error != std::errc{} || read != end || limit > sourceLimit) {
        throw badTemplate("the limit of descriptions is no number of bytes from 0 to " +
                              std::to_string(sourceLimit),
                          line);
    }
    return limit;
}

} // namespace

PromptTemplate::PromptTemplate(std::string_view source)
    : m_source{source}
{
    if (source.size() > sourceLimit || !isUtf8(source)) {
        throw badTemplate("the template is no UTF-8 or has more than 1 MiB", 1);
    }
    struct Found
    {
        std::string name;
        std::size_t firstLine = 0;
        std::string body;
    };
    std::vector<Found> found;
    std::size_t number = 1;
    for (std::size_t i = 0; i < source.size(); ++number) {
        const std::size_t end = std::min(source.find('\n', i), source.size());
        std::string_view line = source.substr(i, end - i);
        i = end + 1;
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        if (const auto name = headerName(line)) {
            const bool twice = std::any_of(found.begin(), found.end(),
                                           [&](const Found& f) { return f.name == *name; });
            if (knownSection(*name) == nullptr || twice) {
                throw badTemplate("section \"" + escapedForDisplay(*name, 40) +
                                      (twice ? "\" stands twice" : "\" is not known"),
                                  number);
            }
            found.push_back({.name = std::string{*name}, .firstLine = number + 1, .body = {}});
        } else if (!found.empty()) {
            found.back().body.append(line).append("\n");
        }
    }
    for (Found& section : found) {
        if (!section.body.empty()) {
            section.body.pop_back();
        }
        m_sections.emplace(section.name, parsed(section.name, section.body, section.firstLine));
    }
    for (const KnownSection& known : knownSections()) {
        if (!known.optional && !m_sections.contains(known.name)) {
            throw badTemplate("section \"" + std::string{known.name} + "\" is missing", number);
        }
    }
    if (m_sections.contains(betweenSection)) {
        m_between = literal(betweenSection);
    }
    const auto limit = std::find_if(found.begin(), found.end(),
                                    [](const Found& f) { return f.name == limitSection; });
    if (limit != found.end()) {
        m_descriptionLimit = limitFrom(literal(limitSection), limit->firstLine);
    }
}

PromptTemplate::Section PromptTemplate::parsed(const std::string& name, std::string_view body,
                                               std::size_t firstLine)
{
    const KnownSection& known = *knownSection(name);
    Section section;
    std::size_t line = firstLine;
    std::size_t requiredSeen = 0;
    std::string literal;
    for (std::size_t i = 0; i < body.size(); ++i) {
        const std::string_view rest = body.substr(i);
        line += body[i] == '\n' ? 1U : 0U;
        if (rest.starts_with("{{") || rest.starts_with("}}")) {
            literal += body[i++];
            continue;
        }
        const auto field = body[i] == '{' ? fieldName(rest) : std::nullopt;
        if (!field) {
            literal += body[i];
            continue;
        }
        if (*field == spaceField) {
            literal += ' ';
            i += field->size() + 1;
            continue;
        }
        if (std::find(known.fields.begin(), known.fields.end(), *field) == known.fields.end()) {
            throw badTemplate("field {" + std::string{*field} + "} is not known in section \"" +
                                  name + "\"",
                              line);
        }
        requiredSeen += *field == known.required ? 1U : 0U;
        section.push_back({.text = std::move(literal)});
        section.push_back({.text = std::string{*field}, .isField = true});
        literal.clear();
        i += field->size() + 1;
    }
    section.push_back({.text = std::move(literal)});
    if (!known.required.empty() && requiredSeen != 1) {
        throw badTemplate("section \"" + name + "\" needs {" + std::string{known.required} +
                              "} exactly once",
                          firstLine);
    }
    std::erase_if(section, [](const Part& part) { return part.text.empty(); });
    return section;
}

const PromptTemplate::Section& PromptTemplate::section(std::string_view name) const
{
    return m_sections.find(name)->second;
}

std::string PromptTemplate::literal(std::string_view name) const
{
    std::string text;
    for (const Part& part : section(name)) {
        text += part.text;
    }
    return text;
}

std::string PromptTemplate::digest() const
{
    return sha256(m_source);
}

std::vector<std::string> PromptTemplate::presets()
{
    std::vector<std::string> names;
    for (std::string_view path : resourcesBelow(presetFolder)) {
        path.remove_prefix(presetFolder.size());
        path.remove_suffix(std::min(presetEnding.size(), path.size()));
        names.emplace_back(path);
    }
    std::sort(names.begin(), names.end()); // without their endings
    return names;
}

bool PromptTemplate::isPreset(std::string_view name)
{
    const std::vector<std::string> names = presets();
    return std::find(names.begin(), names.end(), name) != names.end();
}

PromptTemplate PromptTemplate::preset(std::string_view name)
{
    if (isPreset(name)) {
        return PromptTemplate{
            resource(std::string{presetFolder}.append(name).append(presetEnding))};
    }
    std::string known;
    for (const std::string& candidate : presets()) {
        known.append(known.empty() ? "" : ", ").append(candidate);
    }
    throw Error{ErrorKind::BadInput,
                "prompt preset \"" + escapedForDisplay(name, 40) + "\" is not known",
                "prompt template", "use one of: " + known};
}

TwinPrompt PromptTemplate::render(const ChatMarkup& markup, const Tokenizer& tokenizer,
                                  const ReviewText& request, const std::vector<ReviewText>& history,
                                  const PromptBudget& budget) const
{
    return PromptBuilder{*this, markup, tokenizer, budget}.build(request, history);
}

std::vector<std::size_t> PromptTemplate::reviewTokens(const Tokenizer& tokenizer,
                                                      const std::vector<ReviewText>& history,
                                                      const PromptBudget& budget) const
{
    return PromptBuilder{*this, ChatMarkup{}, tokenizer, budget}.reviewTokens(history);
}

} // namespace nextquill::text

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/PromptTemplate.h"

#include "core/base/Error.h"
#include "core/base/Resources.h"
#include "core/base/Utf8.h"
#include "core/text/PromptBuilder.h"

#include <algorithm>
#include <optional>

namespace nextquill::text {

namespace {

constexpr std::size_t sourceLimit = std::size_t{1} << 20;

struct KnownSection
{
    std::string_view name;
    std::vector<std::string_view> fields;
    std::string_view required; ///< the field that must stand there once; may be empty
};

const std::vector<KnownSection>& knownSections()
{
    static const std::vector<KnownSection> sections{
        {"system", {}, {}},
        {"user", {"item_title", "item_description", "history", "rating", "title"}, "history"},
        {"with history", {"reviews"}, "reviews"},
        {"without history", {}, {}},
        {"review", {"number", "item_title", "item_description", "rating", "title", "text"}, "text"},
        {"missing", {}, {}}};
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
        if (!m_sections.contains(known.name)) {
            throw badTemplate("section \"" + std::string{known.name} + "\" is missing", number);
        }
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

PromptTemplate PromptTemplate::preset(std::string_view name)
{
    constexpr std::string_view folder = "prompts/";
    constexpr std::string_view ending = ".txt";
    const std::string path = std::string{folder}.append(name).append(ending);
    std::string known;
    for (std::string_view candidate : resourcesBelow(folder)) {
        if (candidate == path) {
            return PromptTemplate{resource(path)};
        }
        candidate.remove_prefix(folder.size());
        candidate.remove_suffix(std::min(ending.size(), candidate.size()));
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

} // namespace nextquill::text

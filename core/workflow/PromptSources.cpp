// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/PromptSources.h"

#include "core/base/Digest.h"
#include "core/base/Error.h"
#include "core/base/Utf8.h"
#include "core/model/TextEncoder.h"
#include "core/store/Project.h"

#include <set>

namespace nextquill::workflow {

namespace {

constexpr const char* ownPreset = "nextquill";

Error noSuchTemplate(store::Project& project, const std::string& name)
{
    std::set<std::string> names;
    for (const store::TemplateRow& row : store::Templates{project}.all()) {
        names.insert(row.name);
    }
    for (const std::string& preset : text::PromptTemplate::presets()) {
        names.insert(preset);
    }
    std::string known;
    for (const std::string& one : names) {
        known += (known.empty() ? "" : ", ") + one;
    }
    return {ErrorKind::BadInput,
            "no prompt template is called \"" + escapedForDisplay(name, 80) + "\"",
            project.file().string(), "take one of " + known};
}

} // namespace

NamedTemplate templateNamed(store::Project& project, const std::string& name)
{
    if (name.empty()) {
        return templateOf(store::Templates{project}.choice());
    }
    if (text::PromptTemplate::isPreset(name)) {
        return {.reference = name, .source = text::PromptTemplate::preset(name)};
    }
    if (const auto row = store::Templates{project}.find(name)) {
        return {.reference = row->reference(), .source = text::PromptTemplate{row->source}};
    }
    throw noSuchTemplate(project, name);
}

std::vector<NamedTemplate> templatesOf(store::Project& project)
{
    store::Templates templates{project};
    const std::string used = templates.choice().templateName;
    std::vector<NamedTemplate> all;
    std::string last;
    for (const store::TemplateRow& row : templates.all()) {
        if (row.name != last || row.reference() == used) { // an old version in use is there, too
            all.push_back(
                {.reference = row.reference(), .source = text::PromptTemplate{row.source}});
        }
        last = row.name;
    }
    for (const std::string& preset : text::PromptTemplate::presets()) {
        all.push_back({.reference = preset, .source = text::PromptTemplate::preset(preset)});
    }
    return all;
}

NamedTemplate templateOf(const store::PromptChoice& choice)
{
    if (!choice.templateSource.empty()) {
        return {.reference = choice.templateName,
                .source = text::PromptTemplate{choice.templateSource}};
    }
    const std::string preset = choice.templateName.empty() ? ownPreset : choice.templateName;
    return {.reference = preset, .source = text::PromptTemplate::preset(preset)};
}

text::SelectionRule selectionOf(const store::PromptChoice& choice)
{
    return choice.selection.is_null()
               ? text::SelectionRule{}
               : text::readSelection(choice.selection, "the project's selection of reviews");
}

store::TemplateRow keepTemplate(store::Project& project, const std::string& name,
                                const std::string& source)
{
    if (text::PromptTemplate::isPreset(name)) {
        throw Error{ErrorKind::BadInput, "\"" + name + "\" is the name of a preset",
                    "prompt template", "give yours another name"};
    }
    static_cast<void>(text::PromptTemplate{source});
    return store::Templates{project}.add(name, source);
}

void useForPrompts(store::Project& project, const std::string& templateName,
                   const text::SelectionRule& rule)
{
    text::validate(rule);
    const NamedTemplate found = templateNamed(project, templateName);
    store::Templates{project}.choose({.templateName = found.reference,
                                      .templateSource = {},
                                      .selection = Json::parse(toLine(text::toJson(rule)))});
}

OrderedJson toJson(const PromptRecipe& recipe)
{
    OrderedJson selection = text::toJson(recipe.selection);
    if (!recipe.selection.encoder.empty()) {
        selection["encoder_sha256"] = model::TextEncoder::digestOf(recipe.selection.encoder);
    }
    OrderedJson withoutPlace = selection; // the same weights in another folder choose the same
    withoutPlace.erase("encoder");
    return {{"template",
             {{"name", recipe.promptTemplate.reference},
              {"sha256", recipe.promptTemplate.source.digest()},
              {"source", recipe.promptTemplate.source.source()}}},
            {"selection", std::move(selection)},
            {"selection_sha256", sha256(toLine(withoutPlace))}};
}

PromptRecipe promptRecipeOf(const OrderedJson& manifest, const std::string& where)
{
    const auto found = manifest.find("prompt");
    if (found == manifest.end()) {
        return {.promptTemplate = templateOf({}), .selection = {}};
    }
    try {
        const OrderedJson& own = found->at("template");
        Json selection = Json::parse(found->at("selection").dump());
        selection.erase("encoder_sha256");
        return {
            .promptTemplate = {.reference = own.at("name").get<std::string>(),
                               .source = text::PromptTemplate{own.at("source").get<std::string>()}},
            .selection = text::readSelection(selection, where)};
    } catch (const Json::exception&) {
        throw Error{ErrorKind::BadInput, "the run's prompt template is damaged", where,
                    "start the run anew"};
    }
}

} // namespace nextquill::workflow

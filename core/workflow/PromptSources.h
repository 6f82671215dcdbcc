// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"
#include "core/store/Templates.h"
#include "core/text/HistorySelection.h"
#include "core/text/PromptTemplate.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::store {
class Project;
}

namespace nextquill::workflow {

/// A template with the name by which people find it again.
struct NamedTemplate
{
    std::string reference; ///< "nextquill", "mine@2"
    text::PromptTemplate source;
};

/// A preset, or one of the project's: NAME (its newest version) or NAME@VERSION. An empty name is
/// what the project uses. Throws Error(BadInput) listing what there is.
[[nodiscard]] NamedTemplate templateNamed(store::Project& project, const std::string& name);

/// All that can be named: the project's templates, each in its newest version and in
/// the one in use, then the presets.
[[nodiscard]] std::vector<NamedTemplate> templatesOf(store::Project& project);

/// What a project's choice says; the preset "nextquill" and the newest reviews where it says
/// nothing. Throws Error(BadInput) for a damaged one.
[[nodiscard]] NamedTemplate templateOf(const store::PromptChoice& choice);
[[nodiscard]] text::SelectionRule selectionOf(const store::PromptChoice& choice);

/// Keeps a template in the project after it was read whole. Throws Error(BadInput) with the line of
/// what is wrong in it, and for the name of a preset.
store::TemplateRow keepTemplate(store::Project& project, const std::string& name,
                                const std::string& source);

/// What the project uses from now on. Throws Error(BadInput) when there is no such template, or the
/// rule does not hold.
void useForPrompts(store::Project& project, const std::string& templateName,
                   const text::SelectionRule& rule);

/// How the prompts of a run are made: what it began with, whatever the project says later.
struct PromptRecipe
{
    NamedTemplate promptTemplate;
    text::SelectionRule selection;
};

/// For a run's manifest: the template with its text and digest, the rule with its digest; an
/// encoder with the digest of its weights.
[[nodiscard]] OrderedJson toJson(const PromptRecipe& recipe);

/// The same from a manifest; of one that has none (of an old version) the preset and the newest
/// reviews.
[[nodiscard]] PromptRecipe promptRecipeOf(const OrderedJson& manifest, const std::string& where);

} // namespace nextquill::workflow

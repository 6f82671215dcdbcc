// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::store {

class Project;

/// One version of a prompt template that the project keeps (text::PromptTemplate reads its source).
struct TemplateRow
{
    std::string name;
    std::int64_t version = 0; ///< from 1
    std::string source;
    std::string digest;       ///< SHA-256 of the source
    std::int64_t created = 0; ///< milliseconds since 1970, UTC

    /// "mine@2", how a run and a command name it.
    [[nodiscard]] std::string reference() const;
};

/// How the project's prompts are made where nothing else is said.
struct PromptChoice
{
    std::string templateName;   ///< NAME@VERSION or a preset's; empty: the preset "nextquill"
    std::string templateSource; ///< of one that the project keeps; empty for presets
    Json selection;             ///< text::SelectionRule; null: the newest reviews
};

/// The prompt templates of a project, each in all versions that it ever had.
///
/// Threads  as the project
/// Throws   Error(BadInput) naming what is not there or not allowed, Error(Storage)
class Templates
{
public:
    explicit Templates(Project& project)
        : m_project{project}
    {
    }

    /// A new version, or the newest one where that has this very text. A name has letters, digits,
    /// '-', '_' and '.', at most 64.
    TemplateRow add(const std::string& name, const std::string& source);

    /// By name, the newest version first.
    [[nodiscard]] std::vector<TemplateRow> all() const;

    /// NAME (the newest version) or NAME@VERSION.
    [[nodiscard]] std::optional<TemplateRow> find(std::string_view reference) const;

    /// All versions of a name; false when there is none. Throws Error(BadInput) for the one in use.
    bool remove(const std::string& name);

    /// What the project uses from now on; `templateSource` is not looked at.
    void choose(const PromptChoice& choice);
    [[nodiscard]] PromptChoice choice() const;

private:
    Project& m_project;
};

} // namespace nextquill::store

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"

#include <string>
#include <vector>

namespace nextquill::store {

class Project;

/// A chat markup that was given to the project (docs/formats.md has its form).
struct MarkupRow
{
    std::string model; ///< absolute path; empty: each model whose own markup is not recognised
    Json markup;
};

/// The chat markups of a project.
class Markups
{
public:
    explicit Markups(Project& project)
        : m_project{project}
    {
    }

    void put(const std::string& model, const Json& markup); ///< replaces
    bool remove(const std::string& model);                  ///< false: there is none
    [[nodiscard]] std::vector<MarkupRow> all() const;       ///< by model

private:
    Project& m_project;
};

} // namespace nextquill::store

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/table/FilterExpression.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::store {

class Project;

/// A table as somebody wants to see it again.
struct SavedView
{
    std::string name; ///< unique for its table, 1-80 characters
    FilterExpression filter;
    TableOrder order;
    std::vector<std::string> columns; ///< shown, from left to right; empty: those at first
};

/// The views of a project. A view that names a column of a newer version is left out of the lists.
///
/// Threads  as the project
/// Throws   Error(BadInput) for a name that is taken, missing or too long; Error(Storage)
class SavedViews
{
public:
    explicit SavedViews(Project& project)
        : m_project{project}
    {
    }

    /// By name.
    [[nodiscard]] std::vector<SavedView> all(TableKind table) const;
    [[nodiscard]] std::optional<SavedView> find(TableKind table, std::string_view name) const;

    /// Makes it, or changes the one of that name when `replace`.
    void save(const SavedView& view, bool replace);
    void rename(TableKind table, std::string_view name, const std::string& newName);
    void remove(TableKind table, std::string_view name);

private:
    Project& m_project;
};

} // namespace nextquill::store

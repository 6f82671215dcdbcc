// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/table/FilterExpression.h"
#include "core/store/table/Selection.h"

#include "app/cli/Commands.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace nextquill::app {

// Commands below `data` on the tables of the histories.
void addDataTable(CLI::App& data, Context& context);
void addDataActs(CLI::App& data, Context& context);
void addDataUndo(CLI::App& data, Context& context);
void addDataViews(CLI::App& data, Context& context);

/// Rows that a command is about: some by their ids, or all that a filter matches.
struct RowOptions
{
    std::string table = "reviews";
    std::string where;
    std::vector<std::int64_t> ids;

    void declare(CLI::App& command, const char* idHelp);

    [[nodiscard]] store::TableKind kind() const;
    [[nodiscard]] store::FilterExpression filter() const;
    /// Throws Error(BadInput) where neither or both are given.
    [[nodiscard]] store::Selection selection() const;
};

/// Makes a command that lists list rows of tables, too, where one of the options is given that says
/// which; else it does what it did. `limit` is told of --limit then; `project` is what was named.
void addRowListing(CLI::App& list, Context& context, std::function<int()> otherwise,
                   std::function<void(int)> limit, std::function<std::filesystem::path()> project);

/// Declares --table.
void addTableOption(CLI::App& command, std::string& table);
[[nodiscard]] store::TableKind tableNamed(const std::string& name);

} // namespace nextquill::app

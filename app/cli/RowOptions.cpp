// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"

#include "app/cli/TableCommands.h"

#include <set>

namespace nextquill::app {

void addTableOption(CLI::App& command, std::string& table)
{
    command.add_option("--table", table, "Which one")
        ->check(CLI::IsMember({"reviews", "users", "items"}))
        ->capture_default_str();
}

store::TableKind tableNamed(const std::string& name)
{
    return name == "users"   ? store::TableKind::Users
           : name == "items" ? store::TableKind::Items
                             : store::TableKind::Reviews;
}

void RowOptions::declare(CLI::App& command, const char* idHelp)
{
    command.add_option("ID", ids, idHelp);
    addTableOption(command, table);
    command.add_option("--where", where,
                       "All that match instead: rating:1 words:..5 user:=NAME search:WORDS");
}

store::TableKind RowOptions::kind() const
{
    return tableNamed(table);
}

store::FilterExpression RowOptions::filter() const
{
    return store::FilterExpression::parse(kind(), where);
}

store::Selection RowOptions::selection() const
{
    const store::FilterExpression expression = filter();
    if (ids.empty() == expression.isEmpty()) {
        throw Error{ErrorKind::BadInput,
                    ids.empty() ? "nothing is chosen" : "ids and a filter do not go together",
                    "the command line", "name ids, or say --where FILTER (id:1.. is everything)"};
    }
    return ids.empty()
               ? store::Selection::everything(expression)
               : store::Selection::rows(kind(), std::set<std::int64_t>{ids.begin(), ids.end()});
}

} // namespace nextquill::app

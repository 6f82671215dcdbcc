// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"
#include "core/store/Connection.h"
#include "core/store/Recipe.h"
#include "core/store/import/JsonFields.h"

#include <cstdint>
#include <string>

namespace nextquill::store {

/// A row of `step_changes` as a recipe has it: what is named by ids in a project is named by names.
/// Columns: user, item, time, content in hexadecimal digits, field, before, after, and of the field
/// `user` the names of both.
[[nodiscard]] OrderedJson recipeChange(const Query& row);

/// Does one step of a recipe, inside a transaction. Call finish() last.
class RecipeStep
{
public:
    RecipeStep(Project& project, const std::string& what, RecipeResult& result);

    /// Notes a change that applies; what does not comes into the result's mismatches.
    void add(const JsonObject& object);

    /// Changes what was noted.
    void finish(const StopToken& stop);

private:
    struct Change;

    static Change read(const JsonObject& object);
    [[nodiscard]] static bool isSensible(const Change& change);

    // Each is empty when the change was noted, else says why not.
    [[nodiscard]] std::string added(const Change& change);
    [[nodiscard]] std::string addedState(const Change& change, std::int64_t now);
    [[nodiscard]] std::string addedText(const Change& change);
    [[nodiscard]] std::string addedTag(const Change& change);
    [[nodiscard]] std::string addedMerge(const Change& change);

    void note(const Change& change, const std::string& before, const std::string& after);
    [[nodiscard]] std::int64_t step();
    [[nodiscard]] std::int64_t userOf(const std::string& name);

    Project& m_project;
    Connection& m_connection;
    const std::string& m_what;
    RecipeResult& m_result;
    Query m_find;
    std::int64_t m_step = 0; ///< 0: nothing has applied yet
};

} // namespace nextquill::store

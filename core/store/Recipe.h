// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace nextquill::store {

class Project;

/// A step of curation as people see it.
struct CurationStep
{
    std::int64_t id = 0;
    std::string what;
    std::int64_t time = 0;    ///< when it was made; 0: before that was kept
    std::int64_t changes = 0; ///< of reviews
    bool undone = false;      ///< taken back, to be done again
};

/// All steps of a project, oldest first.
///
/// Throws   Error(Storage)
[[nodiscard]] std::vector<CurationStep> curationSteps(Project& project);

/// A change of a recipe that does not apply to a project.
struct RecipeMismatch
{
    std::string step;
    std::string user;
    std::string item;
    std::string time; ///< ISO 8601
    std::string why;
};

struct RecipeResult
{
    std::int64_t steps = 0;   ///< made; each can be undone on its own
    std::int64_t changes = 0; ///< of reviews
    std::vector<RecipeMismatch> mismatches;
};

/// Writes the steps that are not taken back as JSON. Reviews are named by what they are (user,
/// item, time, and the digest of these and the text as imported), so that the steps can be done
/// again in another project. Returns how many steps.
///
/// Throws   Error(BadInput) when there is a file of that name that is to be kept, Error(Storage)
std::int64_t writeRecipe(Project& project, const std::filesystem::path& file, bool replace,
                         StopToken stop);

/// Does the steps of a recipe again: all of what applies, or nothing when it fails or is stopped.
/// What does not apply (no such review or user, another text than the one that was edited, nothing
/// to change) comes back with its reason. A step of which nothing applies is not made.
///
/// Throws   Error(BadInput) when the file is no recipe or larger than 512 MiB, Error(Storage)
[[nodiscard]] RecipeResult applyRecipe(Project& project, const std::filesystem::path& file,
                                       StopToken stop);

} // namespace nextquill::store

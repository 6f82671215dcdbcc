// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace nextquill::store {

class Project;

enum class StepState {
    Done,
    Undone,  ///< taken back; redo does it again
    Dropped, ///< taken back, and then something else was done: kept for 30 days to be read
};

/// A step of curation with its branch.
struct EditStep
{
    std::int64_t id = 0;
    std::string what;
    std::int64_t time = 0;    ///< when it was made; 0: before that was kept
    std::int64_t changes = 0; ///< of reviews
    StepState state = StepState::Done;
    std::int64_t branch = 0; ///< dropped together: the id of the step that took their place; else 0
    std::int64_t dropped = 0; ///< when it was
};

/// What a step did to one review (or to one user, for a merge).
struct StepChange
{
    std::int64_t review = 0;
    std::string user; ///< who wrote it, now
    std::string item; ///< title, or key
    std::string field;
    std::string before;
    std::string after;
};

/// The steps of a project, newest first, dropped ones where they were made. A page: `before` is the
/// id of the last step of the page before, 0 for the first page.
///
/// Threads  as the project
/// Throws   Error(Storage)
[[nodiscard]] std::vector<EditStep> editSteps(Project& project, std::int64_t before, int limit);

/// What a step changed, by review; `after` is the last review of the page before.
[[nodiscard]] std::vector<StepChange> changesOf(Project& project, std::int64_t step,
                                                std::int64_t after, int limit);

/// Forgets what was dropped more than 30 days ago; returns how many steps. Called by every new
/// step.
std::int64_t forgetDroppedSteps(Project& project);

} // namespace nextquill::store

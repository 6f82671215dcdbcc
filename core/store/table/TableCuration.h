// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Id.h"
#include "core/base/Progress.h"
#include "core/store/table/Selection.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nextquill::store {

class Project;

/// A step that was made, taken back or done again.
struct StepResult
{
    std::int64_t step = 0;    ///< its id; 0: there was nothing to change, no step was made
    std::string what;         ///< "Exclude 12,403 reviews"
    std::int64_t changes = 0; ///< reviews (or users, for a merge) that it changed
};

struct Tag
{
    std::int64_t id = 0;
    std::string name;
    std::int64_t reviews = 0; ///< that have it
    int key = 0;              ///< 1-9: the key that sets it while reading; 0: none
};

/// Changes what is selected. Each function is one undoable step named with its count; rows that are
/// so already are left alone and not counted. All of a step or nothing of it is in the project.
///
/// Deleting takes reviews out of every table, history and later split, until it is undone; the
/// texts stay in the file (Erasure takes them out), so that the same file imported again does not
/// bring them back. Merging gives the users' reviews to one of them.
///
/// Threads  as the project, which must be open for writing
/// Stops    Stopped; nothing is changed then. Progress counts reviews
/// Throws   Error(BadInput) for rows that there are not, and for texts that cannot be;
/// Error(Storage)
class TableCuration
{
public:
    explicit TableCuration(Project& project)
        : m_project{project}
    {
    }

    StepResult exclude(const Selection& selection, StopToken stop, Progress& progress);
    StepResult include(const Selection& selection, StopToken stop, Progress& progress);
    /// Makes the tag where there is none of that name (1-64 characters, no comma).
    StepResult tag(const Selection& selection, const std::string& name, StopToken stop,
                   Progress& progress);
    StepResult untag(const Selection& selection, const std::string& name, StopToken stop,
                     Progress& progress);
    StepResult remove(const Selection& selection, StopToken stop, Progress& progress);
    /// `into` is the user who stays; being among `users` is no error.
    StepResult mergeUsers(const std::vector<UserId>& users, UserId into, StopToken stop,
                          Progress& progress);

    /// Throws Error(BadInput) for a text without a word.
    StepResult setText(ReviewId review, const std::string& text);
    StepResult setTitle(ReviewId review, const std::string& title);
    /// Throws Error(BadInput) for a rating that is no finite number.
    StepResult setRating(ReviewId review, double rating);

    /// By key, then by name.
    [[nodiscard]] std::vector<Tag> tags() const;
    /// Gives the tag a key from 1 to 9 (0: none), taking it from another one. Not a step.
    void setTagKey(const std::string& name, int key);

    /// Takes back the newest step, or does the next one again; none when there is none.
    std::optional<StepResult> undo(StopToken stop, Progress& progress);
    std::optional<StepResult> redo(StopToken stop, Progress& progress);

    /// Undoes or redoes until `step` is the newest step that is done; 0: none is. Returns how many
    /// steps were moved. Each is whole; a stop keeps those that were moved.
    std::int64_t goTo(std::int64_t step, StopToken stop, Progress& progress);

    /// Names of the steps that undo() and redo() would move; for the menu.
    [[nodiscard]] std::optional<std::string> nextUndo() const;
    [[nodiscard]] std::optional<std::string> nextRedo() const;

private:
    Project& m_project;
};

} // namespace nextquill::store

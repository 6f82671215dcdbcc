// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/quality/NewestStep.h"

#include "core/base/Error.h"
#include "core/store/Histories.h"
#include "core/store/Project.h"
#include "core/store/Recipe.h"

namespace nextquill::ui {

std::int64_t newestStep(store::Project& project)
{
    std::int64_t newest = 0;
    for (const store::CurationStep& step : store::curationSteps(project)) {
        newest = step.undone ? newest : step.id;
    }
    return newest;
}

void undoStep(store::Project& project, std::int64_t step)
{
    if (newestStep(project) != step) {
        throw Error{ErrorKind::BadInput, "there were other changes since",
                    "taking an exclusion back", "undo these first, or include the reviews again"};
    }
    store::Histories{project}.undo();
}

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/quality/NewestStep.h"

#include "core/base/Error.h"
#include "core/store/Histories.h"
#include "core/store/Project.h"
#include "core/store/table/EditHistory.h"

namespace nextquill::ui {

namespace {

constexpr int stepsOfPage = 50;

} // namespace

std::int64_t newestStep(store::Project& project)
{
    std::int64_t before = 0;
    for (auto page = store::editSteps(project, before, stepsOfPage); !page.empty();
         page = store::editSteps(project, before, stepsOfPage)) {
        for (const store::EditStep& step : page) {
            if (step.state == store::StepState::Done) {
                return step.id;
            }
        }
        before = page.back().id;
    }
    return 0;
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

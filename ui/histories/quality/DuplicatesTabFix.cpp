// SPDX-License-Identifier: GPL-3.0-or-later
//
// What DuplicatesTab changes.
#include "core/store/Histories.h"

#include "ui/histories/quality/DuplicatesTab.h"
#include "ui/histories/quality/NewestStep.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/MessageBar.h"

#include <QTableView>

#include <utility>

namespace nextquill::ui {

/// Of the chosen group or of all.
void DuplicatesTab::exclude(bool all)
{
    const int place = chosenPlace();
    if (!m_groups || m_session.isReadOnly() || (m_job && m_job->isRunning()) ||
        (!all && place < 0)) {
        return;
    }
    Before before{.step = 0, .groups = m_groups, .kept = m_kept};
    const auto work = [groups = m_groups, kept = m_kept, all, place](store::Project& project,
                                                                     StopToken, Progress&) {
        std::vector<ReviewId> ids;
        if (all) {
            ids = copiesOf(*groups, kept);
        } else {
            const auto group = static_cast<std::size_t>(place);
            KeptByHand ofGroup;
            if (const auto chosen = kept.constFind(group); chosen != kept.constEnd()) {
                ofGroup.insert(0, *chosen);
            }
            ids = copiesOf({(*groups)[group]}, ofGroup);
        }
        const auto count = static_cast<std::int64_t>(ids.size());
        store::Histories{project}.setExcluded(
            ids, true, stored(tr("Exclude %Ln duplicate(s)", nullptr, static_cast<int>(count))));
        return std::pair{count, newestStep(project)};
    };
    auto* job = m_session.change(tr("Excluding duplicates"), this, work);
    watch(job);
    m_nextRow = all ? 0 : m_list->currentIndex().row();
    connect(job, &Job::done, this, [this, job, before, done = all ? -1 : place]() mutable {
        const auto [count, step] = job->takeValue();
        before.step = step;
        excluded(count, std::move(before), done);
    });
}

/// What is done goes from the list: the group of this place, -1: all.
void DuplicatesTab::excluded(std::int64_t count, Before before, int done)
{
    m_ownChange = true;
    m_session.announceData();
    auto groups = std::make_shared<Groups>();
    KeptByHand kept;
    if (done >= 0) {
        for (std::size_t place = 0; place < before.groups->size(); ++place) {
            if (std::cmp_equal(place, done)) {
                continue;
            }
            if (const auto chosen = before.kept.constFind(place);
                chosen != before.kept.constEnd()) {
                kept.insert(groups->size(), *chosen);
            }
            groups->push_back((*before.groups)[place]);
        }
    }
    m_message->showMessage(
        {.kind = MessageBar::Kind::Success,
         .text = tr("%Ln duplicate(s) excluded.", nullptr, static_cast<int>(count)),
         .actionText = tr("Undo"),
         .action = [this, before] { undoExclusion(before); },
         .details = {}});
    showGroups(std::move(groups), std::move(kept));
}

void DuplicatesTab::undoExclusion(const Before& before)
{
    auto* job =
        m_session.change(tr("Taking it back"), this,
                         [step = before.step](store::Project& project, StopToken, Progress&) {
                             undoStep(project, step);
                             return true;
                         });
    connect(job, &Job::done, this, [this, before] {
        m_ownChange = true;
        m_session.announceData();
        showGroups(before.groups, before.kept);
    });
}

} // namespace nextquill::ui

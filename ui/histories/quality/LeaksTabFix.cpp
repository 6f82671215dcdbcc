// SPDX-License-Identifier: GPL-3.0-or-later
//
// What LeaksTab changes.
#include "core/store/Histories.h"
#include "core/store/Project.h"

#include "ui/histories/quality/LeaksTab.h"
#include "ui/histories/quality/NewestStep.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/MessageBar.h"

#include <QComboBox>
#include <QPushButton>
#include <QTableWidget>

#include <algorithm>

namespace nextquill::ui {

/// What the fix did, and what it left.
struct LeaksTab::Fixed
{
    curate::LeakFixed fixed;
    std::int64_t step = 0; ///< that an undo takes back
    curate::LeakReport left;
};

/// The report with the kinds alone that are checked.
curate::LeakReport LeaksTab::toBeFixed() const
{
    curate::LeakReport report;
    if (!m_report) {
        return report;
    }
    report.settings = m_report->settings;
    report.settings.kinds.clear();
    for (int row = 0; row < m_kinds->rowCount(); ++row) {
        const auto* item = m_kinds->item(row, 0);
        if (item != nullptr && item->checkState() == Qt::Checked) {
            report.settings.kinds.insert(
                static_cast<curate::LeakKind>(item->data(Qt::UserRole).toInt()));
        }
    }
    std::ranges::copy_if(
        m_report->leaks, std::back_inserter(report.leaks),
        [&](const curate::Leak& leak) { return report.settings.kinds.contains(leak.kind); });
    return report;
}

/// Says on the button what it would do. The number is counted beside the window.
void LeaksTab::renewFix()
{
    const quint64 question = ++m_fixQuestion;
    const bool busy = m_job && m_job->isRunning();
    const store::Split* const split = chosenSplit();
    m_side->setEnabled(m_report && m_checked && !busy);
    m_fix->setEnabled(false);
    if (busy) {
        return; // its end asks again
    }
    if (!m_report || !m_checked || split == nullptr ||
        split->settings.name != m_checked->settings.name) {
        m_fix->setText(tr("Exclude"));
        m_fix->setToolTip(m_report && !m_checked
                              ? tr("Without a split there is nothing to make anew. Make one, "
                                   "then check it.")
                              : QString{});
        return;
    }
    if (split->frozen) {
        m_fix->setText(tr("Make a new &version to fix"));
        m_fix->setToolTip(tr("A run was trained on this split, so it stays as it is."));
        m_fix->setEnabled(!m_session.isReadOnly() && !m_report->leaks.empty());
        return;
    }
    const auto side = static_cast<curate::LeakFix>(m_side->currentData().toInt());
    auto* job =
        m_session.work(tr("Counting"), this, [report = toBeFixed(), side](StopToken, Progress&) {
            return curate::reviewsToExclude(report, side).size();
        });
    connect(job, &Job::done, this, [this, job, question] {
        if (question != m_fixQuestion) {
            return;
        }
        const auto count = static_cast<int>(job->takeValue());
        m_fix->setText(count > 0 ? tr("E&xclude %Ln review(s)", nullptr, count)
                                 : tr("Nothing to exclude"));
        m_fix->setToolTip(tr("One step that can be undone; the split is made anew"));
        m_fix->setEnabled(count > 0 && !m_session.isReadOnly());
    });
}

void LeaksTab::fix()
{
    const store::Split* const chosen = chosenSplit();
    if (chosen == nullptr || !m_report || (m_job && m_job->isRunning())) {
        return;
    }
    if (chosen->frozen) {
        makeVersion();
        return;
    }
    const auto side = static_cast<curate::LeakFix>(m_side->currentData().toInt());
    auto* job = m_session.change(
        tr("Excluding reviews"), this,
        [split = *chosen, report = toBeFixed(), all = m_report->settings,
         side](store::Project& project, const StopToken& stop, Progress& progress) {
            Fixed done{.fixed = curate::fixLeaks(project, split, report, side),
                       .step = newestStep(project),
                       .left = {}};
            done.left = curate::findLeaks(project, done.fixed.split, all, stop, progress);
            store::keepLeakCheck(project, done.fixed.split, done.left.check());
            return done;
        });
    watch(job);
    connect(job, &Job::done, this, [this, job] {
        Fixed done = job->takeValue();
        m_checked = done.fixed.split;
        m_ownChange = true;
        m_session.announceData();
        const store::Split& split = done.fixed.split;
        const auto left = static_cast<int>(done.left.leaks.size());
        m_message->showMessage(
            {.kind = MessageBar::Kind::Success,
             .text = tr("%Ln review(s) excluded.", nullptr, static_cast<int>(done.fixed.excluded)) %
                     QLatin1Char(' ') %
                     tr("The split %1 was made anew: %2 train, %3 validation, %4 test.")
                         .arg(shown(split.settings.name))
                         .arg(split.train)
                         .arg(split.validation)
                         .arg(split.test) %
                     QLatin1Char(' ') % tr("%Ln leak(s) left.", nullptr, left),
             .actionText = tr("Undo"),
             .action = [this, step = done.step] { undoFix(step); },
             .details = {}});
        showReport(std::move(done.left));
    });
    // Stopped: the reviews are out, what is left was not counted.
    connect(job, &Job::stopped, this, [this] { m_session.announceData(); });
}

void LeaksTab::undoFix(std::int64_t step)
{
    if (!m_checked) {
        return;
    }
    auto* job = m_session.change(
        tr("Taking it back"), this,
        [step, name = m_checked->settings.name](store::Project& project, StopToken, Progress&) {
            undoStep(project, step);
            store::Splits splits{project};
            if (const auto split = splits.find(name)) {
                splits.create(split->settings);
            }
            return true;
        });
    connect(job, &Job::done, this, [this] {
        m_session.announceData();
        m_message->showMessage({.kind = MessageBar::Kind::Information,
                                .text = tr("The exclusion was taken back, and the split made "
                                           "again as it was."),
                                .actionText = {},
                                .action = {},
                                .details = {}});
    });
}

void LeaksTab::makeVersion()
{
    auto* job = m_session.change(
        tr("Making a new version"), this,
        [settings = m_checked->settings](store::Project& project, StopToken, Progress&) {
            return store::Splits{project}.createVersion(settings);
        });
    connect(job, &Job::done, this, [this, job] {
        const store::Split made = job->takeValue();
        forgetReport({});
        m_known.push_back(made);
        showSplits(m_known);
        m_split->setCurrentIndex(m_split->findData(shown(made.settings.name)));
        m_ownChange = true;
        m_session.announceData();
        look();
    });
}

} // namespace nextquill::ui

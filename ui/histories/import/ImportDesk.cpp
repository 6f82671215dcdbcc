// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/import/ImportDesk.h"

#include "core/store/Project.h"

#include "ui/histories/import/ImportDialog.h"
#include "ui/histories/import/RetryDialog.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"

#include <QFileDialog>
#include <QLocale>
#include <QStringList>
#include <QWidget>

#include <utility>

namespace nextquill::ui {

namespace {

QString number(std::int64_t count)
{
    return QLocale{}.toString(qlonglong{count});
}

/// Excludes all but one of the reviews of a user about an item; how many.
std::int64_t excludeRepeated(store::Project& project, curate::KeepRule keep, const StopToken& stop,
                             Progress& progress)
{
    const curate::DuplicateSettings settings{.search = curate::DuplicateSearch::UserItem,
                                             .keep = keep};
    return curate::excludeDuplicates(project,
                                     curate::findDuplicates(project, settings, stop, progress));
}

} // namespace

/// What an import brought, as the project knows it.
struct ImportDesk::Outcome
{
    store::ImportResult result;
    store::ImportEntry entry;
    std::int64_t excluded = 0; ///< repeated
};

ImportDesk::ImportDesk(ProjectSession& session, QWidget* window)
    : QObject{window}
    , m_session{session}
    , m_window{window}
{
}

void ImportDesk::chooseFiles()
{
    const QStringList names = QFileDialog::getOpenFileNames(
        m_window, tr("Import reviews"), {},
        tr("Review files (*.jsonl *.json *.csv *.tsv *.txt *.gz *.zst);;All files (*)"));
    std::vector<std::filesystem::path> files;
    for (const QString& name : names) {
        files.push_back(pathOf(name));
    }
    if (!files.empty()) {
        askAbout(files);
    }
}

void ImportDesk::askAbout(const std::vector<std::filesystem::path>& files)
{
    if (!m_session.isOpen() || m_session.isReadOnly()) {
        Q_EMIT m_session.noticed(tr("Open or make a project first, one that you may write."), {},
                                 {});
        return;
    }
    auto* dialog = new ImportDialog{m_session, files, m_window};
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] { start(dialog->plan()); });
    dialog->open();
}

void ImportDesk::start(const ImportPlan& plan)
{
    auto* job = m_session.change(
        tr("Importing %1").arg(shownPath(plan.files.front().filename())), this,
        [plan](store::Project& project, StopToken stop, Progress& progress) {
            Outcome outcome;
            outcome.result =
                store::importReviews(project, plan.files, plan.settings, stop, progress);
            outcome.entry = store::imports(project).front();
            if (plan.keptOfUserItem && !outcome.result.stopped && outcome.result.kept > 0) {
                outcome.excluded = excludeRepeated(project, *plan.keptOfUserItem, stop, progress);
            }
            return outcome;
        });
    job->setInBytes(true);
    m_session.track(job);
    connect(job, &Job::done, this, [this, job] { report(job->takeValue()); });
    // What was read before a failure or a stop is there.
    connect(job, &Job::failed, &m_session, &ProjectSession::announceData);
    connect(job, &Job::stopped, &m_session, &ProjectSession::announceData);
}

void ImportDesk::resume(const store::ImportEntry& import)
{
    auto* job = m_session.change(
        tr("Going on with %1").arg(shownFiles(import.files)), this,
        [id = import.id](store::Project& project, StopToken stop, Progress& progress) {
            Outcome outcome;
            outcome.result = store::resumeImport(project, id, {}, std::move(stop), progress);
            outcome.entry = store::imports(project).front();
            return outcome;
        });
    job->setInBytes(true);
    m_session.track(job);
    connect(job, &Job::done, this, [this, job] { report(job->takeValue()); });
    connect(job, &Job::failed, &m_session, &ProjectSession::announceData);
}

void ImportDesk::rollBack(const store::ImportEntry& import)
{
    auto* job = m_session.change(
        tr("Taking %1 back").arg(shownFiles(import.files)), this,
        [id = import.id](store::Project& project, const StopToken& stop, Progress& progress) {
            return store::rollBackImport(project, id, stop, progress);
        });
    m_session.track(job);
    connect(job, &Job::done, this, [this, job, files = shownFiles(import.files)] {
        const std::int64_t reviews = job->takeValue();
        m_session.announceData();
        Q_EMIT m_session.noticed(
            tr("The import of %1 is taken back: %2 taken out.")
                .arg(files, tr("%Ln review(s)", nullptr, static_cast<int>(reviews))),
            {}, {});
    });
    connect(job, &Job::failed, &m_session, &ProjectSession::announceData);
    connect(job, &Job::stopped, &m_session, &ProjectSession::announceData);
}

void ImportDesk::keep(const store::ImportEntry& import)
{
    auto* job = m_session.change(
        tr("Keeping what was imported"), this,
        [id = import.id](store::Project& project, const StopToken& stop, Progress& progress) {
            store::keepImport(project, id, stop, progress);
            return true;
        });
    m_session.track(job);
    connect(job, &Job::stopped, &m_session, &ProjectSession::announceData);
    connect(job, &Job::done, &m_session, &ProjectSession::announceData);
}

void ImportDesk::askAboutRejects(const store::RejectFilter& which)
{
    if (!m_session.isOpen() || m_session.isReadOnly()) {
        return;
    }
    auto* dialog = new RetryDialog{m_session, which, m_window};
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] { retryRejects(dialog->settings()); });
    dialog->open();
}

void ImportDesk::retryRejects(const store::RetrySettings& settings)
{
    auto* job = m_session.change(
        tr("Reading rejected lines again"), this,
        [settings](store::Project& project, StopToken stop, Progress& progress) {
            return store::retryRejects(project, settings, std::move(stop), progress);
        });
    job->setInBytes(true);
    m_session.track(job);
    connect(job, &Job::done, this, [this, job] { reportRetry(job->takeValue()); });
}

void ImportDesk::report(const Outcome& outcome)
{
    const store::ImportResult& result = outcome.result;
    m_session.announceData();
    if (result.stopped) {
        Q_EMIT stopped(outcome.entry);
        return;
    }
    QString text = tr("%1 from %2: %3 new, %4 already there, %5 rejected.")
                       .arg(tr("%Ln review(s) read", nullptr, static_cast<int>(result.read)),
                            shownFiles(outcome.entry.files), number(result.kept),
                            number(result.duplicates), number(result.rejected));
    if (outcome.excluded > 0) {
        text = tr("%1 %2").arg(text, tr("%Ln repeated review(s) excluded; Undo includes them.",
                                        nullptr, static_cast<int>(outcome.excluded)));
    }
    const bool canUndo = result.kept > 0 && outcome.excluded == 0;
    Q_EMIT m_session.noticed(text, canUndo ? tr("Undo import") : QString{},
                             [this, entry = outcome.entry] { rollBack(entry); });
}

void ImportDesk::reportRetry(const store::RetryResult& result)
{
    m_session.announceData();
    QString text =
        tr("%1: %2 new, %3 already there, %4 rejected again.")
            .arg(tr("%Ln rejected line(s) read again", nullptr, static_cast<int>(result.tried)),
                 number(result.kept), number(result.duplicates), number(result.rejected));
    if (result.outOfReach > 0) {
        text = tr("%1 %2").arg(
            text, tr("%Ln line(s) could not be tried: the file is gone, or was damaged there.",
                     nullptr, static_cast<int>(result.outOfReach)));
    }
    Q_EMIT m_session.noticed(text, {}, {});
}

QString shownFiles(const std::string& names)
{
    const QStringList files = shown(names).split(QStringLiteral(", "));
    return files.size() < 2 ? files.front()
                            : QObject::tr("%1 and %2 more")
                                  .arg(files.front(), QLocale{}.toString(files.size() - 1));
}

} // namespace nextquill::ui

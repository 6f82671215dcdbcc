// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Id.h"
#include "core/store/import/ImportJournal.h"
#include "core/store/import/RejectRetry.h"

#include "ui/histories/import/ImportPlan.h"

#include <QObject>
#include <QString>

#include <filesystem>
#include <vector>

class QWidget;

namespace nextquill::ui {

class ProjectSession;

/// Imports files into the open project, and does with imports what a person chooses: go on, take
/// back, keep, try rejected lines again. Says what came of it in the message bar, with one action.
///
/// Threads  GUI thread only; the work is done on workers
class ImportDesk : public QObject
{
    Q_OBJECT

public:
    /// Dialogs belong to `window`.
    ImportDesk(ProjectSession& session, QWidget* window);

    /// Asks for files, then as askAbout().
    void chooseFiles();

    /// Shows what is in the files and imports them as the person says; in a project that cannot be
    /// written says so instead.
    void askAbout(const std::vector<std::filesystem::path>& files);

    void start(const ImportPlan& plan);
    void resume(const store::ImportEntry& import);
    void rollBack(const store::ImportEntry& import);
    void keep(const store::ImportEntry& import);
    /// Asks how, then reads them again: those that `which` says.
    void askAboutRejects(const store::RejectFilter& which);
    void retryRejects(const store::RetrySettings& settings);

Q_SIGNALS:
    /// A person stopped it: what was read is there, and it may go on or be taken back.
    void stopped(const nextquill::store::ImportEntry& import);

private:
    struct Outcome;

    void report(const Outcome& outcome);
    void reportRetry(const store::RetryResult& result);

    ProjectSession& m_session;
    QWidget* m_window;
};

/// "reviews.jsonl.gz", or "reviews.jsonl and 2 more".
[[nodiscard]] QString shownFiles(const std::string& names);

} // namespace nextquill::ui

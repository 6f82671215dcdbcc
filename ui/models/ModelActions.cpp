// SPDX-License-Identifier: GPL-3.0-or-later
//
// What ModelsView does with models: looks at them, adds, fetches, verifies and removes them.
#include "core/workflow/ModelRegistry.h"

#include "ui/models/FetchList.h"
#include "ui/models/ModelCard.h"
#include "ui/models/ModelFetches.h"
#include "ui/models/ModelTableModel.h"
#include "ui/models/ModelsView.h"
#include "ui/models/RemoveQuestion.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/ProgressLine.h"

#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QTableView>

#include <algorithm>
#include <system_error>
#include <utility>

namespace nextquill::ui {

namespace fs = std::filesystem;

bool ModelsView::looksLikeModel(const fs::path& path)
{
    std::error_code error; // what cannot be looked at is no model
    return path.extension() == ".gguf" || fs::exists(path / "config.json", error) ||
           fs::exists(path / "adapter_config.json", error);
}

/// The chosen one first: its card waits.
void ModelsView::describeNext()
{
    if (m_describing != nullptr || !isVisible()) {
        return;
    }
    const auto isDue = [](const ModelEntry& entry) {
        return !entry.summary && entry.isThere && entry.known.isWhole;
    };
    const ModelEntry* next = current();
    if (next == nullptr || !isDue(*next)) {
        const auto found = std::ranges::find_if(m_model->entries(), isDue);
        next = found == m_model->entries().end() ? nullptr : &*found;
    }
    if (next == nullptr) {
        return;
    }
    auto* const job =
        withModels(tr("Looking at %1").arg(shown(next->known.name)),
                   [known = next->known](store::Project* project, const StopToken&, Progress&) {
                       return std::make_shared<const workflow::ModelSummary>(
                           workflow::describe(known, project));
                   });
    m_describing = job;
    connect(job, &Job::done, this, [this, job, known = next->known, file = m_session.file()] {
        m_describing = nullptr;
        auto summary = job->takeValue();
        const int row = m_model->rowOf(known.name);
        if (row >= 0 && file == m_session.file() && m_model->entry(row).known.path == known.path) {
            m_summaries[known.path] = summary;
            m_model->setSummary(row, std::move(summary));
            if (row == m_list->currentIndex().row()) {
                showCurrent();
            }
        }
        describeNext();
    });
}

void ModelsView::chooseFolder()
{
    auto* dialog = new QFileDialog{this, tr("A model's or adapter's folder")};
    dialog->setObjectName(QStringLiteral("chooseFolder"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::fileSelected, this,
            [this](const QString& folder) { add({pathOf(folder)}); });
    dialog->open();
}

void ModelsView::chooseFiles()
{
    auto* dialog =
        new QFileDialog{this, tr("GGUF files"), {}, tr("GGUF files (*.gguf);;All files (*)")};
    dialog->setObjectName(QStringLiteral("chooseFiles"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFiles);
    connect(dialog, &QFileDialog::filesSelected, this, [this](const QStringList& files) {
        std::vector<fs::path> paths;
        for (const QString& file : files) {
            paths.push_back(pathOf(file));
        }
        add(paths);
    });
    dialog->open();
}

void ModelsView::add(const std::vector<fs::path>& paths)
{
    auto* const job = m_session.work(
        tr("Adding models"), this, [paths](const StopToken& stop, Progress& progress) {
            Added added;
            for (const fs::path& path : paths) {
                stopPoint(stop);
                progress.report({.done = static_cast<std::int64_t>(added.names.size()),
                                 .total = static_cast<std::int64_t>(paths.size()),
                                 .stage = path.filename().string()});
                try {
                    added.names.push_back(
                        workflow::addModel(fs::absolute(path).string(), {}, nullptr));
                } catch (const Error& error) {
                    added.errors.push_back(error);
                }
            }
            return added;
        });
    m_session.track(job);
    connect(job, &Job::done, this, [this, job] { reportAdded(job->takeValue()); });
}

void ModelsView::reportAdded(const Added& added)
{
    QStringList names;
    for (const std::string& name : added.names) {
        names << shown(name);
    }
    if (!names.isEmpty()) {
        m_wanted = added.names.front();
        m_session.announceModels();
        refresh();
    }
    const QString good =
        names.isEmpty() ? QString{} : tr("Added: %1.").arg(names.join(QStringLiteral(", ")));
    if (added.errors.empty()) {
        Q_EMIT m_session.noticed(good, {}, {});
        return;
    }
    QStringList details;
    for (const Error& error : added.errors) {
        details << tr("%1: %2; %3")
                       .arg(shown(error.where()), shown(error.problem()), shown(error.remedy()));
    }
    QString text = shownError(added.errors.front());
    if (const auto others = static_cast<int>(added.errors.size()) - 1; others > 0) {
        text += QLatin1Char(' ') % tr("%n other(s) could not be added either.", nullptr, others);
    }
    text = good.isEmpty() ? text : QString(good % QLatin1Char(' ') % text);
    Q_EMIT m_session.attention(text, details.join(QLatin1Char('\n')), {}, {});
}

void ModelsView::focusFetch()
{
    m_hubName->setFocus(Qt::ShortcutFocusReason);
    m_hubName->selectAll();
}

void ModelsView::fetchTyped()
{
    if (m_hubName->text().trimmed().isEmpty()) {
        return;
    }
    try {
        m_fetches->add(hub::requireHubReference(stored(m_hubName->text())));
        m_hubName->clear();
    } catch (const Error& error) {
        m_hubProblem->setText(shownError(error));
        m_hubProblem->show();
    }
}

void ModelsView::connectFetches()
{
    connect(m_fetches, &ModelFetches::fetched, this, &ModelsView::reportFetched);
    connect(m_fetches, &ModelFetches::cancelled, this, [this](const QString& name) {
        reload();
        Q_EMIT m_session.noticed(
            tr("%1 is no longer fetched. What came is kept, and a later fetch goes on there.")
                .arg(name),
            tr("Go on"), [this, name] {
                if (const auto what = hub::readHubReference(stored(name))) {
                    m_fetches->add(*what);
                }
            });
    });
    connect(m_fetches, &ModelFetches::failed, this,
            [this](const QString& /*name*/, const Failure& failure) {
                reload();
                if (!isVisible()) { // else its row says so
                    Q_EMIT m_session.failed(failure);
                }
            });
}

void ModelsView::reportFetched(const QString& name, const hub::FetchedModel& model)
{
    m_wanted = stored(name);
    m_session.announceModels();
    refresh();
    const QString files =
        tr("%n file(s), %1, checksums right", nullptr, static_cast<int>(model.files.size()))
            .arg(shownBytes(model.bytes));
    Q_EMIT m_session.noticed(model.fetched == 0 ? tr("%1: all was here already.").arg(name)
                                                : tr("%1 is here: %2.").arg(name, files),
                             {}, {});
}

void ModelsView::use(ModelUse use)
{
    const ModelEntry* const entry = current();
    const bool isUsable = entry != nullptr && m_session.isOpen() && entry->isUsable();
    if (isUsable && !(use == ModelUse::Train && entry->isAdapter())) {
        Q_EMIT m_session.modelRequested(shown(entry->known.name), use);
    }
}

void ModelsView::copyPath() const
{
    if (const ModelEntry* const entry = current()) {
        QGuiApplication::clipboard()->setText(shownPath(entry->known.path));
        Q_EMIT m_session.noticed(tr("Copied: %1").arg(shownPath(entry->known.path)), {}, {});
    }
}

void ModelsView::verify()
{
    const ModelEntry* const entry = current();
    if (entry == nullptr || !entry->isThere || !entry->known.isWhole || m_verifying != nullptr) {
        return;
    }
    const std::string name = entry->known.name;
    auto* const job = withModels(
        tr("Verifying %1").arg(shown(name)),
        [name](store::Project* project, const StopToken& stop, Progress& progress) {
            const workflow::ModelChoice choice = workflow::chooseModel(name, project);
            workflow::VerifiedModels verified;
            verified.note(workflow::pathOf(choice), workflow::verifyModel(choice, stop, progress));
            return verified.find(workflow::pathOf(choice)).value();
        });
    m_verifying = job;
    ProgressLine& line = m_card->progress();
    line.begin(job->title());
    m_card->setVerifying(name);
    m_session.track(job);
    connect(job, &Job::progressed, &line, [&line](const ProgressReport& report) {
        line.setProgress(report.done, report.total, shown(report.stage));
    });
    const auto end = [this] {
        m_verifying = nullptr;
        m_card->setVerifying({});
    };
    connect(job, &Job::done, this, [this, job, name, end] {
        end();
        reportVerified(name, job->takeValue());
    });
    connect(job, &Job::failed, this, end);
    connect(job, &Job::stopped, this, [this, name, end] {
        end();
        Q_EMIT m_session.noticed(tr("%1 was not verified to the end.").arg(shown(name)), {}, {});
    });
}

void ModelsView::reportVerified(const std::string& name, workflow::VerifiedModel verified)
{
    const bool isSound = verified.isSound();
    if (const int row = m_model->rowOf(name); row >= 0) {
        m_model->setVerified(row, std::move(verified));
        showCurrent();
    }
    if (isSound) {
        Q_EMIT m_session.noticed(tr("%1 is sound.").arg(shown(name)), {}, {});
    } else {
        Q_EMIT m_session.attention(tr("%1 failed a check; its card says which.").arg(shown(name)),
                                   {}, {}, {});
    }
}

void ModelsView::askToRemove()
{
    const ModelEntry* const entry = current();
    if (entry == nullptr || entry->known.source == workflow::ModelSource::Demo) {
        return;
    }
    auto* const job = m_session.work(tr("Counting files"), this,
                                     [known = entry->known](const StopToken&, Progress&) {
                                         return workflow::filesToDelete(known);
                                     });
    connect(job, &Job::done, this,
            [this, job, known = entry->known] { ask(known, job->takeValue()); });
}

void ModelsView::ask(const workflow::KnownModel& model, workflow::FilesToDelete files)
{
    QStringList runs;
    if (const auto known = m_summaries.find(model.path); known != m_summaries.end()) {
        for (const std::string& run : known->second->runs) {
            runs << shown(run);
        }
    }
    auto* question = new RemoveQuestion{model, std::move(files), runs, this};
    question->setAttribute(Qt::WA_DeleteOnClose);
    connect(question, &QDialog::finished, this, [this, question] {
        if (question->isAgreed()) {
            remove(question->model(), question->deletesFiles());
        }
    });
    question->open();
}

void ModelsView::remove(const workflow::KnownModel& model, bool deletesFiles)
{
    const bool isOfProject = model.source == workflow::ModelSource::Project;
    auto* const job = m_session.work(
        tr("Removing %1").arg(shown(model.name)), this,
        [file = isOfProject ? m_session.file() : fs::path{}, name = model.name,
         deletesFiles](const StopToken&, Progress&) {
            const auto project =
                file.empty() ? nullptr : store::Project::open(file, store::OpenMode::ReadWrite);
            workflow::removeModel(name, project.get(), deletesFiles);
            return true;
        });
    connect(job, &Job::done, this, [this, model, deletesFiles] {
        m_session.announceModels();
        refresh();
        const QString name = shown(model.name);
        if (deletesFiles) {
            Q_EMIT m_session.noticed(tr("%1 was removed, and its files were deleted.").arg(name),
                                     {}, {});
            return;
        }
        Q_EMIT m_session.noticed(
            tr("%1 was removed. Its files stay in %2.").arg(name, shownPath(model.path)),
            model.source == workflow::ModelSource::Registry ? tr("Undo") : QString{},
            [this, model] { restore(model); });
    });
    connect(job, &Job::failed, this, &ModelsView::refresh);
}

void ModelsView::restore(const workflow::KnownModel& model)
{
    auto* const job = m_session.work(tr("Undo"), this, [model](const StopToken&, Progress&) {
        workflow::ModelRegistry{}.add({.name = model.name,
                                       .path = model.path,
                                       .kind = model.kind,
                                       .description = model.description});
        return true;
    });
    connect(job, &Job::done, this, [this, model] {
        m_wanted = model.name;
        m_session.announceModels();
        refresh();
    });
}

void ModelsView::stop()
{
    m_fetches->stop();
    for (const QPointer<Job>& job : {m_listing, m_describing, m_verifying}) {
        if (!job.isNull()) {
            job->requestStop();
        }
    }
}

} // namespace nextquill::ui

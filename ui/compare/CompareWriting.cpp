// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/Histories.h"
#include "core/store/Project.h"
#include "core/workflow/Comparison.h"
#include "core/workflow/ModelChoice.h"

#include "ui/compare/CompareColumn.h"
#include "ui/compare/CompareView.h"
#include "ui/compare/PieceRelay.h"
#include "ui/project/ModelBox.h"
#include "ui/project/ModelShelf.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/tasks/Job.h"
#include "ui/widgets/ProgressLine.h"

#include <QDoubleSpinBox>
#include <QSpinBox>

#include <utility>

namespace nextquill::ui {

namespace {

/// What the writing of a text needs, by value: it runs on another thread.
struct Request
{
    std::filesystem::path project;
    ExampleId example{};
    std::string model;
    bool withHistory = false;
    generate::GenerationSettings generation;
};

using Result = std::shared_ptr<const workflow::ComparedText>;

Result write(ModelShelf& models, const Request& request, PieceRelay& relay, const StopToken& stop,
             Progress& progress)
{
    const auto project = store::Project::open(request.project, store::OpenMode::ReadOnly);
    const store::ExampleData example = store::Histories{*project}.example(request.example);
    workflow::ExampleSettings settings;
    workflow::followRunOf(workflow::chooseModel(request.model, project.get()), settings);
    Result result;
    models.with(request.project, request.model, stop, progress,
                [&](model::Decoder& decoder, const std::string& name) {
                    progress.report({.stage = "writing"});
                    result = std::make_shared<const workflow::ComparedText>(workflow::writeText(
                        example, decoder, name, request.withHistory, settings, request.generation,
                        stop, [&relay](const std::string& piece) { relay.say(shown(piece)); }));
                });
    return result;
}

} // namespace

struct CompareView::Plan
{
    std::size_t column = 0;
    std::string model;
    bool withHistory = false;
};

std::vector<CompareView::Plan> CompareView::plansOfAll() const
{
    std::vector<Plan> plans{{BaseWithout, stored(m_base->model()), false},
                            {BaseWith, stored(m_base->model()), true},
                            {PersonalWith, stored(m_personal->model()), true}};
    std::erase_if(plans, [](const Plan& plan) { return plan.model.empty(); });
    return plans;
}

void CompareView::generate()
{
    if (!m_session.isOpen() || !m_example) {
        Q_EMIT m_session.noticed(tr("Choose a text on the left first."), {}, {});
        return;
    }
    ++m_round;
    if (m_job != nullptr) {
        m_job->requestStop();
    }
    setWrittenShown(true);
    for (std::size_t i = BaseWithout; i < OwnText; ++i) {
        m_columns[i]->clearText();
        m_columns[i]->setWaiting(tr("Waiting for its turn…"));
    }
    writeNext(plansOfAll());
}

void CompareView::writeNext(std::vector<Plan> plans)
{
    if (plans.empty()) {
        renewDifferences();
        return;
    }
    const Plan plan = plans.front();
    plans.erase(plans.begin());
    CompareColumn* const column = m_columns[plan.column];
    column->setWaiting(tr("Reading the prompt…"));
    generate::GenerationSettings generation;
    generation.seed = static_cast<std::uint64_t>(m_seed->value());
    generation.strength = plan.withHistory ? m_strength->value() : 1;
    generation.maxNewTokens = static_cast<std::size_t>(m_length->value());
    const quint64 round = m_round;
    const auto relay = PieceRelay::create();
    connect(relay.get(), &PieceRelay::said, column, [this, column, round](const QString& piece) {
        if (round == m_round) {
            column->addPiece(piece);
        }
    });
    const Request request{.project = m_session.file(),
                          .example = *m_example,
                          .model = plan.model,
                          .withHistory = plan.withHistory,
                          .generation = generation};
    auto* job = startJob(
        tr("Writing"), m_session.workers(), this,
        [models = m_session.sharedModels(), request, relay](StopToken stop, Progress& progress) {
            return write(*models, request, *relay, stop, progress);
        });
    m_job = job;
    m_progress->begin(tr("Writing"));
    m_progress->show();
    connect(m_progress, &ProgressLine::cancelRequested, job, &Job::requestStop);
    connect(job, &Job::progressed, this, [this](const ProgressReport& report) {
        m_progress->setProgress(report.done, report.total, shown(report.stage));
    });
    connect(job, &Job::done, this, [this, job, column, round, plans] {
        const auto result = job->takeValue();
        finishJob(job);
        if (round == m_round) {
            column->setResult(result);
            writeNext(plans);
        }
    });
    connect(job, &Job::stopped, this, [this, job, column, round, plans] {
        finishJob(job);
        if (round == m_round) { // by its user, not by another choice
            column->setWaiting(tr("Stopped. Press Write (F5)."));
            for (const Plan& next : plans) {
                m_columns[next.column]->setWaiting(tr("Press Write (F5)."));
            }
        }
    });
    connect(job, &Job::failed, &m_session, &ProjectSession::failed);
    connect(job, &Job::failed, this, [this, job, column, round, plans](const Failure& failure) {
        finishJob(job);
        if (round == m_round) {
            column->setWaiting(failure.problem);
            writeNext(plans); // the other model may do
        }
    });
}

void CompareView::finishJob(Job* job)
{
    if (m_job == job) {
        m_job = nullptr;
        m_progress->hide();
    }
    job->deleteLater();
}

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/InspectView.h"

#include "core/causal/Attribution.h"
#include "core/store/Histories.h"
#include "core/workflow/Comparison.h"

#include "ui/inspect/HistoryEffectsModel.h"
#include "ui/inspect/TokenPanel.h"
#include "ui/project/EffectColorScale.h"
#include "ui/project/ExamplePicker.h"
#include "ui/project/ModelBox.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/ColorLegend.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/ProgressLine.h"
#include "ui/widgets/ThresholdSlider.h"
#include "ui/widgets/TokenView.h"

#include <QComboBox>
#include <QFileDialog>
#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableView>

#include <cmath>
#include <limits>
#include <utility>

namespace nextquill::ui {

namespace {

using InspectionPtr = std::shared_ptr<const workflow::Inspection>;

/// What a measurement needs, by value: it runs on another thread.
struct Request
{
    std::filesystem::path project;
    std::string model;
    ExampleId example{};
    bool generated = false;
    bool attribution = false;
};

InspectionPtr measureOn(ModelShelf& models, const Request& request, const StopToken& stop,
                        Progress& progress)
{
    const auto project = store::Project::open(request.project, store::OpenMode::ReadOnly);
    const store::ExampleData data = store::Histories{*project}.example(request.example);
    workflow::ExampleSettings settings;
    workflow::followRunOf(workflow::chooseModel(request.model, project.get()), settings);
    InspectionPtr result;
    models.with(request.project, request.model, stop, progress,
                [&](model::Decoder& decoder, const std::string& name) {
                    std::optional<std::string> text;
                    if (request.generated) {
                        progress.report({.stage = "writing the text"});
                        generate::GenerationSettings generation;
                        generation.maxNewTokens = 120;
                        text = workflow::writeText(data, decoder, name, true, settings, generation,
                                                   stop, {})
                                   .text;
                    }
                    result = std::make_shared<const workflow::Inspection>(workflow::inspect(
                        data, decoder, name, settings, text, request.attribution, stop, progress));
                });
    return result;
}

} // namespace

EffectMeasure InspectView::chosenMeasure() const
{
    return static_cast<EffectMeasure>(m_measure->currentData().toInt());
}

void InspectView::showExample(ExampleId example)
{
    m_example = example;
    if (m_picker->current() != example) {
        m_picker->choose(example); // comes back here once it is chosen
        return;
    }
    measure();
}

void InspectView::useModel(const QString& model)
{
    m_model->setModel(model);
    measure();
}

void InspectView::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_due) {
        measure();
    }
}

void InspectView::measure()
{
    m_due = !isVisible(); // nothing is computed for a place that nobody looks at
    if (m_due) {
        return;
    }
    ask(tr("Measuring effects"), /*attribution=*/false);
}

void InspectView::ask(const QString& title, bool attribution)
{
    if (!m_session.isOpen() || !m_example || m_model->model().isEmpty()) {
        return;
    }
    const Request request{.project = m_session.file(),
                          .model = stored(m_model->model()),
                          .example = *m_example,
                          .generated = m_source->currentIndex() == 1,
                          .attribution = attribution};
    auto* job =
        startJob(title, m_session.workers(), this,
                 [models = m_session.sharedModels(), request](StopToken stop, Progress& progress) {
                     return measureOn(*models, request, stop, progress);
                 });
    start(job);
    connect(job, &Job::done, this, [this, job, attribution] {
        const InspectionPtr inspection = job->takeValue();
        if (m_job == job) {
            m_job = nullptr;
            m_progress->hide();
            const qsizetype token = attribution ? m_text->currentToken() : -1;
            showInspection(inspection);
            m_text->setCurrentToken(token);
        }
        job->deleteLater();
    });
}

void InspectView::start(Job* job)
{
    if (m_job != nullptr) {
        m_job->requestStop(); // its answer is of yesterday
    }
    m_job = job;
    m_progress->begin(job->title());
    m_progress->show();
    connect(m_progress, &ProgressLine::cancelRequested, job, &Job::requestStop);
    connect(job, &Job::progressed, this, [this, job](const ProgressReport& report) {
        if (m_job == job) {
            m_progress->setProgress(report.done, report.total, shown(report.stage));
        }
    });
    const auto end = [this, job] {
        if (m_job == job) {
            m_job = nullptr;
            m_progress->hide();
        }
        job->deleteLater();
    };
    connect(job, &Job::stopped, this, end);
    connect(job, &Job::failed, this, [this, job, end](const Failure& failure) {
        if (m_job == job) {
            showInspection(nullptr);
            m_empty->setTitle(failure.problem);
            m_empty->setSentence(QString(failure.where % QStringLiteral(": ") % failure.remedy));
        }
        end();
    });
}

void InspectView::showInspection(InspectionPtr inspection)
{
    m_inspection = std::move(inspection);
    m_historyModel->setInspection(m_inspection);
    m_export->setEnabled(m_inspection != nullptr);
    m_panel->showNothing();
    if (!m_inspection) {
        m_empty->setTitle(tr("Which words come from this person?"));
        m_empty->setSentence(
            tr("Choose a user and one of his texts on the left. The model reads it "
               "twice, with and without his history."));
        m_pages->setCurrentIndex(1);
        return;
    }
    m_pages->setCurrentIndex(0);
    m_heading->setText(
        tr("%1 on %2").arg(shown(m_inspection->userName), shown(m_inspection->itemTitle)));
    QString notes = tr("%n past text(s) in the prompt", nullptr,
                       static_cast<int>(m_inspection->history.size()));
    if (m_inspection->reviewsDropped > 0) {
        notes += tr(", %n older one(s) left out", nullptr, m_inspection->reviewsDropped);
    }
    if (m_inspection->targetCut) {
        notes += tr("; the text is longer than is measured and was cut");
    }
    m_notes->setText(notes);
    m_text->setText(tokenText(m_inspection->text, m_inspection->effects.tokens));
    m_text->setDescription([this](qsizetype token) {
        return m_inspection ? TokenPanel::sentence(*m_inspection, token) : QString{};
    });
    m_attribute->setEnabled(!m_inspection->attribution);
    m_history->setColumnWidth(HistoryEffectsModel::Item, 180);
    recolor();
}

void InspectView::recolor()
{
    if (!m_inspection) {
        return;
    }
    const MeasureInfo& info = infoOf(chosenMeasure());
    const bool pce = info.measure == EffectMeasure::Pce;
    const auto threshold =
        pce ? static_cast<float>(m_threshold->value()) : std::numeric_limits<float>::infinity();
    const auto scale = std::make_shared<EffectColorScale>(info.range, threshold);
    QList<float> values;
    for (const causal::TokenEffect& token : m_inspection->effects.tokens) {
        values.append(token.bytes ? valueOf(token, info.measure)
                                  : std::numeric_limits<float>::quiet_NaN());
    }
    m_text->setColorScale(scale);
    m_text->setValues(values);
    m_legend->setColorScale(scale);
    m_legend->setWords(info.below, info.above);
    m_threshold->setEnabled(pce);
    renewSummary();
}

void InspectView::renewSummary()
{
    const causal::PreferenceEffects& effects = m_inspection->effects;
    const double ratio = effects.preferenceRatio(static_cast<float>(m_threshold->value()));
    double bits = 0;
    for (const causal::TokenEffect& token : effects.tokens) {
        bits += static_cast<double>(bitsOf(token));
    }
    m_threshold->setSummary(
        tr("%1 % of %2 tokens weighted · mean PCE %3 · the history gives %4 bits about the text")
            .arg(QString::number(100 * ratio, 'f', 0))
            .arg(effects.tokens.size())
            .arg(QString::number(effects.meanPce(), 'f', 3), QString::number(bits, 'f', 1)));
}

void InspectView::showToken(qsizetype token)
{
    const bool known = m_inspection && token >= 0 &&
                       token < static_cast<qsizetype>(m_inspection->effects.tokens.size());
    m_historyModel->setToken(known ? token : -1);
    if (known) {
        m_panel->showToken(*m_inspection, token, m_threshold->value());
    } else {
        m_panel->showNothing();
    }
}

void InspectView::shadeByReview(int review)
{
    if (!m_inspection || !m_inspection->attribution || review < 0) {
        return;
    }
    QList<float> values;
    for (std::size_t t = 0; t < m_inspection->effects.tokens.size(); ++t) {
        values.append(m_inspection->effects.tokens[t].bytes
                          ? m_inspection->attribution->at(t, review)
                          : std::numeric_limits<float>::quiet_NaN());
    }
    m_text->setValues(values);
    m_legend->setWords(tr("less likely because of past text %1").arg(review + 1),
                       tr("more likely because of past text %1").arg(review + 1));
}

void InspectView::attribute()
{
    if (m_inspection && !m_inspection->attribution) {
        // The same text again, this time with each past text left out once.
        ask(tr("Leaving out past texts"), /*attribution=*/true);
    }
}

void InspectView::cycleMeasure()
{
    m_measure->setCurrentIndex((m_measure->currentIndex() + 1) % m_measure->count());
}

void InspectView::toggleGenerated()
{
    m_source->setCurrentIndex(1 - m_source->currentIndex());
}

void InspectView::exportFigure()
{
    if (!m_inspection) {
        return;
    }
    const QString name = QFileDialog::getSaveFileName(
        this, tr("Export the figure"), QStringLiteral("heatmap.svg"),
        tr("Figures and tables (*.svg *.pdf *.png *.html *.tex *.csv *.json)"));
    if (name.isEmpty()) {
        return;
    }
    auto* job = startJob(tr("Exporting"), m_session.workers(), this,
                         [inspection = m_inspection, file = pathOf(name)](StopToken, Progress&) {
                             workflow::writeFigure(*inspection, file);
                             return file;
                         });
    connect(job, &Job::done, this, [this, job, name] {
        Q_EMIT m_session.noticed(tr("Written: %1").arg(name), {}, {});
        job->deleteLater();
    });
    connect(job, &Job::failed, &m_session, &ProjectSession::failed);
    connect(job, &Job::failed, job, &QObject::deleteLater);
}

} // namespace nextquill::ui

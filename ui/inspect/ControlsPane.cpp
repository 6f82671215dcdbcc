// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/ControlsPane.h"

#include "core/store/Histories.h"
#include "core/store/Project.h"
#include "core/workflow/HistoryVariants.h"
#include "core/workflow/InspectionCost.h"
#include "core/workflow/ModelChoice.h"

#include "ui/inspect/CostLine.h"
#include "ui/inspect/EffectDistribution.h"
#include "ui/inspect/FoundSheet.h"
#include "ui/inspect/PaneJob.h"
#include "ui/project/ModelShelf.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/ProgressLine.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

#include <utility>

namespace nextquill::ui {

namespace {

using InspectionPtr = ControlsPane::InspectionPtr;

constexpr int mostHistories = 999;
constexpr int usualPlacebos = 19; // the fewest that can give p = 0.05
constexpr int usualResamples = 20;

/// By value: it goes to another thread.
struct ControlsRequest
{
    std::filesystem::path project;
    std::string model;
    InspectionPtr inspection;
    workflow::ControlsWish wish;
};

/// Calls `work` with the plan of what is wanted, on a worker.
template<typename Work>
void withPlan(ModelShelf& models, const ControlsRequest& request, const StopToken& stop,
              Progress& progress, const Work& work)
{
    const auto project = store::Project::open(request.project, store::OpenMode::ReadOnly);
    const store::ExampleData data = workflow::historyOf(
        *request.inspection, store::Histories{*project}.example(request.inspection->example));
    workflow::ExampleSettings settings;
    workflow::followRunOf(workflow::chooseModel(request.model, project.get()), settings);
    models.with(request.project, request.model, stop, progress,
                [&](model::Decoder& decoder, const std::string& /*name*/) {
                    const workflow::HistoryVariants variants{
                        data, decoder.files(), settings, request.inspection->effects.tokens.size()};
                    work(decoder, workflow::planControls(*project, variants, *request.inspection,
                                                         request.wish, stop));
                });
}

QString range(float low, float high)
{
    return QStringLiteral("%1 \u2026 %2")
        .arg(QString::number(low, 'f', 3), QString::number(high, 'f', 3));
}

} // namespace

ControlsPane::ControlsPane(ProjectSession& session, QWidget* parent)
    : QWidget{parent}
    , m_session{session}
    , m_placebos{new QSpinBox{this}}
    , m_resamples{new QSpinBox{this}}
    , m_shuffles{new QSpinBox{this}}
    , m_measure{new QPushButton{tr("Me&asure"), this}}
    , m_cost{new CostLine{session.workers(), this}}
    , m_words{new QLabel{this}}
    , m_distribution{new EffectDistribution{this}}
    , m_progress{new ProgressLine{this}}
    , m_job{new PaneJob{*m_progress, this}}
{
    createControls();
    connect(m_job, &PaneJob::ended, this, &ControlsPane::renew);
    for (QSpinBox* box : {m_placebos, m_resamples, m_shuffles}) {
        connect(box, &QSpinBox::valueChanged, this, &ControlsPane::askCost);
    }
    connect(m_measure, &QPushButton::clicked, this, &ControlsPane::measure);
    setInspection(nullptr, {});
}

void ControlsPane::createControls()
{
    m_placebos->setObjectName(QStringLiteral("placebos"));
    m_resamples->setObjectName(QStringLiteral("resamples"));
    m_shuffles->setObjectName(QStringLiteral("shuffles"));
    m_measure->setObjectName(QStringLiteral("measureControls"));
    m_cost->setObjectName(QStringLiteral("controlsCost"));
    m_words->setObjectName(QStringLiteral("controlsWords"));
    m_placebos->setToolTip(
        tr("Histories of other users in place of this one\u2019s: what they do, "
           "too, is not this person\u2019s own. Fewer than 19 cannot give 5 %."));
    m_resamples->setToolTip(tr("The user\u2019s past texts drawn with replacement: how much an "
                               "effect hangs on which of them were there"));
    m_shuffles->setToolTip(tr("The same past texts in other orders"));
    auto* row = new QHBoxLayout;
    const std::pair<QString, QSpinBox*> boxes[] = {{tr("&Other users"), m_placebos},
                                                   {tr("&Drawn anew"), m_resamples},
                                                   {tr("Other o&rders"), m_shuffles}};
    for (const auto& [name, box] : boxes) {
        box->setRange(0, mostHistories);
        auto* label = new QLabel{name, this};
        label->setBuddy(box);
        row->addWidget(label);
        row->addWidget(box);
    }
    m_placebos->setValue(usualPlacebos);
    m_resamples->setValue(usualResamples);
    row->addWidget(m_measure);
    row->addStretch(1);
    m_progress->hide();
    auto* layout = new QVBoxLayout{this};
    layout->addLayout(row);
    layout->addWidget(m_cost);
    layout->addWidget(foundSheet(*m_distribution, *m_words), 1);
    layout->addWidget(m_progress);
}

workflow::ControlsWish ControlsPane::wish() const
{
    return {.placebos = m_placebos->value(),
            .resamples = m_resamples->value(),
            .shuffles = m_shuffles->value()};
}

void ControlsPane::setInspection(InspectionPtr inspection, const QString& model)
{
    const bool isOther = !inspection || !m_inspection || inspection->text != m_inspection->text ||
                         inspection->example != m_inspection->example || model != m_model;
    if (isOther) {
        m_job->drop(); // of another text
    }
    m_inspection = std::move(inspection);
    m_model = model;
    if (isOther) {
        m_token = -1;
        askCost();
    }
    renew();
}

void ControlsPane::setToken(qsizetype token)
{
    m_token = token;
    showDistribution();
}

void ControlsPane::askCost()
{
    if (!m_inspection || wish().isEmpty()) {
        m_cost->say({});
        return;
    }
    const ControlsRequest request{m_session.file(), stored(m_model), m_inspection, wish()};
    m_cost->ask(
        [models = m_session.sharedModels(), request](const StopToken& stop, Progress& progress) {
            std::string cost;
            withPlan(*models, request, stop, progress,
                     [&](model::Decoder& decoder, const workflow::ControlsPlan& plan) {
                         cost = workflow::toText(workflow::inspectionCost(
                             plan.question, request.inspection->pass, decoder));
                     });
            return tr("It will take %1.").arg(shown(cost));
        });
}

void ControlsPane::measure()
{
    if (!m_inspection || m_job->isRunning() || wish().isEmpty()) {
        return;
    }
    const ControlsRequest request{m_session.file(), stored(m_model), m_inspection, wish()};
    auto* job = startJob(
        tr("Testing by other histories"), m_session.workers(), this,
        [models = m_session.sharedModels(), request](StopToken stop, Progress& progress) {
            InspectionPtr result;
            withPlan(*models, request, stop, progress,
                     [&](model::Decoder& decoder, const workflow::ControlsPlan& plan) {
                         auto tested = std::make_shared<workflow::Inspection>(*request.inspection);
                         tested->controls = workflow::measureControls(decoder, *request.inspection,
                                                                      plan, stop, progress);
                         result = std::move(tested);
                     });
            return result;
        });
    m_job->watch(
        job, [this, job] { Q_EMIT measured(job->takeValue()); },
        [this](const Failure& failure) {
            m_problem = tr("%1: %2").arg(asSentence(failure.problem), failure.remedy);
        });
    renew();
}

QList<TokenFacts::Row> ControlsPane::factsOf(qsizetype token) const
{
    QList<TokenFacts::Row> rows;
    if (!m_inspection || !m_inspection->controls || token < 0) {
        return rows;
    }
    const auto at = static_cast<std::size_t>(token);
    const workflow::InspectionControls& controls = *m_inspection->controls;
    if (controls.placebo && at < controls.placebo->verdicts.size()) {
        const causal::PlaceboVerdict& verdict = controls.placebo->verdicts[at];
        rows.append({tr("other users"), range(verdict.placebo.low, verdict.placebo.high)});
        rows.append({tr("this user\u2019s own"), verdict.isOwn
                                                     ? tr("yes, q %1").arg(verdict.q, 0, 'g', 2)
                                                     : tr("no, q %1").arg(verdict.q, 0, 'g', 2)});
    }
    if (controls.resampled && at < controls.resampled->ranges.size()) {
        const causal::EffectRange& drawn = controls.resampled->ranges[at];
        rows.append({tr("drawn anew"), drawn.holds(0)
                                           ? tr("%1, holds 0").arg(range(drawn.low, drawn.high))
                                           : range(drawn.low, drawn.high)});
    }
    return rows;
}

void ControlsPane::showDistribution()
{
    std::vector<EffectDistribution::Row> rows;
    const bool known = m_inspection && m_inspection->controls && m_token >= 0 &&
                       m_token < std::ssize(m_inspection->effects.tokens);
    const auto at = static_cast<std::size_t>(std::max<qsizetype>(m_token, 0));
    const auto add = [&](const QString& name, const causal::EffectSamples& samples,
                         const causal::EffectRange& of) {
        const auto effects = samples.of(at);
        rows.push_back({name, {effects.begin(), effects.end()}, {of.low, of.high}});
    };
    if (known) {
        const workflow::InspectionControls& controls = *m_inspection->controls;
        if (controls.placebo) {
            add(tr("Other users"), controls.placebo->effects,
                controls.placebo->verdicts[at].placebo);
        }
        if (controls.resampled) {
            add(tr("Drawn anew"), controls.resampled->effects, controls.resampled->ranges[at]);
        }
        if (controls.shuffled) {
            add(tr("Other orders"), controls.shuffled->effects, controls.shuffled->ranges[at]);
        }
    }
    m_distribution->setToken(
        known ? tr("\u201C%1\u201D").arg(shown(m_inspection->tokenTexts[at]).trimmed()) : QString{},
        known ? m_inspection->effects.tokens[at].pce() : 0, std::move(rows));
}

void ControlsPane::renew()
{
    m_measure->setEnabled(m_inspection != nullptr && !m_job->isRunning());
    QStringList words;
    if (!m_problem.isEmpty()) {
        words << std::exchange(m_problem, {});
    } else if (!m_inspection) {
        words << tr("Choose a text on the left first.");
    } else if (!m_inspection->controls) {
        words << tr("Would another person\u2019s history have done the same, and how much hangs on "
                    "single past texts?");
    } else {
        for (const std::string& sentence :
             workflow::sentencesOn(*m_inspection->controls, *m_inspection)) {
            words << shown(sentence);
        }
        words << tr("The current token stands among the others above.");
    }
    m_words->setText(words.join(QLatin1Char('\n')));
    showDistribution();
}

} // namespace nextquill::ui

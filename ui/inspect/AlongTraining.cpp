// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/AlongTraining.h"

#include "ui/inspect/MeasuredText.h"
#include "ui/inspect/PaneJob.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/ProgressLine.h"
#include "ui/widgets/charts/LineChart.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSlider>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace nextquill::ui {

namespace {

constexpr int chartHeight = 150; // device-independent pixels

enum ChartLine { MeanEffect, ShareBeyond };

QString nameOfStep(const workflow::RunStep& step)
{
    return step.step == 0 ? AlongTraining::tr("before training")
                          : AlongTraining::tr("step %1").arg(step.step);
}

} // namespace

AlongTraining::AlongTraining(ProjectSession& session, QWidget* parent)
    : QWidget{parent}
    , m_session{session}
    , m_run{new QComboBox{this}}
    , m_slider{new QSlider{Qt::Horizontal, this}}
    , m_at{new QLabel{this}}
    , m_measure{new QPushButton{tr("Measure all &steps"), this}}
    , m_cost{new QLabel{this}}
    , m_chart{new LineChart{this}}
    , m_progress{new ProgressLine{this}}
    , m_job{new PaneJob{*m_progress, this}}
{
    createControls();
    connect(m_run, &QComboBox::currentIndexChanged, this, &AlongTraining::renewStops);
    connect(m_slider, &QSlider::valueChanged, this, &AlongTraining::goTo);
    connect(m_measure, &QPushButton::clicked, this, &AlongTraining::measureAll);
    connect(m_job, &PaneJob::ended, this, [this] {
        measureNext();
        renew();
    });
    connect(&m_session, &ProjectSession::projectChanged, this, [this] {
        takeRuns({});
        reload();
    });
    connect(&m_session, &ProjectSession::runsChanged, this, &AlongTraining::reload);
    takeRuns({});
}

void AlongTraining::createControls()
{
    m_run->setObjectName(QStringLiteral("trainingRun"));
    m_run->setToolTip(tr("A run of this project that has checkpoints"));
    m_slider->setObjectName(QStringLiteral("trainingStep"));
    m_slider->setAccessibleName(tr("Step of the run"));
    m_slider->setPageStep(1);
    m_slider->setTickPosition(QSlider::TicksBelow);
    m_at->setObjectName(QStringLiteral("trainingAt"));
    m_measure->setObjectName(QStringLiteral("trainingMeasure"));
    m_cost->setObjectName(QStringLiteral("trainingCost"));
    m_cost->setProperty("role", QStringLiteral("muted"));
    m_cost->setWordWrap(true);
    for (QLabel* label : {m_at, m_cost}) {
        label->setTextFormat(Qt::PlainText);
    }
    m_chart->setObjectName(QStringLiteral("trainingChart"));
    m_chart->setFixedHeight(chartHeight);
    m_chart->addSeries(tr("mean PCE"));
    m_chart->addSeries(tr("share beyond the threshold"));
    m_chart->setAxisLabels(tr("step"), {});
    m_progress->hide();
    setFocusProxy(m_run);
    auto* label = new QLabel{tr("Along &training of"), this};
    label->setBuddy(m_run);
    auto* row = new QHBoxLayout;
    row->addWidget(label);
    row->addWidget(m_run);
    row->addWidget(m_slider, 1);
    row->addWidget(m_at);
    row->addWidget(m_measure);
    auto* layout = new QVBoxLayout{this};
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(row);
    layout->addWidget(m_cost);
    layout->addWidget(m_progress);
    layout->addWidget(m_chart);
}

void AlongTraining::reload()
{
    if (!m_session.isOpen()) {
        return;
    }
    auto* job =
        m_session.read(tr("Looking for checkpoints"), this,
                       [file = m_session.file()](store::Project& project, StopToken, Progress&) {
                           return std::pair{file, workflow::runsWithCheckpoints(project)};
                       });
    connect(job, &Job::done, this, [this, job] {
        auto [file, runs] = job->takeValue();
        if (file == m_session.file()) {
            takeRuns(std::move(runs));
        }
    });
}

/// The chosen run stays chosen.
void AlongTraining::takeRuns(std::vector<workflow::RunCheckpoints> runs)
{
    const QString chosen = run();
    m_runs = std::move(runs);
    {
        const QSignalBlocker quiet{m_run};
        m_run->clear();
        m_run->addItem(m_runs.empty() ? tr("no run with checkpoints") : tr("no run"));
        for (const workflow::RunCheckpoints& one : m_runs) {
            m_run->addItem(shown(one.run), shown(one.run));
        }
        m_run->setCurrentIndex(std::max(m_run->findData(chosen), 0));
    }
    m_run->setEnabled(!m_runs.empty());
    renewStops();
}

QString AlongTraining::run() const
{
    return m_run->currentData().toString();
}

void AlongTraining::chooseRun(const QString& run)
{
    m_run->setCurrentIndex(std::max(run.isEmpty() ? 0 : m_run->findData(run), 0));
}

/// What was measured of the same step of the same run stays.
void AlongTraining::renewStops()
{
    const auto chosen = static_cast<std::size_t>(std::max(m_run->currentIndex(), 0));
    std::vector<Stop> before = std::exchange(m_stops, {});
    if (chosen > 0) {
        for (const workflow::RunStep& step : m_runs[chosen - 1].steps) {
            const auto same = std::ranges::find_if(
                before, [&](const Stop& stop) { return stop.step.model == step.model; });
            m_stops.push_back(same == before.end() ? Stop{.step = step} : std::move(*same));
        }
    }
    {
        const QSignalBlocker quiet{m_slider};
        m_slider->setRange(0, std::max(static_cast<int>(m_stops.size()) - 1, 0));
        m_slider->setValue(m_slider->maximum());
    }
    measureNext();
    renew();
}

void AlongTraining::setInspection(const InspectionPtr& inspection)
{
    const bool isOther = !inspection || !m_inspection || inspection->text != m_inspection->text ||
                         inspection->example != m_inspection->example;
    m_inspection = inspection;
    if (isOther) {
        m_job->drop(); // of another text
        for (Stop& stop : m_stops) {
            stop = {.step = stop.step};
        }
    }
    renew();
}

void AlongTraining::setThreshold(double threshold)
{
    m_threshold = threshold;
    renewChart();
}

qsizetype AlongTraining::measuredSteps() const
{
    return std::ranges::count_if(m_stops,
                                 [](const Stop& stop) { return stop.inspection != nullptr; });
}

void AlongTraining::measureAll()
{
    for (Stop& stop : m_stops) {
        stop.isWanted = stop.inspection == nullptr;
    }
    measureNext();
    renew();
}

void AlongTraining::goTo(int place)
{
    if (place < 0 || std::cmp_greater_equal(place, m_stops.size())) {
        return;
    }
    m_slider->setValue(place); // comes back here where it was another one
    Stop& stop = m_stops[static_cast<std::size_t>(place)];
    stop.isWanted = stop.inspection == nullptr;
    measureNext();
    renew();
}

void AlongTraining::goBy(int steps)
{
    if (m_run->currentIndex() <= 0) {
        m_run->setCurrentIndex(m_run->count() > 1 ? 1 : 0);
    }
    if (!m_stops.empty()) {
        goTo(std::clamp(m_slider->value() + steps, 0, m_slider->maximum()));
    }
}

void AlongTraining::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    measureNext();
    renew();
}

/// The slider's step first.
AlongTraining::Stop* AlongTraining::nextWanted()
{
    const auto at = static_cast<std::size_t>(m_slider->value());
    if (at < m_stops.size() && m_stops[at].isWanted) {
        return &m_stops[at];
    }
    const auto next = std::ranges::find_if(m_stops, &Stop::isWanted);
    return next == m_stops.end() ? nullptr : &*next;
}

/// Nothing is computed for what nobody looks at.
void AlongTraining::measureNext()
{
    Stop* const next = nextWanted();
    if (!m_inspection || !isVisible() || m_job->isRunning() || next == nullptr) {
        return;
    }
    MeasureRequest request;
    request.project = m_session.file();
    request.model = next->step.model;
    request.example = m_inspection->example;
    if (m_inspection->generated) {
        request.text = m_inspection->text;
    }
    m_clock.start();
    auto* job = startJob(
        tr("Measuring %1 of %2").arg(nameOfStep(next->step), run()), m_session.workers(), this,
        [models = m_session.sharedModels(), request](StopToken stop, Progress& progress) {
            return measureText(*models, request, stop, progress).inspection;
        });
    const workflow::RunStep step = next->step;
    m_job->watch(
        job, [this, job, step] { take(step, job->takeValue(), {}); },
        [this, step](const Failure& failure) {
            take(step, nullptr, tr("%1: %2").arg(asSentence(failure.problem), failure.remedy));
        },
        [this] { // by its user: the others are not wanted, either
            for (Stop& stop : m_stops) {
                stop.isWanted = false;
            }
        });
}

void AlongTraining::take(const workflow::RunStep& step, const InspectionPtr& inspection,
                         const QString& problem)
{
    const auto at = std::ranges::find_if(
        m_stops, [&step](const Stop& stop) { return stop.step.model == step.model; });
    if (at == m_stops.end()) {
        return; // of a run that is not looked at any more
    }
    at->isWanted = false;
    at->inspection = inspection;
    at->problem = problem;
    if (inspection) {
        m_seconds = static_cast<double>(m_clock.elapsed()) / 1000;
    }
}

const AlongTraining::Stop* AlongTraining::current() const
{
    const auto at = static_cast<std::size_t>(m_slider->value());
    return at < m_stops.size() ? &m_stops[at] : nullptr;
}

/// By what the last step took, its model read; else by what the inspector's own text took.
QString AlongTraining::cost() const
{
    const auto left = m_stops.size() - static_cast<std::size_t>(measuredSteps());
    if (m_stops.empty() || !m_inspection) {
        return {};
    }
    if (left == 0) {
        return tr("All steps are measured.");
    }
    const bool isKnown = m_seconds.has_value();
    const double seconds =
        static_cast<double>(left) * (isKnown ? *m_seconds : m_inspection->pass.seconds);
    const QString steps =
        tr("%n step(s) to measure", nullptr, static_cast<int>(left)); // the model before, too
    const QString about = tr("about %1 s").arg(seconds, 0, 'f', seconds < 10 ? 1 : 0);
    return isKnown ? tr("%1, %2.").arg(steps, about)
                   : tr("%1, %2 and the reading of as many models.").arg(steps, about);
}

QString AlongTraining::wordsOn(const Stop& stop) const
{
    if (!stop.problem.isEmpty()) {
        return stop.problem;
    }
    return stop.isWanted ? tr("Measuring %1\u2026").arg(nameOfStep(stop.step))
                         : tr("Not measured yet: move the slider to a step, or measure all.");
}

void AlongTraining::renew()
{
    const Stop* const stop = current();
    const bool isChosen = stop != nullptr && m_inspection;
    for (QWidget* const part : {static_cast<QWidget*>(m_slider), static_cast<QWidget*>(m_at),
                                static_cast<QWidget*>(m_measure), static_cast<QWidget*>(m_cost)}) {
        part->setVisible(isChosen);
    }
    m_measure->setEnabled(!m_job->isRunning() && measuredSteps() < steps());
    m_cost->setText(cost());
    m_at->setText(stop == nullptr ? QString{} : nameOfStep(stop->step));
    m_slider->setAccessibleDescription(m_at->text());
    renewChart();
    if (!isChosen) {
        Q_EMIT stepShown(nullptr, {});
    } else {
        Q_EMIT stepShown(stop->inspection, stop->inspection ? QString{} : wordsOn(*stop));
    }
}

void AlongTraining::renewChart()
{
    QList<double> steps;
    QList<double> means;
    QList<double> shares;
    for (const Stop& stop : m_stops) {
        if (stop.inspection) {
            steps << static_cast<double>(stop.step.step);
            means << stop.inspection->effects.meanPce();
            shares << stop.inspection->effects.preferenceRatio(static_cast<float>(m_threshold));
        }
    }
    m_chart->setData(MeanEffect, steps, means);
    m_chart->setData(ShareBeyond, steps, shares);
    m_chart->showWholeRange();
    m_chart->clearMarkers();
    if (const Stop* const stop = current(); stop != nullptr && !steps.isEmpty()) {
        m_chart->addMarker(static_cast<double>(stop->step.step), nameOfStep(stop->step));
    }
    m_chart->setVisible(steps.size() > 1);
}

} // namespace nextquill::ui

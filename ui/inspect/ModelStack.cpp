// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/ModelStack.h"

#include "ui/inspect/AlongTraining.h"
#include "ui/inspect/Counterparts.h"
#include "ui/inspect/MeasuredText.h"
#include "ui/inspect/PaneJob.h"
#include "ui/project/EffectColorScale.h"
#include "ui/project/ModelBox.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/ProgressLine.h"
#include "ui/widgets/TokenView.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>

#include <algorithm>
#include <limits>
#include <utility>

namespace nextquill::ui {

namespace {

constexpr int fewestPixels = 64;
constexpr int mostPixels = 220;

QString figuresOf(const workflow::Inspection& inspection)
{
    double bits = 0;
    for (const causal::TokenEffect& token : inspection.effects.tokens) {
        bits += static_cast<double>(bitsOf(token));
    }
    return ModelStack::tr("mean PCE %1, %2 bits about the text")
        .arg(QString::number(inspection.effects.meanPce(), 'f', 3), QString::number(bits, 'f', 1));
}

} // namespace

struct ModelStack::Level
{
    QString model; ///< empty for the inspector's own
    InspectionPtr inspection;
    bool hasFailed = false;
    QWidget* row = nullptr;
    QLabel* heading = nullptr;
    TokenView* text = nullptr;
};

ModelStack::ModelStack(ProjectSession& session, QWidget* parent)
    : QWidget{parent}
    , m_session{session}
    , m_model{new ModelBox{session, this}}
    , m_add{new QPushButton{tr("A&dd"), this}}
    , m_difference{new QCheckBox{tr("&Less the first model's"), this}}
    , m_numbers{new QLabel{this}}
    , m_list{new QVBoxLayout}
    , m_training{new AlongTraining{session, this}}
    , m_progress{new ProgressLine{this}}
    , m_job{new PaneJob{*m_progress, this}}
{
    createControls();
    addLevel({});
    createStep();
    connect(m_add, &QPushButton::clicked, this, [this] { addModel(m_model->model()); });
    connect(m_job, &PaneJob::ended, this, &ModelStack::measureNext);
    connect(m_difference, &QCheckBox::toggled, this, &ModelStack::recolor);
    connect(&m_session, &ProjectSession::projectChanged, this, [this] {
        while (m_levels.size() > 1) {
            removeLevel(m_levels.back().get());
        }
        setInspection(nullptr);
    });
}

ModelStack::~ModelStack() = default;

void ModelStack::createControls()
{
    m_model->setObjectName(QStringLiteral("stackModel"));
    m_add->setObjectName(QStringLiteral("stackAdd"));
    m_difference->setObjectName(QStringLiteral("stackDifference"));
    m_numbers->setObjectName(QStringLiteral("stackNumbers"));
    m_numbers->setTextFormat(Qt::PlainText);
    m_numbers->setWordWrap(true);
    m_numbers->setText(tr("Point at a token: its numbers under each model stand here."));
    m_progress->hide();
    auto* label = new QLabel{tr("Also &under"), this};
    label->setBuddy(m_model);
    auto* controls = new QHBoxLayout;
    controls->addWidget(label);
    controls->addWidget(m_model);
    controls->addWidget(m_add);
    controls->addStretch(1);
    controls->addWidget(m_difference);
    auto* inside = new QWidget{this};
    inside->setObjectName(QStringLiteral("stackTexts"));
    auto* column = new QVBoxLayout{inside};
    column->setContentsMargins(0, 0, 0, 0);
    m_list->setContentsMargins(0, 0, 0, 0);
    column->addLayout(m_list);
    column->addWidget(m_training);
    column->addStretch(1);
    auto* scroll = new QScrollArea{this};
    scroll->setWidget(inside);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto* layout = new QVBoxLayout{this};
    layout->addLayout(controls);
    layout->addWidget(m_numbers);
    layout->addWidget(scroll, 1);
    layout->addWidget(m_progress);
}

/// Below the control that chooses the step.
void ModelStack::createStep()
{
    m_step = makeLevel({});
    m_step->text->setObjectName(QStringLiteral("stackStep"));
    m_training->layout()->addWidget(m_step->row);
    m_step->row->hide();
    connect(m_training, &AlongTraining::stepShown, this, &ModelStack::showStep);
}

void ModelStack::showStep(const InspectionPtr& inspection, const QString& words)
{
    m_step->row->setVisible(inspection || !words.isEmpty());
    if (inspection == m_step->inspection && inspection) {
        return;
    }
    const qsizetype token = m_levels.front()->text->currentToken();
    showLevel(*m_step, inspection);
    if (inspection) {
        recolor();
        follow(*m_levels.front(), token);
    } else {
        m_step->heading->clear();
        m_step->text->setEmptyText(words);
    }
}

std::vector<ModelStack::Level*> ModelStack::allLevels() const
{
    std::vector<Level*> levels;
    for (const auto& level : m_levels) {
        levels.push_back(level.get());
    }
    if (m_step) {
        levels.push_back(m_step.get());
    }
    return levels;
}

ModelStack::Level& ModelStack::addLevel(const QString& model)
{
    m_levels.push_back(makeLevel(model));
    Level& added = *m_levels.back();
    added.text->setObjectName(QStringLiteral("stackText%1").arg(m_levels.size() - 1));
    m_list->addWidget(added.row);
    return added;
}

std::unique_ptr<ModelStack::Level> ModelStack::makeLevel(const QString& model)
{
    auto level = std::make_unique<Level>();
    Level* const added = level.get();
    added->model = model;
    added->row = new QWidget{this};
    added->heading = new QLabel{added->row};
    added->heading->setTextFormat(Qt::PlainText);
    added->heading->setProperty("role", QStringLiteral("heading"));
    added->text = new TokenView{added->row};
    added->text->setMinimumHeight(fewestPixels);
    added->text->setMaximumHeight(mostPixels);
    added->text->installEventFilter(this);
    auto* top = new QHBoxLayout;
    top->addWidget(added->heading, 1);
    if (!model.isEmpty()) {
        auto* remove = new QPushButton{tr("Take away"), added->row};
        remove->setToolTip(tr("No longer shows this model (Delete in its text)"));
        connect(remove, &QPushButton::clicked, this, [this, added] { removeLevel(added); });
        top->addWidget(remove);
    }
    auto* layout = new QVBoxLayout{added->row};
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(top);
    layout->addWidget(added->text);
    connect(added->text, &TokenView::tokenHovered, this, [this, added](qsizetype token) {
        follow(*added, token >= 0 ? token : added->text->currentToken());
    });
    connect(added->text, &TokenView::currentTokenChanged, this,
            [this, added](qsizetype token) { follow(*added, token); });
    return level;
}

void ModelStack::removeLevel(const Level* level)
{
    const auto at = std::ranges::find(m_levels, level, &std::unique_ptr<Level>::get);
    if (at == m_levels.begin() || at == m_levels.end()) {
        return;
    }
    delete (*at)->row;
    m_levels.erase(at);
    m_levels.front()->text->setFocus();
}

void ModelStack::setInspection(InspectionPtr inspection)
{
    m_job->drop(); // of another text
    for (const auto& level : m_levels) {
        level->hasFailed = false;
        showLevel(*level, nullptr);
    }
    showLevel(*m_levels.front(), std::move(inspection));
    m_training->setInspection(m_levels.front()->inspection);
    recolor();
    measureNext();
}

void ModelStack::setMeasure(EffectMeasure measure, double threshold)
{
    m_measure = measure;
    m_threshold = threshold;
    m_training->setThreshold(threshold);
    recolor();
}

void ModelStack::addModel(const QString& model)
{
    if (model.isEmpty() || models().contains(model)) {
        return;
    }
    showLevel(addLevel(model), nullptr);
    measureNext();
}

QList<QString> ModelStack::models() const
{
    QList<QString> models;
    for (const auto& level : m_levels) {
        if (!level->model.isEmpty()) {
            models.append(level->model);
        }
    }
    return models;
}

void ModelStack::setDifferenceShown(bool shown)
{
    m_difference->setChecked(shown);
}

void ModelStack::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    measureNext();
}

/// Nothing is computed for a stack that nobody looks at.
void ModelStack::measureNext()
{
    const InspectionPtr& first = m_levels.front()->inspection;
    const auto next = std::ranges::find_if(m_levels, [](const auto& level) {
        return !level->model.isEmpty() && !level->inspection && !level->hasFailed;
    });
    if (!first || !isVisible() || m_job->isRunning() || next == m_levels.end()) {
        return;
    }
    MeasureRequest request;
    request.project = m_session.file();
    request.model = stored((*next)->model);
    request.example = first->example;
    if (first->generated) {
        request.text = first->text;
    }
    auto* job =
        startJob(tr("Measuring with %1").arg((*next)->model), m_session.workers(), this,
                 [models = m_session.sharedModels(), request](StopToken stop, Progress& progress) {
                     return measureText(*models, request, stop, progress).inspection;
                 });
    const QString model = (*next)->model;
    m_job->watch(
        job, [this, job, model] { take(model, job->takeValue(), {}); },
        [this, model](const Failure& failure) {
            take(model, nullptr, asSentence(failure.problem));
        },
        [this, model] { take(model, nullptr, tr("Not measured: it was stopped.")); });
}

void ModelStack::take(const QString& model, const InspectionPtr& inspection, const QString& problem)
{
    const auto at = std::ranges::find_if(
        m_levels, [&model](const auto& level) { return level->model == model; });
    if (at == m_levels.end()) {
        return; // it was taken away
    }
    (*at)->hasFailed = inspection == nullptr;
    showLevel(**at, inspection);
    if (!inspection) {
        (*at)->text->setEmptyText(problem);
    }
    recolor();
}

void ModelStack::showLevel(Level& level, InspectionPtr inspection)
{
    level.inspection = std::move(inspection);
    if (!level.inspection) {
        level.heading->setText(level.model.isEmpty() ? tr("No text yet") : level.model);
        level.text->setText({});
        level.text->setEmptyText(level.model.isEmpty() ? tr("Choose a text on the left.")
                                                       : tr("To be measured."));
        return;
    }
    const workflow::Inspection& seen = *level.inspection;
    level.heading->setText(tr("%1: %2").arg(shown(seen.modelName), figuresOf(seen)));
    level.text->setAccessibleName(tr("The text under %1").arg(shown(seen.modelName)));
    level.text->setText(tokenText(seen.text, seen.effects.tokens));
    level.text->setMaximumHeight(
        std::clamp(level.text->heightForWidth(std::max(level.text->viewport()->width(), 200)) + 12,
                   fewestPixels, mostPixels));
}

/// NaN where the first model has no token there, and for the end of the text.
QList<float> ModelStack::valuesOf(const Level& level) const
{
    const std::vector<causal::TokenEffect>& tokens = level.inspection->effects.tokens;
    const InspectionPtr& first = m_levels.front()->inspection;
    const bool isDifference =
        m_difference->isChecked() && first && &level != m_levels.front().get();
    const std::vector<qsizetype> others =
        isDifference ? counterparts(tokens, first->effects.tokens) : std::vector<qsizetype>{};
    QList<float> values;
    for (std::size_t t = 0; t < tokens.size(); ++t) {
        float value = tokens[t].bytes ? valueOf(tokens[t], m_measure)
                                      : std::numeric_limits<float>::quiet_NaN();
        if (isDifference) {
            value =
                others[t] < 0
                    ? std::numeric_limits<float>::quiet_NaN()
                    : value - valueOf(first->effects.tokens[static_cast<std::size_t>(others[t])],
                                      m_measure);
        }
        values.append(value);
    }
    return values;
}

void ModelStack::recolor()
{
    const MeasureInfo& info = infoOf(m_measure);
    for (Level* const level : allLevels()) {
        if (!level->inspection) {
            continue;
        }
        const bool hasThreshold = m_measure == EffectMeasure::Pce &&
                                  (!m_difference->isChecked() || level == m_levels.front().get());
        level->text->setColorScale(std::make_shared<EffectColorScale>(
            info.range, hasThreshold ? static_cast<float>(m_threshold)
                                     : std::numeric_limits<float>::infinity()));
        level->text->setValues(valuesOf(*level));
    }
}

/// Marks the same place in the other texts, and says its numbers.
void ModelStack::follow(const Level& from, qsizetype token)
{
    if (m_isFollowing || !from.inspection || token < 0 ||
        token >= std::ssize(from.inspection->effects.tokens)) {
        return;
    }
    m_isFollowing = true;
    const auto at = static_cast<std::size_t>(token);
    QString numbers = tr("\u201C%1\u201D").arg(shown(from.inspection->tokenTexts[at]).trimmed());
    for (Level* const level : allLevels()) {
        if (!level->inspection) {
            continue;
        }
        const std::vector<causal::TokenEffect>& own = level->inspection->effects.tokens;
        const qsizetype there =
            level == &from ? token
                           : counterparts({from.inspection->effects.tokens[at]}, own).front();
        if (there < 0) {
            continue;
        }
        if (level != &from) {
            level->text->setCurrentToken(there);
        }
        const causal::TokenEffect& effect = own[static_cast<std::size_t>(there)];
        numbers +=
            tr(" \u00B7 %1: with history %2, without %3, PCE %4")
                .arg(shown(level->inspection->modelName), QString::number(effect.p_h, 'f', 3),
                     QString::number(effect.p_0, 'f', 3), QString::number(effect.pce(), 'f', 3));
    }
    m_numbers->setText(numbers);
    m_isFollowing = false;
}

bool ModelStack::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::KeyPress &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Delete) {
        for (const auto& level : m_levels) {
            if (level->text == watched && !level->model.isEmpty()) {
                const Level* const gone = level.get();
                // Not while the text handles its own key.
                QMetaObject::invokeMethod(
                    this, [this, gone] { removeLevel(gone); }, Qt::QueuedConnection);
                return true;
            }
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace nextquill::ui

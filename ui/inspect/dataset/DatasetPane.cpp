// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/dataset/DatasetPane.h"

#include "core/store/Splits.h"
#include "core/workflow/EffectSummaryText.h"

#include "ui/inspect/dataset/EffectGroupsModel.h"
#include "ui/inspect/dataset/EffectPlacesModel.h"
#include "ui/project/ModelBox.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/ProgressLine.h"

#include <QComboBox>
#include <QFileDialog>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QRegularExpression>
#include <QStackedWidget>
#include <QTabWidget>
#include <QTableView>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace nextquill::ui {

namespace {

enum DatasetPage { EmptyPage, FiguresPage };

constexpr int positionsTab = 0;
constexpr int usersTab = 2;
constexpr int phrasesTab = 4;

using FiguresPtr = std::shared_ptr<const DatasetFigures>;

QString titleOf(const workflow::EffectGroup& group, const QString& name)
{
    return DatasetPane::tr("%1: %n place(s)", nullptr, static_cast<int>(group.places.size()))
        .arg(name);
}

} // namespace

DatasetPane::~DatasetPane() = default;

std::optional<DatasetChoice> DatasetPane::choice() const
{
    if (!m_session.isOpen() || m_split->currentIndex() < 0 || m_model->model().isEmpty()) {
        return std::nullopt;
    }
    return DatasetChoice{.project = m_session.file(),
                         .model = stored(m_model->model()),
                         .split = stored(m_split->currentData().toString()),
                         .part = stored(m_part->currentData().toString()),
                         .threshold = m_threshold};
}

void DatasetPane::setThreshold(double threshold)
{
    m_threshold = threshold;
    renew();
}

void DatasetPane::useModel(const QString& model)
{
    m_model->setModel(model);
    renew();
}

void DatasetPane::showWord(const QString& word, const QString& model)
{
    m_word = word.toLower();
    if (m_measuring == nullptr) {
        useModel(model); // comes back with its figures
    } else {
        showFigures(m_figures);
    }
    if (m_reading != nullptr) {
        m_wordText->setText(
            tr("Looking for texts where \u201C%1\u201D has effect\u2026").arg(m_word));
        m_wordBar->show();
    }
    m_tabs->setCurrentIndex(phrasesTab);
    m_lists[phrasesTab].view->setFocus();
}

void DatasetPane::showAllPhrases()
{
    m_word.clear();
    showFigures(m_figures);
}

/// Phrases are in lower case: those with the word as a whole.
EffectGroupsModel::Groups DatasetPane::withWord(const EffectGroupsModel::Groups& phrases) const
{
    if (m_word.isEmpty()) {
        return phrases;
    }
    const QRegularExpression whole{
        QStringLiteral("(?<!\\w)%1(?!\\w)").arg(QRegularExpression::escape(m_word)),
        QRegularExpression::UseUnicodePropertiesOption};
    auto found = std::make_shared<std::vector<workflow::EffectGroup>>();
    std::ranges::copy_if(*phrases, std::back_inserter(*found),
                         [&whole](const workflow::EffectGroup& phrase) {
                             return whole.match(shown(phrase.name)).hasMatch();
                         });
    return found;
}

void DatasetPane::renewWordBar(std::size_t found)
{
    m_wordBar->setVisible(!m_word.isEmpty());
    if (!m_figures || m_figures->summary.all.texts == 0) {
        m_wordText->setText(tr("No effects are kept yet for this split and model: where else "
                               "\u201C%1\u201D has effect is not known. Measure first.")
                                .arg(m_word));
        return;
    }
    const QString words =
        found > 0 ? tr("%n phrase(s) with \u201C%1\u201D", nullptr, static_cast<int>(found))
                  : tr("No phrase that histories cause has \u201C%1\u201D");
    const auto cut = m_figures->summary.phrasesLeftOut;
    m_wordText->setText(words.arg(m_word) %
                        (cut > 0 ? tr("; looked for among the strongest only, %1 are not listed")
                                       .arg(QLocale{}.toString(qlonglong{cut}))
                                 : QString{}));
}

void DatasetPane::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_due) {
        reload();
    }
}

/// Of another project, or of a user who was erased, nothing may stay on the screen or arrive late.
void DatasetPane::forget()
{
    for (Job** job : {&m_reading, &m_measuring}) {
        if (*job != nullptr) {
            disconnect(*job, nullptr, this, nullptr);
            (*job)->deleteLater(); // which asks it to stop
            *job = nullptr;
        }
    }
    m_isPaused = m_isPausing = false;
    m_progress->hide();
    showFigures(nullptr);
    reload();
}

void DatasetPane::reload()
{
    m_due = !isVisible(); // nothing is read for a pane that nobody looks at
    if (!m_session.isOpen()) {
        m_split->clear();
        showFigures(nullptr);
        return;
    }
    if (m_due) {
        return;
    }
    auto* job = m_session.read(
        tr("Listing splits"), this,
        [](store::Project& project, StopToken, Progress&) { return store::Splits{project}.all(); });
    connect(job, &Job::done, this, [this, job] {
        const QString before = m_split->currentData().toString();
        m_split->clear();
        for (const store::Split& split : job->takeValue()) {
            m_split->addItem(tr("Split %1").arg(shown(split.settings.name)),
                             shown(split.settings.name));
        }
        m_split->setCurrentIndex(
            std::max(m_split->findData(before), m_split->count() > 0 ? 0 : -1));
        job->deleteLater();
        renew();
    });
}

void DatasetPane::renew()
{
    m_due = !isVisible();
    const auto chosen = choice();
    if (m_due || m_measuring != nullptr) {
        return;
    }
    if (m_reading != nullptr) {
        m_reading->requestStop(); // its answer is of yesterday
        m_reading = nullptr;
    }
    if (!chosen) {
        showFigures(nullptr);
        return;
    }
    auto* job = startJob(tr("Looking for kept effects"), m_session.workers(), this,
                         [choice = *chosen](StopToken stop, Progress& progress) {
                             return keptFigures(choice, stop, progress);
                         });
    m_reading = job;
    connect(job, &Job::done, this, [this, job] {
        FiguresPtr figures = job->takeValue();
        if (m_reading == job) {
            m_reading = nullptr;
            showFigures(std::move(figures));
        }
        job->deleteLater();
    });
    connect(job, &Job::stopped, job, &QObject::deleteLater);
    connect(job, &Job::failed, this, [this, job](const Failure& failure) {
        if (m_reading == job) {
            m_reading = nullptr;
            showFailure(failure);
        }
        job->deleteLater();
    });
}

void DatasetPane::start()
{
    const auto chosen = choice();
    if (!chosen || m_measuring != nullptr || m_session.isReadOnly()) {
        return;
    }
    auto* job = startJob(
        tr("Measuring effects"), m_session.workers(), this,
        [models = m_session.sharedModels(), choice = *chosen](StopToken stop, Progress& progress) {
            return measuredFigures(*models, choice, stop, progress);
        });
    connect(job, &Job::done, this, [this, job] {
        m_measuring = nullptr;
        FiguresPtr figures = job->takeValue();
        rest(figures->batch.stopped);
        showFigures(std::move(figures));
        job->deleteLater();
    });
    run(job);
}

void DatasetPane::run(Job* job)
{
    m_measuring = job;
    m_isPaused = m_isPausing = false;
    m_progress->begin(job->title());
    m_progress->setPaused(false);
    m_progress->show();
    renewWords();
    connect(job, &Job::progressed, this, [this](const ProgressReport& report) {
        m_progress->setProgress(report.done, report.total, shown(report.stage));
    });
    const auto end = [this, job](bool stopped) {
        m_measuring = nullptr;
        rest(stopped);
        job->deleteLater();
        renew();
    };
    connect(job, &Job::stopped, this, [end] { end(true); });
    connect(job, &Job::failed, this, [this, end](const Failure& failure) {
        end(false);
        Q_EMIT m_session.failed(failure);
    });
    m_session.track(job, [this](bool pausing) { pausing ? pause() : start(); });
}

/// The batch has ended: for now where a pause was asked for, else for good.
void DatasetPane::rest(bool stopped)
{
    m_isPaused = std::exchange(m_isPausing, false) && stopped;
    if (m_isPaused) {
        m_progress->setPaused(true);
        m_progress->rest(tr("paused: what was measured is kept"));
    } else {
        m_progress->hide();
    }
}

void DatasetPane::pause()
{
    if (m_measuring != nullptr) {
        m_isPausing = true;
        m_measuring->requestStop();
    }
}

/// Ends the batch, or a pause of it.
void DatasetPane::cancel()
{
    m_isPausing = false;
    if (m_measuring != nullptr) {
        m_measuring->requestStop();
    } else {
        rest(false);
        renewWords();
    }
}

void DatasetPane::showEmpty()
{
    m_pages->setCurrentIndex(EmptyPage);
    m_export->setEnabled(false);
    m_empty->setTitle(tr("What do histories do to a whole data set?"));
    m_empty->setSentence(
        tr("Choose a split and a model, then Measure. Each text is read with and without its "
           "user's history; what was measured stays in the project."));
}

void DatasetPane::showFailure(const Failure& failure)
{
    showFigures(nullptr);
    m_empty->setTitle(asSentence(failure.problem));
    m_empty->setSentence(QString(failure.where % QStringLiteral(": ") % failure.remedy));
}

void DatasetPane::showFigures(FiguresPtr figures)
{
    m_figures = std::move(figures);
    m_places->setTexts(m_figures ? m_figures->texts : nullptr);
    const FiguresPtr held = m_figures ? m_figures : std::make_shared<DatasetFigures>();
    const workflow::EffectSummary& summary = held->summary;
    const std::array groups{&summary.positions, &summary.classes, &summary.users, &summary.tokens};
    for (std::size_t i = 0; i < groups.size(); ++i) {
        m_lists[static_cast<qsizetype>(i)].model->setGroups({held, groups[i]});
    }
    const EffectGroupsModel::Groups phrases = withWord({held, &summary.phrases});
    m_lists.back().model->setGroups(phrases);
    renewWordBar(phrases->size());
    if (summary.all.texts == 0) {
        showEmpty();
    } else {
        m_pages->setCurrentIndex(FiguresPage);
        m_export->setEnabled(true);
        for (const GroupList& list : std::as_const(m_lists)) {
            list.view->setCurrentIndex(list.model->index(0, 0));
        }
        const GroupList& list = m_lists[m_tabs->currentIndex()];
        if (list.model->rowCount() == 0) { // else its first row has shown them
            showPlaces(list, -1);
        }
    }
    renewWords();
}

void DatasetPane::renewWords()
{
    const bool measuring = m_measuring != nullptr;
    for (QWidget* control : std::initializer_list<QWidget*>{m_split, m_part, m_model}) {
        control->setEnabled(!measuring); // a batch is of one split and model
    }
    const auto due = m_figures ? static_cast<int>(m_figures->plan.due.size()) : 0;
    m_start->setEnabled(!measuring && due > 0 && !m_session.isReadOnly());
    m_start->setText(m_isPaused ? tr("&Measure the rest") : tr("&Measure"));
    if (!m_figures) {
        m_state->clear();
        return;
    }
    const workflow::EffectSummary& summary = m_figures->summary;
    QStringList words;
    words << tr("%1 of %n text(s) measured", nullptr, static_cast<int>(m_figures->plan.examples()))
                 .arg(QLocale{}.toString(qlonglong{summary.all.texts}));
    if (summary.all.texts > 0) {
        words << tr("mean PCE %1, %2 % above %3, %4 bits a text")
                     .arg(QLocale{}.toString(summary.all.pce.mean, 'f', 4),
                          QLocale{}.toString(100 * summary.all.shareAbove, 'f', 1),
                          QLocale{}.toString(summary.threshold),
                          QLocale{}.toString(
                              summary.all.bits / static_cast<double>(summary.all.texts), 'f', 1));
    }
    if (m_figures->plan.stale > 0) {
        words << tr("%n changed since", nullptr, static_cast<int>(m_figures->plan.stale));
    }
    const std::vector<workflow::UnusableText>& unusable =
        m_figures->batch.unusable.empty() ? m_figures->plan.unusable : m_figures->batch.unusable;
    if (!unusable.empty()) {
        words << tr("%n cannot be measured (%1)", nullptr, static_cast<int>(unusable.size()))
                     .arg(shown(unusable.front().reason));
    }
    if (summary.phrasesLeftOut > 0) {
        words << tr("lists are cut: %1 more tokens, %2 more phrases")
                     .arg(QLocale{}.toString(qlonglong{summary.tokensLeftOut}),
                          QLocale{}.toString(qlonglong{summary.phrasesLeftOut}));
    }
    m_state->setText(words.join(QStringLiteral(" · ")));
}

void DatasetPane::showPlaces(const GroupList& list, int row)
{
    const bool isUser = list.view == m_lists[usersTab].view;
    const bool isRow = row >= 0 && row < list.model->rowCount();
    m_behind->setTabVisible(phrasesBehind, isUser && isRow);
    if (!isRow) {
        m_places->setPlaces({});
        m_behind->setTabText(placesBehind, tr("Places"));
        return;
    }
    const workflow::EffectGroup& group = list.model->group(row);
    const bool isPosition = list.view == m_lists[positionsTab].view;
    const QString name = shown(group.name);
    showPlacesOf(group, titleOf(group, isPosition ? tr("Tokens at position %1").arg(name) : name),
                 tr("%n place(s)", nullptr, static_cast<int>(group.places.size())));
    if (isUser) {
        m_userPhrasesModel->setGroups(
            std::make_shared<std::vector<workflow::EffectGroup>>(workflow::phrasesOf(
                *m_figures->texts, group.user, {.threshold = m_threshold, .longest = 50}, {})));
    }
}

/// The row on the left is their user, so the tab says whose places these are.
void DatasetPane::showPhrase(int row)
{
    constexpr int widestTab = 120;
    const workflow::EffectGroup& group = m_userPhrasesModel->group(row);
    const QString title = titleOf(group, shown(group.name));
    const QString tab = fontMetrics().elidedText(title, Qt::ElideMiddle, widestTab);
    showPlacesOf(group, title, QString{tab}.replace(u'&', QStringLiteral("&&"))); // no key of ours
    m_behind->setCurrentIndex(placesBehind);
    m_texts->setFocus();
}

void DatasetPane::showPlacesOf(const workflow::EffectGroup& group, const QString& title,
                               const QString& tab)
{
    m_places->setPlaces(group.places);
    m_behind->setTabText(placesBehind, tab);
    m_behind->setTabToolTip(placesBehind, title.toHtmlEscaped());
    m_texts->setAccessibleName(title);
    if (!group.places.empty()) {
        m_texts->setCurrentIndex(m_places->index(0, 0)); // Enter opens the strongest
    }
}

void DatasetPane::openText(int row)
{
    if (row >= 0 && row < m_places->rowCount()) {
        Q_EMIT exampleWanted(m_places->place(row).example, m_model->model());
    }
}

void DatasetPane::chooseExport()
{
    const QString file =
        QFileDialog::getSaveFileName(this, tr("Export the figures"), QStringLiteral("effects.csv"),
                                     tr("CSV (*.csv);;JSON (*.json)"));
    if (!file.isEmpty()) {
        exportTo(file);
    }
}

void DatasetPane::exportTo(const QString& file)
{
    if (!m_figures) {
        return;
    }
    auto* job = m_session.work(tr("Exporting"), this,
                               [figures = m_figures, to = pathOf(file)](StopToken, Progress&) {
                                   workflow::writeSummary(figures->summary, to);
                                   return to;
                               });
    connect(job, &Job::done, this, [this, job, file] {
        Q_EMIT m_session.noticed(tr("Written: %1").arg(file), {}, {});
        job->deleteLater();
    });
}

} // namespace nextquill::ui

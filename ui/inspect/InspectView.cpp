// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/InspectView.h"

#include "ui/inspect/LiveEffects.h"
#include "ui/inspect/LiveText.h"
#include "ui/inspect/PaneJob.h"
#include "ui/inspect/TokenCard.h"
#include "ui/inspect/TokenPanel.h"
#include "ui/project/ExamplePicker.h"
#include "ui/project/ModelBox.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/ProgressLine.h"
#include "ui/widgets/TokenFindBar.h"
#include "ui/widgets/TokenView.h"

#include <QComboBox>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QFrame>
#include <QLabel>
#include <QMimeData>
#include <QPushButton>
#include <QStackedWidget>
#include <QUrl>

#include <utility>

namespace nextquill::ui {

namespace {

/// The first model among what is dragged: a .gguf file, or a folder of a model or an adapter.
QString modelIn(const QMimeData& data)
{
    for (const QUrl& url : data.urls()) {
        const QFileInfo file{url.toLocalFile()};
        const auto holds = [&file](const QString& name) {
            return QFileInfo::exists(file.filePath() % QLatin1Char('/') % name);
        };
        if ((file.isFile() &&
             file.suffix().compare(QStringLiteral("gguf"), Qt::CaseInsensitive) == 0) ||
            (file.isDir() && (holds(QStringLiteral("config.json")) ||
                              holds(QStringLiteral("adapter_config.json"))))) {
            return file.absoluteFilePath();
        }
    }
    return {};
}

/// "heatmap.svg" → "heatmap-2.svg", or the next number that is free.
QString nextFreeName(const QString& file)
{
    const QFileInfo info{file};
    for (int number = 2;; ++number) {
        const QString name = QStringLiteral("%1/%2-%3.%4")
                                 .arg(info.absolutePath(), info.completeBaseName())
                                 .arg(number)
                                 .arg(info.suffix());
        if (!QFileInfo::exists(name)) {
            return name;
        }
    }
}

} // namespace

std::shared_ptr<const workflow::Inspection> InspectView::inspection() const
{
    return m_measured.inspection;
}

void InspectView::setMoreFacts(std::function<QList<TokenFacts::Row>(qsizetype token)> facts)
{
    m_moreFacts = std::move(facts);
    showToken(m_text->currentToken());
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

void InspectView::dragEnterEvent(QDragEnterEvent* event)
{
    if (m_session.isOpen() && !modelIn(*event->mimeData()).isEmpty()) {
        event->acceptProposedAction();
    } else {
        event->ignore(); // the window knows what else can be dropped
    }
}

void InspectView::dropEvent(QDropEvent* event)
{
    const QString model = modelIn(*event->mimeData());
    if (!model.isEmpty()) {
        event->acceptProposedAction();
        useModel(model);
    }
}

void InspectView::measure()
{
    m_due = !isVisible(); // nothing is computed for a place that nobody looks at
    if (m_due) {
        return;
    }
    ask(tr("Measuring effects"));
}

void InspectView::ask(const QString& title)
{
    if (!m_session.isOpen() || !m_example || m_model->model().isEmpty()) {
        return;
    }
    MeasureRequest request;
    request.project = m_session.file();
    request.model = stored(m_model->model());
    request.example = *m_example;
    request.generated = m_source->currentIndex() == 1;
    m_live->stop(); // of a text that is not wanted any more
    m_liveEffects->stop();
    if (request.generated) {
        request.relay = TokenRelay::create();
        m_live->follow(request.relay);
    }
    auto* job =
        startJob(title, m_session.workers(), this,
                 [models = m_session.sharedModels(), request](StopToken stop, Progress& progress) {
                     return measureText(*models, request, stop, progress);
                 });
    watch(job, [this, job] {
        showMeasured(job->takeValue());
        m_text->setCurrentToken(-1);
    });
}

/// What was asked before is of yesterday.
void InspectView::watch(Job* job, const std::function<void()>& done)
{
    m_job->watch(
        job, done,
        [this](const Failure& failure) {
            showNothing();
            m_empty->setTitle(asSentence(failure.problem));
            m_empty->setSentence(QString(failure.where % QStringLiteral(": ") % failure.remedy));
        },
        [this] {
            if (!m_measured.inspection) {
                showOther(m_base); // a text that was being written is given up
            }
        });
}

void InspectView::showNothing()
{
    m_measured = {};
    m_review = -1;
    m_card->hide();
    m_panel->showNothing();
    showInPanes(nullptr);
    m_text->setText({});
    m_units.show(nullptr, chosenUnit());
    renewActions();
    m_empty->setTitle(tr("Which words come from this person?"));
    m_empty->setSentence(tr("Choose a user and one of their texts on the left. The model reads it "
                            "twice, with and without their history."));
    m_pages->setCurrentIndex(1);
    Q_EMIT inspectionShown(nullptr);
}

void InspectView::showMeasured(MeasuredText measured)
{
    const bool otherRun = measured.objective.threshold != m_measured.objective.threshold;
    m_measured = std::move(measured);
    const std::shared_ptr<const workflow::Inspection>& shown = m_measured.inspection;
    m_review = -1;
    m_card->hide();
    if (otherRun) {
        setThresholdOfRun();
    }
    m_pages->setCurrentIndex(0);
    m_heading->setText(tr("%1 on %2").arg(ui::shown(shown->userName), ui::shown(shown->itemTitle)));
    m_text->setText(tokenText(shown->text, shown->effects.tokens));
    showInPanes(shown);
    m_find->search();
    recolor();
    renewSpan();
    renewActions();
    Q_EMIT inspectionShown(shown);
}

void InspectView::goToToken(qsizetype token)
{
    m_text->setCurrentToken(token);
    m_text->setFocus();
}

void InspectView::exportFigure()
{
    if (!m_measured.inspection) {
        return;
    }
    const QString name = QFileDialog::getSaveFileName(
        this, tr("Export the figure"),
        m_lastExport.isEmpty() ? QStringLiteral("heatmap.svg") : nextFreeName(m_lastExport),
        tr("Figures and tables (*.svg *.pdf *.png *.html *.tex *.csv *.json)"));
    if (!name.isEmpty()) {
        writeFigureTo(name);
    }
}

void InspectView::exportAgain()
{
    if (m_lastExport.isEmpty()) {
        exportFigure();
    } else if (m_measured.inspection) {
        writeFigureTo(nextFreeName(m_lastExport));
    }
}

void InspectView::writeFigureTo(const QString& file)
{
    m_lastExport = file;
    auto* job = startJob(tr("Exporting"), m_session.workers(), this,
                         [inspection = m_measured.inspection, settings = figureSettings(),
                          path = pathOf(file)](StopToken, Progress&) {
                             workflow::writeFigure(*inspection, path, settings);
                             return path;
                         });
    connect(job, &Job::done, this, [this, job, file] {
        Q_EMIT m_session.noticed(tr("Written: %1").arg(file), {}, {});
        job->deleteLater();
    });
    connect(job, &Job::failed, &m_session, &ProjectSession::failed);
    connect(job, &Job::failed, job, &QObject::deleteLater);
}

} // namespace nextquill::ui

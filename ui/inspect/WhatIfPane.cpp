// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/WhatIfPane.h"

#include "core/causal/TwinMemory.h"

#include "ui/inspect/MeasuredText.h"
#include "ui/inspect/PaneJob.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/ProgressLine.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QListWidget>
#include <QLocale>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QShortcut>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace nextquill::ui {

WhatIfPane::WhatIfPane(ProjectSession& session, QWidget* parent)
    : QWidget{parent}
    , m_session{session}
    , m_list{new QListWidget{this}}
    , m_text{new QPlainTextEdit{this}}
    , m_paste{new QPushButton{tr("&Paste a text"), this}}
    , m_measure{new QPushButton{tr("Me&asure so"), this}}
    , m_drop{new QPushButton{tr("Take &back"), this}}
    , m_save{new QPushButton{tr("Save as &version"), this}}
    , m_words{new QLabel{this}}
    , m_progress{new ProgressLine{this}}
    , m_job{new PaneJob{*m_progress, this}}
{
    createControls();
    connect(m_job, &PaneJob::ended, this, &WhatIfPane::renew);
    connect(m_list, &QListWidget::currentItemChanged, this,
            [this](QListWidgetItem* item) { showText(item); });
    connect(m_list, &QListWidget::itemChanged, this, &WhatIfPane::switchText);
    connect(m_text, &QPlainTextEdit::textChanged, this, &WhatIfPane::rewrite);
    connect(m_paste, &QPushButton::clicked, this, &WhatIfPane::paste);
    connect(m_measure, &QPushButton::clicked, this, &WhatIfPane::measure);
    connect(m_drop, &QPushButton::clicked, this, &WhatIfPane::drop);
    connect(m_save, &QPushButton::clicked, this, &WhatIfPane::save);
    auto* key = new QShortcut{QKeySequence{Qt::CTRL | Qt::Key_Return}, this};
    key->setContext(Qt::WidgetWithChildrenShortcut);
    connect(key, &QShortcut::activated, this, &WhatIfPane::measure);
    setInspection(nullptr, {});
}

void WhatIfPane::createControls()
{
    m_list->setObjectName(QStringLiteral("whatIfTexts"));
    m_list->setAccessibleName(tr("Past texts; those that are ticked take part"));
    m_list->installEventFilter(this);
    m_text->setObjectName(QStringLiteral("whatIfText"));
    m_text->setAccessibleName(tr("The words of the past text"));
    m_text->setTabChangesFocus(true);
    m_words->setObjectName(QStringLiteral("whatIfWords"));
    m_words->setTextFormat(Qt::PlainText);
    m_words->setWordWrap(true);
    m_paste->setToolTip(tr("Adds what was copied, another person\u2019s text for instance, as the "
                           "newest past text"));
    m_measure->setToolTip(tr("Measures the text with this history (Ctrl+Return)"));
    m_drop->setToolTip(tr("The project\u2019s own history again"));
    m_save->setToolTip(tr("Leaves the unticked texts out and keeps the new words in the project; "
                          "both can be undone. Pasted texts are not saved."));
    m_progress->hide();
    auto* left = new QWidget{this};
    auto* leftLayout = new QVBoxLayout{left};
    leftLayout->setContentsMargins(0, 0, 0, 0);
    leftLayout->addWidget(m_list, 1);
    auto* panes = new QSplitter{this};
    panes->setChildrenCollapsible(false);
    panes->addWidget(left);
    panes->addWidget(m_text);
    panes->setSizes({320, 420});
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_paste);
    buttons->addWidget(m_measure);
    buttons->addWidget(m_drop);
    buttons->addStretch(1);
    buttons->addWidget(m_save);
    auto* layout = new QVBoxLayout{this};
    layout->addWidget(panes, 1);
    layout->addWidget(m_words);
    layout->addLayout(buttons);
    layout->addWidget(m_progress);
}

void WhatIfPane::setInspection(InspectionPtr inspection, const QString& model)
{
    m_job->drop(); // of another text
    m_inspection = std::move(inspection);
    m_model = model;
    m_edits = {};
    m_other = nullptr;
    m_memory = m_inspection ? std::make_shared<causal::TwinMemory>() : nullptr;
    fill();
    renew();
}

/// Pasted texts first, as they stand in the prompt.
void WhatIfPane::fill()
{
    m_isFilling = true;
    const int row = m_list->currentRow();
    m_list->clear();
    const int rows =
        m_inspection ? pastedRows() + static_cast<int>(m_inspection->history.size()) : 0;
    for (int i = 0; i < rows; ++i) {
        auto* item = new QListWidgetItem{titleOf(i), m_list};
        if (i >= pastedRows()) {
            const ReviewId id =
                m_inspection->history[static_cast<std::size_t>(i - pastedRows())].review.id;
            item->setFlags(item->flags() | Qt::ItemIsUserCheckable);
            item->setCheckState(m_edits.off.contains(id) ? Qt::Unchecked : Qt::Checked);
        }
    }
    m_isFilling = false;
    m_list->setCurrentRow(rows == 0 ? -1 : std::clamp(row, 0, rows - 1));
    showText(m_list->currentItem());
}

int WhatIfPane::pastedRows() const
{
    return static_cast<int>(m_edits.pasted.size());
}

/// In the list; -1: it is not there.
int WhatIfPane::rowOf(ReviewId review) const
{
    if (!m_inspection) {
        return -1;
    }
    const auto found = std::ranges::find(m_inspection->history, review,
                                         [](const store::ReviewRow& row) { return row.review.id; });
    return found == m_inspection->history.end()
               ? -1
               : pastedRows() + static_cast<int>(found - m_inspection->history.begin());
}

bool WhatIfPane::has(ReviewId review) const
{
    return rowOf(review) >= 0;
}

void WhatIfPane::switchReview(ReviewId review, bool on)
{
    if (const int row = rowOf(review); row >= 0) {
        m_list->setCurrentRow(row);
        m_list->item(row)->setCheckState(on ? Qt::Checked : Qt::Unchecked); // as a click does
        m_list->setFocus();
    }
}

void WhatIfPane::editReview(ReviewId review)
{
    if (const int row = rowOf(review); row >= 0) {
        m_list->setCurrentRow(row);
        m_text->setFocus();
    }
}

QString WhatIfPane::titleOf(int row) const
{
    if (row < pastedRows()) {
        return tr("Pasted text %1").arg(row + 1);
    }
    const store::ReviewRow& past =
        m_inspection->history[static_cast<std::size_t>(row - pastedRows())];
    const QString title = tr("%1 %2").arg(shownDate(past.review.time), shown(past.itemTitle));
    return m_edits.texts.contains(past.review.id) ? tr("%1 (other words)").arg(title) : title;
}

void WhatIfPane::showText(const QListWidgetItem* item)
{
    if (m_isFilling) {
        return;
    }
    m_isFilling = true;
    const int row = item != nullptr ? m_list->row(item) : -1;
    m_text->setEnabled(row >= 0);
    if (row < 0) {
        m_text->clear();
    } else if (row < pastedRows()) {
        m_text->setPlainText(shown(m_edits.pasted[static_cast<std::size_t>(row)].text));
    } else {
        const store::Review& review =
            m_inspection->history[static_cast<std::size_t>(row - pastedRows())].review;
        const auto words = m_edits.texts.find(review.id);
        m_text->setPlainText(shown(words != m_edits.texts.end() ? words->second : review.text));
    }
    m_isFilling = false;
}

void WhatIfPane::switchText(const QListWidgetItem* item)
{
    const int row = m_list->row(item) - pastedRows();
    if (m_isFilling || row < 0) {
        return;
    }
    const ReviewId id = m_inspection->history[static_cast<std::size_t>(row)].review.id;
    if (item->checkState() == Qt::Checked) {
        m_edits.off.erase(id);
    } else {
        m_edits.off.insert(id);
    }
    renew();
}

/// What was typed is the edit; the project's own words are none.
void WhatIfPane::rewrite()
{
    const int row = m_list->currentRow();
    if (m_isFilling || row < 0) {
        return;
    }
    const std::string words = stored(m_text->toPlainText());
    if (row < pastedRows()) {
        m_edits.pasted[static_cast<std::size_t>(row)].text = words;
    } else {
        const store::Review& review =
            m_inspection->history[static_cast<std::size_t>(row - pastedRows())].review;
        if (words == review.text) {
            m_edits.texts.erase(review.id);
        } else {
            m_edits.texts[review.id] = words;
        }
        m_isFilling = true;
        m_list->item(row)->setText(titleOf(row));
        m_isFilling = false;
    }
    renew();
}

void WhatIfPane::paste()
{
    if (!m_inspection) {
        return;
    }
    m_edits.pasted.push_back(
        {.item = m_inspection->itemTitle, .text = stored(QApplication::clipboard()->text())});
    fill();
    m_list->setCurrentRow(pastedRows() - 1);
    m_text->setFocus();
    renew();
}

void WhatIfPane::removePasted(int row)
{
    m_edits.pasted.erase(m_edits.pasted.begin() + row);
    fill();
    renew();
}

void WhatIfPane::drop()
{
    m_edits = {};
    m_other = nullptr;
    fill();
    renew();
    Q_EMIT dropped();
}

void WhatIfPane::measure()
{
    if (!m_inspection || m_edits.isEmpty() || m_job->isRunning()) {
        return;
    }
    MeasureRequest request;
    request.project = m_session.file();
    request.model = stored(m_model);
    request.example = m_inspection->example;
    request.edits = m_edits;
    request.memory = m_memory;
    for (const store::ReviewRow& past : m_inspection->history) {
        request.edits.among.insert(past.review.id);
    }
    if (m_inspection->generated) {
        request.text = m_inspection->text;
    }
    auto* job =
        startJob(tr("Measuring with another history"), m_session.workers(), this,
                 [models = m_session.sharedModels(), request](StopToken stop, Progress& progress) {
                     return measureText(*models, request, stop, progress).inspection;
                 });
    m_job->watch(
        job,
        [this, job] {
            m_other = job->takeValue();
            renew();
            Q_EMIT measured(m_other);
        },
        [this](const Failure& failure) {
            m_problem = tr("%1: %2").arg(asSentence(failure.problem), failure.remedy);
        });
    renew();
}

void WhatIfPane::save()
{
    auto* job = m_session.change(tr("Saving the edits"), this,
                                 [edits = m_edits](store::Project& project, StopToken, Progress&) {
                                     return workflow::saveEdits(project, edits);
                                 });
    connect(job, &Job::done, this, [this, job] {
        const auto changed = static_cast<int>(job->takeValue());
        Q_EMIT m_session.noticed(
            tr("%n past text(s) changed in the project; Ctrl+Z in Histories takes it back", nullptr,
               changed),
            {}, {});
    });
    connect(job, &Job::failed, &m_session, &ProjectSession::failed);
}

void WhatIfPane::renew()
{
    const bool isEdited = !m_edits.isEmpty();
    m_list->setEnabled(m_inspection != nullptr);
    m_paste->setEnabled(m_inspection != nullptr);
    m_measure->setEnabled(isEdited && !m_job->isRunning());
    m_drop->setEnabled(isEdited);
    m_save->setEnabled((!m_edits.off.empty() || !m_edits.texts.empty()) && !m_session.isReadOnly());
    if (!m_inspection) {
        m_words->setText(tr("Choose a text on the left first."));
    } else if (!m_problem.isEmpty()) {
        m_words->setText(std::exchange(m_problem, {}));
    } else if (!isEdited) {
        m_words->setText(tr("Switch past texts off, change their words, or paste a text; then "
                            "measure. The project stays as it is."));
    } else {
        QString words = tr("%1 off, %2 with other words, %3 pasted.")
                            .arg(m_edits.off.size())
                            .arg(m_edits.texts.size())
                            .arg(m_edits.pasted.size());
        if (m_other) {
            words += tr(" Mean PCE %1 instead of %2.")
                         .arg(QString::number(m_other->effects.meanPce(), 'f', 4),
                              QString::number(m_inspection->effects.meanPce(), 'f', 4));
            if (const workflow::MeasuredPass& pass = m_other->pass; pass.remembered > 0) {
                words += tr(" %1 of %2 rows were known from the measurement before.")
                             .arg(QLocale{}.toString(static_cast<qlonglong>(pass.remembered)),
                                  QLocale{}.toString(
                                      static_cast<qlonglong>(pass.remembered + pass.rows)));
            }
        }
        m_words->setText(words);
    }
}

bool WhatIfPane::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_list && event->type() == QEvent::KeyPress &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Delete && m_list->currentRow() >= 0 &&
        m_list->currentRow() < pastedRows()) {
        removePasted(m_list->currentRow());
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/privacy/PrivacyTab.h"

#include "core/store/Erasure.h"
#include "core/store/Histories.h"

#include "ui/histories/acts/ActQueue.h"
#include "ui/histories/privacy/EraseDialog.h"
#include "ui/histories/privacy/MarkedCards.h"
#include "ui/histories/privacy/PrivacyWords.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/MessageBar.h"
#include "ui/widgets/ProgressLine.h"

#include <QAction>
#include <QCheckBox>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QStyle>
#include <QVBoxLayout>

#include <utility>

namespace nextquill::ui {

namespace {

QFrame* card(QWidget* parent)
{
    auto* frame = new QFrame{parent};
    frame->setProperty("role", QStringLiteral("card"));
    return frame;
}

QLabel* label(QWidget* parent, const char* role, const char* name)
{
    auto* text = new QLabel{parent};
    text->setObjectName(QString::fromLatin1(name));
    text->setProperty("role", QString::fromLatin1(role));
    text->setTextFormat(Qt::PlainText);
    text->setWordWrap(true);
    return text;
}

} // namespace

PrivacyTab::PrivacyTab(ProjectSession& session, QWidget* parent)
    : QWidget{parent}
    , m_session{session}
    , m_summary{label(this, "muted", "privacySummary")}
    , m_names{label(this, "muted", "privacyNames")}
    , m_look{new QPushButton{tr("&Look"), this}}
    , m_mask{new QPushButton{tr("&Mask"), this}}
    , m_progress{new ProgressLine{this}}
    , m_examples{new MarkedCardList{this}}
    , m_hint{new EmptyState{this}}
    , m_preview{new QStackedWidget{this}}
    , m_heading{label(this, "heading", "privacyHeading")}
    , m_unfinished{new MessageBar{this}}
    , m_users{new UserList{session,
                           {{tr("User"),
                             [](const store::User& user, int role) {
                                 return role == Qt::DisplayRole ? QVariant{userLine(user)}
                                                                : QVariant{};
                             }}},
                           0,
                           this}}
    , m_userView{new QListView{this}}
    , m_erase{new QPushButton{tr("&Erase…"), this}}
{
    auto* left = new QWidget{this};
    auto* column = new QVBoxLayout{left};
    column->addWidget(createMaskCard());
    column->addWidget(createEraseCard(), 1);
    auto* panes = new QSplitter{this};
    panes->addWidget(left);
    panes->addWidget(createPreview());
    panes->setSizes({400, 820});
    panes->setStretchFactor(1, 1);
    panes->setChildrenCollapsible(false);
    auto* layout = new QVBoxLayout{this};
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_unfinished);
    layout->addWidget(panes, 1);
    createShortcuts();
    connect(&m_session, &ProjectSession::projectChanged, this, &PrivacyTab::reload);
    connect(&m_session, &ProjectSession::dataChanged, this, &PrivacyTab::refresh);
    reload();
}

QWidget* PrivacyTab::createMaskCard()
{
    QFrame* frame = card(this);
    auto* layout = new QVBoxLayout{frame};
    auto* title = label(frame, "heading", "maskTitle");
    title->setText(tr("Mask personal data"));
    layout->addWidget(title);
    auto* kinds = new QGridLayout;
    for (const curate::PersonalKind kind : curate::allPersonalKinds) {
        const int row = kinds->rowCount();
        KindRow& of = m_kinds[kind];
        of.box = new QCheckBox{kindName(kind), frame};
        of.box->setObjectName(QStringLiteral("kind-") % shown(curate::nameOf(kind)));
        of.box->setChecked(true);
        of.counts = label(frame, "muted", "kindCounts");
        of.counts->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        kinds->addWidget(of.box, row, 0);
        kinds->addWidget(of.counts, row, 1);
        connect(of.box, &QCheckBox::toggled, this, [this] {
            m_outdated = m_report.has_value();
            renew();
        });
    }
    kinds->setColumnStretch(1, 1);
    layout->addLayout(kinds);
    layout->addWidget(m_names);
    layout->addWidget(m_summary);
    layout->addWidget(m_progress);
    m_look->setObjectName(QStringLiteral("look"));
    m_mask->setObjectName(QStringLiteral("mask"));
    connect(m_look, &QPushButton::clicked, this, &PrivacyTab::look);
    connect(m_mask, &QPushButton::clicked, this, &PrivacyTab::mask);
    m_progress->hide();
    m_progress->setPausable(false);
    m_progress->setCancellable(true);
    connect(m_progress, &ProgressLine::cancelRequested, this, [this] {
        if (m_job) {
            m_job->requestStop();
        }
    });
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_look);
    buttons->addWidget(m_mask);
    buttons->addStretch();
    layout->addLayout(buttons);
    return frame;
}

QWidget* PrivacyTab::createEraseCard()
{
    QFrame* frame = card(this);
    auto* layout = new QVBoxLayout{frame};
    auto* title = label(frame, "heading", "eraseTitle");
    title->setText(tr("Erase a user for good"));
    auto* what = label(frame, "muted", "eraseHint");
    what->setText(tr("Everything the user wrote goes, and every file of the project is searched "
                     "for what is left. Cannot be undone."));
    m_users->filter().setObjectName(QStringLiteral("eraseFind"));
    m_userView->setObjectName(QStringLiteral("eraseUsers"));
    m_userView->setAccessibleName(tr("Users to erase"));
    m_userView->setModel(&m_users->model());
    m_userView->setUniformItemSizes(true);
    m_erase->setObjectName(QStringLiteral("eraseUser"));
    m_erase->setProperty("role", QStringLiteral("danger"));
    connect(m_erase, &QPushButton::clicked, this, &PrivacyTab::erase);
    connect(m_userView, &QListView::activated, this, [this](const QModelIndex& index) {
        Q_EMIT userWanted(number(m_users->model().row(index.row()).id));
    });
    const auto choose = [this] {
        m_erase->setEnabled(m_userView->currentIndex().isValid() && !m_session.isReadOnly());
    };
    connect(m_userView->selectionModel(), &QItemSelectionModel::currentChanged, this, choose);
    connect(&m_users->model(), &PagedListModelBase::rowsChanged, this, choose);
    layout->addWidget(title);
    layout->addWidget(what);
    layout->addWidget(&m_users->filter());
    layout->addWidget(m_userView, 1);
    layout->addWidget(m_erase, 0, Qt::AlignLeft);
    return frame;
}

QWidget* PrivacyTab::createPreview()
{
    auto* right = new QWidget{this};
    auto* layout = new QVBoxLayout{right};
    m_hint->setIcon(QStringLiteral("histories"));
    m_examples->setObjectName(QStringLiteral("privacyExamples"));
    m_examples->setAccessibleName(tr("Places found, before and after"));
    connect(m_examples, &MarkedCardList::reviewWanted, this, &PrivacyTab::reviewWanted);
    connect(m_hint, &EmptyState::actionRequested, this, &PrivacyTab::look);
    m_preview->addWidget(m_hint);
    m_preview->addWidget(m_examples);
    layout->addWidget(m_heading);
    layout->addWidget(m_preview, 1);
    return right;
}

void PrivacyTab::createShortcuts()
{
    const auto add = [this](QPushButton* button, const QKeySequence& key) {
        auto* action = new QAction{this};
        action->setShortcut(key);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        connect(action, &QAction::triggered, button, &QPushButton::click);
        addAction(action);
        button->setToolTip(key.toString(QKeySequence::NativeText));
    };
    add(m_look, QKeySequence{Qt::CTRL | Qt::Key_R});
    add(m_mask, QKeySequence{Qt::CTRL | Qt::Key_M});
}

void PrivacyTab::reload()
{
    if (m_job) {
        m_job->requestStop();
    }
    m_report.reset();
    m_masked = false;
    m_outdated = false;
    m_users->model().restart();
    checkErasures();
    renew();
}

void PrivacyTab::refresh()
{
    m_users->model().restart();
    checkErasures();
    m_outdated = m_report.has_value() && !m_announcing;
    renew();
}

void PrivacyTab::checkErasures()
{
    m_unfinished->closeMessage();
    if (!m_session.isOpen()) {
        return;
    }
    auto* job = m_session.read(tr("Looking for unfinished erasures"), this,
                               [](store::Project& project, StopToken, Progress&) {
                                   return store::unfinishedErasures(project);
                               });
    connect(job, &Job::done, this, [this, job] {
        if (job->takeValue() > 0) {
            m_unfinished->showMessage({.kind = MessageBar::Kind::Warning,
                                       .text = tr("An erasure of a user was begun and not "
                                                  "finished: traces of the texts may be left."),
                                       .actionText = tr("Finish…"),
                                       .action = [this] { finishErasures(); },
                                       .details = {}});
        }
    });
}

curate::RedactionSettings PrivacyTab::settings() const
{
    constexpr std::size_t examplesOfKind = 100;
    curate::RedactionSettings settings;
    settings.examples = examplesOfKind;
    settings.kinds.clear();
    for (const auto& [kind, row] : m_kinds) {
        if (row.box->isChecked()) {
            settings.kinds.insert(kind);
        }
    }
    return settings;
}

void PrivacyTab::start(Job* job)
{
    m_job = job;
    m_progress->begin(job->title());
    m_progress->show();
    connect(job, &Job::progressed, this, [this](const ProgressReport& report) {
        m_progress->setProgress(report.done, report.total);
    });
    const auto end = [this] {
        m_job.clear();
        m_progress->hide();
        renew();
    };
    connect(job, &Job::stopped, this, end);
    connect(job, &Job::failed, this, end);
    renew();
}

void PrivacyTab::look()
{
    if (m_job || !m_session.isOpen()) {
        return;
    }
    auto* job = m_session.read(
        tr("Looking"), this,
        [settings = settings()](store::Project& project, StopToken stop, Progress& progress) {
            return curate::findPersonalData(project, settings, stop, progress);
        });
    connect(job, &Job::done, this, [this, job] {
        m_masked = false;
        showReport(job->takeValue());
    });
    start(job);
}

void PrivacyTab::mask()
{
    if (m_job || !m_mask->isEnabled()) {
        return;
    }
    auto* job = m_session.change(
        tr("Masking"), this,
        [settings = settings()](store::Project& project, StopToken stop, Progress& progress) {
            return curate::redact(project, settings, stop, progress);
        });
    connect(job, &Job::done, this, [this, job] {
        curate::RedactionReport report = job->takeValue();
        const auto changed = static_cast<int>(report.changed);
        m_masked = true;
        showReport(std::move(report));
        m_announcing = true;
        m_session.announceData();
        m_announcing = false;
        Q_EMIT m_session.noticed(tr("Personal data masked in %Ln review(s).", nullptr, changed),
                                 changed > 0 ? tr("Undo") : QString{},
                                 [this] { ActQueue::of(m_session).undo(); });
    });
    connect(job, &Job::stopped, this, [this] { m_session.announceData(); });
    start(job);
}

void PrivacyTab::showReport(curate::RedactionReport report)
{
    m_job.clear();
    m_progress->hide();
    m_report = std::move(report);
    m_outdated = false;
    showExamples();
    renew();
}

void PrivacyTab::showExamples()
{
    QList<MarkedCard> cards;
    for (const curate::PersonalExample& example : m_report->examples) {
        cards.append(cardOf(example));
    }
    m_examples->setCards(std::move(cards));
}

void PrivacyTab::renewCounts()
{
    for (const auto& [kind, row] : m_kinds) {
        const bool known = m_report && row.box->isChecked() && !m_outdated;
        row.counts->setText(known ? countsOf(*m_report, kind, m_masked) : QString{});
    }
    m_names->setText(m_report && !m_outdated ? namesOf(*m_report) : QString{});
    m_names->setVisible(!m_names->text().isEmpty());
}

void PrivacyTab::renew()
{
    const bool open = m_session.isOpen();
    const bool busy = !m_job.isNull();
    const bool anyKind = !settings().kinds.empty();
    const bool current = m_report && !m_outdated;
    const bool found = current && !m_masked && m_report->withAny > 0;
    renewCounts();
    m_look->setText(m_report ? tr("&Look again") : tr("&Look"));
    m_look->setEnabled(open && !busy && anyKind);
    m_mask->setEnabled(found && !busy && !m_session.isReadOnly());
    m_mask->setText(found
                        ? tr("&Mask in %Ln review(s)", nullptr, static_cast<int>(m_report->withAny))
                        : tr("&Mask"));
    m_look->setProperty("role", found ? QVariant{} : QVariant{QStringLiteral("primary")});
    m_mask->setProperty("role", found ? QVariant{QStringLiteral("primary")} : QVariant{});
    for (QPushButton* button : {m_look, m_mask}) {
        button->style()->unpolish(button);
        button->style()->polish(button); // takes the role
    }
    m_summary->setText(summaryOf(m_report, m_masked, m_outdated, m_session.isReadOnly()));
    const bool examples = m_report && !m_report->examples.empty();
    m_preview->setCurrentIndex(examples ? 1 : 0);
    m_heading->setVisible(examples);
    m_heading->setText(m_masked ? tr("What was masked") : tr("What would be masked"));
    m_hint->setTitle(m_report ? tr("Nothing found") : tr("Not looked yet"));
    m_hint->setSentence(
        m_report ? tr("No text has anything of the shapes looked for. That is no proof that "
                      "there is none.")
                 : tr("E-mail addresses, phone numbers, web addresses and names of users are "
                      "found by their shape: a best effort. Nothing is changed by looking."));
    m_hint->setAction(open && !m_report && !busy ? tr("Look") : QString{});
}

void PrivacyTab::erase()
{
    const QModelIndex index = m_userView->currentIndex();
    if (!index.isValid() || m_session.isReadOnly()) {
        return;
    }
    auto* dialog = new EraseDialog{m_session, m_users->model().row(index.row()), this};
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void PrivacyTab::finishErasures()
{
    auto* dialog = new EraseDialog{m_session, std::nullopt, this};
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

} // namespace nextquill::ui

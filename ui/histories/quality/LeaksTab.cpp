// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/quality/LeaksTab.h"

#include "core/store/Project.h"

#include "ui/histories/quality/ReadReview.h"
#include "ui/histories/quality/SharedRunMarks.h"
#include "ui/histories/quality/TextPair.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/MessageBar.h"
#include "ui/widgets/ProgressLine.h"

#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QStackedWidget>
#include <QTableView>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace nextquill::ui {

namespace {

constexpr std::size_t leaksOfPage = 200;
constexpr std::int64_t reviewsOfLatest = 5;
constexpr int columnOfChecks = 0;

/// The target and one of those that give it away, with their marks.
struct LeakPair
{
    std::optional<PairedText> target;
    std::optional<PairedText> other;
};

LeakPair readPair(store::Project& project, const curate::Leak& leak, std::size_t place,
                  std::size_t runWords)
{
    LeakPair pair;
    const std::vector<ReviewId> others = leak.others();
    const auto target = readReview(project, leak.target);
    const auto other = place < others.size() ? readReview(project, others[place]) : std::nullopt;
    if (target) {
        pair.target = pairedText(*target);
    }
    if (other) {
        pair.other = pairedText(*other);
    }
    const bool ofText =
        leak.kind != curate::LeakKind::SameItem && leak.kind != curate::LeakKind::TimeOrder;
    if (pair.target && pair.other && ofText) {
        SharedRunMarks marks =
            sharedRunMarks(pair.target->text, pair.other->text, static_cast<qsizetype>(runWords));
        pair.target->marks = std::move(marks.first);
        pair.other->marks = std::move(marks.second);
    }
    return pair;
}

} // namespace

LeaksTab::LeaksTab(ProjectSession& session, QWidget* parent)
    : QWidget{parent}
    , m_session{session}
    , m_pages{new QStackedWidget{this}}
    , m_empty{new EmptyState{this}}
    , m_split{new QComboBox{this}}
    , m_threshold{new QSpinBox{this}}
    , m_look{new QPushButton{tr("&Check for leakage"), this}}
    , m_progress{new ProgressLine{this}}
    , m_message{new MessageBar{this}}
    , m_summary{new QLabel{this}}
    , m_kinds{new QTableWidget{this}}
    , m_list{new QTableView{this}}
    , m_model{new LeakModel{leakColumns(), this}}
    , m_others{new QLabel{this}}
    , m_next{new QPushButton{tr("&Next"), this}}
    , m_pair{new TextPair{this}}
    , m_side{new QComboBox{this}}
    , m_fix{new QPushButton{this}}
{
    auto* layout = new QVBoxLayout{this};
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    createForm();
    createResults();
    createActions();
    m_empty->setIcon(QStringLiteral("histories"));
    connect(m_look, &QPushButton::clicked, this, &LeaksTab::look);
    connect(m_empty, &EmptyState::actionRequested, this, &LeaksTab::look);
    connect(m_split, &QComboBox::activated, this,
            [this] { forgetReport(tr("Another split is chosen.")); });
    connect(m_progress, &ProgressLine::cancelRequested, this, [this] {
        if (m_job) {
            m_job->requestStop();
        }
    });
    connect(m_kinds->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &LeaksTab::restartList);
    connect(m_kinds, &QTableWidget::itemChanged, this, &LeaksTab::renewFix);
    connect(m_side, &QComboBox::activated, this, &LeaksTab::renewFix);
    connect(m_fix, &QPushButton::clicked, this, &LeaksTab::fix);
    connect(m_next, &QPushButton::clicked, this, &LeaksTab::showNextOther);
    connect(m_model, &PagedListModelBase::pageWanted, this, &LeaksTab::readPage);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] {
        m_other = 0;
        showLeak();
    });
    connect(&m_session, &ProjectSession::projectChanged, this, &LeaksTab::reload);
    connect(&m_session, &ProjectSession::dataChanged, this, &LeaksTab::refresh);
    reload();
}

void LeaksTab::reload()
{
    if (m_job) {
        m_job->requestStop();
    }
    m_message->closeMessage();
    m_split->clear();
    m_known.clear();
    m_wanted.clear();
    forgetReport({});
    readSplits();
}

void LeaksTab::refresh()
{
    const bool own = std::exchange(m_ownChange, false);
    if (m_report && !own) {
        forgetReport(tr("The data changed since the last check."));
    }
    readSplits();
}

void LeaksTab::readSplits()
{
    if (!m_session.isOpen()) {
        showSplits({});
        return;
    }
    auto* job = m_session.read(
        tr("Reading splits"), this,
        [](store::Project& project, StopToken, Progress&) { return store::Splits{project}.all(); });
    connect(job, &Job::done, this, [this, job] { showSplits(job->takeValue()); });
}

void LeaksTab::showSplits(std::vector<store::Split> splits)
{
    const QString wanted = std::exchange(m_wanted, {});
    const QString kept = wanted.isEmpty() ? m_split->currentData().toString() : wanted;
    const bool any = m_split->count() > 0;
    m_known = std::move(splits);
    m_split->clear();
    for (auto split = m_known.rbegin(); split != m_known.rend(); ++split) {
        const QString name = shown(split->settings.name);
        m_split->addItem(split->frozen ? tr("%1 (frozen)").arg(name) : name, name);
    }
    m_split->addItem(tr("no split: each user's latest text"), QString{});
    const int found = any || !wanted.isEmpty() ? m_split->findData(kept) : 0;
    m_split->setCurrentIndex(std::max(found, 0));
    m_look->setEnabled(m_session.isOpen());
    renewFix();
    if (!wanted.isEmpty() && found >= 0) {
        look();
    }
}

const store::Split* LeaksTab::chosenSplit() const
{
    const std::string name = stored(m_split->currentData().toString());
    const auto found = std::ranges::find_if(
        m_known, [&](const store::Split& split) { return split.settings.name == name; });
    return found == m_known.end() ? nullptr : &*found;
}

void LeaksTab::watch(Job* job)
{
    m_job = job;
    m_progress->begin(job->title());
    m_progress->show();
    m_look->setEnabled(false);
    m_fix->setEnabled(false);
    ++m_fixQuestion; // an answer under way must not enable it
    const auto end = [this] {
        m_progress->hide();
        m_look->setEnabled(true);
        renewFix();
    };
    connect(job, &Job::progressed, this, [this](const ProgressReport& report) {
        m_progress->setProgress(report.done, report.total, shown(report.stage));
    });
    connect(job, &Job::done, this, end);
    connect(job, &Job::stopped, this, end);
    connect(job, &Job::failed, this, end);
}

void LeaksTab::look()
{
    if (!m_session.isOpen() || (m_job && m_job->isRunning())) {
        return;
    }
    const store::Split* const chosen = chosenSplit();
    const std::optional<store::Split> split =
        chosen != nullptr ? std::optional{*chosen} : std::nullopt;
    const curate::LeakSettings settings{.threshold = m_threshold->value() / 100.0};
    auto* job = m_session.read(
        tr("Looking for leaks"), this,
        [split, settings](store::Project& project, const StopToken& stop, Progress& progress) {
            return split ? curate::findLeaks(project, *split, settings, stop, progress)
                         : curate::findLeaksOfLatest(project, reviewsOfLatest, settings, stop,
                                                     progress);
        });
    watch(job);
    connect(job, &Job::done, this, [this, job, split] {
        m_checked = split;
        showReport(job->takeValue());
        keepCheck();
    });
    connect(job, &Job::stopped, this,
            [this] { forgetReport(tr("The check was stopped before its end.")); });
}

void LeaksTab::lookAt(const QString& split)
{
    if (m_job && m_job->isRunning()) {
        return;
    }
    forgetReport({});
    m_wanted = split;
    readSplits();
}

/// For the data card. Not where the project is open for reading only.
void LeaksTab::keepCheck()
{
    if (!m_checked || m_session.isReadOnly()) {
        return;
    }
    m_session.change(tr("Keeping the check"), this,
                     [split = *m_checked, check = m_report->check()](store::Project& project,
                                                                     StopToken, Progress&) {
                         store::keepLeakCheck(project, split, check);
                         return true;
                     });
}

void LeaksTab::forgetReport(const QString& why)
{
    m_report.reset();
    m_model->restart();
    m_pages->setCurrentWidget(m_empty);
    m_empty->setTitle(tr("Are targets given away?"));
    m_empty->setSentence(
        (why.isEmpty() ? QString{} : why % QLatin1Char(' ')) %
        tr("Texts to write that also stand in the history, a second review of the same item, "
           "training on later texts, texts of several users: a model that does well on these has "
           "learnt nothing about a person."));
    m_empty->setAction(m_session.isOpen() ? tr("Check for leakage") : QString{});
    renewFix();
}

void LeaksTab::showReport(curate::LeakReport report)
{
    m_report = std::make_shared<const curate::LeakReport>(std::move(report));
    const QLocale locale;
    const QString of = m_checked ? shown(m_checked->settings.name) : tr("each user's latest text");
    QString text =
        tr("%1: %Ln target(s)", nullptr, static_cast<int>(m_report->targets)).arg(of) %
        QStringLiteral(" · ") % tr("%Ln user(s)", nullptr, static_cast<int>(m_report->users)) %
        QStringLiteral(" · ") %
        tr("%Ln leak(s)", nullptr, static_cast<int>(m_report->leaks.size())) % QLatin1Char('.');
    if (m_report->notLast > 0) {
        text += QLatin1Char(' ') %
                tr("%1 of %2 held-out targets are not later than all that is trained on, of any "
                   "user, as with every split but by time.")
                    .arg(locale.toString(qlonglong{m_report->notLast}),
                         locale.toString(qlonglong{m_report->heldOut}));
    }
    m_summary->setText(text);
    m_pages->setCurrentIndex(0);
    renewKinds();
    restartList();
    renewFix();
}

void LeaksTab::renewKinds()
{
    const QSignalBlocker quiet{m_kinds};
    const store::LeakCheck check = m_report->check();
    m_kinds->setRowCount(static_cast<int>(check.counts.size()));
    int row = 0;
    for (const curate::LeakKind kind : m_report->settings.kinds) {
        const auto& [name, parts, sameMoment] = check.counts[static_cast<std::size_t>(row)];
        const std::int64_t all = parts[0] + parts[1] + parts[2];
        auto* title = new QTableWidgetItem{titleOfLeak(kind)};
        title->setToolTip(explanationOfLeak(kind));
        title->setData(Qt::UserRole, static_cast<int>(kind));
        title->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
        title->setCheckState(all > 0 ? Qt::Checked : Qt::Unchecked);
        m_kinds->setItem(row, columnOfChecks, title);
        int column = 1;
        for (const std::int64_t count : {all, parts[2], parts[1], parts[0], sameMoment}) {
            auto* cell = new QTableWidgetItem{QLocale{}.toString(qlonglong{count})};
            cell->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable);
            cell->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            m_kinds->setItem(row, column++, cell);
        }
        ++row;
    }
    m_kinds->resizeColumnsToContents();
    m_kinds->horizontalHeader()->setSectionResizeMode(columnOfChecks, QHeaderView::Stretch);
    m_kinds->setFixedHeight(m_kinds->horizontalHeader()->sizeHint().height() +
                            m_kinds->rowHeight(0) * m_kinds->rowCount() + 6);
    m_kinds->setCurrentItem(nullptr);
}

std::optional<curate::LeakKind> LeaksTab::chosenKind() const
{
    const auto* item = m_kinds->currentRow() >= 0 && m_report
                           ? m_kinds->item(m_kinds->currentRow(), columnOfChecks)
                           : nullptr;
    return item != nullptr
               ? std::optional{static_cast<curate::LeakKind>(item->data(Qt::UserRole).toInt())}
               : std::nullopt;
}

void LeaksTab::restartList()
{
    m_pair->showSentence(m_report && m_report->leaks.empty()
                             ? tr("No target is given away.")
                             : tr("Choose a leak to see its texts side by side."));
    m_others->clear();
    m_next->hide();
    m_model->restart();
}

void LeaksTab::readPage(quint64 era)
{
    if (!m_report) {
        m_model->addPage(era, {}, true);
        return;
    }
    const std::size_t from = m_model->isEmpty() ? 0 : m_model->lastRow().place + 1;
    auto* job =
        m_session.read(tr("Listing leaks"), this,
                       [report = m_report, kind = chosenKind(),
                        from](store::Project& project, const StopToken& stop, Progress&) {
                           return readLeakRows(project, *report, kind, from, leaksOfPage, stop);
                       });
    connect(job, &Job::done, this, [this, job, era] {
        std::vector<LeakRow> rows = job->takeValue();
        const bool first = m_model->isEmpty();
        const bool last = rows.size() < leaksOfPage;
        if (m_model->addPage(era, std::move(rows), last) && first && !m_model->isEmpty()) {
            m_list->resizeColumnsToContents();
            m_list->selectRow(0);
        }
    });
    connect(job, &Job::failed, this, [this, era] { m_model->pageFailed(era); });
}

void LeaksTab::showLeak()
{
    const QModelIndex row = m_list->currentIndex();
    const quint64 question = ++m_shownQuestion;
    if (!row.isValid() || !m_report) {
        return;
    }
    const curate::Leak leak = m_model->row(row.row()).leak;
    auto* job = m_session.read(tr("Reading two texts"), this,
                               [leak, place = m_other, words = m_report->settings.runWords](
                                   store::Project& project, StopToken, Progress&) {
                                   return std::pair{leak.others().size(),
                                                    readPair(project, leak, place, words)};
                               });
    connect(job, &Job::done, this, [this, job, question] {
        if (question != m_shownQuestion) {
            return;
        }
        const auto [count, pair] = job->takeValue();
        m_next->setVisible(count > 1);
        m_others->setText(count > 1 ? tr("The target, and review %1 of %2 that give it away")
                                          .arg(m_other + 1)
                                          .arg(count)
                                    : tr("The target, and the review that gives it away"));
        if (pair.target && pair.other) {
            m_pair->showTexts(*pair.target, *pair.other);
        } else {
            m_pair->showSentence(tr("One of the two reviews is gone. Check again."));
        }
    });
}

void LeaksTab::showNextOther()
{
    const QModelIndex row = m_list->currentIndex();
    if (!row.isValid()) {
        return;
    }
    const std::size_t count = m_model->row(row.row()).leak.others().size();
    m_other = count > 0 ? (m_other + 1) % count : 0;
    showLeak();
}

} // namespace nextquill::ui

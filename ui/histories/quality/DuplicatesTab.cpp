// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/quality/DuplicatesTab.h"

#include "core/store/Histories.h"

#include "ui/histories/quality/NewestStep.h"
#include "ui/histories/quality/ReadReview.h"
#include "ui/histories/quality/TextPair.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/MessageBar.h"
#include "ui/widgets/ProgressLine.h"
#include "ui/widgets/WordDiff.h"

#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QStackedWidget>
#include <QTableView>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace nextquill::ui {

namespace {

constexpr std::size_t groupsOfPage = 200;
constexpr std::size_t mostMembersShown = 500;

QTableWidgetItem* plainCell(const QString& text)
{
    auto* cell = new QTableWidgetItem{text};
    cell->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable);
    return cell;
}

} // namespace

DuplicatesTab::DuplicatesTab(ProjectSession& session, QWidget* parent)
    : QWidget{parent}
    , m_session{session}
    , m_pages{new QStackedWidget{this}}
    , m_empty{new EmptyState{this}}
    , m_search{new QComboBox{this}}
    , m_scope{new QComboBox{this}}
    , m_threshold{new QSpinBox{this}}
    , m_rule{new QComboBox{this}}
    , m_look{new QPushButton{tr("&Find duplicates"), this}}
    , m_progress{new ProgressLine{this}}
    , m_message{new MessageBar{this}}
    , m_summary{new QLabel{this}}
    , m_list{new QTableView{this}}
    , m_model{new GroupModel{groupColumns(), this}}
    , m_reviews{new QTableWidget{this}}
    , m_pair{new TextPair{this}}
    , m_excludeOne{new QPushButton{this}}
    , m_excludeAll{new QPushButton{this}}
{
    auto* layout = new QVBoxLayout{this};
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    createForm();
    createResults();
    m_empty->setIcon(QStringLiteral("histories"));
    connect(m_look, &QPushButton::clicked, this, &DuplicatesTab::look);
    connect(m_empty, &EmptyState::actionRequested, this, &DuplicatesTab::look);
    connect(m_search, &QComboBox::currentIndexChanged, this, [this] {
        const bool byText = settings().search == curate::DuplicateSearch::Text;
        m_scope->setEnabled(byText);
        m_threshold->setEnabled(byText);
    });
    connect(m_progress, &ProgressLine::cancelRequested, this, [this] {
        if (m_job) {
            m_job->requestStop();
        }
    });
    connect(m_model, &PagedListModelBase::pageWanted, this, &DuplicatesTab::readPage);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &DuplicatesTab::showGroup);
    connect(m_reviews, &QTableWidget::itemChanged, this, [this](const QTableWidgetItem* item) {
        if (item->column() == 0) {
            keep(item->row(), item->checkState() == Qt::Checked);
        }
    });
    connect(m_reviews->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &DuplicatesTab::showPair);
    connect(m_excludeAll, &QPushButton::clicked, this, [this] { exclude(true); });
    connect(m_excludeOne, &QPushButton::clicked, this, [this] { exclude(false); });
    connect(&m_session, &ProjectSession::projectChanged, this, &DuplicatesTab::reload);
    connect(&m_session, &ProjectSession::dataChanged, this, &DuplicatesTab::refresh);
    reload();
}

void DuplicatesTab::reload()
{
    if (m_job) {
        m_job->requestStop();
    }
    m_message->closeMessage();
    m_look->setEnabled(m_session.isOpen());
    forget({});
}

void DuplicatesTab::refresh()
{
    const bool own = std::exchange(m_ownChange, false);
    if (m_groups && !own) {
        forget(tr("The data changed since the last search."));
    }
}

void DuplicatesTab::forget(const QString& why)
{
    m_groups.reset();
    m_kept.clear();
    m_model->restart();
    showGroup();
    m_empty->setTitle(tr("Do reviews repeat each other?"));
    m_empty->setSentence((why.isEmpty() ? QString{} : why % QLatin1Char(' ')) %
                         tr("Copies count twice in training, and make a test easier than it is."));
    m_empty->setAction(m_session.isOpen() ? tr("Find duplicates") : QString{});
    m_pages->setCurrentWidget(m_empty);
}

curate::DuplicateSettings DuplicatesTab::settings() const
{
    return {.search = static_cast<curate::DuplicateSearch>(m_search->currentData().toInt()),
            .scope = static_cast<curate::DuplicateScope>(m_scope->currentData().toInt()),
            .keep = static_cast<curate::KeepRule>(m_rule->currentData().toInt()),
            .threshold = m_threshold->value() / 100.0};
}

void DuplicatesTab::watch(Job* job)
{
    m_job = job;
    m_progress->begin(job->title());
    m_progress->show();
    m_look->setEnabled(false);
    m_excludeAll->setEnabled(false);
    m_excludeOne->setEnabled(false);
    ++m_excludeQuestion; // an answer under way must not enable them
    const auto end = [this] {
        m_progress->hide();
        m_look->setEnabled(true);
        renewExclude();
    };
    connect(job, &Job::progressed, this, [this](const ProgressReport& report) {
        m_progress->setProgress(report.done, report.total, shown(report.stage));
    });
    connect(job, &Job::done, this, end);
    connect(job, &Job::stopped, this, end);
    connect(job, &Job::failed, this, end);
}

void DuplicatesTab::look()
{
    if (!m_session.isOpen() || (m_job && m_job->isRunning())) {
        return;
    }
    auto* job = m_session.read(tr("Finding duplicates"), this,
                               [settings = settings()](store::Project& project,
                                                       const StopToken& stop, Progress& progress) {
                                   return std::make_shared<const Groups>(
                                       curate::findDuplicates(project, settings, stop, progress));
                               });
    watch(job);
    connect(job, &Job::done, this, [this, job] {
        m_nextRow = 0;
        showGroups(job->takeValue(), {});
    });
    connect(job, &Job::stopped, this,
            [this] { forget(tr("The search was stopped before its end.")); });
}

void DuplicatesTab::showGroups(std::shared_ptr<const Groups> groups, KeptByHand kept)
{
    m_groups = std::move(groups);
    m_kept = std::move(kept);
    m_model->restart(); // at once: a row of the old ones is no place in these
    if (m_groups->empty()) {
        showGroup();
        m_pages->setCurrentWidget(m_empty);
        m_empty->setTitle(tr("No duplicates"));
        m_empty->setSentence(
            settings().search == curate::DuplicateSearch::Text
                ? tr("No two reviews are that much alike. A lower share finds looser likeness.")
                : tr("No user reviewed an item twice."));
        m_empty->setAction({});
        return;
    }
    m_pages->setCurrentIndex(0);
    m_summary->setText(tr("%Ln group(s)", nullptr, static_cast<int>(m_groups->size())));
    renewExclude();
}

void DuplicatesTab::readPage(quint64 era)
{
    if (!m_groups) {
        m_model->addPage(era, {}, true);
        return;
    }
    const std::size_t from = m_model->isEmpty() ? 0 : m_model->lastRow().place + 1;
    auto* job = m_session.read(
        tr("Listing groups"), this,
        [groups = m_groups, from](store::Project& project, const StopToken& stop, Progress&) {
            return readGroupRows(project, *groups, from, groupsOfPage, stop);
        });
    connect(job, &Job::done, this, [this, job, era] {
        std::vector<GroupRow> rows = job->takeValue();
        const bool first = m_model->isEmpty();
        const bool last = rows.size() < groupsOfPage;
        if (m_model->addPage(era, std::move(rows), last) && first && !m_model->isEmpty()) {
            m_list->resizeColumnsToContents();
            m_list->setColumnWidth(2, std::min(m_list->columnWidth(2), 160));
            m_list->horizontalHeader()->setSectionResizeMode(3, QHeaderView::Stretch);
            m_list->selectRow(std::min(m_nextRow, m_model->rowCount() - 1));
        }
    });
    connect(job, &Job::failed, this, [this, era] { m_model->pageFailed(era); });
}

int DuplicatesTab::chosenPlace() const
{
    const QModelIndex row = m_list->currentIndex();
    return row.isValid() && m_groups ? static_cast<int>(m_model->row(row.row()).place) : -1;
}

void DuplicatesTab::showGroup()
{
    const quint64 question = ++m_groupQuestion;
    const int place = chosenPlace();
    if (place < 0) {
        showMembers({});
        return;
    }
    auto* job = m_session.read(tr("Reading a group"), this,
                               [group = (*m_groups)[static_cast<std::size_t>(place)]](
                                   store::Project& project, const StopToken& stop, Progress&) {
                                   return readMemberRows(project, group, mostMembersShown, stop);
                               });
    connect(job, &Job::done, this, [this, job, question] {
        if (question == m_groupQuestion) {
            showMembers(job->takeValue());
        }
    });
}

void DuplicatesTab::showMembers(std::vector<MemberRow> members)
{
    m_members = std::move(members);
    {
        const QSignalBlocker quiet{m_reviews};
        const auto chosen = m_kept.constFind(static_cast<std::size_t>(std::max(chosenPlace(), 0)));
        m_reviews->setRowCount(static_cast<int>(m_members.size()));
        for (int row = 0; row < m_reviews->rowCount(); ++row) {
            const MemberRow& member = m_members[static_cast<std::size_t>(row)];
            const store::ReviewRow& review = member.review;
            const bool isKept =
                chosen == m_kept.constEnd() ? row == 0 : chosen->contains(number(review.review.id));
            auto* check = plainCell({});
            check->setFlags(check->flags() | Qt::ItemIsUserCheckable);
            check->setCheckState(isKept ? Qt::Checked : Qt::Unchecked);
            check->setData(Qt::AccessibleTextRole,
                           tr("Keep the review of %1").arg(shown(review.userName)));
            m_reviews->setItem(row, 0, check);
            m_reviews->setItem(
                row, 1,
                plainCell(tr("%1 %").arg(QLocale{}.toString(100 * member.similarity, 'f', 0))));
            m_reviews->setItem(row, 2, plainCell(shown(review.userName)));
            m_reviews->setItem(row, 3, plainCell(shown(review.itemTitle)));
            m_reviews->setItem(row, 4, plainCell(shownDate(review.review.time)));
        }
        m_reviews->resizeColumnsToContents();
        m_reviews->horizontalHeader()->setSectionResizeMode(3, QHeaderView::Stretch);
    }
    m_reviews->setCurrentCell(m_members.size() > 1 ? 1 : 0, 0);
    showPair();
    renewExclude();
}

/// The group's first text, and the chosen one, with what either lacks of the other.
void DuplicatesTab::showPair()
{
    const quint64 question = ++m_pairQuestion;
    const int row = m_reviews->currentRow();
    if (m_members.size() < 2 || row < 0 || std::cmp_greater_equal(row, m_members.size())) {
        m_pair->showSentence(m_groups ? tr("Choose a group to see its texts side by side.")
                                      : QString{});
        return;
    }
    const std::size_t other = std::max(row, 1);
    auto* job = m_session.work(tr("Comparing two texts"), this,
                               [left = pairedText(m_members.front().review),
                                right = pairedText(m_members[other].review)](StopToken, Progress&) {
                                   std::pair pair{left, right};
                                   TextDifferences differences =
                                       wordDifferences(left.text, right.text);
                                   pair.first.marks = std::move(differences.before);
                                   pair.second.marks = std::move(differences.after);
                                   return pair;
                               });
    connect(job, &Job::done, this, [this, job, question] {
        if (question == m_pairQuestion) {
            const auto [left, right] = job->takeValue();
            m_pair->showTexts(left, right);
        }
    });
}

void DuplicatesTab::keep(int row, bool kept)
{
    const int place = chosenPlace();
    if (place < 0 || m_members.empty()) {
        return;
    }
    const auto group = static_cast<std::size_t>(place);
    auto chosen = m_kept.find(group);
    if (chosen == m_kept.end()) {
        chosen = m_kept.insert(group, {number(m_members.front().review.review.id)});
    }
    const qint64 id = number(m_members[static_cast<std::size_t>(row)].review.review.id);
    if (kept) {
        chosen->insert(id);
    } else if (chosen->size() > 1) {
        chosen->remove(id);
    } else { // the last one stays: a group is not to vanish
        const QSignalBlocker quiet{m_reviews};
        m_reviews->item(row, 0)->setCheckState(Qt::Checked);
    }
    renewExclude();
}

/// Says on the buttons what they would do. Numbers are counted beside the window.
void DuplicatesTab::renewExclude()
{
    const quint64 question = ++m_excludeQuestion;
    m_excludeAll->setEnabled(false);
    m_excludeOne->setEnabled(false);
    if (!m_groups || (m_job && m_job->isRunning())) {
        return;
    }
    const int place = chosenPlace();
    auto* job = m_session.work(
        tr("Counting"), this, [groups = m_groups, kept = m_kept, place](StopToken, Progress&) {
            std::pair counts{copiesOf(*groups, kept).size(), std::size_t{0}};
            if (place >= 0) {
                const auto group = static_cast<std::size_t>(place);
                KeptByHand ofGroup;
                if (const auto chosen = kept.constFind(group); chosen != kept.constEnd()) {
                    ofGroup.insert(0, *chosen);
                }
                counts.second = copiesOf({(*groups)[group]}, ofGroup).size();
            }
            return counts;
        });
    connect(job, &Job::done, this, [this, job, question] {
        if (question != m_excludeQuestion) {
            return;
        }
        const auto [all, one] = job->takeValue();
        m_excludeAll->setText(tr("Exclude &all %Ln duplicate(s)", nullptr, static_cast<int>(all)));
        m_excludeOne->setText(
            tr("E&xclude %Ln duplicate(s) of this group", nullptr, static_cast<int>(one)));
        m_excludeAll->setEnabled(all > 0 && !m_session.isReadOnly());
        m_excludeOne->setEnabled(one > 0 && !m_session.isReadOnly());
    });
}

} // namespace nextquill::ui

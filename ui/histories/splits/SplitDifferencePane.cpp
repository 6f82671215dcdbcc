// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/splits/SplitDifferencePane.h"

#include "ui/histories/splits/SplitWords.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/RowTable.h"

#include <QHeaderView>
#include <QLabel>
#include <QTableView>
#include <QVBoxLayout>

namespace nextquill::ui {

namespace {

constexpr int changesOfPage = 200;

using Model = PagedListModel<store::SplitChange>;

QString partOrDash(const std::optional<store::SplitPart>& part)
{
    return part ? partTitle(*part) : QStringLiteral("–");
}

/// A column of texts.
Model::Column textColumn(const QString& title, QString (*text)(const store::SplitChange&))
{
    return {title, [text](const store::SplitChange& change, int role) -> QVariant {
                return role == Qt::DisplayRole || role == Qt::ToolTipRole ? text(change)
                                                                          : QVariant{};
            }};
}

std::vector<Model::Column> changeColumns()
{
    return {textColumn(QObject::tr("Change"),
                       [](const store::SplitChange& change) {
                           return !change.before  ? QObject::tr("came in")
                                  : !change.after ? QObject::tr("went out")
                                                  : QObject::tr("moved");
                       }),
            textColumn(QObject::tr("Part"),
                       [](const store::SplitChange& change) -> QString {
                           return partOrDash(change.before) + QStringLiteral(" → ") +
                                  partOrDash(change.after);
                       }),
            textColumn(QObject::tr("User"),
                       [](const store::SplitChange& change) { return shown(change.user); }),
            textColumn(QObject::tr("Item"),
                       [](const store::SplitChange& change) { return shown(change.item); }),
            textColumn(QObject::tr("Written"),
                       [](const store::SplitChange& change) { return shownDate(change.time); }),
            textColumn(QObject::tr("Why"),
                       [](const store::SplitChange& change) { return shown(change.why); })};
}

} // namespace

SplitDifferencePane::SplitDifferencePane(ProjectSession& session, QWidget* parent)
    : QWidget{parent}
    , m_session{session}
    , m_heading{new QLabel{this}}
    , m_counts{new QLabel{this}}
    , m_view{new QTableView{this}}
    , m_changes{new Model{changeColumns(), this}}
{
    m_heading->setProperty("role", QStringLiteral("heading"));
    m_heading->setTextFormat(Qt::PlainText);
    m_heading->setWordWrap(true);
    m_counts->setObjectName(QStringLiteral("splitDifference"));
    m_counts->setTextFormat(Qt::PlainText);
    m_counts->setWordWrap(true);
    m_view->setObjectName(QStringLiteral("splitChanges"));
    m_view->setAccessibleName(tr("Examples that differ"));
    m_view->setModel(m_changes);
    prepareRowTable(*m_view);
    m_view->setAlternatingRowColors(true);
    m_view->setWordWrap(false);
    m_view->horizontalHeader()->setStretchLastSection(true);
    auto* layout = new QVBoxLayout{this};
    layout->addWidget(m_heading);
    layout->addWidget(m_counts);
    layout->addWidget(m_view, 1);
    connect(m_changes, &PagedListModelBase::pageWanted, this, &SplitDifferencePane::loadPage);
    connect(m_view, &QTableView::activated, this, [this](const QModelIndex& index) {
        Q_EMIT reviewWanted(number(m_changes->row(index.row()).review));
    });
}

void SplitDifferencePane::compare(const store::Split& before, const store::Split& after)
{
    m_before = before;
    m_after = after;
    ++m_question;
    m_heading->setText(
        tr("From %1 to %2").arg(shown(before.settings.name), shown(after.settings.name)));
    m_counts->setText(tr("Comparing…"));
    m_changes->restart();
    loadCounts();
}

void SplitDifferencePane::loadCounts()
{
    auto* job = m_session.read(
        tr("Comparing two splits"), this,
        [before = m_before.id, after = m_after.id](store::Project& project, StopToken, Progress&) {
            return store::SplitComparison{project, before, after}.difference();
        });
    connect(job, &Job::done, this, [this, job, question = m_question] {
        if (question == m_question) {
            showCounts(job->takeValue());
        }
    });
}

void SplitDifferencePane::showCounts(const store::SplitDifference& difference)
{
    if (difference.isNone()) {
        m_counts->setText(m_before.digest == m_after.digest
                              ? tr("The same examples with the same parts, texts and histories.")
                              : tr("The same examples with the same parts, but a text or a history "
                                   "was changed in between."));
        return;
    }
    m_counts->setText(
        tr("%1 in both · %2 with another part · %3 came in · %4 went out · users: %5 came in, %6 "
           "went out")
            .arg(shownCount(difference.kept), shownCount(difference.moved),
                 shownCount(difference.added), shownCount(difference.removed),
                 shownCount(difference.usersAdded), shownCount(difference.usersRemoved)));
}

void SplitDifferencePane::loadPage(quint64 era)
{
    const ReviewId last = m_changes->isEmpty() ? ReviewId{0} : m_changes->lastRow().review;
    auto* job = m_session.read(tr("Reading what differs"), this,
                               [before = m_before.id, after = m_after.id,
                                last](store::Project& project, StopToken, Progress&) {
                                   return store::SplitComparison{project, before, after}.changes(
                                       last, changesOfPage);
                               });
    connect(job, &Job::done, this, [this, job, era] {
        std::vector<store::SplitChange> rows = job->takeValue();
        const bool isFirst = m_changes->isEmpty();
        const bool isLast = rows.size() < changesOfPage;
        if (m_changes->addPage(era, std::move(rows), isLast) && isFirst) {
            m_view->resizeColumnsToContents();
        }
    });
    connect(job, &Job::failed, this, [this, era] { m_changes->pageFailed(era); });
}

} // namespace nextquill::ui

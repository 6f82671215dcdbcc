// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/TimelinePane.h"

#include "ui/histories/ReviewDelegate.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QListView>
#include <QVBoxLayout>

#include <utility>

namespace nextquill::ui {

namespace {

constexpr int itemsTextsAtMost = 500; // an item of a large project has more than a person reads

QVariant reviewCell(const store::ReviewRow& row, int role)
{
    if (role == ReviewDelegate::reviewRole) {
        return QVariant::fromValue(&row);
    }
    if (role == Qt::AccessibleTextRole || role == Qt::DisplayRole) {
        return QString(shownDate(row.review.time) % QStringLiteral(", ") % shown(row.itemTitle) %
                       QStringLiteral(": ") % shown(row.review.text));
    }
    return {};
}

} // namespace

TimelinePane::TimelinePane(ProjectSession& session, QWidget* parent)
    : QWidget{parent}
    , m_session{session}
    , m_heading{new QLabel{this}}
    , m_timeline{new QListView{this}}
    , m_delegate{new ReviewDelegate{this}}
    , m_model{new PagedListModel<store::ReviewRow>{{{tr("Review"), reviewCell}}, this}}
{
    m_heading->setProperty("role", QStringLiteral("heading"));
    m_heading->setTextFormat(Qt::PlainText);
    m_heading->setWordWrap(true);
    m_timeline->setObjectName(QStringLiteral("timeline"));
    m_timeline->setAccessibleName(tr("Timeline of texts"));
    m_timeline->setModel(m_model);
    m_timeline->setItemDelegate(m_delegate);
    m_timeline->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_timeline->setResizeMode(QListView::Adjust);
    m_timeline->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_timeline->setContextMenuPolicy(Qt::ActionsContextMenu);
    auto* layout = new QVBoxLayout{this};
    layout->addWidget(m_heading);
    layout->addWidget(m_timeline, 1);
    setFocusProxy(m_timeline);
    createActions();
    connect(&m_session, &ProjectSession::projectChanged, this, &TimelinePane::showNothing);
    connect(&m_session, &ProjectSession::dataChanged, this, &TimelinePane::refresh);
}

void TimelinePane::createActions()
{
    const auto add = [this](const QString& text, const QKeySequence& key, auto slot) {
        auto* action = new QAction{text, m_timeline};
        action->setShortcut(key);
        action->setShortcutContext(Qt::WidgetShortcut);
        connect(action, &QAction::triggered, this, slot);
        m_timeline->addAction(action);
    };
    add(tr("E&xclude"), Qt::Key_X, [this] { setExcluded(true); });
    add(tr("&Include"), Qt::Key_I, [this] { setExcluded(false); });
    add(tr("I&nspect"), Qt::Key_E, [this] {
        if (const auto reviews = selectedReviews(); !reviews.empty()) {
            Q_EMIT m_session.inspectRequested(reviews.front()->review.id);
        }
    });
    add(tr("&Compare"), Qt::Key_C, [this] {
        if (const auto reviews = selectedReviews(); !reviews.empty()) {
            Q_EMIT m_session.compareRequested(reviews.front()->review.id);
        }
    });
    add(tr("C&opy"), QKeySequence::Copy, [this] { copySelected(); });
}

void TimelinePane::showNothing()
{
    ++m_question;
    m_user.reset();
    m_item.reset();
    m_review.reset();
    showContent({});
}

void TimelinePane::showUser(UserId user)
{
    m_review.reset();
    m_item.reset();
    m_user = user;
    ask();
}

void TimelinePane::showReview(ReviewId review)
{
    if (m_user && chooseText(review)) {
        ++m_question; // what was asked for before that is not wanted any more
        return;
    }
    m_user.reset();
    m_item.reset();
    m_review = review;
    ask();
}

void TimelinePane::showItem(ItemId item)
{
    m_user.reset();
    m_review.reset();
    m_item = item;
    ask();
}

bool TimelinePane::chooseText(ReviewId review)
{
    for (int row = 0; row < m_model->rowCount(); ++row) {
        if (m_model->row(row).review.id == review) {
            m_timeline->setCurrentIndex(m_model->index(row, 0));
            return true;
        }
    }
    return false;
}

void TimelinePane::refresh()
{
    if (const QModelIndex text = m_timeline->currentIndex(); text.isValid()) {
        m_review = m_model->row(text.row()).review.id;
    }
    if (m_user || m_item || m_review) {
        ask();
    }
}

void TimelinePane::ask()
{
    auto* job = m_session.read(
        tr("Reading a history"), this,
        [user = m_user, item = m_item, review = m_review](store::Project& project, StopToken,
                                                          Progress&) {
            const store::Histories histories{project};
            Content content{.user = user};
            if (!user && review) {
                if (const auto found = histories.findReview(*review)) {
                    content.user = found->user;
                }
            }
            if (content.user) {
                const auto who = histories.findUser(*content.user);
                content.rows = histories.timeline(*content.user);
                if (who) {
                    content.heading = tr("%1 · %n text(s) · %2 to %3", nullptr,
                                         static_cast<int>(content.rows.size()))
                                          .arg(shown(who->name), shownDate(who->firstTime),
                                               shownDate(who->lastTime));
                }
            } else if (const auto what = item ? histories.findItem(*item) : std::nullopt) {
                content.ofOneUser = false;
                content.rows = histories.reviews({.item = item, .limit = itemsTextsAtMost});
                content.heading =
                    tr("%1 · %n text(s)", nullptr, static_cast<int>(content.rows.size()))
                        .arg(shown(titleOf(*what)));
            }
            return content;
        });
    connect(job, &Job::done, this, [this, job, question = ++m_question] {
        if (question == m_question) { // else something else was asked for since
            showContent(job->takeValue());
        }
    });
}

void TimelinePane::showContent(Content content)
{
    m_user = content.user;
    m_heading->setText(content.heading);
    m_delegate->setUserShown(!content.ofOneUser);
    m_model->restart();
    m_model->addPage(m_model->era(), std::move(content.rows), true);
    m_timeline->scrollToTop();
    // At the first chance or never: a later list that happens to have it must not jump there.
    if (const std::optional<ReviewId> kept = std::exchange(m_review, std::nullopt)) {
        chooseText(*kept);
    }
}

std::vector<const store::ReviewRow*> TimelinePane::selectedReviews() const
{
    std::vector<const store::ReviewRow*> rows;
    for (const QModelIndex& index : m_timeline->selectionModel()->selectedIndexes()) {
        rows.push_back(&m_model->row(index.row()));
    }
    return rows;
}

void TimelinePane::setExcluded(bool excluded)
{
    std::vector<ReviewId> ids;
    for (const store::ReviewRow* row : selectedReviews()) {
        ids.push_back(row->review.id);
    }
    if (ids.empty() || m_session.isReadOnly()) {
        return;
    }
    const QString what = excluded ? tr("Exclude %n text(s)", nullptr, static_cast<int>(ids.size()))
                                  : tr("Include %n text(s)", nullptr, static_cast<int>(ids.size()));
    auto* job = m_session.change(
        what, this,
        [ids, excluded, name = stored(what)](store::Project& project, StopToken, Progress&) {
            store::Histories{project}.setExcluded(ids, excluded, name);
            return ids.size();
        });
    connect(job, &Job::done, this, [this, excluded, count = static_cast<int>(ids.size())] {
        m_session.announceData();
        Q_EMIT m_session.noticed(excluded ? tr("%n text(s) excluded.", nullptr, count)
                                          : tr("%n text(s) included.", nullptr, count),
                                 tr("Undo"), [this] { Q_EMIT undoWanted(); });
    });
}

void TimelinePane::copySelected() const
{
    QString text;
    for (const store::ReviewRow* row : selectedReviews()) {
        text += shownDate(row->review.time) % QLatin1Char('\t') % shown(row->itemTitle) %
                QLatin1Char('\t') % QString::number(row->review.rating) % QLatin1Char('\t') %
                shown(row->review.text).simplified() % QLatin1Char('\n');
    }
    QGuiApplication::clipboard()->setText(text);
}

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/acts/SelectionActs.h"

#include "ui/histories/acts/EditReviewDialog.h"
#include "ui/histories/acts/MergeUsersDialog.h"
#include "ui/histories/acts/ReviewActs.h"
#include "ui/histories/acts/TagDialog.h"
#include "ui/histories/acts/TagList.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/ThemedIcon.h"

#include <QAction>
#include <QMenu>
#include <QTimer>

#include <utility>

namespace nextquill::ui {

namespace {

constexpr int restBeforeCount = 150; // milliseconds

QString rowsNamed(store::TableKind table, std::int64_t count)
{
    const int rows = static_cast<int>(count);
    switch (table) {
    case store::TableKind::Users:
        return SelectionActs::tr("%Ln user(s)", nullptr, rows);
    case store::TableKind::Items:
        return SelectionActs::tr("%Ln item(s)", nullptr, rows);
    case store::TableKind::Reviews:
        break;
    }
    return SelectionActs::tr("%Ln review(s)", nullptr, rows);
}

QString allMatching(store::TableKind table, const std::optional<store::SelectionCount>& count)
{
    if (!count) {
        switch (table) {
        case store::TableKind::Users:
            return SelectionActs::tr("the reviews of all matching users");
        case store::TableKind::Items:
            return SelectionActs::tr("the reviews of all matching items");
        case store::TableKind::Reviews:
            break;
        }
        return SelectionActs::tr("all matching reviews");
    }
    const int rows = static_cast<int>(count->rows);
    const QString reviews =
        SelectionActs::tr("%Ln review(s)", nullptr, static_cast<int>(count->reviews));
    switch (table) {
    case store::TableKind::Users:
        return SelectionActs::tr("%1 of all %Ln matching user(s)", nullptr, rows).arg(reviews);
    case store::TableKind::Items:
        return SelectionActs::tr("%1 of all %Ln matching item(s)", nullptr, rows).arg(reviews);
    case store::TableKind::Reviews:
        break;
    }
    return SelectionActs::tr("all %Ln matching review(s)", nullptr, rows);
}

} // namespace

SelectionActs::SelectionActs(ProjectSession& session, QWidget* view)
    : QObject{view}
    , m_session{session}
    , m_view{*view}
    , m_queue{ActQueue::of(session)}
    , m_tags{TagList::of(session)}
    , m_awaited{session}
    , m_settled{new QTimer{this}}
    , m_untagMenu{new QMenu{view}}
{
    m_settled->setSingleShot(true);
    m_settled->setInterval(restBeforeCount);
    connect(m_settled, &QTimer::timeout, this, &SelectionActs::count);
    connect(&m_tags, &TagList::changed, this, &SelectionActs::fillUntagMenu);
    connect(&m_session, &ProjectSession::projectChanged, this, [this] { select({}); });
    createActions();
    fillUntagMenu();
    renewActions();
}

void SelectionActs::createActions()
{
    const auto add = [this](Kind kind, const QString& icon, const QList<QKeySequence>& keys,
                            const QString& tip, void (SelectionActs::*slot)()) {
        auto* action = new QAction{themedIcon(icon), {}, this};
        action->setShortcuts(keys);
        action->setShortcutContext(Qt::WidgetShortcut);
        action->setToolTip(tip);
        if (slot != nullptr) { // else it has a menu
            connect(action, &QAction::triggered, this, slot);
        }
        m_actions.at(static_cast<std::size_t>(kind)) = action;
    };
    add(Kind::Edit, QStringLiteral("edit"), {Qt::Key_E, Qt::Key_F2},
        tr("Change title, text or rating (E)"), &SelectionActs::edit);
    add(Kind::Exclude, QStringLiteral("remove"), {Qt::Key_X},
        tr("Keep out of histories and splits (X)"), &SelectionActs::exclude);
    add(Kind::Include, QStringLiteral("check"), {Qt::Key_I}, tr("Take back in (I)"),
        &SelectionActs::include);
    add(Kind::Tag, QStringLiteral("pin"), {Qt::Key_T}, tr("Give a tag (T)"),
        &SelectionActs::chooseTag);
    add(Kind::Untag, QStringLiteral("pinned"), {}, tr("Take a tag away"), nullptr);
    add(Kind::MergeUsers, QStringLiteral("user"), {},
        tr("Make the reviews of several users those of one"), &SelectionActs::chooseMerge);
    add(Kind::Delete, QStringLiteral("close"), {Qt::Key_Delete},
        tr("Take out of every table; it can be undone (Del)"), &SelectionActs::remove);
    action(Kind::Untag)->setMenu(m_untagMenu);
}

QAction* SelectionActs::action(Kind kind) const
{
    return m_actions.at(static_cast<std::size_t>(kind));
}

QList<QAction*> SelectionActs::actions() const
{
    return {m_actions.begin(), m_actions.end()};
}

void SelectionActs::take(store::Selection selection)
{
    m_selection = std::move(selection);
    m_count.reset();
    m_settled->stop();
    if (m_counting != nullptr) {
        delete std::exchange(m_counting, nullptr); // asked to stop, and forgotten
    }
}

void SelectionActs::select(store::Selection selection, std::optional<std::int64_t> rows)
{
    take(std::move(selection));
    m_read = nullptr;
    m_chosen = static_cast<std::int64_t>(m_selection.ids.size());
    const bool areReviews = m_selection.table == store::TableKind::Reviews;
    if (areReviews && !m_selection.matching) {
        m_count = {.rows = m_chosen, .reviews = m_chosen};
    } else if (areReviews && rows) {
        m_count = {.rows = *rows - m_chosen, .reviews = *rows - m_chosen};
    } else if (!m_selection.isEmpty()) {
        m_settled->start();
    }
    renewActions();
}

void SelectionActs::await(store::Selection outline, std::int64_t rows, AwaitedActs::Reader read)
{
    take(std::move(outline));
    m_read = std::move(read);
    m_chosen = rows;
    if (m_selection.table == store::TableKind::Reviews) {
        m_count = {.rows = rows, .reviews = rows};
    }
    renewActions();
}

/// At once where the rows are known and nothing waits for others.
void SelectionActs::withRows(const AwaitedActs::Then& then)
{
    if (m_read) {
        m_awaited.add(m_read, then);
    } else {
        m_awaited.add(m_selection, then);
    }
}

void SelectionActs::count()
{
    if (!m_session.isOpen()) {
        return;
    }
    auto* job = m_session.read(
        tr("Counting the selection"), this,
        [selection = m_selection](store::Project& project, StopToken stop, Progress& progress) {
            return store::countOf(project, selection, std::move(stop), progress);
        });
    m_counting = job;
    connect(job, &Job::done, this, [this, job] {
        m_counting = nullptr;
        m_count = job->takeValue();
        renewActions();
    });
    connect(job, &Job::failed, this, [this] { m_counting = nullptr; });
    connect(job, &Job::stopped, this, [this] { m_counting = nullptr; });
}

QString SelectionActs::what() const
{
    const store::TableKind table = m_selection.table;
    if (m_selection.matching) {
        return allMatching(table, m_count);
    }
    const QString rows = rowsNamed(table, m_chosen);
    if (table == store::TableKind::Reviews) {
        return rows;
    }
    if (!m_count) {
        return tr("the reviews of %1").arg(rows);
    }
    const QString reviews = tr("%Ln review(s)", nullptr, static_cast<int>(m_count->reviews));
    return tr("%1 of %2").arg(reviews, rows);
}

QString SelectionActs::whatAndHowMany() const
{
    return m_selection.matching && !m_count ? tr("%1 (counting…)").arg(what()) : what();
}

void SelectionActs::renewActions()
{
    const bool can =
        (m_read || !m_selection.isEmpty()) && m_session.isOpen() && !m_session.isReadOnly();
    const QString rows = whatAndHowMany();
    struct Words
    {
        Kind kind;
        QString brief; ///< on a button, beside what()
        QString whole; ///< in a menu
    };
    const Words all[] = {
        {Kind::Edit, tr("Edit…"), tr("&Edit…")},
        {Kind::Exclude, tr("Exclude"), can ? tr("E&xclude %1").arg(rows) : tr("E&xclude")},
        {Kind::Include, tr("Include"), can ? tr("&Include %1").arg(rows) : tr("&Include")},
        {Kind::Tag, tr("Tag…"), can ? tr("&Tag %1…").arg(rows) : tr("&Tag…")},
        {Kind::Untag, tr("Untag"), can ? tr("&Untag %1").arg(rows) : tr("&Untag")},
        {Kind::MergeUsers, tr("Merge users…"), tr("&Merge Users…")},
        {Kind::Delete, tr("Delete"), can ? tr("&Delete %1").arg(rows) : tr("&Delete")}};
    for (const Words& words : all) {
        action(words.kind)->setText(words.whole);
        action(words.kind)->setIconText(words.brief);
        action(words.kind)->setEnabled(can);
    }
    const bool one =
        !m_selection.matching && m_chosen == 1 && m_selection.table == store::TableKind::Reviews;
    action(Kind::Edit)->setEnabled(can && one);
    action(Kind::Untag)->setEnabled(can && !m_tags.tags().empty());
    action(Kind::MergeUsers)->setEnabled(can && m_selection.table != store::TableKind::Items);
    Q_EMIT changed();
}

void SelectionActs::fillUntagMenu()
{
    m_untagMenu->clear();
    for (const store::Tag& known : m_tags.tags()) {
        const QString name = shown(known.name);
        // An ampersand in a name is none of ours.
        QAction* const entry =
            m_untagMenu->addAction(QString{name}.replace(u'&', QStringLiteral("&&")));
        connect(entry, &QAction::triggered, this, [this, name] { untag(name); });
    }
    renewActions();
}

void SelectionActs::exclude()
{
    withRows([this, rows = what()](const store::Selection& selection) {
        m_queue.add(excluding(selection, rows));
    });
}

void SelectionActs::include()
{
    withRows([this, rows = what()](const store::Selection& selection) {
        m_queue.add(including(selection, rows));
    });
}

void SelectionActs::tag(const QString& name)
{
    withRows([this, rows = what(), name](const store::Selection& selection) {
        m_queue.add(tagging(selection, rows, name));
    });
}

void SelectionActs::untag(const QString& name)
{
    withRows([this, rows = what(), name](const store::Selection& selection) {
        m_queue.add(untagging(selection, rows, name));
    });
}

void SelectionActs::remove()
{
    withRows([this, rows = what()](const store::Selection& selection) {
        m_queue.add(deleting(selection, rows));
    });
}

void SelectionActs::chooseTag()
{
    // The selection as it was when the key was pressed.
    withRows([this, rows = what()](const store::Selection& selection) {
        auto* dialog = new TagDialog{m_tags, tr("Tag %1").arg(rows), &m_view};
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        connect(dialog, &QDialog::accepted, this, [this, dialog, selection, rows] {
            m_queue.add(tagging(selection, rows, dialog->tag(), dialog->newKey()));
        });
        dialog->open();
    });
}

void SelectionActs::chooseMerge()
{
    withRows([this](const store::Selection& selection) {
        auto* dialog = new MergeUsersDialog{m_session, selection, &m_view};
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        connect(dialog, &QDialog::accepted, this, [this, dialog] {
            m_queue.add(merging(dialog->users(), dialog->into(), dialog->intoName()));
        });
        dialog->open();
    });
}

void SelectionActs::edit()
{
    if (m_selection.matching || m_chosen != 1) {
        return;
    }
    withRows([this](const store::Selection& selection) {
        if (selection.ids.size() != 1) {
            return; // the row has gone since, which the table shows
        }
        const ReviewId review{*selection.ids.begin()};
        auto* dialog = new EditReviewDialog{m_session, review, &m_view};
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        connect(dialog, &QDialog::accepted, this, [this, dialog, review] {
            if (const ReviewEdit made = dialog->edit(); !made.isEmpty()) {
                m_queue.add(editing(review, made));
            }
        });
        dialog->open();
    });
}

} // namespace nextquill::ui

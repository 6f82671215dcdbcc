// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/table/Selection.h"

#include "ui/histories/acts/AwaitedActs.h"

#include <QList>
#include <QObject>
#include <QString>

#include <array>
#include <cstdint>
#include <optional>

class QAction;
class QMenu;
class QTimer;
class QWidget;

namespace nextquill::ui {

class ActQueue;
class Job;
class ProjectSession;
class TagList;

/// What can be done with the selected rows of a table: actions for its menu, its keys and a bar,
/// each of which names what it is about to change ("Exclude all 12,403 matching reviews").
///
///     auto* acts = new SelectionActs{session, table};
///     table->addActions(acts->actions());   // X, I, T, Del, E, F2 while the table has the focus
///     layout->addWidget(new ActsBar{*acts, this});
///     …on each change of the selection: acts->select(Selection::rows(kind, ids));
///
/// Threads  GUI thread only; the work is done by the session's ActQueue
class SelectionActs : public QObject
{
    Q_OBJECT

public:
    enum class Kind { Edit, Exclude, Include, Tag, Untag, MergeUsers, Delete };
    static constexpr std::size_t kinds = 7;

    /// Dialogs come over `view`, which owns the acts.
    SelectionActs(ProjectSession& session, QWidget* view);

    /// What the acts act on. `rows`: how many the table knows that there are; where it does not,
    /// they are counted.
    void select(store::Selection selection, std::optional<std::int64_t> rows = {});
    /// The same while the ids of the `rows` chosen ones are still being read: `outline` is the
    /// selection without them. What is asked for before select() comes is done with what `read`
    /// finds, also when something else is selected by then: hands may be faster than the disk.
    void await(store::Selection outline, std::int64_t rows, AwaitedActs::Reader read);
    [[nodiscard]] const store::Selection& selection() const { return m_selection; }
    /// "12 reviews", "all 12,403 matching reviews", "34 reviews of 2 users".
    [[nodiscard]] QString what() const;
    /// The same, and whether the number is still being found out.
    [[nodiscard]] QString whatAndHowMany() const;

    [[nodiscard]] QAction* action(Kind kind) const;
    [[nodiscard]] QList<QAction*> actions() const;
    [[nodiscard]] ActQueue& queue() const { return m_queue; }
    [[nodiscard]] QWidget& view() const { return m_view; }

public Q_SLOTS:
    void edit();
    void exclude();
    void include();
    void chooseTag();
    void tag(const QString& name);
    void untag(const QString& name);
    void chooseMerge();
    void remove();

Q_SIGNALS:
    void changed(); ///< the selection, its count, or what can be done with it

private:
    void createActions();
    void take(store::Selection selection);
    void withRows(const AwaitedActs::Then& then);
    void count();
    void renewActions();
    void fillUntagMenu();

    ProjectSession& m_session;
    QWidget& m_view;
    ActQueue& m_queue;
    TagList& m_tags;
    AwaitedActs m_awaited;
    store::Selection m_selection;
    AwaitedActs::Reader m_read; ///< of the ids of `m_selection`; empty: it has them
    std::int64_t m_chosen = 0;  ///< rows that are selected, or left out of what matches
    std::optional<store::SelectionCount> m_count; ///< none: not known yet
    QTimer* m_settled;                            ///< counts once the selection rests
    Job* m_counting = nullptr;
    std::array<QAction*, kinds> m_actions{};
    QMenu* m_untagMenu;
};

} // namespace nextquill::ui

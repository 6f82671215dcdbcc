// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/table/Selection.h"

#include "ui/tasks/Job.h"

#include <QItemSelection>
#include <QList>
#include <QObject>
#include <QPointer>

#include <functional>
#include <optional>
#include <set>

namespace nextquill::ui {

class HistoryTableModel;
class ProjectSession;
class TableGrid;

/// Rows from `first` to `last`, both included.
struct RowRange
{
    int first = 0;
    int last = 0;

    [[nodiscard]] bool operator==(const RowRange&) const = default;
};

/// Which rows the chosen cells of a grid stand for. Ctrl+A means everything that the filter
/// matches, also what has not been read or counted yet; rows taken out of it with Ctrl+click are
/// left out.
class TableSelection : public QObject
{
    Q_OBJECT

public:
    TableSelection(ProjectSession& session, HistoryTableModel& model, TableGrid& grid);

    [[nodiscard]] bool isEmpty() const;
    [[nodiscard]] bool isEverything() const { return m_everything; }
    /// Disjoint, from the top.
    [[nodiscard]] QList<RowRange> ranges() const;
    [[nodiscard]] qint64 rows() const;
    [[nodiscard]] bool covers(int row) const; ///< a cell of it is chosen
    /// Columns with a chosen cell, from left to right.
    [[nodiscard]] QList<int> columns() const;

    /// Calls `then` with the rows' ids, at once where all of them are held, else after they were
    /// read; not at all when something else is chosen before that, or when it is asked again: for
    /// who follows what is chosen. Returns whether it was at once.
    bool resolve(const std::function<void(const store::Selection&)>& then);

    /// The same for who does something with what is chosen now: `then` is called whatever is chosen
    /// meanwhile; with nothing where the rows could not be read, which is said, or the project is
    /// another one by then.
    void read(const std::function<void(std::optional<store::Selection>)>& then);
    /// What resolve() comes to, as far as it is known without reading.
    [[nodiscard]] store::Selection outline() const { return lookUp().selection; }

Q_SIGNALS:
    void changed();

private:
    struct LookedUp
    {
        store::Selection selection; ///< with the ids of rows that are held
        QList<RowRange> ranges;     ///< whose ids it wants
        bool isWhole = false;       ///< all of them are held
    };

    [[nodiscard]] LookedUp lookUp() const;
    [[nodiscard]] ValueJob<std::set<std::int64_t>>* startReading(const QList<RowRange>& ranges);
    void chooseEverything();
    void setEverything(bool everything);
    void look();
    void grow(int first, int last);
    void lookAgain();
    [[nodiscard]] std::set<std::int64_t> heldIds() const; ///< empty: not all of them are held
    void stopReading();

    ProjectSession& m_session;
    HistoryTableModel& m_model;
    TableGrid& m_grid;
    bool m_everything = false;
    bool m_growing = false;
    std::set<std::int64_t> m_ids; ///< of the rows that were chosen; empty: too many to know
    QPointer<Job> m_reading;      ///< for who follows
};

} // namespace nextquill::ui

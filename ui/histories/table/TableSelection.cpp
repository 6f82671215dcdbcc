// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/table/TableSelection.h"

#include "ui/histories/table/HistoryTableModel.h"
#include "ui/histories/table/TableGrid.h"
#include "ui/project/ProjectSession.h"

#include <algorithm>
#include <set>
#include <utility>

namespace nextquill::ui {

namespace {

constexpr qint64 leftOutAtMost = 10'000; // more than that, and it is another selection

/// Ids of rows that nobody has looked at yet. Before there are `fences` no more is known than the
/// first page.
std::set<std::int64_t> readIds(store::Project& project, store::TableQuery query,
                               const store::TableFences* fences, const QList<RowRange>& ranges,
                               const StopToken& stop, Progress& progress)
{
    query.columns = {"id"};
    const store::TableReader reader{project};
    std::set<std::int64_t> ids;
    if (fences == nullptr && !ranges.isEmpty()) {
        const auto page = reader.page(query, {.limit = ranges.last().last + 1}, stop, progress);
        const int rows = static_cast<int>(page.rows.size());
        for (const RowRange& range : ranges) {
            for (int row = range.first; row <= range.last && row < rows; ++row) {
                ids.insert(page.rows[static_cast<std::size_t>(row)].id);
            }
        }
        return ids;
    }
    for (const RowRange& range : ranges) {
        std::int64_t at = range.first;
        while (at <= range.last) {
            const auto limit = static_cast<int>(
                std::min<std::int64_t>(store::TableFences::step, range.last - at + 1));
            const auto page = reader.pageAt(query, *fences, at, limit, stop, progress);
            for (const store::TableRow& row : page.rows) {
                ids.insert(row.id);
            }
            if (page.rows.empty()) {
                break;
            }
            at += static_cast<std::int64_t>(page.rows.size());
        }
    }
    return ids;
}

} // namespace

TableSelection::TableSelection(ProjectSession& session, HistoryTableModel& model, TableGrid& grid)
    : QObject{&grid}
    , m_session{session}
    , m_model{model}
    , m_grid{grid}
{
    connect(&grid, &TableGrid::everythingChosen, this, &TableSelection::chooseEverything);
    connect(grid.selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &TableSelection::look);
    connect(&model, &QAbstractItemModel::modelReset, this, [this] {
        stopReading();
        setEverything(false);
        Q_EMIT changed();
    });
    connect(&model, &QAbstractItemModel::rowsInserted, this,
            [this](const QModelIndex&, int first, int last) { grow(first, last); });
    connect(&model, &HistoryTableModel::rowsRead, this, &TableSelection::lookAgain);
}

bool TableSelection::isEmpty() const
{
    return !m_grid.selectionModel()->hasSelection();
}

QList<RowRange> TableSelection::ranges() const
{
    QList<RowRange> ranges;
    for (const QItemSelectionRange& range : m_grid.selectionModel()->selection()) {
        ranges.append({range.top(), range.bottom()});
    }
    std::sort(ranges.begin(), ranges.end(),
              [](const RowRange& a, const RowRange& b) { return a.first < b.first; });
    QList<RowRange> joined;
    for (const RowRange& range : std::as_const(ranges)) {
        if (!joined.isEmpty() && range.first <= joined.last().last + 1) {
            joined.last().last = std::max(joined.last().last, range.last);
        } else {
            joined.append(range);
        }
    }
    return joined;
}

qint64 TableSelection::rows() const
{
    qint64 rows = 0;
    for (const RowRange& range : ranges()) {
        rows += range.last - range.first + 1;
    }
    return rows;
}

bool TableSelection::covers(int row) const
{
    const QItemSelection& chosen = m_grid.selectionModel()->selection();
    return std::any_of(chosen.begin(), chosen.end(), [row](const QItemSelectionRange& range) {
        return row >= range.top() && row <= range.bottom();
    });
}

QList<int> TableSelection::columns() const
{
    QList<int> columns = m_grid.shownColumns();
    const QItemSelection& chosen = m_grid.selectionModel()->selection();
    columns.removeIf([&chosen](int column) {
        return std::none_of(chosen.begin(), chosen.end(),
                            [column](const QItemSelectionRange& range) {
                                return column >= range.left() && column <= range.right();
                            });
    });
    return columns;
}

void TableSelection::chooseEverything()
{
    setEverything(true);
    Q_EMIT changed();
}

void TableSelection::setEverything(bool everything)
{
    m_everything = everything;
    m_grid.setTogglingRows(everything); // a row is left out, not one of its cells
}

void TableSelection::look()
{
    if (m_growing) {
        return;
    }
    stopReading();
    const qint64 chosen = rows();
    if (m_everything && (chosen == 0 || m_model.rowCount() - chosen > leftOutAtMost ||
                         chosen * 2 < m_model.rowCount())) {
        setEverything(false);
    }
    m_ids = heldIds();
    Q_EMIT changed();
}

std::set<std::int64_t> TableSelection::heldIds() const
{
    std::set<std::int64_t> ids;
    for (const RowRange& range : ranges()) {
        for (int row = range.first; row <= range.last && !m_everything; ++row) {
            const store::TableRow* held = m_model.row(row);
            if (held == nullptr) {
                return {};
            }
            ids.insert(held->id);
        }
    }
    return ids;
}

/// After a change of the data other rows may stand where the chosen ones were: they are not what
/// was chosen, so of several none but the cursor's is kept.
void TableSelection::lookAgain()
{
    if (m_everything || isEmpty()) {
        return;
    }
    std::set<std::int64_t> ids = heldIds();
    if (ids.empty() || ids == m_ids) {
        return;
    }
    const bool wereKnown = !m_ids.empty();
    m_ids = std::move(ids);
    if (wereKnown && m_ids.size() > 1) {
        m_grid.selectionModel()->select(m_grid.currentIndex(), QItemSelectionModel::ClearAndSelect);
    } else {
        Q_EMIT changed();
    }
}

void TableSelection::stopReading()
{
    if (m_reading) {
        m_reading->requestStop();
        m_reading->disconnect(this);
        m_reading = nullptr;
    }
}

/// Rows that were found after everything had been chosen are chosen, too.
void TableSelection::grow(int first, int last)
{
    if (!m_everything) {
        return;
    }
    const QItemSelection more{m_model.index(first, 0),
                              m_model.index(last, m_model.columnCount() - 1)};
    m_growing = true;
    m_grid.selectionModel()->select(more, QItemSelectionModel::Select);
    m_growing = false;
    Q_EMIT changed();
}

TableSelection::LookedUp TableSelection::lookUp() const
{
    LookedUp found{.selection = {.table = m_model.table()}, .ranges = ranges(), .isWhole = true};
    if (m_everything) {
        found.selection = store::Selection::everything(m_model.query().filter);
        QList<RowRange> others;
        int next = 0;
        for (const RowRange& range : std::as_const(found.ranges)) {
            if (range.first > next) {
                others.append({next, range.first - 1});
            }
            next = range.last + 1;
        }
        if (next < m_model.rowCount()) {
            others.append({next, m_model.rowCount() - 1});
        }
        found.ranges = others;
    }
    for (const RowRange& range : std::as_const(found.ranges)) {
        for (int row = range.first; row <= range.last && found.isWhole; ++row) {
            const store::TableRow* held = m_model.row(row);
            found.isWhole = held != nullptr;
            if (found.isWhole) {
                found.selection.ids.insert(held->id);
            }
        }
    }
    return found;
}

ValueJob<std::set<std::int64_t>>* TableSelection::startReading(const QList<RowRange>& ranges)
{
    auto* job =
        m_session.read(tr("Reading what is chosen"), this,
                       [query = m_model.query(), fences = m_model.fences(), ranges](
                           store::Project& project, const StopToken& stop, Progress& progress) {
                           return readIds(project, query, fences.get(), ranges, stop, progress);
                       });
    m_session.track(job);
    return job;
}

bool TableSelection::resolve(const std::function<void(const store::Selection&)>& then)
{
    stopReading();
    const LookedUp found = lookUp();
    if (found.isWhole) {
        then(found.selection);
        return true;
    }
    auto* job = startReading(found.ranges);
    m_reading = job;
    connect(job, &Job::done, this, [job, then, selection = found.selection]() mutable {
        selection.ids = job->takeValue();
        then(selection);
    });
    return false;
}

void TableSelection::read(const std::function<void(std::optional<store::Selection>)>& then)
{
    const LookedUp found = lookUp();
    if (found.isWhole) {
        then(found.selection);
        return;
    }
    auto* job = startReading(found.ranges);
    connect(job, &Job::done, this,
            [this, job, then, selection = found.selection, file = m_session.file()]() mutable {
                selection.ids = job->takeValue();
                then(m_session.file() == file ? std::optional{selection} : std::nullopt);
            });
    connect(job, &Job::stopped, this, [then] { then(std::nullopt); });
    connect(job, &Job::failed, this, [then] { then(std::nullopt); });
}

} // namespace nextquill::ui

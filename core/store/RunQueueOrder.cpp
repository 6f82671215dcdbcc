// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/RunQueueOrder.h"

#include "core/base/Error.h"
#include "core/store/Project.h"
#include "core/store/RunRows.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace nextquill::store {

namespace {

const std::string inQueue = "WHERE place > 0 AND state IN ('waiting', 'paused') ORDER BY place, id";

Error notQueued(const RunRow& row)
{
    return {ErrorKind::BadInput, "the run does not wait in the queue", row.name,
            "see `nextquill runs list`"};
}

/// Behind every place that is taken, also by a run that goes on.
std::int64_t lastPlace(Connection& connection)
{
    Query query{connection, "SELECT coalesce(max(place), 0) FROM runs"};
    return query.next() ? query.integer(0) : 0;
}

void setPlace(Connection& connection, RunId run, std::int64_t place)
{
    Query{connection, "UPDATE runs SET place = ? WHERE id = ?"}.with(place, run).run();
}

using Rows = std::vector<RunRow>;

/// Where the run stands. Throws when it is not in the queue.
Rows::iterator placeOf(const Project& project, Rows& rows, RunId run)
{
    const auto found = std::ranges::find(rows, run, &RunRow::id);
    if (found == rows.end()) {
        throw notQueued(runOfId(project, run));
    }
    return found;
}

/// Gives the rows their order anew: behind runs that go on, which keep their places.
void number(Connection& connection, const Rows& rows)
{
    std::int64_t place = lastPlace(connection);
    for (const RunRow& row : rows) {
        setPlace(connection, row.id, ++place);
    }
}

} // namespace

std::vector<RunRow> RunQueueOrder::waiting() const
{
    Query query{m_project.connection(), selectRuns() + inQueue};
    Rows rows;
    while (query.next()) {
        rows.push_back(runFrom(query, m_project.file().string()));
    }
    return rows;
}

std::optional<RunRow> RunQueueOrder::next() const
{
    Query query{m_project.connection(), selectRuns() + inQueue + " LIMIT 1"};
    return query.next() ? std::optional{runFrom(query, m_project.file().string())} : std::nullopt;
}

std::optional<RunRow> RunQueueOrder::claimIfNext(RunId run)
{
    Transaction transaction{m_project.connection()};
    std::optional<RunRow> row = next();
    if (!row || row->id != run) {
        return std::nullopt;
    }
    row = claimed(m_project.connection(), *std::move(row));
    transaction.commit();
    return row;
}

void RunQueueOrder::enqueue(RunId run)
{
    Connection& connection = m_project.connection();
    Transaction transaction{connection};
    const RunRow row = runOfId(m_project, run);
    if (row.isInQueue()) {
        return;
    }
    if (row.state == RunState::Running || row.state == RunState::Done) {
        throw Error{ErrorKind::BadInput,
                    row.state == RunState::Done ? "the run is done" : "the run is going on",
                    row.name, "start a new one"};
    }
    Query{connection, "UPDATE runs SET state = ?, error = '', finished = 0, place = ? WHERE id = ?"}
        .with(store::name(RunState::Waiting), lastPlace(connection) + 1, run)
        .run();
    transaction.commit();
}

void RunQueueOrder::moveFirst(RunId run)
{
    moveBy(run, -static_cast<int>(waiting().size()));
}

void RunQueueOrder::moveLast(RunId run)
{
    moveBy(run, static_cast<int>(waiting().size()));
}

void RunQueueOrder::moveBefore(RunId run, RunId other)
{
    Transaction transaction{m_project.connection()};
    Rows rows = waiting();
    const auto moved = placeOf(m_project, rows, run);
    const auto place = placeOf(m_project, rows, other);
    if (moved < place) {
        std::rotate(moved, moved + 1, place);
    } else {
        std::rotate(place, moved, moved + 1);
    }
    number(m_project.connection(), rows);
    transaction.commit();
}

void RunQueueOrder::moveBy(RunId run, int places)
{
    Transaction transaction{m_project.connection()};
    Rows rows = waiting();
    const auto moved = placeOf(m_project, rows, run);
    const auto from = std::distance(rows.begin(), moved);
    const auto last = static_cast<std::ptrdiff_t>(rows.size()) - 1;
    const auto to = std::clamp<std::ptrdiff_t>(from + places, 0, last);
    if (to < from) {
        std::rotate(rows.begin() + to, moved, moved + 1);
    } else {
        std::rotate(moved, moved + 1, rows.begin() + to + 1);
    }
    number(m_project.connection(), rows);
    transaction.commit();
}

void RunQueueOrder::takeOut(RunId run)
{
    Transaction transaction{m_project.connection()};
    if (const RunRow row = runOfId(m_project, run); !row.isInQueue()) {
        throw notQueued(row);
    }
    Query{m_project.connection(), "UPDATE runs SET state = ?, place = 0, finished = ? WHERE id = ?"}
        .with(store::name(RunState::Stopped), now(), run)
        .run();
    transaction.commit();
}

} // namespace nextquill::store

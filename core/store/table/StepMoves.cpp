// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/store/Connection.h"
#include "core/store/Project.h"
#include "core/store/table/StepChanges.h"
#include "core/store/table/TableCuration.h"

#include <fmt/format.h>
#include <utility>

namespace nextquill::store {

namespace {

enum class Move { Undo, Redo };

std::optional<StepResult> nextStep(Connection& connection, Move move)
{
    Query query{
        connection,
        move == Move::Undo
            ? "SELECT id, what, changes FROM steps WHERE undone = 0 ORDER BY id DESC LIMIT 1"
            : "SELECT id, what, changes FROM steps WHERE undone = 1 AND dropped = 0 "
              "ORDER BY id LIMIT 1"};
    if (!query.next()) {
        return std::nullopt;
    }
    return StepResult{.step = query.integer(0), .what = query.text(1), .changes = query.integer(2)};
}

std::optional<StepResult> moved(Connection& connection, Move move, const StopToken& stop,
                                Progress& progress)
{
    Transaction transaction{connection};
    const auto step = nextStep(connection, move);
    if (!step) {
        return std::nullopt;
    }
    {
        const StopGuard guard{connection, stop};
        applyStep(connection, step->step, move == Move::Undo ? StepSide::Before : StepSide::After,
                  stop, progress);
        Query{connection, "UPDATE steps SET undone = ? WHERE id = ?"}
            .with(move == Move::Undo, step->step)
            .run();
    }
    transaction.commit();
    return step;
}

} // namespace

std::optional<StepResult> TableCuration::undo(StopToken stop, Progress& progress)
{
    return moved(m_project.connection(), Move::Undo, stop, progress);
}

std::optional<StepResult> TableCuration::redo(StopToken stop, Progress& progress)
{
    return moved(m_project.connection(), Move::Redo, stop, progress);
}

std::optional<std::string> TableCuration::nextUndo() const
{
    const auto step = nextStep(m_project.connection(), Move::Undo);
    return step ? std::optional{step->what} : std::nullopt;
}

std::optional<std::string> TableCuration::nextRedo() const
{
    const auto step = nextStep(m_project.connection(), Move::Redo);
    return step ? std::optional{step->what} : std::nullopt;
}

std::int64_t TableCuration::goTo(std::int64_t step, StopToken stop, Progress& progress)
{
    Connection& connection = m_project.connection();
    Query known{connection, "SELECT 1 FROM steps WHERE id = ? AND dropped = 0"};
    if (step != 0 && !known.with(step).next()) {
        throw Error{ErrorKind::BadInput,
                    fmt::format("there is no step {} that can be gone to", step),
                    m_project.file().string(), "see `nextquill data history`"};
    }
    std::int64_t steps = 0;
    try {
        for (auto newest = nextStep(connection, Move::Undo); newest && newest->step > step;
             newest = nextStep(connection, Move::Undo)) {
            static_cast<void>(undo(stop, progress));
            ++steps;
        }
        for (auto next = nextStep(connection, Move::Redo); next && next->step <= step;
             next = nextStep(connection, Move::Redo)) {
            static_cast<void>(redo(stop, progress));
            ++steps;
        }
    } catch (const Stopped&) {
        if (steps == 0) {
            throw;
        }
    }
    return steps;
}

std::vector<Tag> TableCuration::tags() const
{
    Query query{m_project.connection(), "SELECT id, name, reviews, key FROM tags "
                                        "ORDER BY key = 0, key, name"};
    std::vector<Tag> tags;
    while (query.next()) {
        tags.push_back({.id = query.integer(0),
                        .name = query.text(1),
                        .reviews = query.integer(2),
                        .key = static_cast<int>(query.integer(3))});
    }
    return tags;
}

void TableCuration::setTagKey(const std::string& name, int key)
{
    if (key < 0 || key > 9) {
        throw Error{ErrorKind::BadInput, fmt::format("{} is no key of a tag", key), name,
                    "take 1 to 9, or 0 for none"};
    }
    Connection& connection = m_project.connection();
    Transaction transaction{connection};
    Query{connection, "UPDATE tags SET key = 0 WHERE key = ?"}.with(key).run();
    Query{connection, "INSERT INTO tags (name, key) VALUES (?, ?) "
                      "ON CONFLICT (name) DO UPDATE SET key = excluded.key"}
        .with(name, key)
        .run();
    transaction.commit();
}

} // namespace nextquill::store

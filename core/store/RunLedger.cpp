// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/RunLedger.h"

#include "core/base/Error.h"
#include "core/store/Connection.h"
#include "core/store/Project.h"
#include "core/store/RunRows.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <system_error>
#include <utility>

namespace nextquill::store {

namespace {

namespace fs = std::filesystem;

const std::string modelColumns = "SELECT id, name, path, kind, description FROM models ";

bool hasEnded(RunState state)
{
    return state == RunState::Stopped || state == RunState::Failed || state == RunState::Done;
}

ModelRow modelFrom(const Query& query)
{
    return {.id = ModelId{query.integer(0)},
            .name = query.text(1),
            .path = query.text(2),
            .kind = query.text(3),
            .description = query.text(4)};
}

/// A run's name is a folder's name: letters, digits and a few signs, never a path.
std::string folderName(const std::string& stem)
{
    std::string name;
    for (const char c : stem.substr(0, 100)) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
        name += plain ? c : '-';
    }
    return name.empty() || name.front() == '.' ? "run" + name : name;
}

/// The number behind "STEM-", or 0.
std::int64_t numberBehind(const std::string& name, const std::string& stem)
{
    std::int64_t value = 0;
    if (name.starts_with(stem + '-')) {
        const char* const begin = name.data() + stem.size() + 1;
        const char* const end = name.data() + name.size();
        const auto [rest, failed] = std::from_chars(begin, end, value);
        return failed == std::errc{} && rest == end && value > 0 ? value : 0;
    }
    return 0;
}

/// A folder left by a run that was deleted also takes its number.
std::string nextName(Connection& connection, const fs::path& runs, const std::string& stem)
{
    std::int64_t highest = 0;
    Query query{connection, "SELECT name FROM runs"};
    while (query.next()) {
        highest = std::max(highest, numberBehind(query.text(0), stem));
    }
    std::error_code ignored;
    while (fs::exists(runs / (stem + '-' + std::to_string(highest + 1)), ignored)) {
        ++highest;
    }
    return stem + '-' + std::to_string(highest + 1);
}

/// For a statement that changes or removes one run. Throws when it met none.
void requireRun(const Project& project, RunId run, int changed)
{
    if (changed == 0) {
        throw Error{ErrorKind::BadInput, fmt::format("there is no run {}", number(run)),
                    project.file().string(), "see `nextquill runs list`"};
    }
}

Error goesOn(const RunRow& row)
{
    return {ErrorKind::BadInput,
            "the run is going on in " +
                (row.process == thisProcess() ? std::string{"this program"} : nameOf(row.process)),
            row.name,
            livenessOf(row.process) == Liveness::Unknown
                ? "stop it there; if that host is gone, `nextquill runs recover PROJECT " +
                      row.name + "`"
                : "wait for its end, or stop it there"};
}

} // namespace

RunRow RunLedger::add(const std::string& stem, RunRow row)
{
    Connection& connection = m_project.connection();
    Transaction transaction{connection};
    row.name = nextName(connection, m_project.folder() / "runs", folderName(stem));
    row.folder = "runs/" + row.name;
    row.state = RunState::Waiting;
    row.created = now();
    row.finished = 0;
    row.error.clear();
    row.place = 0;
    row.process = {};
    Query query{connection,
                "INSERT INTO runs (name, state, objective, model, split, data_digest, folder, "
                "settings, summary, created, own_process) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};
    query.with(row.name, store::name(row.state), row.objective, row.model, row.split,
               row.dataDigest, row.folder, toLine(row.settings), toLine(row.summary), row.created,
               row.ownProcess ? 1 : 0);
    row.id = RunId{query.insert()};
    transaction.commit();
    return row;
}

RunRow RunLedger::claim(RunId run, bool force)
{
    Transaction transaction{m_project.connection()};
    RunRow row = runOfId(m_project, run);
    if (row.state == RunState::Done) {
        throw Error{ErrorKind::BadInput, "the run is done", row.name, "start a new one"};
    }
    if (row.state == RunState::Running) {
        const Liveness other = livenessOf(row.process);
        if (other == Liveness::Alive || (other == Liveness::Unknown && !force)) {
            throw goesOn(row);
        }
    }
    row = claimed(m_project.connection(), std::move(row));
    transaction.commit();
    return row;
}

void RunLedger::setState(RunId run, RunState state, const std::string& error)
{
    Transaction transaction{m_project.connection()};
    Query query{m_project.connection(),
                "UPDATE runs SET state = ?, error = ?, finished = ?, place = place * ?, "
                "process = 0, process_start = '', host = '' WHERE id = ?"};
    query.with(store::name(state), error, hasEnded(state) ? now() : std::int64_t{0},
               hasEnded(state) ? 0 : 1, run);
    requireRun(m_project, run, query.run());
    transaction.commit();
}

void RunLedger::setOwnProcess(RunId run, bool ownProcess)
{
    Transaction transaction{m_project.connection()};
    Query query{m_project.connection(), "UPDATE runs SET own_process = ? WHERE id = ?"};
    requireRun(m_project, run, query.with(ownProcess ? 1 : 0, run).run());
    transaction.commit();
}

void RunLedger::setSummary(RunId run, const Json& summary)
{
    Transaction transaction{m_project.connection()};
    Query query{m_project.connection(), "UPDATE runs SET summary = ? WHERE id = ?"};
    requireRun(m_project, run, query.with(toLine(summary), run).run());
    transaction.commit();
}

std::vector<RunRow> RunLedger::all() const
{
    Query query{m_project.connection(), selectRuns() + "ORDER BY id DESC"};
    std::vector<RunRow> rows;
    while (query.next()) {
        rows.push_back(runFrom(query, m_project.file().string()));
    }
    return rows;
}

std::optional<RunRow> RunLedger::find(std::string_view nameOrId) const
{
    Query query{m_project.connection(),
                selectRuns() + "WHERE name = ?1 OR CAST(id AS TEXT) = ?1 ORDER BY name = ?1 DESC"};
    query.with(nameOrId);
    return query.next() ? std::optional{runFrom(query, m_project.file().string())} : std::nullopt;
}

RunRow RunLedger::get(std::string_view nameOrId) const
{
    if (auto row = find(nameOrId)) {
        return *std::move(row);
    }
    throw Error{ErrorKind::BadInput, "no run is called \"" + std::string{nameOrId} + "\"",
                m_project.file().string(), "see `nextquill runs list`"};
}

void RunLedger::remove(RunId run)
{
    Transaction transaction{m_project.connection()};
    if (const RunRow row = runOfId(m_project, run);
        row.state == RunState::Running && livenessOf(row.process) != Liveness::Gone) {
        throw goesOn(row);
    }
    Query query{m_project.connection(), "DELETE FROM runs WHERE id = ?"};
    requireRun(m_project, run, query.with(run).run());
    transaction.commit();
}

std::vector<RunRow> RunLedger::recoverInterrupted()
{
    Transaction transaction{m_project.connection()};
    std::vector<RunRow> recovered;
    for (RunRow& row : all()) {
        if (row.state != RunState::Running || livenessOf(row.process) != Liveness::Gone) {
            continue;
        }
        row.state = RunState::Paused;
        row.process = {};
        Query{m_project.connection(), "UPDATE runs SET state = ?, process = 0, process_start = '', "
                                      "host = '' WHERE id = ?"}
            .with(store::name(row.state), row.id)
            .run();
        recovered.push_back(std::move(row));
    }
    transaction.commit();
    return recovered;
}

void RunLedger::addModel(ModelRow model)
{
    Transaction transaction{m_project.connection()};
    Query{m_project.connection(),
          "INSERT INTO models (name, path, kind, description) VALUES (?, ?, ?, ?) "
          "ON CONFLICT (name) DO UPDATE SET path = excluded.path, kind = excluded.kind, "
          "description = excluded.description"}
        .with(model.name, model.path.string(), model.kind, model.description)
        .run();
    transaction.commit();
}

std::vector<ModelRow> RunLedger::models() const
{
    Query query{m_project.connection(), modelColumns + "ORDER BY name"};
    std::vector<ModelRow> models;
    while (query.next()) {
        models.push_back(modelFrom(query));
    }
    return models;
}

std::optional<ModelRow> RunLedger::findModel(std::string_view name) const
{
    Query query{m_project.connection(), modelColumns + "WHERE name = ?"};
    query.with(name);
    return query.next() ? std::optional{modelFrom(query)} : std::nullopt;
}

void RunLedger::removeModel(std::string_view name)
{
    Transaction transaction{m_project.connection()};
    const int removed =
        Query{m_project.connection(), "DELETE FROM models WHERE name = ?"}.with(name).run();
    if (removed == 0) {
        throw Error{ErrorKind::BadInput, "no model is called \"" + std::string{name} + "\"",
                    m_project.file().string(), "see `nextquill model list`"};
    }
    transaction.commit();
}

} // namespace nextquill::store

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/RunLedger.h"

#include "core/base/Error.h"
#include "core/store/Connection.h"
#include "core/store/Project.h"
#include "core/store/StoredJson.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <system_error>

namespace nextquill::store {

namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 6> stateNames{"waiting", "running", "paused",
                                                     "stopped", "failed",  "done"};

const std::string runColumns =
    "SELECT id, name, state, objective, model, split, data_digest, folder, settings, summary, "
    "created, finished, error FROM runs ";
const std::string modelColumns = "SELECT id, name, path, kind, description FROM models ";

RunState stateNamed(const std::string& name)
{
    const auto* const found = std::ranges::find(stateNames, name);
    if (found == stateNames.end()) {
        throw Error{ErrorKind::Unsupported, "the run's state \"" + name + "\" is not known",
                    "ledger of runs", "update NextQuill"};
    }
    return static_cast<RunState>(found - stateNames.begin());
}

bool hasEnded(RunState state)
{
    return state == RunState::Stopped || state == RunState::Failed || state == RunState::Done;
}

RunRow runFrom(const Query& query, const std::string& file)
{
    return {.id = RunId{query.integer(0)},
            .name = query.text(1),
            .state = stateNamed(query.text(2)),
            .objective = query.text(3),
            .model = query.text(4),
            .split = query.text(5),
            .dataDigest = query.text(6),
            .folder = query.text(7),
            .settings = storedJson(query.text(8), file),
            .summary = storedJson(query.text(9), file),
            .created = query.integer(10),
            .finished = query.integer(11),
            .error = query.text(12)};
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

bool hasCheckpoint(const fs::path& folder)
{
    std::error_code failed;
    return fs::is_directory(folder / "checkpoints", failed) &&
           !fs::is_empty(folder / "checkpoints", failed) && !failed;
}

/// For a statement that changes or removes one run. Throws when it met none.
void requireRun(const Project& project, RunId run, int changed)
{
    if (changed == 0) {
        throw Error{ErrorKind::BadInput, fmt::format("there is no run {}", number(run)),
                    project.file().string(), "see `nextquill runs list`"};
    }
}

/// The folder of a row inside the project's folder; a row that points elsewhere gets its default.
fs::path safeFolder(const Project& project, const RunRow& row)
{
    const fs::path relative = fs::path{row.folder}.lexically_normal();
    const bool inside = !relative.empty() && relative.is_relative() && *relative.begin() != "..";
    return project.folder() / (inside ? relative : fs::path{"runs"} / folderName(row.name));
}

} // namespace

std::string_view name(RunState state)
{
    return stateNames.at(static_cast<std::size_t>(state));
}

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
    Query query{connection,
                "INSERT INTO runs (name, state, objective, model, split, data_digest, folder, "
                "settings, summary, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};
    query.with(row.name, store::name(row.state), row.objective, row.model, row.split,
               row.dataDigest, row.folder, toLine(row.settings), toLine(row.summary), row.created);
    row.id = RunId{query.insert()};
    transaction.commit();
    return row;
}

void RunLedger::setState(RunId run, RunState state, const std::string& error)
{
    Transaction transaction{m_project.connection()};
    Query query{m_project.connection(),
                "UPDATE runs SET state = ?, error = ?, finished = ? WHERE id = ?"};
    query.with(store::name(state), error, hasEnded(state) ? now() : std::int64_t{0}, run);
    requireRun(m_project, run, query.run());
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
    Query query{m_project.connection(), runColumns + "ORDER BY id DESC"};
    std::vector<RunRow> rows;
    while (query.next()) {
        rows.push_back(runFrom(query, m_project.file().string()));
    }
    return rows;
}

std::optional<RunRow> RunLedger::find(std::string_view nameOrId) const
{
    Query query{m_project.connection(),
                runColumns + "WHERE name = ?1 OR CAST(id AS TEXT) = ?1 ORDER BY name = ?1 DESC"};
    query.with(nameOrId);
    return query.next() ? std::optional{runFrom(query, m_project.file().string())} : std::nullopt;
}

void RunLedger::remove(RunId run)
{
    Transaction transaction{m_project.connection()};
    Query query{m_project.connection(), "DELETE FROM runs WHERE id = ?"};
    requireRun(m_project, run, query.with(run).run());
    transaction.commit();
}

std::vector<RunRow> RunLedger::recoverInterrupted()
{
    std::vector<RunRow> recovered;
    for (RunRow& row : all()) {
        if (row.state != RunState::Running) {
            continue;
        }
        const bool resumable = hasCheckpoint(safeFolder(m_project, row));
        row.state = resumable ? RunState::Paused : RunState::Failed;
        row.error =
            resumable ? std::string{} : "the program ended before the first checkpoint was written";
        row.finished = resumable ? 0 : now();
        setState(row.id, row.state, row.error);
        recovered.push_back(std::move(row));
    }
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

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/RunRows.h"

#include "core/base/Error.h"
#include "core/store/Project.h"
#include "core/store/StoredJson.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace nextquill::store {

namespace {

constexpr std::array<std::string_view, 6> stateNames{"waiting", "running", "paused",
                                                     "stopped", "failed",  "done"};

RunState stateNamed(const std::string& name)
{
    const auto* const found = std::ranges::find(stateNames, name);
    if (found == stateNames.end()) {
        throw Error{ErrorKind::Unsupported, "the run's state \"" + name + "\" is not known",
                    "ledger of runs", "update NextQuill"};
    }
    return static_cast<RunState>(found - stateNames.begin());
}

} // namespace

std::string_view name(RunState state)
{
    return stateNames.at(static_cast<std::size_t>(state));
}

const std::string& selectRuns()
{
    static const std::string select =
        "SELECT id, name, state, objective, model, split, data_digest, folder, settings, summary, "
        "created, finished, error, place, own_process, process, process_start, host FROM runs ";
    return select;
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
            .error = query.text(12),
            .place = query.integer(13),
            .ownProcess = query.integer(14) != 0,
            .process = {.id = query.integer(15), .start = query.text(16), .host = query.text(17)}};
}

RunRow runOfId(const Project& project, RunId run)
{
    Query query{project.connection(), selectRuns() + "WHERE id = ?"};
    query.with(run);
    if (!query.next()) {
        throw Error{ErrorKind::BadInput, fmt::format("there is no run {}", number(run)),
                    project.file().string(), "see `nextquill runs list`"};
    }
    return runFrom(query, project.file().string());
}

RunRow claimed(Connection& connection, RunRow row)
{
    row.state = RunState::Running;
    row.process = thisProcess();
    row.error.clear();
    row.finished = 0;
    Query{connection, "UPDATE runs SET state = ?, error = '', finished = 0, process = ?, "
                      "process_start = ?, host = ? WHERE id = ?"}
        .with(store::name(row.state), row.process.id, row.process.start, row.process.host, row.id)
        .run();
    return row;
}

} // namespace nextquill::store

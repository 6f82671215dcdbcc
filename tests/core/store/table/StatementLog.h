// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/Connection.h"
#include "core/store/Project.h"

#include <sqlite3.h>

#include <cstdint>
#include <string>
#include <vector>

namespace nextquill::testing {

/// The statements that run on a project's connection while this lives, and what they cost: steps of
/// SQLite's machine are the same wherever they are run.
class StatementLog
{
public:
    explicit StatementLog(store::Project& project)
        : m_database{project.connection().database().getHandle()}
    {
        sqlite3_trace_v2(m_database, SQLITE_TRACE_STMT | SQLITE_TRACE_PROFILE, note, this);
    }
    ~StatementLog() { sqlite3_trace_v2(m_database, 0, nullptr, nullptr); }
    StatementLog(const StatementLog&) = delete;
    StatementLog& operator=(const StatementLog&) = delete;

    [[nodiscard]] const std::vector<std::string>& statements() const { return m_statements; }
    [[nodiscard]] std::int64_t steps() const { return m_steps; }

private:
    static int note(unsigned kind, void* log, void* subject, void* /*unused*/)
    {
        auto* const self = static_cast<StatementLog*>(log);
        auto* const statement = static_cast<sqlite3_stmt*>(subject);
        if (kind == SQLITE_TRACE_PROFILE) {
            self->m_steps += sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 0);
        } else {
            const char* const sql = sqlite3_sql(statement);
            self->m_statements.emplace_back(sql == nullptr ? "" : sql);
        }
        return 0;
    }

    sqlite3* m_database;
    std::vector<std::string> m_statements;
    std::int64_t m_steps = 0;
};

} // namespace nextquill::testing

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/RejectList.h"

#include "core/base/Json.h"
#include "core/store/Connection.h"
#include "core/store/Project.h"
#include "core/store/export/ExportFile.h"
#include "core/store/export/ReviewLines.h"
#include "core/store/table/ColumnSql.h"

#include <algorithm>
#include <fmt/format.h>
#include <unordered_map>
#include <utility>

namespace nextquill::store {

namespace {

constexpr std::size_t mostGroups = 1'000;
constexpr std::int64_t linesBetweenReports = 1'000;

Query rejectsBehind(Connection& connection, const RejectFilter& filter, std::int64_t afterRow,
                    std::int64_t limit)
{
    const SqlPart matching = rejectCondition(filter);
    Query query{connection, fmt::format("SELECT file, line, byte, reason, text, id FROM rejects "
                                        "WHERE id > ? AND {} ORDER BY id LIMIT ?",
                                        matching.sql)};
    query.bindNext(afterRow);
    bindAll(query, matching.values);
    query.bindNext(limit);
    return query;
}

Reject rejectFrom(const Query& query)
{
    return {.file = query.text(0),
            .line = query.integer(1),
            .byte = query.integer(2),
            .reason = query.text(3),
            .text = query.text(4),
            .row = query.integer(5)};
}

/// Counts what lines have in common; new kinds beyond a limit together.
class GroupCount
{
public:
    void add(const std::string& what)
    {
        const auto found = m_lines.find(what);
        if (found != m_lines.end()) {
            ++found->second;
        } else if (m_lines.size() < mostGroups) {
            m_lines.emplace(what, 1);
        } else {
            ++m_others;
        }
    }

    [[nodiscard]] std::vector<RejectGroup> groups() const
    {
        std::vector<RejectGroup> groups;
        groups.reserve(m_lines.size());
        for (const auto& [what, lines] : m_lines) {
            groups.push_back({.what = what, .lines = lines});
        }
        std::ranges::sort(groups, [](const RejectGroup& a, const RejectGroup& b) {
            return std::pair{-a.lines, a.what} < std::pair{-b.lines, b.what};
        });
        return groups;
    }
    [[nodiscard]] std::int64_t others() const { return m_others; }

private:
    std::unordered_map<std::string, std::int64_t> m_lines;
    std::int64_t m_others = 0;
};

ImportTotals importTotals(Connection& connection)
{
    Query query{connection, "SELECT coalesce(sum(read), 0), coalesce(sum(kept), 0), "
                            "coalesce(sum(rejected), 0), coalesce(sum(duplicates), 0) "
                            "FROM imports"};
    if (!query.next()) {
        return {};
    }
    return {.read = query.integer(0),
            .kept = query.integer(1),
            .rejected = query.integer(2),
            .duplicates = query.integer(3)};
}

std::string rejectLine(const Reject& reject)
{
    return toLine({{"file", reject.file},
                   {"line", reject.line},
                   {"byte", reject.byte},
                   {"reason", reject.reason},
                   {"text", reject.text}}) +
           '\n';
}

std::string rejectCells(const Reject& reject)
{
    return fmt::format("{},{},{},{},{}\r\n", tableCell(reject.file), reject.line, reject.byte,
                       tableCell(reject.reason), tableCell(reject.text));
}

} // namespace

std::vector<Reject> RejectList::page(const RejectFilter& filter, std::int64_t afterRow, int limit,
                                     StopToken stop) const
{
    const StopGuard guard{m_project.connection(), std::move(stop)};
    Query query = rejectsBehind(m_project.connection(), filter, afterRow, limit);
    std::vector<Reject> rows;
    while (query.next()) {
        rows.push_back(rejectFrom(query));
    }
    return rows;
}

std::int64_t RejectList::count(const RejectFilter& filter, StopToken stop) const
{
    const StopGuard guard{m_project.connection(), std::move(stop)};
    const SqlPart matching = rejectCondition(filter);
    Query query{m_project.connection(), "SELECT sum(1) FROM rejects WHERE " + matching.sql};
    bindAll(query.with(), matching.values);
    return query.next() ? query.integer(0) : 0;
}

RejectSummary RejectList::summary(StopToken stop, Progress& progress) const
{
    const StopGuard guard{m_project.connection(), std::move(stop)};
    Query query{m_project.connection(), "SELECT reason, file FROM rejects ORDER BY id"};
    RejectSummary summary{.imports = importTotals(m_project.connection())};
    GroupCount reasons;
    GroupCount files;
    while (query.next()) {
        reasons.add(query.text(0));
        files.add(query.text(1));
        if (++summary.lines % linesBetweenReports == 0) {
            progress.report({.done = summary.lines, .stage = "counting rejected lines"});
        }
    }
    summary.reasons = reasons.groups();
    summary.files = files.groups();
    summary.otherReasons = reasons.others();
    summary.otherFiles = files.others();
    return summary;
}

std::int64_t RejectList::write(const std::filesystem::path& to, RejectFormat format,
                               const RejectFilter& filter, bool replace, StopToken stop,
                               Progress& progress) const
{
    if (!replace) {
        requireFreeName(to);
    }
    const StopGuard guard{m_project.connection(), std::move(stop)};
    ExportFile file{to};
    if (format == RejectFormat::Csv) {
        file.write("file,line,byte,reason,text\r\n");
    }
    constexpr std::int64_t noLimit = -1;
    Query query = rejectsBehind(m_project.connection(), filter, 0, noLimit);
    std::int64_t lines = 0;
    while (query.next()) {
        const Reject reject = rejectFrom(query);
        file.writeRow(format == RejectFormat::Csv ? rejectCells(reject) : rejectLine(reject));
        if (++lines % linesBetweenReports == 0) {
            progress.report({.done = lines, .stage = "writing rejected lines"});
        }
    }
    static_cast<void>(file.finish(replace ? Existing::Replace : Existing::Keep));
    return lines;
}

} // namespace nextquill::store

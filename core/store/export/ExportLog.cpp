// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/export/ExportLog.h"

#include "core/base/Error.h"
#include "core/base/EventLog.h"
#include "core/store/Connection.h"
#include "core/store/Project.h"

#include <algorithm>

namespace nextquill::store {

namespace fs = std::filesystem;

fs::path exportLogOf(const fs::path& project)
{
    return fs::path{project.string() + ".d"} / "exports.jsonl";
}

bool noteExport(const Project& project, const fs::path& to, std::string_view what)
{
    try {
        static_cast<void>(project.folder()); // is made
        EventLog log{exportLogOf(project.file())};
        log.append({{"time", now()}, {"what", what}, {"path", fs::absolute(to).string()}});
        log.sync();
        return true;
    } catch (const Error&) {
        return false;
    } catch (const fs::filesystem_error&) {
        return false;
    }
}

std::vector<NotedExport> notedExports(const fs::path& project)
{
    std::vector<NotedExport> exports;
    EventReader reader{exportLogOf(project)};
    for (const Json& line : reader.poll()) {
        const auto time = line.find("time");
        const auto what = line.find("what");
        const auto path = line.find("path");
        if (time == line.end() || !time->is_number_integer() || what == line.end() ||
            !what->is_string() || path == line.end() || !path->is_string()) {
            continue;
        }
        NotedExport noted{.path = fs::path{path->get<std::string>()},
                          .what = what->get<std::string>(),
                          .time = time->get<std::int64_t>()};
        std::erase_if(exports, [&](const NotedExport& old) { return old.path == noted.path; });
        exports.push_back(std::move(noted));
    }
    return exports;
}

} // namespace nextquill::store

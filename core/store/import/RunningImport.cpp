// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/RunningImport.h"

#include "core/base/Error.h"
#include "core/store/WriterLock.h"

#include <mutex>
#include <set>
#include <system_error>

namespace nextquill::store {

namespace {

/// One entry for each import of this process: the project's real path.
struct Imports
{
    std::mutex mutex;
    std::multiset<std::string> projects; // guarded by mutex
};

Imports& ofThisProcess()
{
    static Imports imports;
    return imports;
}

std::string realPath(const std::filesystem::path& project)
{
    std::error_code failed;
    const auto real = std::filesystem::weakly_canonical(project, failed);
    return (failed ? project : real).string();
}

} // namespace

RunningImport::RunningImport(const std::filesystem::path& project)
    : m_key{realPath(project)}
{
    const std::scoped_lock guard{ofThisProcess().mutex};
    ofThisProcess().projects.insert(m_key);
}

RunningImport::~RunningImport()
{
    const std::scoped_lock guard{ofThisProcess().mutex};
    ofThisProcess().projects.erase(ofThisProcess().projects.find(m_key));
}

bool RunningImport::isGoingOn(const std::filesystem::path& project)
{
    {
        const std::scoped_lock guard{ofThisProcess().mutex};
        if (ofThisProcess().projects.contains(realPath(project))) {
            return true;
        }
    }
    if (WriterLock::isHeldHere(project)) {
        return false;
    }
    try {
        static_cast<void>(WriterLock::take(project));
        return false;
    } catch (const Error&) { // held by another process, or nobody may write here
        return true;
    }
}

} // namespace nextquill::store

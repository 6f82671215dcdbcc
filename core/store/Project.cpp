// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/Project.h"

#include "core/base/Error.h"
#include "core/store/Connection.h"
#include "core/store/Schema.h"
#include "core/store/Totals.h"
#include "core/store/WriterLock.h"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace nextquill::store {

namespace {

namespace fs = std::filesystem;

void makeEmptyFile(const fs::path& file)
{
    const int descriptor =
        ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (descriptor < 0) {
        const std::string reason = std::generic_category().message(errno);
        if (errno == EEXIST) {
            throw Error{ErrorKind::BadInput, "there is a file of that name", file.string(),
                        "open it, or choose another name"};
        }
        throw Error{ErrorKind::Storage, "the project cannot be made (" + reason + ")",
                    file.string(), "check that the folder exists and may be written"};
    }
    ::close(descriptor);
}

void removeFiles(const fs::path& file)
{
    std::error_code ignored;
    for (const char* ending : {"", "-wal", "-shm"}) {
        fs::remove(file.string() + ending, ignored);
    }
}

/// Ends with the whole schema in the file itself, not in its write-ahead log.
std::unique_ptr<Connection> newConnection(const fs::path& file, std::shared_ptr<WriterLock> lock)
{
    auto connection = std::make_unique<Connection>(file, Access::Create, std::move(lock));
    migrate(*connection, migrations());
    connection->useWriteAheadLog();
    return connection;
}

void bringUpToDate(Connection& connection)
{
    const auto steps = migrations();
    const std::int64_t version = schemaVersion(connection);
    if (std::cmp_greater(version, steps.size())) {
        throw Error{ErrorKind::Unsupported, "the project was made by a newer NextQuill",
                    connection.file(), "update NextQuill, or open the project for reading only"};
    }
    if (std::cmp_less(version, steps.size())) {
        requireSchema(connection, {steps.begin(), steps.begin() + version});
        backUp(connection, version);
        migrate(connection, steps);
    }
    requireSchema(connection, steps);
}

} // namespace

Project::Project(fs::path file, std::unique_ptr<Connection> connection)
    : m_file{std::move(file)}
    , m_connection{std::move(connection)}
{
}

Project::~Project() = default;

std::unique_ptr<Project> Project::create(const fs::path& file)
{
    makeEmptyFile(file);
    try {
        auto lock = WriterLock::take(file);
        return std::unique_ptr<Project>{new Project{file, newConnection(file, std::move(lock))}};
    } catch (const Error&) {
        removeFiles(file);
        throw;
    }
}

std::unique_ptr<Project> Project::open(const fs::path& file, OpenMode mode)
{
    std::error_code failed;
    if (!fs::is_regular_file(file, failed)) {
        throw Error{ErrorKind::BadInput, "there is no such project", file.string(),
                    "check the name, or make a new project"};
    }
    const bool write = mode == OpenMode::ReadWrite;
    auto connection = std::make_unique<Connection>(file, write ? Access::Write : Access::Read,
                                                   write ? WriterLock::take(file) : nullptr);
    requireProject(*connection);
    refuseTriggersAndViews(*connection);
    if (write) {
        bringUpToDate(*connection);
        connection->useWriteAheadLog();
    } else if (std::cmp_equal(schemaVersion(*connection), migrations().size())) {
        requireSchema(*connection, migrations());
    }
    return std::unique_ptr<Project>{new Project{file, std::move(connection)}};
}

fs::path Project::folder() const
{
    const fs::path folder = m_file.string() + ".d";
    if (::mkdir(folder.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
        throw Error{ErrorKind::Storage,
                    "the project's folder cannot be made (" +
                        std::generic_category().message(errno) + ")",
                    folder.string(), "check the rights of the folder that the project is in"};
    }
    return folder;
}

bool Project::isReadOnly() const
{
    return m_connection->isReadOnly();
}

void Project::interrupt() noexcept
{
    m_connection->interrupt();
}

std::vector<std::string> Project::check(bool full, StopToken stop) const
{
    const std::stop_callback onStop{stop, [this] { m_connection->interrupt(); }};
    stopPoint(stop);
    std::vector<std::string> faults;
    Query pages{*m_connection, full ? "PRAGMA integrity_check(20)" : "PRAGMA quick_check(20)"};
    while (pages.next()) {
        if (pages.text(0) != "ok") {
            faults.push_back("The file is damaged: " + pages.text(0) + ".");
        }
    }
    Query keys{*m_connection, "SELECT \"table\", count(*) FROM pragma_foreign_key_check "
                              "GROUP BY \"table\""};
    while (keys.next()) {
        faults.push_back(
            fmt::format("{} rows of {} name a row that is gone.", keys.integer(1), keys.text(0)));
    }
    for (std::string& fault : faultsOfTotals(*m_connection)) {
        faults.push_back(std::move(fault));
    }
    stopPoint(stop);
    return faults;
}

} // namespace nextquill::store

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/Project.h"

#include "core/base/AtomicFile.h"
#include "core/base/Error.h"
#include "core/store/Connection.h"
#include "core/store/Erasure.h"
#include "core/store/ReviewIndices.h"
#include "core/store/Schema.h"
#include "core/store/Totals.h"
#include "core/store/WriterLock.h"
#include "core/store/import/RunningImport.h"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <functional>
#include <mutex>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace nextquill::store {

namespace {

namespace fs = std::filesystem;

constexpr const char* sideFiles[] = {"-journal", "-wal", "-shm"};

std::string reasonOf(int error)
{
    return std::generic_category().message(error);
}

Error cannotBeMade(const fs::path& file, const std::string& reason)
{
    return {ErrorKind::Storage, "the project cannot be made (" + reason + ")", file.string(),
            "check that the folder exists and may be written"};
}

Error nameIsTaken(const fs::path& file)
{
    return {ErrorKind::BadInput, "there is a file of that name", file.string(),
            "open it, or choose another name"};
}

fs::path folderOf(const fs::path& file)
{
    return file.has_parent_path() ? file.parent_path() : fs::path{"."};
}

bool isEmptyFile(const fs::path& file)
{
    std::error_code failed;
    return fs::is_regular_file(fs::symlink_status(file, failed)) && fs::is_empty(file, failed) &&
           !failed;
}

void removeWithSideFiles(const fs::path& file)
{
    std::error_code ignored;
    fs::remove(file, ignored);
    for (const char* ending : sideFiles) {
        fs::remove(file.string() + ending, ignored);
    }
}

/// The name is free, or that of an empty file: what a program that was ended leaves, nothing of
/// anybody's. A log without its project is somebody's: SQLite would play it into the new one.
void requireFree(const fs::path& file)
{
    std::error_code failed;
    if (!fs::is_directory(folderOf(file), failed)) {
        throw cannotBeMade(file, reasonOf(ENOENT));
    }
    if (isEmptyFile(file)) {
        return;
    }
    if (fs::symlink_status(file, failed).type() != fs::file_type::not_found) {
        throw nameIsTaken(file);
    }
    for (const char* ending : sideFiles) {
        const fs::path side{file.string() + ending};
        if (fs::exists(side, failed) && !isEmptyFile(side)) {
            throw Error{ErrorKind::BadInput, "there is the log of a project that is gone",
                        side.string(), "move it away, or choose another name"};
        }
    }
}

/// Writes the whole schema into a new file; closed, it needs no log.
void writeNewFile(const fs::path& file)
{
    removeWithSideFiles(file); // of a program that was ended
    const int descriptor =
        ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (descriptor < 0) {
        throw cannotBeMade(file, reasonOf(errno));
    }
    ::close(descriptor);
    Connection connection{file, Access::Create};
    // Four times SQLite's: an import writes a third faster, for texts and indices are in fewer
    // pages.
    connection.execute("PRAGMA page_size = 16384");
    migrate(connection, migrations());
}

/// Gives a finished file its name, never over another one's.
void giveName(const fs::path& made, const fs::path& file)
{
    const bool replacesEmpty = isEmptyFile(file);
    if (replacesEmpty) {
        removeWithSideFiles(file);
    }
    if (::link(made.c_str(), file.c_str()) == 0) {
        ::unlink(made.c_str());
        return;
    }
    if (errno == EEXIST) {
        throw nameIsTaken(file);
    }
    // A file system without hard links. The lock keeps other programs of ours away.
    if (errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS) {
        throw cannotBeMade(file, reasonOf(errno));
    }
    if (std::error_code failed; fs::exists(file, failed)) {
        throw nameIsTaken(file);
    }
    if (::rename(made.c_str(), file.c_str()) != 0) {
        throw cannotBeMade(file, reasonOf(errno));
    }
}

Error newerVersion(const std::string& file)
{
    return {ErrorKind::Unsupported, "the project was made by a newer NextQuill", file,
            "update NextQuill, or open the project for reading only"};
}

void bringUpToDate(Connection& connection)
{
    const auto steps = migrations();
    const std::int64_t version = schemaVersion(connection);
    if (std::cmp_greater(version, steps.size())) {
        throw newerVersion(connection.file());
    }
    if (std::cmp_less(version, steps.size())) {
        requireSchema(connection, {steps.begin(), steps.begin() + version});
        backUp(connection, version);
        migrate(connection, steps);
    }
    requireSchema(connection, steps);
}

/// What an import that died left out of the file.
bool lacksIndices(Connection& connection, const fs::path& file)
{
    return areReviewIndicesOut(connection) && !RunningImport::isGoingOn(file);
}

/// A full disk keeps nobody from what is there: whoever opens the project next tries again.
void unlessTheDiskFails(const std::function<void()>& build)
{
    try {
        build();
    } catch (const Error& failure) {
        if (failure.kind() != ErrorKind::Storage) {
            throw;
        }
    }
}

std::unique_ptr<Connection> openToWrite(const fs::path& file)
{
    const bool isOpenHere = WriterLock::isHeldHere(file);
    auto connection = std::make_unique<Connection>(file, Access::Write, WriterLock::take(file));
    requireProject(*connection);
    if (!isOpenHere) {
        requireSoundPages(*connection);
    }
    refuseTriggersAndViews(*connection);
    bringUpToDate(*connection);
    connection->useWriteAheadLog();
    if (lacksIndices(*connection, file)) {
        unlessTheDiskFails([&] {
            NoProgress quiet;
            buildReviewIndices(*connection, quiet);
        });
    }
    return connection;
}

std::unique_ptr<Connection> openBesideWriter(const fs::path& file, OpenMode mode)
{
    const Access access = mode == OpenMode::Ledger ? Access::Ledger : Access::Read;
    auto connection = std::make_unique<Connection>(file, access);
    requireProject(*connection);
    refuseTriggersAndViews(*connection);
    const auto newest = migrations().size();
    const bool isOlder = std::cmp_less(schemaVersion(*connection), newest);
    if (isOlder || lacksIndices(*connection, file)) {
        connection.reset();
        const auto bringToDate = [&file] { openToWrite(file).reset(); };
        isOlder ? bringToDate() : unlessTheDiskFails(bringToDate);
        connection = std::make_unique<Connection>(file, access);
    }
    if (std::cmp_equal(schemaVersion(*connection), newest)) {
        requireSchema(*connection, migrations());
    } else if (mode == OpenMode::Ledger) {
        throw newerVersion(connection->file());
    }
    if (mode == OpenMode::Ledger) {
        connection->useWriteAheadLog();
    }
    return connection;
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
    static std::mutex one; // the lock below is shared by the threads of a process
    const std::scoped_lock guard{one};
    requireFree(file);
    auto lock = WriterLock::take(file);
    const fs::path made = folderOf(file) / ('.' + file.filename().string() + ".new");
    try {
        writeNewFile(made);
        syncToDisk(made);
        giveName(made, file);
        syncToDisk(folderOf(file));
    } catch (const Error&) {
        removeWithSideFiles(made);
        throw;
    }
    auto connection = std::make_unique<Connection>(file, Access::Write, std::move(lock));
    connection->useWriteAheadLog();
    return std::unique_ptr<Project>{new Project{file, std::move(connection)}};
}

std::unique_ptr<Project> Project::open(const fs::path& file, OpenMode mode)
{
    std::error_code failed;
    if (!fs::is_regular_file(file, failed)) {
        throw Error{ErrorKind::BadInput, "there is no such project", file.string(),
                    "check the name, or make a new project"};
    }
    if (isEmptyFile(file)) {
        throw Error{ErrorKind::BadInput,
                    "the file is empty: a project that was never finished, or never one",
                    file.string(), "remove it, then make a new project of that name"};
    }
    auto connection =
        mode == OpenMode::ReadWrite ? openToWrite(file) : openBesideWriter(file, mode);
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
    const StopGuard guard{*m_connection, stop};
    const std::stop_callback onStop{stop, [this] { m_connection->interrupt(); }};
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
    if (unfinishedErasures(*this) > 0) {
        faults.emplace_back("An erasure of a user is not finished: run `nextquill data erase "
                            "PROJECT --resume`.");
    }
    if (lacksIndices(*m_connection, m_file)) {
        faults.emplace_back("Indices that an import left out are missing, which makes everything "
                            "slow: free some disk space and open the project again.");
    }
    for (std::string& fault : faultsOfTotals(*m_connection)) {
        faults.push_back(std::move(fault));
    }
    return faults;
}

} // namespace nextquill::store

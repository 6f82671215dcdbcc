// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/RunProcess.h"

#include "core/base/EventLog.h"
#include "core/base/Utf8.h"
#include "core/store/Project.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <spawn.h>
#include <string_view>
#include <sys/stat.h>
#include <sys/wait.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>

extern char** environ; // POSIX: what the child is given, too

namespace nextquill::workflow {

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds restWhileItRuns{50};
constexpr int interrupted = 130; // CLI.md, Exit status

fs::path folderOfRun(const fs::path& project, const store::RunRow& run)
{
    return fs::path{project.string() + ".d"} / run.folder;
}

std::string flagOf(WhenBusy whenBusy)
{
    return whenBusy == WhenBusy::Wait ? "wait" : whenBusy == WhenBusy::Share ? "share" : "refuse";
}

/// Of this process. Threads of the child that wait give their core away, unless its user decided:
/// by default they spin for a while, and beside a program that computes, too, each takes longer.
std::vector<std::string> environmentOfRun()
{
    constexpr std::string_view name = "OMP_WAIT_POLICY=";
    std::vector<std::string> variables;
    bool isDecided = false;
    for (char** variable = environ; *variable != nullptr; ++variable) {
        variables.emplace_back(*variable);
        isDecided = isDecided || variables.back().starts_with(name);
    }
    if (!isDecided) {
        variables.push_back(std::string{name} + "passive");
    }
    return variables;
}

/// As C wants them: alive as long as the words are.
std::vector<char*> pointersTo(std::vector<std::string>& words)
{
    std::vector<char*> pointers;
    std::ranges::transform(words, std::back_inserter(pointers),
                           [](std::string& word) { return word.data(); });
    pointers.push_back(nullptr);
    return pointers;
}

/// Attributes and files of the child: no signal blocked or ignored, a session of its own, nothing
/// to read, everything said into the log.
class Spawning
{
public:
    explicit Spawning(const fs::path& log)
    {
        posix_spawn_file_actions_init(&m_files);
        posix_spawn_file_actions_addopen(&m_files, 0, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_addopen(&m_files, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                         S_IRUSR | S_IWUSR);
        posix_spawn_file_actions_adddup2(&m_files, 1, 2);
        posix_spawnattr_init(&m_attributes);
        sigset_t signals;
        sigemptyset(&signals);
        posix_spawnattr_setsigmask(&m_attributes, &signals);
        for (const int signal : {SIGINT, SIGTERM, SIGPIPE, SIGHUP}) {
            sigaddset(&signals, signal);
        }
        posix_spawnattr_setsigdefault(&m_attributes, &signals);
        posix_spawnattr_setflags(&m_attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                                    POSIX_SPAWN_SETSID);
    }
    ~Spawning()
    {
        posix_spawn_file_actions_destroy(&m_files);
        posix_spawnattr_destroy(&m_attributes);
    }
    Spawning(const Spawning&) = delete;
    Spawning& operator=(const Spawning&) = delete;

    [[nodiscard]] pid_t start(std::vector<std::string> words) const
    {
        std::vector<std::string> environment = environmentOfRun();
        pid_t process = 0;
        const int error = ::posix_spawn(&process, words.front().c_str(), &m_files, &m_attributes,
                                        pointersTo(words).data(), pointersTo(environment).data());
        if (error != 0) {
            throw Error{ErrorKind::Internal,
                        "the process of the run cannot be started (" +
                            std::generic_category().message(error) + ")",
                        words.front(), "check the installation, or train in this program"};
        }
        return process;
    }

private:
    posix_spawn_file_actions_t m_files{};
    posix_spawnattr_t m_attributes{};
};

/// Reports what a run's events say of how far it is; what was there before counts for nothing.
class EventProgress
{
public:
    EventProgress(const fs::path& folder, Progress& progress)
        : m_reader{folder / "events.jsonl"}
        , m_progress{progress}
    {
        static_cast<void>(m_reader.poll());
        m_progress.report({.stage = "in a process of its own"});
    }

    void look()
    {
        for (const Json& event : m_reader.poll()) {
            const std::string kind = event.value("event", "");
            m_total = number(event, "steps", m_total);
            m_step = number(event, "step", m_step);
            if (kind == "step" || kind == "resume" || kind == "start") {
                m_progress.report({.done = m_step, .total = m_total, .stage = "training"});
            }
        }
    }

    [[nodiscard]] std::int64_t step() const { return m_step; }

private:
    static std::int64_t number(const Json& event, const char* key, std::int64_t otherwise)
    {
        const auto found = event.find(key);
        return found != event.end() && found->is_number_integer() ? found->get<std::int64_t>()
                                                                  : otherwise;
    }

    EventReader m_reader;
    Progress& m_progress;
    std::int64_t m_step = 0;
    std::int64_t m_total = 0;
};

store::RunRow rowOf(const fs::path& project, const std::string& run)
{
    return store::RunLedger{*store::Project::open(project, store::OpenMode::ReadOnly)}.get(run);
}

/// Of a process that ended with anything but done or stopped. One that could say nothing more,
/// as the system killed it, leaves the row to us.
[[noreturn]] void throwFailure(const fs::path& projectFile, const std::string& run, int status,
                               const std::string& words)
{
    const auto project = store::Project::open(projectFile, store::OpenMode::Ledger);
    store::RunLedger ledger{*project};
    ledger.recoverInterrupted();
    const store::RunRow row = ledger.get(run);
    const std::string how = status > 128 ? "was ended by signal " + std::to_string(status - 128)
                                         : "ended with status " + std::to_string(status);
    Error error{ErrorKind::Internal, "the run's process " + how,
                run + (words.empty() ? "" : ": ") + words,
                "resume the run; its newest checkpoint is kept"};
    if (row.state == store::RunState::Paused || row.state == store::RunState::Waiting) {
        ledger.setState(row.id, store::RunState::Failed, error.what());
    }
    throw error;
}

} // namespace

RunProcess::RunProcess(const fs::path& program, const fs::path& project, const store::RunRow& run,
                       WhenBusy whenBusy)
    : m_log{folderOfRun(project, run) / "process.log"}
    , m_process{Spawning{m_log}.start({program.string(), "train", project.string(), "--resume",
                                       run.name, "--if-busy", flagOf(whenBusy), "--quiet"})}
{
}

RunProcess::~RunProcess() = default;

std::optional<int> RunProcess::ended()
{
    int waited = 0;
    if (!m_status && ::waitpid(m_process, &waited, WNOHANG) == m_process) {
        m_status = WIFEXITED(waited) ? WEXITSTATUS(waited) : 128 + WTERMSIG(waited);
    }
    return m_status;
}

void RunProcess::interrupt() const
{
    if (!m_status) {
        ::kill(m_process, SIGINT);
    }
}

std::string RunProcess::lastWords() const
{
    std::ifstream file{m_log};
    std::string last;
    for (std::string line; std::getline(file, line);) {
        last = line.empty() ? last : line;
    }
    return escapedForDisplay(last, 1000);
}

std::optional<fs::path> commandLineProgram()
{
    std::error_code failed;
    const fs::path own = fs::read_symlink("/proc/self/exe", failed);
    const fs::path folder = own.parent_path();
    for (const fs::path& place : {folder / "nextquill", folder.parent_path() / "cli/nextquill"}) {
        if (!failed && ::access(place.c_str(), X_OK) == 0) {
            return place;
        }
    }
    return std::nullopt;
}

train::RunResult executeApart(const fs::path& program, const fs::path& project,
                              const std::string& run, WhenBusy whenBusy, const StopToken& stop,
                              Progress& progress, const std::atomic<bool>& isLeftAlone)
{
    const store::RunRow row = rowOf(project, run);
    EventProgress events{folderOfRun(project, row), progress};
    RunProcess process{program, project, row, whenBusy};
    for (bool asked = false; !process.ended();) {
        if (stop.stop_requested() && isLeftAlone.load()) {
            return {.end = train::RunEnd::Stopped, .steps = events.step()};
        }
        if (stop.stop_requested() && !std::exchange(asked, true)) {
            process.interrupt();
        }
        events.look();
        std::this_thread::sleep_for(restWhileItRuns);
    }
    events.look();
    const int status = process.ended().value_or(0);
    if (status != 0 && status != interrupted) {
        throwFailure(project, run, status, process.lastWords());
    }
    return {.end = status == 0 ? train::RunEnd::Finished : train::RunEnd::Stopped,
            .steps = events.step()};
}

} // namespace nextquill::workflow

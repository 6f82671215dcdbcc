// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/distributed/Launch.h"

#include "core/base/AtomicFile.h"
#include "core/base/Error.h"
#include "core/base/Json.h"

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <sched.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace nextquill::train {

namespace {

constexpr int mostRanks = 65'536;
constexpr int highestPort = 65'535;
/// Ports for jobs that name none, by the job's number: two jobs on a host rarely meet.
constexpr int firstJobPort = 20'000;
constexpr int jobPorts = 20'000;

std::optional<int> numberIn(const std::string& text)
{
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    return whole ? std::optional{number} : std::nullopt;
}

/// The variables of a launch, checked.
class Variables
{
public:
    explicit Variables(const Environment& environment)
        : m_environment{environment}
    {
    }

    [[nodiscard]] std::string text(const std::string& name, const std::string& otherwise = {}) const
    {
        return m_environment(name).value_or(otherwise);
    }
    [[nodiscard]] bool has(const std::string& name) const { return !text(name).empty(); }

    [[nodiscard]] int number(const std::string& name, int least, int most) const
    {
        const std::string value = text(name);
        const auto found = numberIn(value);
        if (!found || *found < least || *found > most) {
            throw Error{ErrorKind::BadInput,
                        value.empty()
                            ? "the launcher's variable is missing"
                            : "the launcher's variable is " + value + ", not a number of " +
                                  std::to_string(least) + " to " + std::to_string(most),
                        name, "start with torchrun or srun, or unset RANK and WORLD_SIZE"};
        }
        return *found;
    }
    [[nodiscard]] int number(const std::string& name, int least, int most, int otherwise) const
    {
        return has(name) ? number(name, least, most) : otherwise;
    }

private:
    const Environment& m_environment;
};

void readShared(const Variables& variables, Launch& launch)
{
    launch.secret = variables.text("NEXTQUILL_JOB_SECRET");
    launch.interface = variables.text("GLOO_SOCKET_IFNAME");
    launch.errorFile = variables.text("TORCHELASTIC_ERROR_FILE");
}

Launch torchrunLaunch(const Variables& variables)
{
    Launch launch;
    launch.ranks = variables.number("WORLD_SIZE", 1, mostRanks);
    launch.rank = variables.number("RANK", 0, launch.ranks - 1);
    // Without these, as where somebody set the others by hand, every rank may be a host of its own.
    launch.localRanks = variables.number("LOCAL_WORLD_SIZE", 1, launch.ranks, 1);
    launch.localRank = variables.number("LOCAL_RANK", 0, launch.localRanks - 1, 0);
    launch.host = variables.text("MASTER_ADDR", launch.host);
    launch.port =
        static_cast<std::uint16_t>(variables.number("MASTER_PORT", 1, highestPort, 29500));
    launch.launcherKeepsStore = variables.text("TORCHELASTIC_USE_AGENT_STORE") == "True";
    launch.attempt = variables.number("TORCHELASTIC_RESTART_COUNT", 0, 1'000'000, 0);
    launch.job = variables.text("TORCHELASTIC_RUN_ID");
    launch.endsWithParent = variables.has("TORCHELASTIC_RUN_ID");
    return launch;
}

/// "2(x3),1" → 2, 2, 2, 1
int tasksOfNode(const std::string& list, int node)
{
    int place = 0;
    for (std::size_t at = 0; at < list.size();) {
        const std::size_t end = std::min(list.find(',', at), list.size());
        const std::string entry = list.substr(at, end - at);
        const std::size_t times = entry.find("(x");
        const auto tasks = numberIn(entry.substr(0, times));
        const auto nodes = times == std::string::npos
                               ? std::optional{1}
                               : numberIn(entry.substr(times + 2, entry.size() - times - 3));
        if (!tasks || !nodes) {
            break;
        }
        place += *nodes;
        if (node < place) {
            return *tasks;
        }
        at = end + 1;
    }
    return 1;
}

std::string slurmHost(const Variables& variables)
{
    if (variables.has("MASTER_ADDR")) {
        return variables.text("MASTER_ADDR");
    }
    for (const char* list : {"SLURM_STEP_NODELIST", "SLURM_JOB_NODELIST", "SLURM_NODELIST"}) {
        if (variables.has(list)) {
            return firstHost(variables.text(list));
        }
    }
    return "127.0.0.1";
}

Launch slurmLaunch(const Variables& variables)
{
    Launch launch;
    launch.ranks = variables.number("SLURM_NTASKS", 1, mostRanks);
    launch.rank = variables.number("SLURM_PROCID", 0, launch.ranks - 1);
    const int nodes = variables.number(
        variables.has("SLURM_STEP_NUM_NODES") ? "SLURM_STEP_NUM_NODES" : "SLURM_NNODES", 1,
        mostRanks, 0);
    const std::string tasks =
        variables.text("SLURM_STEP_TASKS_PER_NODE", variables.text("SLURM_TASKS_PER_NODE"));
    const int node = variables.number("SLURM_NODEID", 0, mostRanks, 0);
    launch.localRanks =
        nodes == 1 ? launch.ranks : std::clamp(tasksOfNode(tasks, node), 1, launch.ranks);
    launch.localRank = variables.number("SLURM_LOCALID", 0, mostRanks, 0);
    launch.localRanks = std::max(launch.localRanks, launch.localRank + 1);
    launch.host = slurmHost(variables);
    launch.job = variables.text("SLURM_JOB_ID") + "." + variables.text("SLURM_STEP_ID", "0");
    const int job = numberIn(variables.text("SLURM_JOB_ID")).value_or(0);
    launch.port = static_cast<std::uint16_t>(variables.number(
        "MASTER_PORT", 1, highestPort, firstJobPort + std::max(0, job) % jobPorts));
    launch.attempt = variables.number("SLURM_RESTART_COUNT", 0, 1'000'000, 0);
    return launch;
}

bool isSlurmStep(const Variables& variables)
{
    // A batch script, too, has the task variables, of a single task.
    return variables.has("SLURM_PROCID") && variables.has("SLURM_NTASKS") &&
           (variables.has("SLURM_STEP_ID") || variables.has("MASTER_ADDR"));
}

} // namespace

std::string firstHost(const std::string& list)
{
    const std::size_t end = list.find_first_of(",[");
    if (end == std::string::npos || list[end] == ',') {
        return list.substr(0, end);
    }
    const std::size_t number = list.find_first_of(",-]", end + 1);
    const std::size_t close = list.find(']', end);
    const std::string rest = close == std::string::npos
                                 ? std::string{}
                                 : list.substr(close + 1, list.find(',', close) - close - 1);
    return list.substr(0, end) + list.substr(end + 1, number - end - 1) + rest;
}

Launch launchFrom(const Environment& environment)
{
    const Variables variables{environment};
    Launch launch;
    if (variables.has("RANK") || variables.has("WORLD_SIZE")) {
        launch = torchrunLaunch(variables);
    } else if (isSlurmStep(variables)) {
        launch = slurmLaunch(variables);
    }
    readShared(variables, launch);
    return launch;
}

Launch launchFromEnvironment()
{
    return launchFrom([](const std::string& name) -> std::optional<std::string> {
        const char* const value = std::getenv(name.c_str());
        return value != nullptr ? std::optional<std::string>{value} : std::nullopt;
    });
}

void endWithLauncher(const Launch& launch)
{
    if (!launch.endsWithParent) {
        return;
    }
    const pid_t parent = ::getppid();
    // A launcher that is killed sends it once for each of its threads that go, and a second SIGTERM
    // would end this program at once.
    ::prctl(PR_SET_PDEATHSIG, SIGUSR2);
    if (::getppid() != parent) { // it went between the two: no signal will come
        throw Error{ErrorKind::Internal, "the launcher ended before its rank began",
                    "rank " + std::to_string(launch.rank), "start the job again"};
    }
}

void writeErrorFile(const Launch& launch, const std::string& message) noexcept
{
    if (launch.errorFile.empty()) {
        return;
    }
    try {
        const OrderedJson what{
            {"message", message},
            {"extraInfo",
             {{"py_callstack", ""}, {"timestamp", std::to_string(std::time(nullptr))}}}};
        writeFileAtomically(launch.errorFile, toLine(OrderedJson{{"message", what}}) + "\n");
    } catch (const std::exception&) {
        return; // the message stands on standard error, too
    }
}

std::string deviceOf(const Launch& launch, const std::string& device, bool hasCuda)
{
    const bool any = device == "cuda" || (device == "auto" && hasCuda);
    return any && !launch.isAlone() ? "cuda:" + std::to_string(launch.localRank) : device;
}

int threadsOf(const Launch& launch, int threads)
{
    if (threads > 0 || launch.isAlone()) {
        return threads;
    }
    cpu_set_t mine;
    CPU_ZERO(&mine);
    const bool known = ::sched_getaffinity(0, sizeof mine, &mine) == 0;
    const int usable = known ? CPU_COUNT(&mine) : 1;
    const auto all = static_cast<int>(::sysconf(_SC_NPROCESSORS_ONLN));
    // A launcher that bound the ranks to cores (srun) has dealt them already.
    return std::max(1, usable < all ? usable : usable / launch.localRanks);
}

} // namespace nextquill::train

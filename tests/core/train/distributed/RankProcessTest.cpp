// SPDX-License-Identifier: GPL-3.0-or-later
//
// Ranks as processes that find each other through a port, and that are killed, stopped and
// orphaned.
#include "core/base/EventLog.h"
#include "core/base/Json.h"
#include "core/train/RunDirectory.h"

#include "tests/support/Fixtures.h"
#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <gmock/gmock.h>
#include <map>
#include <netinet/in.h>
#include <sstream>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace nextquill::train {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using nextquill::testing::TemporaryFolder;
using ::testing::HasSubstr;
using Clock = std::chrono::steady_clock;
using Variables = std::map<std::string, std::string>;

double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

int freePort()
{
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(socket, reinterpret_cast<sockaddr*>(&address), size);
    ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
    ::close(socket);
    return ::ntohs(address.sin_port);
}

std::string textOf(const fs::path& file)
{
    std::ifstream stream{file};
    std::stringstream text;
    text << stream.rdbuf();
    return text.str();
}

bool eventually(const std::function<bool()>& holds, std::chrono::seconds patience = 60s)
{
    const auto end = Clock::now() + patience;
    while (!holds() && Clock::now() < end) {
        std::this_thread::sleep_for(5ms);
    }
    return holds();
}

/// A process of a test; killed at its end.
class Process
{
public:
    Process(const std::vector<std::string>& command, const Variables& variables, fs::path log)
        : m_log{std::move(log)}
    {
        m_id = ::fork();
        if (m_id == 0) {
            for (const auto& [name, value] : variables) {
                ::setenv(name.c_str(), value.c_str(), 1);
            }
            const int file = ::open(m_log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
            ::dup2(file, STDERR_FILENO);
            ::dup2(file, STDOUT_FILENO);
            std::vector<char*> list;
            for (const std::string& word : command) {
                list.push_back(const_cast<char*>(word.c_str()));
            }
            list.push_back(nullptr);
            ::execvp(list.front(), list.data());
            ::_exit(127);
        }
    }
    ~Process()
    {
        if (!hasEnded()) {
            ::kill(m_id, SIGKILL);
            ::waitpid(m_id, &m_status, 0);
        }
    }
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    void signal(int number) const { ::kill(m_id, number); }
    [[nodiscard]] bool hasEnded()
    {
        m_ended = m_ended || ::waitpid(m_id, &m_status, WNOHANG) == m_id;
        return m_ended;
    }
    /// Exit status once ended; 128 + signal when a signal ended it.
    [[nodiscard]] int status() const
    {
        return WIFEXITED(m_status) ? WEXITSTATUS(m_status) : 128 + WTERMSIG(m_status);
    }
    [[nodiscard]] std::string said() const { return textOf(m_log); }
    [[nodiscard]] pid_t id() const { return m_id; }

private:
    fs::path m_log;
    pid_t m_id = 0;
    int m_status = 0;
    bool m_ended = false;
};

class RankProcess : public ::testing::Test
{
protected:
    void SetUp() override
    {
        NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
        m_model = model;
        TrainingSettings settings;
        settings.device = "cpu";
        settings.dtype = "float32";
        settings.full = true;
        settings.learningRate = 1e-3;
        settings.accumulation = 4;
        settings.epochs = 100'000; // until something happens
        settings.checkpointEvery = 10;
        static_cast<void>(RunDirectory::create(run(), settings, {}));
    }

    [[nodiscard]] fs::path run() const { return m_folder / "run"; }

    void start(int ranks, const Variables& more = {})
    {
        const std::string port = std::to_string(freePort());
        for (int rank = 0; rank < ranks; ++rank) {
            Variables variables{{"RANK", std::to_string(rank)},
                                {"WORLD_SIZE", std::to_string(ranks)},
                                {"LOCAL_RANK", std::to_string(rank)},
                                {"LOCAL_WORLD_SIZE", std::to_string(ranks)},
                                {"MASTER_ADDR", "127.0.0.1"},
                                {"MASTER_PORT", port},
                                {"TORCHELASTIC_ERROR_FILE", errorFile(rank).string()}};
            variables.insert(more.begin(), more.end());
            m_ranks.push_back(std::make_unique<Process>(
                std::vector<std::string>{RANK_WORKER, m_model.string(), run().string()}, variables,
                m_folder / ("log" + std::to_string(rank))));
        }
    }

    [[nodiscard]] fs::path errorFile(int rank) const
    {
        return m_folder / ("error" + std::to_string(rank) + ".json");
    }

    [[nodiscard]] std::vector<Json> events(const std::string& kind) const
    {
        if (!fs::exists(run() / "events.jsonl")) {
            return {};
        }
        std::vector<Json> all = EventReader{run() / "events.jsonl"}.poll();
        std::erase_if(all, [&](const Json& event) { return event.at("event") != kind; });
        return all;
    }

    [[nodiscard]] bool areAtWork() const { return events("step").size() >= 12; }

    /// Seconds until all but `but` have ended; the test fails where they do not.
    [[nodiscard]] double secondsUntilOthersEnd(std::size_t but)
    {
        const auto start = Clock::now();
        for (std::size_t rank = 0; rank < m_ranks.size(); ++rank) {
            if (rank != but) {
                EXPECT_TRUE(eventually([&] { return m_ranks[rank]->hasEnded(); }, 70s))
                    << "rank " << rank;
            }
        }
        return secondsSince(start);
    }

    TemporaryFolder m_folder;
    fs::path m_model;
    std::vector<std::unique_ptr<Process>> m_ranks;
};

TEST_F(RankProcess, AKilledRankEndsTheOthersWhoNameIt)
{
    start(3);
    ASSERT_TRUE(eventually([&] { return areAtWork(); })) << m_ranks[0]->said();
    m_ranks[1]->signal(SIGKILL);
    const double seconds = secondsUntilOthersEnd(1);
    std::printf("[ MEASURED ] the others ended %.1f s after the kill\n", seconds);
    EXPECT_LT(seconds, 20);
    const std::string name = "rank 1 (process " + std::to_string(m_ranks[1]->id()) + " on ";
    for (const std::size_t rank : {0, 2}) {
        EXPECT_EQ(m_ranks[rank]->status(), 1);
        EXPECT_THAT(m_ranks[rank]->said(), HasSubstr(name));
        EXPECT_THAT(textOf(errorFile(static_cast<int>(rank))), HasSubstr(name));
    }
    EXPECT_THAT(events("error").back().at("message").get<std::string>(), HasSubstr(name));
    const auto directory = RunDirectory::open(run());
    ASSERT_FALSE(directory->checkpoints().empty());
    EXPECT_EQ(directory->checkpoints().front() % 10, 0);
}

TEST_F(RankProcess, AKilledKeeperOfTheStoreIsNamed)
{
    start(2);
    ASSERT_TRUE(eventually([&] { return areAtWork(); })) << m_ranks[0]->said();
    m_ranks[0]->signal(SIGKILL);
    const double seconds = secondsUntilOthersEnd(0);
    std::printf("[ MEASURED ] the other ended %.1f s after the kill of rank 0\n", seconds);
    EXPECT_LT(seconds, 30);
    EXPECT_THAT(m_ranks[1]->said(), HasSubstr("rank 0 (process "));
    EXPECT_EQ(m_ranks[1]->status(), 1);
}

TEST_F(RankProcess, ARankThatStandsStillIsLostWithinAMinute)
{
    start(2);
    ASSERT_TRUE(eventually([&] { return areAtWork(); })) << m_ranks[0]->said();
    m_ranks[1]->signal(SIGSTOP);
    const double seconds = secondsUntilOthersEnd(1);
    std::printf("[ MEASURED ] the other ended %.1f s after the stop\n", seconds);
    EXPECT_LT(seconds, 60);
    EXPECT_GT(seconds, 25); // not at the first hiccup
    EXPECT_THAT(m_ranks[0]->said(), HasSubstr("rank 1 (process "));
    EXPECT_THAT(m_ranks[0]->said(), HasSubstr("no sign of life for 30"));
}

TEST_F(RankProcess, ListensOnTheLoopbackInterfaceAlone)
{
    start(2);
    ASSERT_TRUE(eventually([&] { return areAtWork(); })) << m_ranks[0]->said();
    // Sockets of the ranks, as /proc/net/tcp has them: local address, state 0A = listening.
    std::map<std::string, std::string> listening; // inode → address
    for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
        std::istringstream lines{textOf(table)};
        std::string line;
        while (std::getline(lines, line)) {
            std::istringstream words{line};
            std::vector<std::string> word{std::istream_iterator<std::string>{words}, {}};
            if (word.size() > 9 && word[3] == "0A") {
                listening[word[9]] = word[1];
            }
        }
    }
    int found = 0;
    for (const auto& rank : m_ranks) {
        for (const auto& entry :
             fs::directory_iterator{"/proc/" + std::to_string(rank->id()) + "/fd"}) {
            std::error_code gone;
            const std::string target = fs::read_symlink(entry.path(), gone).string();
            if (target.starts_with("socket:[")) {
                const auto at = listening.find(target.substr(8, target.size() - 9));
                if (at != listening.end()) {
                    ++found;
                    EXPECT_TRUE(at->second.starts_with("0100007F:")) << at->second;
                }
            }
        }
    }
    EXPECT_GE(found, 2); // the store and Gloo's
}

TEST_F(RankProcess, RanksEndWithTheirLauncher)
{
    // A shell that starts the ranks and waits, as a launcher does.
    const std::string port = std::to_string(freePort());
    std::string script;
    for (const char* rank : {"0", "1"}) {
        script += std::string{"RANK="} + rank + " LOCAL_RANK=" + rank + " \"$0\" \"$1\" \"$2\" & " +
                  "echo $! >> \"$2/ids\"; ";
    }
    Process launcher{{"sh", "-c", script + "wait", RANK_WORKER, m_model.string(), run().string()},
                     {{"WORLD_SIZE", "2"},
                      {"LOCAL_WORLD_SIZE", "2"},
                      {"MASTER_ADDR", "127.0.0.1"},
                      {"MASTER_PORT", port},
                      {"TORCHELASTIC_RUN_ID", "orphans"}},
                     m_folder / "log"};
    ASSERT_TRUE(eventually([&] { return areAtWork(); })) << launcher.said();
    std::istringstream lines{textOf(run() / "ids")};
    const std::vector<int> ids{std::istream_iterator<int>{lines}, {}};
    ASSERT_EQ(ids.size(), 2U);
    const auto isAlive = [](int id) {
        const std::string state = textOf("/proc/" + std::to_string(id) + "/stat");
        return !state.empty() && state.find(") Z ") == std::string::npos;
    };
    EXPECT_TRUE(isAlive(ids[0]) && isAlive(ids[1]));
    launcher.signal(SIGKILL);
    const auto start = Clock::now();
    EXPECT_TRUE(eventually([&] { return !isAlive(ids[0]) && !isAlive(ids[1]); }, 20s));
    std::printf("[ MEASURED ] orphans ended after %.2f s\n", secondsSince(start));
    for (const int id : ids) {
        if (isAlive(id)) { // found above, and not to be left behind
            ::kill(id, SIGKILL);
        }
    }
}

} // namespace

} // namespace nextquill::train

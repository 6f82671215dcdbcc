// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/cli/CommandLine.h"

#include "core/base/Error.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sstream>
#include <string_view>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

extern char** environ; // POSIX: what the tests themselves were given

namespace nextquill::app::testing {

namespace fs = std::filesystem;

namespace {

std::string contents(const fs::path& file)
{
    std::ifstream stream{file, std::ios::binary};
    std::ostringstream bytes;
    bytes << stream.rdbuf();
    return bytes.str();
}

/// Ours without what would lead the program to the user's own things.
std::vector<std::string> environmentIn(const fs::path& folder)
{
    std::vector<std::string> kept;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text{*entry};
        const auto is = [text](std::string_view name) { return text.starts_with(name); };
        if (!is("NEXTQUILL_") && !is("HOME=") && !is("XDG_") && !is("HF_") && !is("TERM=")) {
            kept.emplace_back(text);
        }
    }
    kept.push_back("HOME=" + folder.string());
    kept.push_back("XDG_RUNTIME_DIR=" + folder.string()); // no test waits for another one's device
    kept.emplace_back("TERM=dumb");
    return kept;
}

std::vector<char*> pointersTo(std::vector<std::string>& words)
{
    std::vector<char*> pointers;
    std::ranges::transform(words, std::back_inserter(pointers),
                           [](std::string& word) { return word.data(); });
    pointers.push_back(nullptr);
    return pointers;
}

int statusOf(int waited)
{
    return WIFEXITED(waited) ? WEXITSTATUS(waited) : 128 + WTERMSIG(waited);
}

} // namespace

Json Ended::document() const
{
    return parseJson(out, {.bytes = std::size_t{64} << 20}, "standard output");
}

std::vector<Json> Ended::lines() const
{
    std::vector<Json> all;
    std::istringstream stream{out};
    for (std::string line; std::getline(stream, line);) {
        all.push_back(parseJson(line, {.bytes = std::size_t{64} << 20}, "standard output"));
    }
    return all;
}

Child::Child(const fs::path& folder, const std::vector<std::string>& arguments,
             const std::string& input, const std::vector<std::string>& variables)
    : m_folder{folder}
{
    std::ofstream{m_streams / "stdin", std::ios::binary} << input;
    std::vector<std::string> words{NEXTQUILL_PROGRAM};
    words.insert(words.end(), arguments.begin(), arguments.end());
    start(std::move(words), variables);
}

Child::Child(const fs::path& program, const fs::path& folder,
             const std::vector<std::string>& arguments, const std::vector<std::string>& variables)
    : m_folder{folder}
{
    std::ofstream{m_streams / "stdin", std::ios::binary};
    std::vector<std::string> words{program.string()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    start(std::move(words), variables);
}

void Child::start(std::vector<std::string> words, const std::vector<std::string>& variables)
{
    std::vector<std::string> environment = environmentIn(m_folder);
    // First: of two of a name the first one counts.
    environment.insert(environment.begin(), variables.begin(), variables.end());
    posix_spawn_file_actions_t actions{};
    posix_spawn_file_actions_init(&actions);
    constexpr int writing = O_WRONLY | O_CREAT | O_TRUNC;
    posix_spawn_file_actions_addopen(&actions, 0, (m_streams / "stdin").c_str(), O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, (m_streams / "stdout").c_str(), writing, 0600);
    posix_spawn_file_actions_addopen(&actions, 2, (m_streams / "stderr").c_str(), writing, 0600);
    posix_spawn_file_actions_addchdir_np(&actions, m_folder.c_str());
    const int failed = posix_spawn(&m_process, words[0].c_str(), &actions, nullptr,
                                   pointersTo(words).data(), pointersTo(environment).data());
    posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) {
        throw Error{ErrorKind::Internal, "the program did not start", words[0],
                    "build the target nextquill"};
    }
}

Child::~Child()
{
    if (m_process > 0) {
        ::kill(m_process, SIGKILL);
        static_cast<void>(::waitpid(m_process, nullptr, 0));
    }
}

void Child::signal(int number) const
{
    ASSERT_GT(m_process, 0) << "it has ended";
    ::kill(m_process, number);
}

std::string Child::said() const
{
    return contents(m_streams / "stdout");
}

Ended Child::wait()
{
    int waited = 0;
    while (::waitpid(m_process, &waited, 0) < 0 && errno == EINTR) {
    }
    m_process = 0;
    return {.status = statusOf(waited),
            .out = contents(m_streams / "stdout"),
            .err = contents(m_streams / "stderr")};
}

bool eventually(const std::function<bool()>& holds)
{
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes{1};
    while (std::chrono::steady_clock::now() < end) {
        if (holds()) {
            return true;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    return false;
}

std::string freePort()
{
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    ::bind(socket, generic, size);
    ::getsockname(socket, generic, &size);
    ::close(socket);
    return std::to_string(::ntohs(address.sin_port));
}

Ended CommandLine::run(const std::vector<std::string>& arguments, const std::string& input) const
{
    return Child{m_folder.path(), arguments, input}.wait();
}

Json CommandLine::json(std::vector<std::string> arguments, const std::string& input) const
{
    arguments.emplace_back("--json");
    const Ended ended = run(arguments, input);
    EXPECT_EQ(ended.status, 0) << ended.err;
    return ended.document();
}

std::string CommandLine::sampleProject() const
{
    std::ifstream all{fs::path{NEXTQUILL_SAMPLES} / "reviews.jsonl"};
    std::string lines;
    std::string line;
    for (int i = 0; i < 60 && std::getline(all, line); ++i) {
        lines += line + "\n";
    }
    m_folder.write("reviews.jsonl", lines);
    const Ended imported = run({"import", "p.nextquill", "reviews.jsonl", "--items",
                                (fs::path{NEXTQUILL_SAMPLES} / "items.jsonl").string()});
    EXPECT_EQ(imported.status, 0) << imported.err;
    const Ended split = run({"data", "split", "p.nextquill", "--rule", "by-user", "--test", "0.25",
                             "--validation", "0.25", "--max-targets", "3"});
    EXPECT_EQ(split.status, 0) << split.err;
    return "p.nextquill";
}

void expectFailure(const Ended& ended, int status, const std::string& words)
{
    EXPECT_EQ(ended.status, status) << ended.err;
    EXPECT_EQ(ended.out, "");
    EXPECT_EQ(std::ranges::count(ended.err, '\n'), 1) << ended.err;
    EXPECT_THAT(ended.err, ::testing::StartsWith("nextquill: error: "));
    EXPECT_THAT(ended.err, ::testing::HasSubstr(words));
}

} // namespace nextquill::app::testing

// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is left of memory, as the kernel's files say it, written into a folder for the test.
#include "core/base/AvailableMemory.h"

#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace nextquill {

namespace {

namespace fs = std::filesystem;
using nextquill::testing::TemporaryFolder;

constexpr std::uint64_t mebibyte = 1024 * 1024;

class AvailableMemory : public ::testing::Test
{
protected:
    void SetUp() override
    {
        write("proc/meminfo", "MemTotal:       16000000 kB\nMemFree:  5 kB\n"
                              "MemAvailable:   8388608 kB\n");
        write("proc/self/status", "Name:\tx\nVmSize:\t 204800 kB\nVmData:\t 102400 kB\n");
    }

    void write(const std::string& file, const std::string& text)
    {
        fs::create_directories((m_root / file).parent_path());
        m_root.write(file, text);
    }

    [[nodiscard]] std::uint64_t mebibytes() const { return availableMemory(root()) / mebibyte; }
    [[nodiscard]] fs::path root() const { return m_root.path(); }

    TemporaryFolder m_root;
};

TEST_F(AvailableMemory, IsWhatTheSystemCanGive)
{
    EXPECT_EQ(mebibytes(), 8192U);
    write("proc/self/cgroup", "0::/user.slice\n");
    EXPECT_EQ(mebibytes(), 8192U) << "a group without files";
    fs::remove_all(root() / "proc");
    EXPECT_EQ(availableMemory(root()), std::numeric_limits<std::uint64_t>::max());
}

TEST_F(AvailableMemory, IsLessInAControlGroup)
{
    write("proc/self/cgroup", "0::/job_7/step_0\n");
    write("sys/fs/cgroup/job_7/memory.max", "1073741824\n"); // of the job, above the step
    write("sys/fs/cgroup/job_7/memory.current", "805306368\n");
    write("sys/fs/cgroup/job_7/memory.stat", "anon 1\ninactive_file 536870912\nslab 3\n");
    write("sys/fs/cgroup/job_7/step_0/memory.max", "max\n");
    write("sys/fs/cgroup/job_7/step_0/memory.current", "805306368\n");
    EXPECT_EQ(mebibytes(), 768U); // pages of files go when memory is needed
    write("sys/fs/cgroup/job_7/memory.current", "2147483648\n");
    write("sys/fs/cgroup/job_7/memory.stat", "inactive_file 0\n");
    EXPECT_EQ(mebibytes(), 0U);
}

TEST_F(AvailableMemory, IsLessInAContainerThatSeesItsGroupAsTheRoot)
{
    write("proc/self/cgroup", "5:devices:/docker/abc\n4:cpu,memory:/docker/abc\n0::/\n");
    write("sys/fs/cgroup/memory/memory.limit_in_bytes", "1073741824\n");
    write("sys/fs/cgroup/memory/memory.usage_in_bytes", "536870912\n");
    write("sys/fs/cgroup/memory/memory.stat", "inactive_file 9\ntotal_inactive_file 268435456\n");
    EXPECT_EQ(mebibytes(), 768U);
}

TEST_F(AvailableMemory, IsLessUnderALimitOfTheProcess)
{
    // In a child: a limit cannot be taken back. So high that it limits nothing, sanitizers neither.
    constexpr rlim_t high = rlim_t{1} << 46;
    const auto below = [](std::uint64_t bytes) {
        return std::to_string((high - bytes) / 1024) + " kB\n";
    };
    write("proc/self/status",
          "VmSize:\t" + below(824 * mebibyte) + "VmData:\t" + below(924 * mebibyte));
    for (const bool ofData : {true, false}) {
        const pid_t child = ::fork();
        if (child == 0) {
            const rlimit limit{.rlim_cur = high, .rlim_max = RLIM_INFINITY};
            ::setrlimit(ofData ? RLIMIT_DATA : RLIMIT_AS, &limit);
            ::_exit(mebibytes() == (ofData ? 924U : 824U) ? 0 : 1);
        }
        int status = -1;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        EXPECT_EQ(status, 0);
    }
}

} // namespace

} // namespace nextquill

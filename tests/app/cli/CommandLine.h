// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"

#include "tests/support/Fixtures.h"
#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace nextquill::app::testing {

/// How a program ended, and what it said.
struct Ended
{
    int status = -1; ///< exit status; 128 + signal when a signal ended it
    std::string out;
    std::string err;

    /// Standard output as one JSON document. Throws Error where it is none.
    [[nodiscard]] Json document() const;
    /// Standard output as JSON lines.
    [[nodiscard]] std::vector<Json> lines() const;
};

/// The program under way, in a process of its own; ended with the test at the latest.
class Child
{
public:
    /// `variables`: "NAME=value", on top of the tests' own environment.
    Child(const std::filesystem::path& folder, const std::vector<std::string>& arguments,
          const std::string& input, const std::vector<std::string>& variables = {});
    /// Another program, which starts it.
    Child(const std::filesystem::path& program, const std::filesystem::path& folder,
          const std::vector<std::string>& arguments, const std::vector<std::string>& variables);
    ~Child();
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    void signal(int number) const;
    [[nodiscard]] pid_t process() const { return m_process; }
    /// What it has said so far on standard output.
    [[nodiscard]] std::string said() const;
    [[nodiscard]] Ended wait();

private:
    void start(std::vector<std::string> words, const std::vector<std::string>& variables);

    std::filesystem::path m_folder;
    /// Its standard streams: several may run in one folder.
    nextquill::testing::TemporaryFolder m_streams;
    pid_t m_process = 0;
};

/// Waits until `holds` or, at the longest, a minute. False when it never did.
[[nodiscard]] bool eventually(const std::function<bool()>& holds);

/// A port of the loopback interface that nobody listens on.
[[nodiscard]] std::string freePort();

/// The program in a folder of its own, without the user's configuration, models and settings.
class CommandLine : public ::testing::Test
{
protected:
    [[nodiscard]] Ended run(const std::vector<std::string>& arguments,
                            const std::string& input = {}) const;

    /// The same, which must be done well; its result as JSON.
    [[nodiscard]] Json json(std::vector<std::string> arguments,
                            const std::string& input = {}) const;

    /// The first lines of the built-in sample as a project, split by user: 5 users, 60 reviews.
    [[nodiscard]] std::string sampleProject() const;

    nextquill::testing::TemporaryFolder m_folder;
};

/// The same for commands that a model takes part in: the smallest one.
class CommandLineWithModel : public CommandLine
{
protected:
    void SetUp() override
    {
        NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
        m_model = model.string();
    }

    std::string m_model;
};

/// A failure as CLI.md has it: this status, nothing on standard output, one line on the other.
void expectFailure(const Ended& ended, int status, const std::string& words);

} // namespace nextquill::app::testing

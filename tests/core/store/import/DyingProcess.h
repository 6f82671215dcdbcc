// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/Project.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <sys/wait.h>
#include <unistd.h>

namespace nextquill::testing {

/// What a process ends with that dies: `::_exit(death)`.
inline constexpr int death = 7;

/// Runs it on the project in a process of its own; whether that died.
inline bool dies(const std::filesystem::path& file,
                 const std::function<void(store::Project& project)>& work)
{
    const pid_t child = ::fork();
    if (child == 0) {
        const auto project = store::Project::open(file, store::OpenMode::ReadWrite);
        work(*project);
        ::_exit(0);
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && (WEXITSTATUS(status) == death || WEXITSTATUS(status) == 0));
    return WEXITSTATUS(status) == death;
}

} // namespace nextquill::testing

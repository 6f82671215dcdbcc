// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

namespace nextquill::store {

/// While it lives, this process imports into that project: what the file says of an import that is
/// not done is true.
///
/// Threads  any
class RunningImport
{
public:
    explicit RunningImport(const std::filesystem::path& project);
    ~RunningImport();
    RunningImport(const RunningImport&) = delete;
    RunningImport& operator=(const RunningImport&) = delete;

    /// Whether one goes on in this process, or may in another one that writes the project.
    [[nodiscard]] static bool isGoingOn(const std::filesystem::path& project);

private:
    std::string m_key;
};

} // namespace nextquill::store

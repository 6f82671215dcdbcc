// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <exception>
#include <string>

namespace nextquill {

/// What a caller can do about an error; nothing else is ever branched on.
enum class ErrorKind {
    BadInput,    ///< a file, record or setting is wrong: tell the user where
    Unsupported, ///< well formed, but not something this program reads or runs
    Storage,     ///< the disk or the project file failed: stop writing
    OutOfMemory, ///< try again with less at a time
    DeviceLost,  ///< the accelerator needs a new process
    Unreachable, ///< another machine does not answer, or asks to wait: try again later
    Internal,    ///< a bug of ours; shown with a request to report it
};

/// An operation could not do what it promises; whatever was stored before is untouched.
///
/// Three parts, each a full clause, shown in this order by the window and the command line:
/// what is wrong, where (file, line, tensor, row), and what the user can do.
class Error : public std::exception
{
public:
    Error(ErrorKind kind, std::string what, std::string where, std::string remedy);

    [[nodiscard]] ErrorKind kind() const noexcept { return m_kind; }
    [[nodiscard]] const std::string& problem() const noexcept { return m_problem; }
    [[nodiscard]] const std::string& where() const noexcept { return m_where; }
    [[nodiscard]] const std::string& remedy() const noexcept { return m_remedy; }

    /// The three parts as one line, as the command line prints it.
    [[nodiscard]] const char* what() const noexcept override { return m_line.c_str(); }

private:
    ErrorKind m_kind;
    std::string m_problem;
    std::string m_where;
    std::string m_remedy;
    std::string m_line;
};

} // namespace nextquill

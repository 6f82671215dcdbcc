// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/Splits.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nextquill::store {

/// What one split has and another has not, in numbers.
struct SplitDifference
{
    std::int64_t kept = 0;    ///< examples of both, with the same part
    std::int64_t moved = 0;   ///< of both, with another part
    std::int64_t added = 0;   ///< of the second alone
    std::int64_t removed = 0; ///< of the first alone
    std::int64_t usersAdded = 0;
    std::int64_t usersRemoved = 0;

    /// The same examples with the same parts. Where the digests differ all the same, a text or a
    /// history was changed between the splits.
    [[nodiscard]] bool isNone() const { return moved + added + removed == 0; }
};

/// An example that is not in both splits with the same part.
struct SplitChange
{
    ReviewId review{};
    std::string user;
    std::string item; ///< its title, or its key where it has none
    std::int64_t time = 0;
    std::optional<SplitPart> before; ///< none: it came in
    std::optional<SplitPart> after;  ///< none: it went out
    std::string why;                 ///< a clause: "it was imported since", "not known: …"
};

/// A user that has examples in one of two splits alone.
struct SplitUserChange
{
    UserId id{};
    std::string name;
    bool added = false; ///< else removed
};

/// Compares splits of one project.
///
/// Threads  as the project
/// Throws   Error(Storage)
class SplitComparison
{
public:
    SplitComparison(Project& project, SplitId before, SplitId after)
        : m_project{project}
        , m_before{before}
        , m_after{after}
    {
    }

    [[nodiscard]] SplitDifference difference() const;

    /// By review; `last` is that of the page before.
    [[nodiscard]] std::vector<SplitChange> changes(ReviewId last, int limit) const;
    /// By user; `last` is that of the page before.
    [[nodiscard]] std::vector<SplitUserChange> users(UserId last, int limit) const;

private:
    Project& m_project;
    SplitId m_before;
    SplitId m_after;
};

} // namespace nextquill::store

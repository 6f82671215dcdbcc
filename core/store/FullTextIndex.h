// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/store/Connection.h"

#include <cstdint>
#include <string>

namespace nextquill::store {

/// Keeps the full-text index in step with the texts, inside a transaction; does nothing in a
/// project that goes without it.
class FullTextIndex
{
public:
    explicit FullTextIndex(Connection& connection);

    [[nodiscard]] static bool isThere(Connection& connection);

    /// Empties it: from now on the project goes without it.
    static void takeOut(Connection& connection);

    /// Puts all texts into it, where the project goes without it. Under the caller's StopGuard.
    ///
    /// Stops    Stopped: the transaction is to be rolled back
    static void build(Connection& connection, const StopToken& stop, Progress& progress);

    void add(std::int64_t review, const std::string& title, const std::string& text);
    /// With the texts that it was added with.
    void remove(std::int64_t review, const std::string& title, const std::string& text);

private:
    bool m_isThere;
    Query m_add;
    Query m_remove;
};

} // namespace nextquill::store

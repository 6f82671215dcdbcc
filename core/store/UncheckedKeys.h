// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/Connection.h"

namespace nextquill::store {

/// While it lives, rows come and go without a look at each table that they name or that may name
/// them: an eighth of an import's time, and where there is no index, of a removal a look at all
/// rows. Only where what is named is known to be there, and what goes was looked for. Not inside a
/// transaction.
class UncheckedKeys
{
public:
    explicit UncheckedKeys(Connection& connection)
        : m_connection{connection}
    {
        m_connection.execute("PRAGMA foreign_keys = OFF");
    }
    ~UncheckedKeys() { m_connection.database().tryExec("PRAGMA foreign_keys = ON"); }
    UncheckedKeys(const UncheckedKeys&) = delete;
    UncheckedKeys& operator=(const UncheckedKeys&) = delete;

private:
    Connection& m_connection;
};

} // namespace nextquill::store

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/Connection.h"
#include "core/store/import/SourceRecord.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace nextquill::store {

/// A review on its way into the project.
struct IncomingRow
{
    std::int64_t id = 0;
    std::int64_t user = 0;
    std::int64_t item = 0;
    std::int64_t import = 0;
    std::int64_t source = 0; ///< 0: none
    const IncomingReview* review = nullptr;
};

/// Reviews that are in memory, as a table that statements of one connection read (a virtual table):
/// hundreds come into the project by one statement, in a third of the time of as many statements.
///
/// Threads  that of the connection
class IncomingRows
{
public:
    /// With `mayBeThere` reviews whose content the project has are passed over; it has an index by
    /// content then.
    IncomingRows(Connection& connection, bool mayBeThere);
    ~IncomingRows();
    IncomingRows(const IncomingRows&) = delete;
    IncomingRows& operator=(const IncomingRows&) = delete;

    /// The review must stay until insert().
    void add(const IncomingRow& row) { m_rows.push_back(row); }

    /// Writes what was added, and forgets it. With `mayBeThere` for one review at a time: says
    /// whether it was written.
    bool insert();

    void clear() { m_rows.clear(); }

private:
    struct Table;

    Connection& m_connection;
    std::vector<IncomingRow> m_rows;
    std::unique_ptr<Query> m_addReviews;
    std::unique_ptr<Query> m_addTexts;
};

} // namespace nextquill::store

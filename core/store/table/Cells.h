// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/table/TableReader.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace nextquill::store {

class Connection;
class Query;

/// Reads rows of a table by their ids, whatever the filter.
class CellReader
{
public:
    CellReader(Connection& connection, TableKind table, const std::vector<std::string>& columns,
               std::size_t longestText);
    ~CellReader();
    CellReader(const CellReader&) = delete;
    CellReader& operator=(const CellReader&) = delete;

    /// False when there is no such row (any more).
    [[nodiscard]] bool read(std::int64_t id, std::vector<Cell>& cells);

private:
    std::vector<const TableColumn*> m_columns;
    std::size_t m_longestText;
    std::unique_ptr<Query> m_query;
};

} // namespace nextquill::store

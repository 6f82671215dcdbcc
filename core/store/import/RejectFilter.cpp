// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/RejectFilter.h"

#include "core/store/table/ColumnSql.h"

namespace nextquill::store {

SqlPart rejectCondition(const RejectFilter& filter)
{
    SqlPart condition{"1", {}};
    const auto require = [&](const char* sql, const std::string& value) {
        if (!value.empty()) {
            condition += SqlPart{std::string{" AND "} + sql, {value}};
        }
    };
    require("file = ?", filter.file);
    require("reason = ?", filter.reason);
    require("instr(lower(text), lower(?)) > 0", filter.contains);
    return condition;
}

} // namespace nextquill::store

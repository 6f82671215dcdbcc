// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/funnel/FunnelWords.h"

#include "core/base/Error.h"
#include "core/store/Connection.h"
#include "core/store/ErasureFiles.h"
#include "core/store/StoredJson.h"
#include "core/store/funnel/Funnel.h"

#include <utility>
#include <vector>

namespace nextquill::store {

namespace {

/// Of `table`, whose funnels stand in `column`.
void forgetIn(Connection& connection, const std::string& table, const std::string& column,
              const std::string& words)
{
    std::vector<std::pair<std::int64_t, std::string>> changed;
    {
        Query query{connection,
                    "SELECT id, " + column + " FROM " + table + " WHERE " + column + " <> ''"};
        while (query.next()) {
            try {
                Funnel funnel = funnelFrom(storedJson(query.text(1), table), table);
                const std::size_t taken =
                    std::erase_if(funnel.steps, [&words](const FunnelStep& step) {
                        return hasName(step.text, words);
                    });
                if (taken > 0) {
                    changed.emplace_back(query.integer(0), toLine(toJson(funnel)));
                }
            } catch (const Error&) {
                continue; // a stranger's, that is none: names in it are overwritten
                          // (ErasedMentions)
            }
        }
    }
    for (const auto& [id, funnel] : changed) {
        Query{connection, "UPDATE " + table + " SET " + column + " = ? WHERE id = ?"}
            .with(funnel, id)
            .run();
    }
}

} // namespace

void forgetFunnelWords(Connection& connection, const std::string& words)
{
    forgetIn(connection, "funnels", "steps", words);
    forgetIn(connection, "splits", "funnel", words);
}

} // namespace nextquill::store

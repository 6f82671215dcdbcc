// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::store {

class Connection;
class TextPrints;

/// A column whose texts may name a user, beside the user's own rows.
struct MentionColumn
{
    std::string_view table;
    std::string_view column;
};

/// Names of steps, views and tags, filters, files of imports, notes of runs.
inline constexpr std::array<MentionColumn, 16> mentionColumns{{{"steps", "what"},
                                                               {"imports", "files"},
                                                               {"imports", "settings"},
                                                               {"sources", "file"},
                                                               {"sources", "path"},
                                                               {"sources", "reading"},
                                                               {"runs", "error"},
                                                               {"runs", "summary"},
                                                               {"runs", "settings"},
                                                               {"saved_views", "name"},
                                                               {"saved_views", "filter"},
                                                               {"funnels", "name"},
                                                               {"funnels", "steps"},
                                                               {"splits", "funnel"},
                                                               {"tags", "name"},
                                                               {"templates", "source"}}};

/// Overwrites the names by x in all of these columns, inside a transaction.
void maskMentions(Connection& connection, const std::vector<std::string>& names);

/// Removes views and funnels that have a piece of an erased text; splits forget such a funnel.
/// Returns how many went.
std::int64_t takeMentions(Connection& connection, const TextPrints& prints);

} // namespace nextquill::store

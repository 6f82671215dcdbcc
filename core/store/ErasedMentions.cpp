// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/ErasedMentions.h"

#include "core/base/Digest.h"
#include "core/store/Connection.h"
#include "core/store/ErasureFiles.h"
#include "core/store/TextPrints.h"

#include <fmt/format.h>
#include <functional>

namespace nextquill::store {

namespace {

/// Each different text of a column for which `holds`.
std::vector<std::string> textsOfColumn(Connection& connection, const MentionColumn& column,
                                       const std::function<bool(const std::string&)>& holds)
{
    Query query{connection,
                fmt::format("SELECT DISTINCT \"{1}\" FROM {0}", column.table, column.column)};
    std::vector<std::string> texts;
    while (query.next()) {
        std::string text = query.text(0);
        if (holds(text)) {
            texts.push_back(std::move(text));
        }
    }
    return texts;
}

void maskIn(Connection& connection, const MentionColumn& column, const std::string& name)
{
    // Of two names that become one, the second stays as it is: it is none of the user's then.
    Query change{connection, fmt::format("UPDATE OR IGNORE {0} SET \"{1}\" = ? WHERE \"{1}\" = ?",
                                         column.table, column.column)};
    for (const std::string& text : textsOfColumn(
             connection, column, [&](const std::string& t) { return hasName(t, name); })) {
        if (const std::string masked = maskedName(text, name); masked != text) {
            change.with(masked, text).run();
        }
    }
}

/// A template is known by the digest of its source.
void renewTemplateDigests(Connection& connection)
{
    Query query{connection, "SELECT id, source, digest FROM templates"};
    Query change{connection, "UPDATE templates SET digest = ? WHERE id = ?"};
    while (query.next()) {
        if (const std::string digest = sha256(query.text(1)); digest != query.text(2)) {
            change.with(digest, query.integer(0)).run();
        }
    }
}

} // namespace

void maskMentions(Connection& connection, const std::vector<std::string>& names)
{
    for (const std::string& name : names) {
        for (const MentionColumn& column : mentionColumns) {
            maskIn(connection, column, name);
        }
    }
    renewTemplateDigests(connection);
}

std::int64_t takeMentions(Connection& connection, const TextPrints& prints)
{
    std::int64_t taken = 0;
    const auto hasPiece = [&](const std::string& text) { return prints.areIn(text); };
    for (const MentionColumn& column :
         {MentionColumn{"saved_views", "filter"}, MentionColumn{"funnels", "steps"}}) {
        Query remove{connection,
                     fmt::format("DELETE FROM {} WHERE \"{}\" = ?", column.table, column.column)};
        for (const std::string& text : textsOfColumn(connection, column, hasPiece)) {
            taken += remove.with(text).run();
        }
    }
    Query forget{connection, "UPDATE splits SET funnel = '' WHERE funnel = ?"};
    for (const std::string& text : textsOfColumn(connection, {"splits", "funnel"}, hasPiece)) {
        forget.with(text).run();
    }
    return taken;
}

} // namespace nextquill::store

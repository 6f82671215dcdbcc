// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/Templates.h"

#include "core/base/Digest.h"
#include "core/base/Error.h"
#include "core/base/Utf8.h"
#include "core/store/Connection.h"
#include "core/store/Project.h"
#include "core/store/StoredJson.h"

#include <algorithm>
#include <charconv>

namespace nextquill::store {

namespace {

constexpr std::size_t longestTemplateName = 64;

const std::string templateColumns = "SELECT name, version, source, digest, created FROM templates ";

TemplateRow templateFrom(const Query& query)
{
    return {.name = query.text(0),
            .version = query.integer(1),
            .source = query.text(2),
            .digest = query.text(3),
            .created = query.integer(4)};
}

void requireTemplateName(const std::string& name)
{
    const bool isName = !name.empty() && name.size() <= longestTemplateName &&
                        std::all_of(name.begin(), name.end(), [](char c) {
                            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                   (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
                        });
    if (!isName) {
        throw Error{ErrorKind::BadInput,
                    "\"" + escapedForDisplay(name, 80) + "\" cannot name a template",
                    "prompt template", "take up to 64 letters, digits, '-', '_' and '.'"};
    }
}

/// NAME and VERSION of NAME@VERSION; no version for a name alone.
struct TemplateReference
{
    std::string name;
    std::optional<std::int64_t> version;
};

TemplateReference referenceFrom(std::string_view text)
{
    const std::size_t at = text.rfind('@');
    std::int64_t version = 0;
    if (at == std::string_view::npos) {
        return {.name = std::string{text}, .version = std::nullopt};
    }
    const char* const end = text.data() + text.size();
    const auto [read, error] = std::from_chars(text.data() + at + 1, end, version);
    if (error != std::errc{} || read != end) {
        return {.name = std::string{text}, .version = std::nullopt};
    }
    return {.name = std::string{text.substr(0, at)}, .version = version};
}

} // namespace

std::string TemplateRow::reference() const
{
    return name + "@" + std::to_string(version);
}

TemplateRow Templates::add(const std::string& name, const std::string& source)
{
    requireTemplateName(name);
    const std::string digest = sha256(source);
    Connection& connection = m_project.connection();
    Transaction transaction{connection};
    const auto newest = find(name);
    if (newest && newest->digest == digest) {
        return *newest;
    }
    TemplateRow row{.name = name,
                    .version = newest ? newest->version + 1 : 1,
                    .source = source,
                    .digest = digest,
                    .created = now()};
    Query{connection, "INSERT INTO templates (name, version, source, digest, created) "
                      "VALUES (?, ?, ?, ?, ?)"}
        .with(row.name, row.version, row.source, row.digest, row.created)
        .run();
    transaction.commit();
    return row;
}

std::vector<TemplateRow> Templates::all() const
{
    Query query{m_project.connection(), templateColumns + "ORDER BY name, version DESC"};
    std::vector<TemplateRow> rows;
    while (query.next()) {
        rows.push_back(templateFrom(query));
    }
    return rows;
}

std::optional<TemplateRow> Templates::find(std::string_view reference) const
{
    const TemplateReference wanted = referenceFrom(reference);
    Query query{m_project.connection(),
                templateColumns + (wanted.version
                                       ? "WHERE name = ? AND version = ?"
                                       : "WHERE name = ? ORDER BY version DESC LIMIT 1")};
    query.with(wanted.name);
    if (wanted.version) {
        query.bindNext(*wanted.version);
    }
    return query.next() ? std::optional{templateFrom(query)} : std::nullopt;
}

bool Templates::remove(const std::string& name)
{
    if (referenceFrom(choice().templateName).name == name) {
        throw Error{ErrorKind::BadInput, "the project uses the template \"" + name + "\"",
                    m_project.file().string(), "let it use another one first"};
    }
    if (!find(name)) {
        return false;
    }
    Connection& connection = m_project.connection();
    Transaction transaction{connection};
    Query{connection, "DELETE FROM templates WHERE name = ?"}.with(name).run();
    transaction.commit();
    return true;
}

void Templates::choose(const PromptChoice& choice)
{
    Connection& connection = m_project.connection();
    Transaction transaction{connection};
    Query{connection, "INSERT INTO prompting (id, template, selection) VALUES (1, ?, ?) "
                      "ON CONFLICT (id) DO UPDATE SET template = excluded.template, "
                      "selection = excluded.selection"}
        .with(choice.templateName,
              choice.selection.is_null() ? std::string{} : toLine(choice.selection))
        .run();
    transaction.commit();
}

PromptChoice Templates::choice() const
{
    Query query{m_project.connection(), "SELECT template, selection FROM prompting WHERE id = 1"};
    PromptChoice choice;
    if (!query.next()) {
        return choice;
    }
    choice.templateName = query.text(0);
    if (const std::string selection = query.text(1); !selection.empty()) {
        choice.selection = storedJson(selection, m_project.file().string());
    }
    if (const auto own = find(choice.templateName)) {
        choice.templateSource = own->source;
    }
    return choice;
}

} // namespace nextquill::store

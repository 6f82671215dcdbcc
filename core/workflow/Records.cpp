// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/Records.h"

#include "core/base/Error.h"
#include "core/base/Json.h"
#include "core/model/ModelFiles.h"

#include <fmt/format.h>

namespace nextquill::workflow {

namespace {

constexpr std::size_t limitBytes = std::size_t{64} << 20;

std::string requiredText(const Json& record, const char* field, const std::string& where)
{
    const auto found = record.find(field);
    if (found == record.end() || !found->is_string()) {
        throw Error{ErrorKind::BadInput, fmt::format("the record has no text \"{}\"", field), where,
                    "a record has id, with_history, without_history and target"};
    }
    return found->get<std::string>();
}

std::string idOf(const Json& record, std::int64_t line)
{
    const auto id = record.find("id");
    if (id == record.end() || id->is_null()) {
        return std::to_string(line);
    }
    return id->is_string() ? id->get<std::string>() : id->dump();
}

} // namespace

RecordReader::RecordReader(const std::filesystem::path& jsonl)
    : m_name{jsonl == "-" ? "standard input" : jsonl.string()}
    , m_lines{jsonl}
{
}

std::optional<Record> RecordReader::next()
{
    while (const auto line = m_lines.next()) {
        if (line->text.find_first_not_of(" \t") == std::string_view::npos) {
            continue;
        }
        const std::string where = fmt::format("{}, line {}", m_name, line->number);
        const Json record = parseJson(line->text, {.bytes = limitBytes}, where);
        if (!record.is_object()) {
            throw Error{ErrorKind::BadInput, "the line is no JSON object", where,
                        "give one record a line"};
        }
        return Record{.id = idOf(record, line->number),
                      .with = requiredText(record, "with_history", where),
                      .without = requiredText(record, "without_history", where),
                      .target = requiredText(record, "target", where)};
    }
    return std::nullopt;
}

causal::TwinExample twinExampleFor(const Record& record, const model::ModelFiles& files,
                                   const causal::TargetLimits& limits)
{
    const text::Tokenizer& tokenizer = *files.tokenizer();
    return causal::makeTwinExample(record.id, tokenizer.encode(record.with).ids,
                                   tokenizer.encode(record.without).ids, tokenizer, record.target,
                                   files.endOfText(), limits);
}

} // namespace nextquill::workflow

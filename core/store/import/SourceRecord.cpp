// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/SourceRecord.h"

#include "core/base/Error.h"
#include "core/store/import/AmazonReviews.h"
#include "core/store/import/NextQuillRecords.h"

namespace nextquill::store {

namespace {

constexpr std::size_t firstCapacity = 64 << 10;
constexpr std::size_t deepest = 64;
constexpr int mostFieldsNamed = 12;

bool hasField(const JsonObject& object, std::string_view name)
{
    return object[name].error() == simdjson::SUCCESS;
}

std::optional<SourceFormat> formatOf(const JsonObject& object)
{
    if (hasField(object, "profile") && hasField(object, "user_id")) {
        return SourceFormat::NextQuillRecords;
    }
    if (hasField(object, "reviewerID") && hasField(object, "asin")) {
        return SourceFormat::Amazon2018;
    }
    if (hasField(object, "user_id") && hasField(object, "text") &&
        (hasField(object, "parent_asin") || hasField(object, "asin"))) {
        return SourceFormat::Amazon2023;
    }
    return std::nullopt;
}

} // namespace

struct RecordParser::State
{
    simdjson::dom::parser parser;
    std::string problem;

    std::optional<JsonObject> object(std::string_view text)
    {
        JsonElement element;
        if (const auto error = parser.parse(text.data(), text.size()).get(element)) {
            problem = std::string{"it is no JSON ("} + simdjson::error_message(error) + ")";
            return std::nullopt;
        }
        JsonObject found;
        if (element.get(found) != simdjson::SUCCESS) {
            problem = "it is no JSON object";
            return std::nullopt;
        }
        return found;
    }
};

RecordParser::RecordParser()
    : m_state{std::make_unique<State>()}
{
    if (m_state->parser.allocate(firstCapacity, deepest) != simdjson::SUCCESS) {
        throw Error{ErrorKind::OutOfMemory, "the memory does not suffice", "import",
                    "close other programs and try again"};
    }
}

RecordParser::~RecordParser() = default;

Recognised RecordParser::recognise(std::string_view record)
{
    Recognised result;
    const auto object = m_state->object(record);
    if (!object) {
        result.fields = m_state->problem;
        return result;
    }
    result.format = formatOf(*object);
    int named = 0;
    for (const auto field : *object) {
        if (++named <= mostFieldsNamed) {
            result.fields.append(named == 1 ? "" : ", ").append(field.key.substr(0, 40));
        }
    }
    return result;
}

std::vector<IncomingReview> RecordParser::reviews(SourceFormat format, std::string_view record)
{
    const auto object = m_state->object(record);
    if (!object) {
        return {IncomingReview{.reason = m_state->problem}};
    }
    switch (format) {
    case SourceFormat::NextQuillRecords:
        return nextQuillRecord(*object);
    case SourceFormat::Amazon2018:
        return {amazon2018(*object)};
    case SourceFormat::Amazon2023:
        break;
    }
    return {amazon2023(*object)};
}

ItemLine RecordParser::item(std::string_view line)
{
    const auto object = m_state->object(line);
    return object ? amazonItem(*object) : ItemLine{.reason = m_state->problem};
}

} // namespace nextquill::store

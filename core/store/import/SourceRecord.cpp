// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/SourceRecord.h"

#include "core/base/Error.h"
#include "core/store/import/AmazonReviews.h"
#include "core/store/import/NextQuillRecords.h"

#include <algorithm>
#include <cstddef>

namespace nextquill::store {

namespace {

constexpr std::size_t firstCapacity = 64 << 10;
constexpr std::size_t keptCapacity = 4 << 20;
constexpr std::size_t deepest = 64;
constexpr std::size_t mostKeys = 4'096;
constexpr std::size_t longestString = std::size_t{16} << 20;
constexpr std::ptrdiff_t mostValues = std::ptrdiff_t{4} << 20; // the parser takes 24 bytes for each
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

/// Counts commas and brackets in texts, too: what has that many is no record all the same.
bool hasTooManyValues(std::string_view text)
{
    return text.size() > static_cast<std::size_t>(mostValues) &&
           std::ranges::count_if(text, [](char c) { return c == ',' || c == '[' || c == '{'; }) >
               mostValues;
}

/// Why an element breaks a limit; empty when it breaks none.
std::string brokenLimit(const JsonElement& element)
{
    std::string_view text;
    simdjson::dom::array array;
    JsonObject object;
    std::string broken;
    if (element.get(text) == simdjson::SUCCESS) {
        broken = text.size() > longestString ? "it has a text of more than 16 MiB" : "";
    } else if (element.get(array) == simdjson::SUCCESS) {
        for (auto at = array.begin(); broken.empty() && at != array.end(); ++at) {
            broken = brokenLimit(*at);
        }
    } else if (element.get(object) == simdjson::SUCCESS) {
        std::size_t keys = 0;
        for (auto at = object.begin(); broken.empty() && at != object.end(); ++at) {
            broken = at.key().size() > longestString ? "it has a key of more than 16 MiB"
                     : ++keys > mostKeys             ? "it has an object of more than 4,096 keys"
                                                     : brokenLimit(at.value());
        }
    }
    return broken;
}

} // namespace

struct RecordParser::State
{
    simdjson::dom::parser parser;
    std::string problem;

    void makeParser()
    {
        parser = simdjson::dom::parser{};
        if (parser.allocate(firstCapacity, deepest) != simdjson::SUCCESS) {
            throw Error{ErrorKind::OutOfMemory, "the memory does not suffice", "import",
                        "close other programs and try again"};
        }
    }

    std::optional<JsonObject> object(std::string_view text)
    {
        if (parser.capacity() > keptCapacity) {
            makeParser();
        }
        if (hasTooManyValues(text)) {
            problem = "it has more than 4,194,304 values";
            return std::nullopt;
        }
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
        // Shorter ones have no room for what a limit forbids.
        if (text.size() > mostKeys) {
            problem = brokenLimit(element);
            if (!problem.empty()) {
                return std::nullopt;
            }
        }
        return found;
    }
};

RecordParser::RecordParser()
    : m_state{std::make_unique<State>()}
{
    m_state->makeParser();
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

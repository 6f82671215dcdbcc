// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/SourceRecord.h"

#include "core/base/Digest.h"
#include "core/base/Error.h"
#include "core/store/Totals.h"
#include "core/store/import/AmazonReviews.h"
#include "core/store/import/LampRecords.h"
#include "core/store/import/MappedRecords.h"
#include "core/store/import/NextQuillRecords.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <utility>

namespace nextquill::store {

namespace {

constexpr std::size_t firstCapacity = 64 << 10;
constexpr std::size_t keptCapacity = 4 << 20;
constexpr std::size_t deepest = 64;
constexpr std::size_t mostKeys = 4'096;
constexpr std::size_t longestString = std::size_t{16} << 20;
constexpr std::ptrdiff_t mostValues = std::ptrdiff_t{4} << 20; // the parser takes 24 bytes for each
constexpr int mostFieldsNamed = 12;
constexpr std::size_t bytesOfContent = 16;

bool hasField(const JsonObject& object, std::string_view name)
{
    return object[name].error() == simdjson::SUCCESS;
}

std::optional<SourceFormat> formatOf(const JsonObject& object)
{
    if (hasField(object, "profile") && hasField(object, "user_id") && !hasField(object, "input")) {
        return SourceFormat::NextQuillRecords;
    }
    if (hasField(object, "reviewerID") && hasField(object, "asin")) {
        return SourceFormat::Amazon2018;
    }
    if (hasField(object, "user_id") && hasField(object, "text") &&
        (hasField(object, "parent_asin") || hasField(object, "asin"))) {
        return SourceFormat::Amazon2023;
    }
    if (hasField(object, "profile") && hasField(object, "input")) {
        const bool isLong = hasField(object, "name") || hasField(object, "reviewerId") ||
                            hasField(object, "author");
        return isLong ? SourceFormat::LongLamp : SourceFormat::Lamp;
    }
    return std::nullopt;
}

std::vector<std::string> columnsOf(const JsonObject& object)
{
    std::vector<std::string> columns;
    for (const auto field : object) {
        columns.emplace_back(field.key);
    }
    return columns;
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

void append(std::string& text, std::int64_t number)
{
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    text.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

std::string contentOf(const IncomingReview& review)
{
    std::string key;
    key.reserve(review.user.size() + review.item.asin.size() + 64);
    append(key, static_cast<std::int64_t>(review.user.size()));
    key.append(":").append(review.user);
    append(key, static_cast<std::int64_t>(review.item.asin.size()));
    key.append(":").append(review.item.asin);
    append(key, review.time);
    key.append(" ");
    Digest digest;
    digest.add(key);
    digest.add(review.text);
    std::string content = digest.bytes();
    content.resize(bytesOfContent);
    return content;
}

/// A list that is initialised copies its texts.
std::vector<IncomingReview> alone(IncomingReview review)
{
    std::vector<IncomingReview> reviews;
    reviews.push_back(std::move(review));
    return reviews;
}

} // namespace

void complete(IncomingReview& review)
{
    review.content = contentOf(review);
    review.words = countWords(review.text);
}

struct RecordParser::State
{
    simdjson::dom::parser parser;
    std::string problem;
    FieldMap asked;
    std::optional<FieldMap> map; ///< once a record was seen
    GoldOutputs golds;
    bool isTable = false;
    std::int64_t position = 0; ///< records of the source

    const FieldMap& mapFor(const JsonObject& object)
    {
        if (!map) {
            map = withUsualNames(asked, columnsOf(object));
        }
        return *map;
    }

    IncomingReview mapped(const JsonObject& object)
    {
        const FieldMap& fields = mapFor(object);
        if (!fields.isUsable()) {
            return {.reason = "no field of it is known to hold the user and the text"};
        }
        return mappedReview(object, fields, position++);
    }

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

RecordParser::RecordParser(FieldMap map)
    : m_state{std::make_unique<State>()}
{
    m_state->asked = std::move(map);
    m_state->makeParser();
}

RecordParser::~RecordParser() = default;

void RecordParser::beginSource(bool isTable, GoldOutputs golds, const SourceReading& from)
{
    m_state->isTable = isTable;
    m_state->golds = std::move(golds);
    m_state->map = from.map;
    m_state->position = from.position;
}

SourceReading RecordParser::reading() const
{
    return {.map = m_state->map, .position = m_state->position};
}

void RecordParser::goTo(std::int64_t position)
{
    m_state->position = position;
}

Recognised RecordParser::recognise(std::string_view record)
{
    Recognised result;
    const auto object = m_state->object(record);
    if (!object) {
        result.fields = m_state->problem;
        return result;
    }
    result.columns = columnsOf(*object);
    int named = 0;
    for (const std::string& column : result.columns) {
        if (++named <= mostFieldsNamed) {
            result.fields.append(named == 1 ? "" : ", ").append(column, 0, 40);
        }
    }
    const bool isFree = m_state->isTable || !m_state->asked.isEmpty();
    result.format = isFree ? std::nullopt : formatOf(*object);
    result.map = withUsualNames(m_state->asked, result.columns);
    const auto hasAll = [&object](const FieldMap& map) {
        return std::ranges::all_of(mappedFields(), [&](const MappedField& field) {
            const std::string& column = map.*field.column;
            return column.empty() || hasField(*object, column);
        });
    };
    if (!result.format && result.map.isUsable() && hasAll(result.map)) {
        result.format = m_state->isTable ? SourceFormat::Csv : SourceFormat::Jsonl;
    }
    return result;
}

std::vector<IncomingReview> RecordParser::reviews(SourceFormat format, std::string_view record)
{
    const auto object = m_state->object(record);
    if (!object) {
        return alone(IncomingReview{.reason = m_state->problem});
    }
    switch (format) {
    case SourceFormat::NextQuillRecords:
        return nextQuillRecord(*object);
    case SourceFormat::Amazon2018:
        return alone(amazon2018(*object));
    case SourceFormat::Lamp:
        return lampQuestion(*object, m_state->golds);
    case SourceFormat::LongLamp:
        return longLampRecord(*object);
    case SourceFormat::Jsonl:
    case SourceFormat::Csv:
        return alone(m_state->mapped(*object));
    case SourceFormat::Amazon2023:
        break;
    }
    return alone(amazon2023(*object));
}

ItemLine RecordParser::item(std::string_view line)
{
    const auto object = m_state->object(line);
    return object ? amazonItem(*object) : ItemLine{.reason = m_state->problem};
}

} // namespace nextquill::store

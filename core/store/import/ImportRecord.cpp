// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/ImportRecord.h"

#include "core/base/Error.h"
#include "core/base/Json.h"
#include "core/store/Connection.h"

#include <fmt/format.h>

namespace nextquill::store {

namespace {

namespace fs = std::filesystem;

OrderedJson mapToJson(const FieldMap& map)
{
    OrderedJson json = OrderedJson::object();
    for (const MappedField& field : mappedFields()) {
        if (!(map.*field.column).empty()) {
            json[std::string{field.name}] = map.*field.column;
        }
    }
    return json;
}

/// Text of an object's member; empty where it has none, or something else.
std::string textOf(const Json& json, const char* name)
{
    const auto found = json.find(name);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

FieldMap mapFromJson(const Json& json)
{
    FieldMap map;
    for (const MappedField& field : mappedFields()) {
        map.*field.column = textOf(json, std::string{field.name}.c_str());
    }
    return map;
}

OrderedJson pathsToJson(const std::vector<fs::path>& paths)
{
    OrderedJson json = OrderedJson::array();
    for (const fs::path& path : paths) {
        std::error_code failed;
        const fs::path whole = path == "-" ? path : fs::absolute(path, failed).lexically_normal();
        json.push_back(whole.string());
    }
    return json;
}

std::vector<fs::path> pathsFromJson(const Json& json, const char* name)
{
    std::vector<fs::path> paths;
    const auto found = json.find(name);
    for (const Json& path : found != json.end() && found->is_array() ? *found : Json::array()) {
        if (path.is_string()) {
            paths.emplace_back(path.get<std::string>());
        }
    }
    return paths;
}

/// Replaces what is no UTF-8: names of files need not be any.
std::string written(const OrderedJson& json)
{
    return toLine(json);
}

Json parsed(const std::string& text)
{
    Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    return json.is_object() ? json : Json::object();
}

std::string settingsText(const ImportRecord& record)
{
    if (!record.hasSettings) {
        return {};
    }
    const ImportSettings& settings = record.settings;
    return written({{"format", settings.format ? name(*settings.format) : std::string_view{}},
                    {"map", mapToJson(settings.map)},
                    {"files", pathsToJson(record.files)},
                    {"items", pathsToJson(settings.items)},
                    {"max_rejects", settings.maximumRejects}});
}

void readSettings(const std::string& text, ImportRecord& record)
{
    record.hasSettings = !text.empty();
    const Json json = parsed(text);
    record.settings.format = sourceFormat(textOf(json, "format"));
    record.settings.map = mapFromJson(json.value("map", Json::object()));
    record.settings.items = pathsFromJson(json, "items");
    record.files = pathsFromJson(json, "files");
    if (const auto most = json.find("max_rejects"); most != json.end() && most->is_number()) {
        record.settings.maximumRejects = most->get<std::int64_t>();
    }
}

std::string readingText(const SourceReading& reading)
{
    OrderedJson json = OrderedJson::object();
    if (reading.format) {
        json["format"] = name(*reading.format);
    }
    if (reading.map) {
        json["map"] = mapToJson(*reading.map);
        json["position"] = reading.position;
    }
    return written(json);
}

SourceReading readingFrom(const std::string& text)
{
    const Json json = parsed(text);
    SourceReading reading{.format = sourceFormat(textOf(json, "format"))};
    if (const auto map = json.find("map"); map != json.end() && map->is_object()) {
        reading.map = mapFromJson(*map);
        const auto position = json.find("position");
        reading.position =
            position != json.end() && position->is_number() ? position->get<std::int64_t>() : 0;
    }
    return reading;
}

std::vector<SourceStanding> sourcesOf(Connection& connection, ImportId import)
{
    Query query{connection, "SELECT id, file, path, items, bytes, identity, records, complete, "
                            "reading FROM sources WHERE import_id = ? ORDER BY id"};
    query.with(import);
    std::vector<SourceStanding> sources;
    while (query.next()) {
        sources.push_back({.row = query.integer(0),
                           .name = query.text(1),
                           .path = query.text(2),
                           .isItems = query.integer(3) != 0,
                           .bytes = query.integer(4),
                           .identity = query.text(5),
                           .records = query.integer(6),
                           .isComplete = query.integer(7) != 0,
                           .reading = readingFrom(query.text(8))});
    }
    return sources;
}

std::int64_t highestId(Connection& connection, const char* table)
{
    Query query{connection, fmt::format("SELECT coalesce(max(id), 0) FROM {}", table)};
    return query.next() ? query.integer(0) : 0;
}

} // namespace

ImportRecord importRecord(Connection& connection, ImportId id)
{
    Query query{connection, "SELECT files, state, started, finished, read, kept, rejected, "
                            "duplicates, items, items_completed, first_review, first_user, "
                            "first_item, settings FROM imports WHERE id = ?"};
    if (!query.with(id).next()) {
        throw Error{ErrorKind::BadInput, fmt::format("there is no import {}", number(id)),
                    connection.file(), "see `nextquill import PROJECT --list`"};
    }
    ImportRecord record{.id = id,
                        .names = query.text(0),
                        .state = query.text(1),
                        .started = query.integer(2),
                        .finished = query.integer(3),
                        .figures = {.read = query.integer(4),
                                    .kept = query.integer(5),
                                    .rejected = query.integer(6),
                                    .duplicates = query.integer(7),
                                    .items = query.integer(8),
                                    .itemsCompleted = query.integer(9)},
                        .firstReview = query.integer(10),
                        .firstUser = query.integer(11),
                        .firstItem = query.integer(12),
                        .settings = {},
                        .files = {},
                        .sources = {}};
    readSettings(query.text(13), record);
    record.sources = sourcesOf(connection, id);
    for (const SourceStanding& source : record.sources) {
        if (source.reading.format) {
            record.figures.format = *source.reading.format;
        }
    }
    return record;
}

void addImport(Connection& connection, ImportRecord& record)
{
    record.firstReview = highestId(connection, "reviews");
    record.firstUser = highestId(connection, "users");
    record.firstItem = highestId(connection, "items");
    record.state = "running";
    record.started = now();
    record.id = ImportId{
        Query{connection, "INSERT INTO imports (files, started, state, settings, first_review, "
                          "first_user, first_item) VALUES (?, ?, ?, ?, ?, ?, ?)"}
            .with(record.names, record.started, record.state, settingsText(record),
                  record.firstReview, record.firstUser, record.firstItem)
            .insert()};
}

void noteFigures(Connection& connection, const ImportRecord& record)
{
    const ImportResult& figures = record.figures;
    Query{connection,
          "UPDATE imports SET state = ?, finished = ?, read = ?, kept = ?, rejected = ?, "
          "duplicates = ?, items = ?, items_completed = ? WHERE id = ?"}
        .with(record.state, record.finished, figures.read, figures.kept, figures.rejected,
              figures.duplicates, figures.items, figures.itemsCompleted, record.id)
        .run();
}

std::int64_t addSource(Connection& connection, ImportId import, const SourceStanding& source)
{
    return Query{connection, "INSERT INTO sources (import_id, file, bytes, path, items, identity) "
                             "VALUES (?, ?, ?, ?, ?, ?)"}
        .with(import, source.name, source.bytes, source.path.string(), source.isItems,
              source.identity)
        .insert();
}

void noteStanding(Connection& connection, const SourceStanding& source)
{
    Query{connection, "UPDATE sources SET records = ?, complete = ?, reading = ? WHERE id = ?"}
        .with(source.records, source.isComplete, readingText(source.reading), source.row)
        .run();
}

} // namespace nextquill::store

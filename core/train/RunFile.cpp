// SPDX-License-Identifier: GPL-3.0-or-later
//
// RUN.toml: one flat table, a key per setting.
#include "core/base/AtomicFile.h"
#include "core/base/Error.h"
#include "core/train/TrainingFields.h"

#include <fmt/format.h>
#include <toml++/toml.h>

namespace nextquill::train {

namespace {

constexpr std::size_t limitBytes = std::size_t{1} << 20;

std::string textOf(const toml::node& node, const std::string& where)
{
    if (const auto text = node.value_exact<std::string>()) {
        return *text;
    }
    if (const auto flag = node.value_exact<bool>()) {
        return *flag ? "true" : "false";
    }
    if (const auto integer = node.value_exact<std::int64_t>()) {
        return fmt::format("{}", *integer);
    }
    if (const auto number = node.value_exact<double>()) {
        return fmt::format("{}", *number);
    }
    throw Error{ErrorKind::BadInput, "the value is neither text, number nor switch", where,
                "write the key as `name = value`"};
}

bool isWritten(TrainingField::Kind kind)
{
    return kind == TrainingField::Kind::Text || kind == TrainingField::Kind::Choice;
}

} // namespace

void readRunFile(const std::filesystem::path& file, TrainingSettings& settings)
{
    const std::string text = readFile(file, limitBytes);
    toml::table table;
    try {
        table = toml::parse(text, file.string());
    } catch (const toml::parse_error& error) {
        throw Error{ErrorKind::BadInput, std::string{error.description()},
                    fmt::format("{}, line {}", file.string(), error.source().begin.line),
                    "see docs/formats.md for the form of RUN.toml"};
    }
    // The objective comes first: it brings its default of alpha along.
    const auto apply = [&](const toml::key& key, const toml::node& node) {
        const std::string where =
            fmt::format("{}, line {}, {}", file.string(), node.source().begin.line, key.str());
        try {
            setValue(settings, key.str(), textOf(node, where));
        } catch (const Error& error) {
            throw Error{error.kind(), error.problem(), where, error.remedy()};
        }
    };
    for (const bool objective : {true, false}) {
        for (const auto& [key, node] : table) {
            if ((key.str() == "objective") == objective) {
                apply(key, node);
            }
        }
    }
}

std::string toToml(const TrainingSettings& settings)
{
    std::string text;
    std::string group;
    for (const FieldAccess& access : fieldTable()) {
        if (access.field.group != group) {
            group = access.field.group;
            text += fmt::format("{}# {}\n", text.empty() ? "" : "\n", group);
        }
        const std::string value = access.read(settings);
        if (isWritten(access.field.kind)) {
            text += fmt::format("{} = {}\n", access.field.name, Json(value).dump());
        } else {
            text += fmt::format("{} = {}\n", access.field.name, value);
        }
    }
    return text;
}

} // namespace nextquill::train

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/TruthFile.h"

#include "core/base/Error.h"
#include "core/base/Json.h"
#include "core/base/LineReader.h"
#include "core/base/NewFile.h"
#include "core/study/SyntheticUsers.h"

#include <fmt/format.h>

namespace nextquill::study {

namespace {

constexpr std::string_view formatName = "nextquill-truth";
constexpr int version = 1;

OrderedJson toJson(const SyntheticSettings& settings)
{
    return {{"format", formatName},        {"version", version},      {"users", settings.users},
            {"reviews", settings.reviews}, {"items", settings.items}, {"seed", settings.seed},
            {"voices", voiceCount},        {"aspects", aspectCount}};
}

OrderedJson toJson(const TextTruth& text)
{
    OrderedJson words = OrderedJson::array();
    for (const TrueWord& word : text.words) {
        words.push_back({{"start", word.bytes.begin},
                         {"end", word.bytes.end},
                         {"p_h", word.p_h},
                         {"p_0", word.p_0},
                         {"preference", word.preference}});
    }
    return {{"example", number(text.example)},
            {"user", text.user},
            {"voice", voiceName(text.type.voice)},
            {"aspect", aspectName(text.type.aspect)},
            {"past_texts", text.pastTexts},
            {"text_sha256", text.textDigest},
            {"words", std::move(words)}};
}

/// The index of a name.
std::size_t indexOf(const std::string& name, std::size_t count,
                    std::string_view (*nameOf)(std::size_t), const std::string& where)
{
    for (std::size_t i = 0; i < count; ++i) {
        if (nameOf(i) == name) {
            return i;
        }
    }
    throw Error{ErrorKind::BadInput, "no type of writer is called \"" + name + "\"", where,
                "take the file that `nextquill synth` wrote"};
}

TextTruth textTruth(const Json& line, const std::string& where)
{
    TextTruth text{.example = ExampleId{line.at("example").get<std::int64_t>()},
                   .user = line.at("user").get<std::string>(),
                   .textDigest = line.at("text_sha256").get<std::string>(),
                   .pastTexts = line.at("past_texts").get<std::int64_t>()};
    text.type = {
        .voice = indexOf(line.at("voice").get<std::string>(), voiceCount, voiceName, where),
        .aspect = indexOf(line.at("aspect").get<std::string>(), aspectCount, aspectName, where)};
    for (const Json& word : line.at("words")) {
        text.words.push_back({.bytes = {.begin = word.at("start").get<std::size_t>(),
                                        .end = word.at("end").get<std::size_t>()},
                              .p_h = word.at("p_h").get<double>(),
                              .p_0 = word.at("p_0").get<double>(),
                              .preference = word.at("preference").get<bool>()});
    }
    return text;
}

void requireFormat(const Json& first, const std::string& where)
{
    if (!first.is_object() || first.value("format", Json{}) != formatName) {
        throw Error{ErrorKind::BadInput, "the file holds no true effects", where,
                    "take the file PROJECT.truth.jsonl that `nextquill synth` wrote"};
    }
    if (first.value("version", Json{}) != version) {
        throw Error{ErrorKind::Unsupported, "the true effects are of another version", where,
                    "make the project again with this version's `nextquill synth`"};
    }
}

} // namespace

std::filesystem::path truthFileOf(const std::filesystem::path& project)
{
    return project.string() + ".truth.jsonl";
}

void writeTruth(const std::filesystem::path& file, const SyntheticSettings& settings,
                std::span<const TextTruth> texts)
{
    NewFile out{file};
    const auto write = [&out](const OrderedJson& value) {
        const std::string line = toLine(value) + "\n";
        out.write(line.data(), line.size());
    };
    write(toJson(settings));
    for (const TextTruth& text : texts) {
        write(toJson(text));
    }
    out.putInPlace();
}

std::map<ExampleId, TextTruth> readTruth(const std::filesystem::path& file)
{
    std::map<ExampleId, TextTruth> truth;
    LineReader reader{file};
    bool first = true;
    while (const auto line = reader.next()) {
        const std::string where = fmt::format("{}, line {}", file.string(), line->number);
        const Json value = parseJson(line->text, {}, where);
        if (first) {
            requireFormat(value, where);
            first = false;
            continue;
        }
        try {
            TextTruth text = textTruth(value, where);
            truth.insert_or_assign(text.example, std::move(text));
        } catch (const Json::exception& problem) {
            throw Error{ErrorKind::BadInput,
                        std::string{"the line holds no truth of a text: "} + problem.what(), where,
                        "take the file as `nextquill synth` wrote it"};
        }
    }
    if (first) {
        requireFormat({}, file.string());
    }
    return truth;
}

} // namespace nextquill::study

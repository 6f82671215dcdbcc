// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/HuggingFaceSettings.h"

#include "core/base/AtomicFile.h"
#include "core/model/FileErrors.h"
#include "core/model/ModelLimits.h"

#include <fstream>
#include <limits>

namespace nextquill::model {

namespace {

namespace fs = std::filesystem;

/// The file as a JSON object; an empty one where there is none.
Json readObject(const fs::path& file, std::size_t limitBytes)
{
    if (!fs::exists(file)) {
        return Json::object();
    }
    Json json = readJsonFile(file, {.bytes = limitBytes, .depth = limits::configDepth});
    if (!json.is_object()) {
        throw damaged("this is no JSON object", file.string());
    }
    return json;
}

const Json& member(const Json& object, const char* key)
{
    static const Json absent;
    const auto found = object.find(key);
    return found == object.end() ? absent : *found;
}

/// "…", {"content": "…"} or null.
std::optional<std::string> tokenText(const Json& config, const char* key, const std::string& where)
{
    const Json& value = member(config, key);
    const Json& text = value.is_object() ? member(value, "content") : value;
    if (text.is_null()) {
        return std::nullopt;
    }
    if (!text.is_string()) {
        throw damaged(std::string{key} + " is neither a text nor an object with one", where);
    }
    return text.get<std::string>();
}

text::TokenId tokenId(const Json& value, const std::string& where)
{
    constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int32_t>::max());
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() > most) {
        throw damaged("eos_token_id is no token id", where);
    }
    return static_cast<text::TokenId>(value.get<std::int32_t>());
}

std::vector<text::TokenId> endIds(const Json& config, const std::string& where)
{
    const Json& value = member(config, "eos_token_id");
    std::vector<text::TokenId> ids;
    if (value.is_null()) {
        return ids;
    }
    if (!value.is_array()) {
        ids.push_back(tokenId(value, where));
        return ids;
    }
    if (value.size() > limits::stopTokens) {
        throw overLimit("the number of end tokens", value.size(), limits::stopTokens, where);
    }
    for (const Json& id : value) {
        ids.push_back(tokenId(id, where));
    }
    return ids;
}

/// One text, or a list of {"name", "template"} of which "default" is meant.
std::string namedTemplate(const Json& value, const std::string& where)
{
    if (value.is_null()) {
        return {};
    }
    if (value.is_string()) {
        return value.get<std::string>();
    }
    const Json* chosen = nullptr;
    if (value.is_array()) {
        for (const Json& entry : value) {
            const bool isDefault = entry.is_object() && member(entry, "name") == "default";
            chosen = chosen == nullptr || isDefault ? &entry : chosen;
        }
    }
    if (chosen == nullptr || !chosen->is_object() || !member(*chosen, "template").is_string()) {
        throw damaged("chat_template is neither a text nor a list of templates", where);
    }
    return member(*chosen, "template").get<std::string>();
}

std::string readTemplate(const fs::path& folder, const Json& tokenizerConfig)
{
    const fs::path file = folder / "chat_template.jinja";
    if (fs::exists(file)) { // Transformers lets it win, too
        return readFile(file, limits::chatTemplateBytes);
    }
    const std::string where = (folder / "tokenizer_config.json").string();
    std::string text = namedTemplate(member(tokenizerConfig, "chat_template"), where);
    if (text.size() > limits::chatTemplateBytes) {
        throw overLimit("the length of the chat template", text.size(), limits::chatTemplateBytes,
                        where);
    }
    return text;
}

/// "license: …" between the two lines "---" at the head of a model card.
std::string readLicense(const fs::path& readme)
{
    std::ifstream file{readme};
    std::string line;
    std::size_t bytes = 0;
    bool isInside = false;
    std::string head(limits::readmeBytes, '\0');
    file.read(head.data(), static_cast<std::streamsize>(head.size()));
    head.resize(static_cast<std::size_t>(file.gcount()));
    while (bytes < head.size()) {
        const std::size_t end = std::min(head.find('\n', bytes), head.size());
        line = head.substr(bytes, end - bytes);
        bytes = end + 1;
        if (line.starts_with("---")) {
            if (isInside) {
                break;
            }
            isInside = true;
        } else if (!isInside) {
            break;
        } else if (constexpr std::string_view key = "license:"; line.starts_with(key)) {
            return collapseWhitespace(std::string_view{line}.substr(key.size()));
        }
    }
    return {};
}

} // namespace

HuggingFaceSettings readHuggingFaceSettings(const fs::path& folder, const Json& config)
{
    HuggingFaceSettings settings;
    const fs::path tokenizerFile = folder / "tokenizer_config.json";
    const fs::path generationFile = folder / "generation_config.json";
    settings.tokenizerConfig = readObject(tokenizerFile, limits::tokenizerConfigBytes);
    settings.generationConfig = readObject(generationFile, limits::configBytes);
    const auto token = [&](const char* key) {
        return tokenText(settings.tokenizerConfig, key, tokenizerFile.string());
    };
    settings.tokens = {.beginning = token("bos_token"),
                       .end = token("eos_token"),
                       .padding = token("pad_token"),
                       .unknown = token("unk_token")};
    settings.chatTemplate = readTemplate(folder, settings.tokenizerConfig);
    settings.endIds = endIds(settings.generationConfig, generationFile.string());
    if (settings.endIds.empty()) {
        settings.endIds = endIds(config, (folder / "config.json").string());
    }
    settings.license = readLicense(folder / "README.md");
    return settings;
}

} // namespace nextquill::model

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/MarkupFile.h"

#include "core/base/Error.h"
#include "core/base/Utf8.h"

#include <array>
#include <string_view>
#include <utility>

namespace nextquill::text {

namespace {

constexpr std::size_t mostMarkupBytes = std::size_t{1} << 16;
constexpr std::size_t mostSpecialTokens = 64;
constexpr std::array<std::pair<std::string_view, TextTrim>, 3> trimNames{
    {{"none", TextTrim::None}, {"end", TextTrim::End}, {"both", TextTrim::Both}}};

/// Takes the keys of an object one by one; what is left over is not known.
class MarkupFields
{
public:
    MarkupFields(const Json& json, std::string name, const std::string& where)
        : m_json{json}
        , m_name{std::move(name)}
        , m_where{where}
    {
        if (!json.is_object()) {
            throw bad(m_name.empty() ? "the markup is no JSON object"
                                     : "\"" + m_name + "\" is no JSON object");
        }
    }

    [[nodiscard]] std::string text(const char* key)
    {
        const Json* const value = take(key);
        return value == nullptr ? std::string{} : textOf(*value, key);
    }

    [[nodiscard]] bool flag(const char* key)
    {
        const Json* const value = take(key);
        if (value != nullptr && !value->is_boolean()) {
            throw bad("\"" + path(key) + "\" is neither true nor false");
        }
        return value != nullptr && value->get<bool>();
    }

    [[nodiscard]] TextTrim trim(const char* key, TextTrim otherwise)
    {
        const Json* const value = take(key);
        if (value == nullptr) {
            return otherwise;
        }
        for (const auto& [name, trim] : trimNames) {
            if (value->is_string() && value->get<std::string>() == name) {
                return trim;
            }
        }
        throw bad("\"" + path(key) + "\" is neither none, end nor both");
    }

    [[nodiscard]] std::vector<std::string> texts(const char* key)
    {
        const Json* const value = take(key);
        std::vector<std::string> all;
        if (value == nullptr) {
            return all;
        }
        if (!value->is_array() || value->size() > mostSpecialTokens) {
            throw bad("\"" + path(key) + "\" is no list of at most 64 texts");
        }
        for (const Json& each : *value) {
            all.push_back(textOf(each, key));
        }
        return all;
    }

    [[nodiscard]] const Json& object(const char* key)
    {
        static const Json empty = Json::object();
        const Json* const value = take(key);
        return value == nullptr ? empty : *value;
    }

    void finish() const
    {
        if (m_taken == m_json.size()) {
            return;
        }
        for (const auto& [key, value] : m_json.items()) {
            if (m_keys.find("\n" + key + "\n") == std::string::npos) {
                throw bad("\"" + path(escapedForDisplay(key, 40)) + "\" is not known");
            }
        }
    }

private:
    const Json* take(const char* key)
    {
        m_keys += key + std::string{"\n"};
        const auto found = m_json.find(key);
        m_taken += found == m_json.end() ? 0U : 1U;
        return found == m_json.end() ? nullptr : &*found;
    }

    [[nodiscard]] std::string textOf(const Json& value, const char* key) const
    {
        if (!value.is_string() || value.get_ref<const std::string&>().size() > mostMarkupBytes) {
            throw bad("\"" + path(key) + "\" is no text of at most 64 KiB");
        }
        return value.get<std::string>();
    }

    [[nodiscard]] std::string path(const std::string& key) const
    {
        return m_name.empty() ? key : m_name + "." + key;
    }

    [[nodiscard]] Error bad(const std::string& problem) const
    {
        return {ErrorKind::BadInput, problem, m_where,
                "`nextquill data markup PROJECT --form` prints the form"};
    }

    const Json& m_json;
    std::string m_name;
    const std::string& m_where;
    std::string m_keys{"\n"};
    std::size_t m_taken = 0;
};

std::string trimName(TextTrim trim)
{
    for (const auto& [name, known] : trimNames) {
        if (known == trim) {
            return std::string{name};
        }
    }
    return {};
}

void readSystem(ChatMarkup& markup, const Json& json, const std::string& where)
{
    MarkupFields system{json, "system", where};
    markup.systemPrefix = system.text("prefix");
    markup.systemSuffix = system.text("suffix");
    markup.systemTrim = system.trim("trim", TextTrim::None);
    markup.defaultSystem = system.text("default");
    markup.alwaysSystem = system.flag("always");
    markup.systemInUserTurn = system.flag("in_user_turn");
    system.finish();
}

void readUser(ChatMarkup& markup, const Json& json, const std::string& where)
{
    MarkupFields user{json, "user", where};
    markup.userPrefix = user.text("prefix");
    markup.userSuffix = user.text("suffix");
    markup.userTrim = user.trim("trim", TextTrim::None);
    markup.userTrimBehindSystem = user.trim("trim_behind_system", markup.userTrim);
    user.finish();
}

} // namespace

ChatMarkup readMarkup(const Json& json, const std::string& where)
{
    ChatMarkup markup;
    MarkupFields all{json, "", where};
    markup.name = all.text("name");
    markup.name = markup.name.empty() ? "given" : markup.name;
    markup.beginning = all.text("beginning");
    markup.marks = all.texts("special_tokens");
    readSystem(markup, all.object("system"), where);
    readUser(markup, all.object("user"), where);
    MarkupFields assistant{all.object("assistant"), "assistant", where};
    markup.assistantPrefix = assistant.text("prefix");
    assistant.finish();
    all.finish();
    if (markup.userSuffix.empty() && markup.assistantPrefix.empty()) {
        throw Error{ErrorKind::BadInput,
                    "nothing stands between the user's text and the assistant's", where,
                    "give user.suffix or assistant.prefix"};
    }
    return markup;
}

OrderedJson toJson(const ChatMarkup& markup)
{
    return {{"name", markup.name},
            {"beginning", markup.beginning},
            {"system",
             {{"prefix", markup.systemPrefix},
              {"suffix", markup.systemSuffix},
              {"trim", trimName(markup.systemTrim)},
              {"default", markup.defaultSystem},
              {"always", markup.alwaysSystem},
              {"in_user_turn", markup.systemInUserTurn}}},
            {"user",
             {{"prefix", markup.userPrefix},
              {"suffix", markup.userSuffix},
              {"trim", trimName(markup.userTrim)},
              {"trim_behind_system", trimName(markup.userTrimBehindSystem)}}},
            {"assistant", {{"prefix", markup.assistantPrefix}}},
            {"special_tokens", markup.marks}};
}

} // namespace nextquill::text

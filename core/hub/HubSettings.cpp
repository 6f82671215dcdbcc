// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hub/HubSettings.h"

#include "core/base/Error.h"
#include "core/base/Utf8.h"
#include "core/hub/HttpUrl.h"

#include <algorithm>
#include <cstdlib>
#include <pwd.h>
#include <unistd.h>

namespace nextquill::hub {

namespace fs = std::filesystem;

namespace {

constexpr const char* defaultEndpoint = "https://huggingface.co";
constexpr std::size_t longestToken = 4096;

std::string variable(const char* name)
{
    const char* value = std::getenv(name);
    return value == nullptr ? std::string{} : value;
}

std::string trimmed(std::string text)
{
    constexpr const char* white = " \t\r\n";
    text.erase(text.find_last_not_of(white) + 1);
    text.erase(0, text.find_first_not_of(white));
    return text;
}

fs::path homeFolder()
{
    if (std::string home = variable("HOME"); !home.empty()) {
        return home;
    }
    const passwd* const user = ::getpwuid(::getuid());
    return user != nullptr ? fs::path{user->pw_dir} : fs::temp_directory_path();
}

bool isNameCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// "~/…", "$NAME" and "${NAME}" as the hub's own programs take them; an unset name stays.
fs::path expanded(const std::string& path)
{
    std::string text;
    for (std::size_t i = 0; i < path.size();) {
        const bool isBraced = path.compare(i, 2, "${") == 0;
        const std::size_t begin = i + (isBraced ? 2 : 1);
        std::size_t end = begin;
        while (path[i] == '$' && end < path.size() && isNameCharacter(path[end])) {
            ++end;
        }
        const std::string value = variable(path.substr(begin, end - begin).c_str());
        if (end == begin || value.empty() ||
            (isBraced && (end == path.size() || path[end] != '}'))) {
            text += path[i++];
            continue;
        }
        text += value;
        i = end + (isBraced ? 1 : 0);
    }
    return text.starts_with("~/") ? homeFolder() / text.substr(2) : fs::path{text};
}

std::string endpointOf(std::string text)
{
    while (text.ends_with('/')) {
        text.pop_back();
    }
    const auto url = readUrl(text);
    if (!url) {
        throw Error{ErrorKind::BadInput,
                    "\"" + escapedForDisplay(text, 200) + "\" is no address of a hub",
                    "HF_ENDPOINT", "set it to https://HOST, or unset it"};
    }
    if (url->scheme != "https" && !url->isLoopback()) {
        throw Error{ErrorKind::BadInput,
                    "the hub at " + escapedForDisplay(url->origin(), 200) +
                        " is asked without encryption",
                    "HF_ENDPOINT", "set it to an https address; http is for this machine alone"};
    }
    return text;
}

/// What would end the header that it stands in is no token.
std::string tokenOf(const std::string& text)
{
    const bool isPlain = std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
    if (!isPlain || text.size() > longestToken) {
        throw Error{ErrorKind::BadInput, "this is no token", "HF_TOKEN",
                    "copy it again from the hub's settings, or unset it"};
    }
    return text;
}

bool isOn(std::string text)
{
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return text == "1" || text == "TRUE" || text == "YES" || text == "ON";
}

} // namespace

fs::path hubCacheFolder()
{
    for (const char* name : {"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"}) {
        if (const std::string cache = variable(name); !cache.empty()) {
            return expanded(cache);
        }
    }
    if (const std::string home = variable("HF_HOME"); !home.empty()) {
        return expanded(home) / "hub";
    }
    if (const std::string caches = variable("XDG_CACHE_HOME"); !caches.empty()) {
        return expanded(caches) / "huggingface" / "hub";
    }
    return homeFolder() / ".cache" / "huggingface" / "hub";
}

HubSettings hubSettings()
{
    const std::string named = trimmed(variable("HF_ENDPOINT"));
    return {.endpoint = endpointOf(named.empty() ? defaultEndpoint : named),
            .token = tokenOf(trimmed(variable("HF_TOKEN"))),
            .cache = hubCacheFolder(),
            .authorities = variable("SSL_CERT_FILE"),
            .offline = isOn(variable("HF_HUB_OFFLINE")) || isOn(variable("TRANSFORMERS_OFFLINE"))};
}

} // namespace nextquill::hub

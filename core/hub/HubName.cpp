// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hub/HubName.h"

#include "core/base/Error.h"
#include "core/base/Utf8.h"

#include <algorithm>

namespace nextquill::hub {

namespace {

constexpr std::size_t longestName = 96;
constexpr std::size_t longestRevision = 255;
constexpr std::size_t longestPath = 512;
constexpr std::size_t longestPart = 200;
constexpr std::string_view folderPrefix = "models--";
constexpr std::string_view separator = "--";

bool isLetterOrDigit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool isPlain(char c)
{
    return isLetterOrDigit(c) || c == '.' || c == '_' || c == '-';
}

bool isNamePart(std::string_view text)
{
    const auto isEdge = [](char c) { return c != '.' && c != '-'; };
    return !text.empty() && std::ranges::all_of(text, isPlain) && isEdge(text.front()) &&
           isEdge(text.back()) && text.find(separator) == std::string_view::npos &&
           text.find("..") == std::string_view::npos && !text.ends_with(".git");
}

/// Calls `accepts` for each part between slashes; false where one is refused.
template<typename Accepts>
bool allParts(std::string_view path, Accepts accepts)
{
    while (true) {
        const std::size_t slash = path.find('/');
        if (!accepts(path.substr(0, slash))) {
            return false;
        }
        if (slash == std::string_view::npos) {
            return true;
        }
        path.remove_prefix(slash + 1);
    }
}

bool isPlainPart(std::string_view part)
{
    return !part.empty() && part.size() <= longestPart && part.front() != '.' &&
           std::ranges::all_of(part, isPlain);
}

} // namespace

std::optional<HubName> readHubName(std::string_view text)
{
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos || text.size() > longestName) {
        return std::nullopt;
    }
    HubName name{.owner = std::string{text.substr(0, slash)},
                 .name = std::string{text.substr(slash + 1)}};
    return isNamePart(name.owner) && isNamePart(name.name) ? std::optional{std::move(name)}
                                                           : std::nullopt;
}

HubName requireHubName(std::string_view text)
{
    if (auto name = readHubName(text)) {
        return *name;
    }
    throw Error{ErrorKind::BadInput,
                "\"" + escapedForDisplay(text, 120) + "\" is no name of a model on the hub",
                "OWNER/NAME", "give it as the hub's page of the model shows it"};
}

std::optional<HubName> nameOfCacheFolder(std::string_view folder)
{
    if (!folder.starts_with(folderPrefix)) {
        return std::nullopt;
    }
    folder.remove_prefix(folderPrefix.size());
    const std::size_t middle = folder.find(separator);
    if (middle == std::string_view::npos) {
        return std::nullopt;
    }
    return readHubName(std::string{folder.substr(0, middle)} + "/" +
                       std::string{folder.substr(middle + separator.size())});
}

bool isRevision(std::string_view text)
{
    return !text.empty() && text.size() <= longestRevision && text.front() != '-' &&
           text.find("..") == std::string_view::npos && allParts(text, isPlainPart);
}

bool isCommit(std::string_view text)
{
    return text.size() == 40 && std::ranges::all_of(text, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

bool isSafePath(std::string_view path)
{
    return path.size() <= longestPath && allParts(path, isPlainPart);
}

} // namespace nextquill::hub

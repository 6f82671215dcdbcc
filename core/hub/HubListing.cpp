// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hub/HubListing.h"

#include "core/base/Error.h"
#include "core/base/Json.h"
#include "core/hub/PersistentRequest.h"

#include <algorithm>
#include <fmt/format.h>

namespace nextquill::hub {

namespace {

constexpr std::size_t answerBytes = std::size_t{32} << 20;
constexpr std::size_t mostFiles = 100'000;
constexpr std::uint64_t mostBytes = std::uint64_t{1} << 50;

/// A body kept in memory, up to a limit.
class ShortText final : public HttpReceiver
{
public:
    explicit ShortText(std::string where)
        : m_where{std::move(where)}
    {
    }

    void answered(const HttpAnswer& /*answer*/) override { m_text.clear(); }
    void take(std::string_view bytes) override
    {
        if (m_text.size() + bytes.size() > answerBytes) {
            throw Error{ErrorKind::BadInput,
                        fmt::format("the hub's answer has more than {} bytes", answerBytes),
                        m_where, "check HF_ENDPOINT where it is set"};
        }
        m_text += bytes;
    }

    [[nodiscard]] const std::string& text() const { return m_text; }

private:
    std::string m_where;
    std::string m_text;
};

Error noListing(const std::string& problem, const std::string& where)
{
    return {ErrorKind::BadInput, problem, where,
            "check the network, whose sign-in page it may be, and HF_ENDPOINT where it is set"};
}

bool isHex(const std::string& text, std::size_t digits)
{
    return text.size() == digits && std::ranges::all_of(text, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

std::string textOf(const Json& object, const char* key)
{
    const auto found = object.is_object() ? object.find(key) : object.end();
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

HubFile fileOf(const Json& entry)
{
    HubFile file{.path = textOf(entry, "rfilename")};
    const auto size = entry.find("size");
    if (size != entry.end() && size->is_number_unsigned() &&
        size->get<std::uint64_t>() <= mostBytes) {
        file.size = size->get<std::uint64_t>();
    }
    const auto large = entry.find("lfs");
    const bool isLarge = large != entry.end() && large->is_object();
    const std::string checksum = isLarge ? textOf(*large, "sha256") : textOf(entry, "blobId");
    if (isHex(checksum, isLarge ? 64 : 40)) {
        file.checksum = checksum;
    }
    return file;
}

HubListing listingOf(const std::string& text, const std::string& where)
{
    if (const std::size_t first = text.find_first_not_of(" \t\r\n");
        first == std::string::npos || text[first] != '{') {
        throw noListing("the hub's answer is no list of a model's files", where);
    }
    const Json json = parseJson(text, {.bytes = answerBytes, .depth = 32}, where);
    HubListing listing{.commit = textOf(json, "sha")};
    const auto entries = json.find("siblings");
    if (!isCommit(listing.commit) || entries == json.end() || !entries->is_array() ||
        entries->size() > mostFiles) {
        throw noListing("the hub's answer is no list of a model's files", where);
    }
    for (const Json& entry : *entries) {
        if (entry.is_object() && isSafePath(textOf(entry, "rfilename"))) { // others are not needed
            listing.files.push_back(fileOf(entry));
        }
    }
    std::ranges::sort(listing.files, {}, &HubFile::path);
    return listing;
}

} // namespace

HubListing listModel(HttpClient& client, const HubSettings& settings, const HubName& name,
                     const std::string& revision, const StopToken& stop, Progress& progress)
{
    const std::string what = "model " + name.text();
    ShortText body{what + " at " + settings.endpoint};
    std::string coded; // a branch's "/" is no part of the path here
    for (const char c : revision) {
        coded += c == '/' ? "%2F" : encodedPath({&c, 1});
    }
    PersistentRequest{client, settings, what}.get(
        fmt::format("{}/api/models/{}/revision/{}?blobs=true", settings.endpoint,
                    encodedPath(name.text()), coded),
        body, stop, progress);
    return listingOf(body.text(), what + " at " + settings.endpoint);
}

} // namespace nextquill::hub

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hub/HubReference.h"

#include "core/base/Error.h"
#include "core/base/Utf8.h"

#include <array>

namespace nextquill::hub {

namespace {

constexpr std::string_view mainRevision = "main";

/// Takes the part before the next slash away from `text`.
std::string_view takePart(std::string_view& text)
{
    const std::size_t slash = text.find('/');
    const std::string_view part = text.substr(0, slash);
    text = slash == std::string_view::npos ? std::string_view{} : text.substr(slash + 1);
    return part;
}

bool namesGguf(std::string_view file)
{
    return file.ends_with(".gguf") && isSafePath(file);
}

/// OWNER/NAME[/tree|blob|resolve/REVISION[/FILE.gguf]] behind the host of a page's address.
std::optional<HubReference> readPage(std::string_view address)
{
    address = address.substr(0, address.find_first_of("?#"));
    takePart(address); // the host: which hub is asked is a setting
    const std::string owner{takePart(address)};
    const auto name = readHubName(owner + "/" + std::string{takePart(address)});
    if (!name) {
        return std::nullopt;
    }
    HubReference reference{.name = *name};
    const std::string_view what = takePart(address);
    if (what == "tree" || what == "blob" || what == "resolve") {
        reference.revision = takePart(address);
        reference.file = namesGguf(address) ? address : std::string_view{};
    }
    return isRevision(reference.revision) ? std::optional{reference} : std::nullopt;
}

} // namespace

std::string HubReference::text() const
{
    return name.text() + (file.empty() ? "" : "/" + file) +
           (revision == mainRevision ? "" : "@" + revision);
}

std::optional<HubReference> readHubReference(std::string_view text)
{
    HubReference reference;
    if (const std::size_t at = text.find('@'); at != std::string_view::npos) {
        reference.revision = text.substr(at + 1);
        text = text.substr(0, at);
    }
    if (const std::size_t first = text.find('/'); first != std::string_view::npos) {
        if (const std::size_t second = text.find('/', first + 1);
            second != std::string_view::npos) {
            reference.file = text.substr(second + 1);
            text = text.substr(0, second);
        }
    }
    const auto name = readHubName(text);
    if (!name || !(reference.file.empty() || namesGguf(reference.file)) ||
        !isRevision(reference.revision)) {
        return std::nullopt;
    }
    reference.name = *name;
    return reference;
}

HubReference requireHubReference(std::string_view text)
{
    const std::string typed = collapseWhitespace(text);
    std::string_view rest = typed;
    for (const std::string_view scheme : std::array<std::string_view, 2>{"https://", "http://"}) {
        if (rest.starts_with(scheme)) {
            rest.remove_prefix(scheme.size());
            if (const auto page = readPage(rest)) {
                return *page;
            }
        }
    }
    if (const auto reference = readHubReference(typed)) {
        return *reference;
    }
    throw Error{ErrorKind::BadInput,
                "\"" + escapedForDisplay(typed, 120) + "\" is no name of a model on the hub",
                "OWNER/NAME", "give it as the hub's page of the model shows it"};
}

} // namespace nextquill::hub

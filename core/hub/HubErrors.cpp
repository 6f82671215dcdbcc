// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hub/HubErrors.h"

#include "core/base/Utf8.h"

#include <array>
#include <fmt/format.h>

namespace nextquill::hub {

namespace {

constexpr std::size_t longestMessage = 200;

/// The hub's own words, where it has some.
std::string said(const HttpAnswer& answer)
{
    const std::string message = answer.header("x-error-message");
    return message.empty() ? std::string{}
                           : ": " + escapedForDisplay(collapseWhitespace(message), longestMessage);
}

std::string accessRemedy(bool hasToken)
{
    return hasToken ? "ask for access on the model's page, and check that HF_TOKEN may read it"
                    : "ask for access on the model's page and set HF_TOKEN to a token that may "
                      "read it";
}

} // namespace

Error hubError(const HttpAnswer& answer, const std::string& what, bool hasToken)
{
    const std::string where = what + " at " + escapedForDisplay(answer.origin, longestMessage);
    const bool isGated = answer.header("x-error-code") == "GatedRepo";
    if (answer.status == 0 || !answer.failure.empty()) {
        return {ErrorKind::Unreachable, "the hub could not be read: " + answer.failure, where,
                answer.isPassing ? "check the network and run it again: it goes on where it stopped"
                                 : "check HF_ENDPOINT, the proxy settings and SSL_CERT_FILE"};
    }
    if (answer.status == 403 || isGated) {
        return {ErrorKind::BadInput, "the hub does not give it to you (403)" + said(answer), where,
                accessRemedy(hasToken)};
    }
    if (answer.status == 401) {
        return {ErrorKind::BadInput,
                (hasToken ? "the hub does not take the token (401)"
                          : "there is no such model, or it is private (401)") +
                    said(answer),
                where,
                hasToken ? "set HF_TOKEN to a token that is valid, or unset it"
                         : "check the name; for a private model set HF_TOKEN"};
    }
    if (answer.status == 404) {
        return {ErrorKind::BadInput, "the hub has no such model or file (404)" + said(answer),
                where, "check name and revision; for a private model set HF_TOKEN"};
    }
    if (answer.status == 429) {
        const auto seconds = answer.retryAfter ? answer.retryAfter->count() : 0;
        return {
            ErrorKind::Unreachable, "the hub has been asked too often (429)" + said(answer), where,
            seconds > 0 ? fmt::format("run it again in {} s: it goes on where it stopped", seconds)
                        : "run it again later: it goes on where it stopped"};
    }
    const bool isServer = answer.status >= 500;
    return {isServer ? ErrorKind::Unreachable : ErrorKind::BadInput,
            fmt::format("the hub answers with status {}{}", answer.status, said(answer)), where,
            isServer ? "run it again later: it goes on where it stopped"
                     : "check the name, and HF_ENDPOINT where it is set"};
}

std::string shownBytes(std::uint64_t bytes)
{
    constexpr std::array units{"bytes", "kB", "MB", "GB", "TB"};
    auto value = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (value >= 1000 && unit + 1 < units.size()) {
        value /= 1000;
        ++unit;
    }
    return unit == 0 ? fmt::format("{} bytes", bytes)
                     : fmt::format("{:.1f} {}", value, units.at(unit));
}

} // namespace nextquill::hub

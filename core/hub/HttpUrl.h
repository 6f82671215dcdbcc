// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace nextquill::hub {

/// An absolute address, read by the same code that connects to it.
struct HttpUrl
{
    std::string text;
    std::string scheme;
    std::string host;
    std::string port; ///< also where it is the scheme's own

    /// Scheme, host and port: what a token belongs to.
    [[nodiscard]] bool hasOriginOf(const HttpUrl& other) const
    {
        return scheme == other.scheme && host == other.host && port == other.port;
    }
    /// Of this machine itself.
    [[nodiscard]] bool isLoopback() const;
    /// For messages: without path and query, which may hold signatures.
    [[nodiscard]] std::string origin() const { return scheme + "://" + host + ":" + port; }
};

/// None for what is no address of http or https, or has a user's name or a password in it.
[[nodiscard]] std::optional<HttpUrl> readUrl(const std::string& text);

/// `reference`, as an answer from `base` names it: absolute or relative.
[[nodiscard]] std::optional<HttpUrl> resolveUrl(const HttpUrl& base, const std::string& reference);

/// Percent-encoded but for "/", letters, digits and "-._~".
[[nodiscard]] std::string encodedPath(std::string_view path);

} // namespace nextquill::hub

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hub/HttpUrl.h"

#include <curl/curl.h>
#include <memory>

namespace nextquill::hub {

namespace {

struct Free
{
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
    void operator()(char* text) const { curl_free(text); }
};

using Handle = std::unique_ptr<CURLU, Free>;

std::string part(const Handle& url, CURLUPart which, unsigned int flags = 0)
{
    char* text = nullptr;
    if (curl_url_get(url.get(), which, &text, flags) != CURLUE_OK) {
        return {};
    }
    const std::unique_ptr<char, Free> owned{text};
    return owned.get();
}

std::optional<HttpUrl> read(const Handle& url)
{
    HttpUrl read{.text = part(url, CURLUPART_URL),
                 .scheme = part(url, CURLUPART_SCHEME),
                 .host = part(url, CURLUPART_HOST),
                 .port = part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT)};
    const bool isHttp = read.scheme == "https" || read.scheme == "http";
    const bool hasUser =
        !part(url, CURLUPART_USER).empty() || !part(url, CURLUPART_PASSWORD).empty();
    return isHttp && !read.host.empty() && !hasUser ? std::optional{read} : std::nullopt;
}

} // namespace

bool HttpUrl::isLoopback() const
{
    return host == "127.0.0.1" || host == "[::1]" || host == "localhost";
}

std::optional<HttpUrl> readUrl(const std::string& text)
{
    const Handle url{curl_url()};
    if (!url || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) {
        return std::nullopt;
    }
    return read(url);
}

std::optional<HttpUrl> resolveUrl(const HttpUrl& base, const std::string& reference)
{
    const Handle url{curl_url()};
    if (!url || curl_url_set(url.get(), CURLUPART_URL, base.text.c_str(), 0) != CURLUE_OK ||
        curl_url_set(url.get(), CURLUPART_URL, reference.c_str(), CURLU_URLENCODE) != CURLUE_OK) {
        return std::nullopt;
    }
    return read(url);
}

std::string encodedPath(std::string_view path)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    constexpr std::string_view kept = "/-._~";
    std::string encoded;
    for (const char c : path) {
        const bool isPlain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                             (c >= '0' && c <= '9') || kept.find(c) != std::string_view::npos;
        if (isPlain) {
            encoded += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            encoded += {'%', digits[byte >> 4U], digits[byte & 15U]};
        }
    }
    return encoded;
}

} // namespace nextquill::hub

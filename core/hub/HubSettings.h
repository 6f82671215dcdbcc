// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

namespace nextquill::hub {

/// How long the network is waited for.
struct Patience
{
    int tries = 6;                                   ///< one after the other that bring nothing new
    std::chrono::milliseconds firstPause{500};       ///< then twice as long each time
    std::chrono::milliseconds longestPause{30'000};  ///< between tries, where the hub names none
    std::chrono::milliseconds longestAsked{300'000}; ///< that the hub may ask for (Retry-After)
    std::chrono::milliseconds connect{20'000};
    std::chrono::seconds stall{30}; ///< without a byte: the connection is given up
};

/// Where the hub is, who asks, and where its files lie on this machine.
struct HubSettings
{
    std::string endpoint; ///< "https://HOST", without a slash at its end
    std::string token;    ///< may be empty; never shown, logged or sent to another origin
    std::filesystem::path cache;
    std::string authorities; ///< file of certificates that are trusted; empty: the system's
    bool offline = false;    ///< HF_HUB_OFFLINE: the network is not asked
    Patience patience;
};

/// From the environment, by the names that the hub's own programs use: HF_ENDPOINT, HF_TOKEN,
/// HF_HUB_CACHE, HF_HOME, XDG_CACHE_HOME, HF_HUB_OFFLINE; SSL_CERT_FILE.
///
/// Throws Error(BadInput) for an endpoint that is neither https nor http to this machine.
[[nodiscard]] HubSettings hubSettings();

/// The cache alone; needs no valid endpoint.
[[nodiscard]] std::filesystem::path hubCacheFolder();

} // namespace nextquill::hub

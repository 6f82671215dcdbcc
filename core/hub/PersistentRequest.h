// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/hub/HttpClient.h"

#include <string>

namespace nextquill::hub {

/// Asks until the whole body has come, within the settings' patience: a connection that breaks off
/// is begun anew from the byte that is wanted next, a busy hub is waited for as long as it asks.
/// A try that brought something new does not count.
///
/// Stops    within 50 ms, with Stopped
/// Throws   hubError() of the last try; what the receiver throws
class PersistentRequest
{
public:
    PersistentRequest(HttpClient& client, const HubSettings& settings, std::string what);

    HttpAnswer get(const std::string& url, HttpReceiver& receiver, const StopToken& stop,
                   Progress& progress);

private:
    [[nodiscard]] std::chrono::milliseconds pauseAfter(const HttpAnswer& answer, int tries) const;

    HttpClient& m_client;
    const HubSettings& m_settings;
    std::string m_what;
};

} // namespace nextquill::hub

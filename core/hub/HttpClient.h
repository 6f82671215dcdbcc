// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/hub/HttpUrl.h"
#include "core/hub/HubSettings.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace nextquill::hub {

/// What a server said before the body, or why nothing came.
struct HttpAnswer
{
    int status = 0;                             ///< 0: no answer
    std::map<std::string, std::string> headers; ///< names in lower case; the last of each name
    std::optional<std::chrono::seconds> retryAfter;
    std::string failure;   ///< of the connection, also one in the middle of a body
    bool isPassing = true; ///< the failure may be over at the next try
    std::string origin;    ///< of the server that answered last, for messages

    [[nodiscard]] bool isDone() const { return status / 100 == 2 && failure.empty(); }
    [[nodiscard]] std::string header(const std::string& name) const;
};

/// Takes a body. What it throws ends the request and comes out of HttpClient::get().
class HttpReceiver
{
public:
    virtual ~HttpReceiver() = default;
    /// The first byte that is wanted; asked before each request.
    [[nodiscard]] virtual std::uint64_t begin() const { return 0; }
    /// Whether all has come; none where only the server can tell.
    [[nodiscard]] virtual std::optional<bool> isWhole() const { return std::nullopt; }
    /// The server has no such range: forgets what came.
    virtual void beginAnew() {}
    /// An answer with status 200 or 206 begins; other bodies are not given.
    virtual void answered(const HttpAnswer& answer) = 0;
    virtual void take(std::string_view bytes) = 0;
};

/// Asks for addresses, one at a time, over connections that stay open between requests.
///
/// Redirects are followed, at most ten. The token goes to the endpoint's own scheme, host and port
/// alone, and to no other, whoever names it. https only; http where the endpoint is one of this
/// machine.
///
/// Threads  one
/// Stops    within 50 ms, with Stopped
class HttpClient
{
public:
    explicit HttpClient(const HubSettings& settings);
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    /// One request, with its redirects. The answer's headers are those of the first server for
    /// names that begin with "x-", else of the last.
    [[nodiscard]] HttpAnswer get(const std::string& url, HttpReceiver& receiver,
                                 const StopToken& stop);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace nextquill::hub

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hub/PersistentRequest.h"

#include "core/hub/HubErrors.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <thread>

namespace nextquill::hub {

namespace {

using Milliseconds = std::chrono::milliseconds;

constexpr int rangeRefused = 416;
constexpr std::array busyStatuses{408, 425, 429, 500, 502, 503, 504};

bool isWorthAnotherTry(const HttpAnswer& answer)
{
    if (!answer.failure.empty()) {
        return answer.isPassing;
    }
    return std::ranges::find(busyStatuses, answer.status) != busyStatuses.end();
}

void pause(Milliseconds time, const StopToken& stop)
{
    constexpr Milliseconds look{20};
    const auto end = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < end) {
        stopPoint(stop);
        std::this_thread::sleep_for(look);
    }
    stopPoint(stop);
}

std::string reasonOf(const HttpAnswer& answer)
{
    return answer.failure.empty() ? fmt::format("status {}", answer.status) : answer.failure;
}

} // namespace

PersistentRequest::PersistentRequest(HttpClient& client, const HubSettings& settings,
                                     std::string what)
    : m_client{client}
    , m_settings{settings}
    , m_what{std::move(what)}
{
}

Milliseconds PersistentRequest::pauseAfter(const HttpAnswer& answer, int tries) const
{
    if (answer.retryAfter) {
        return *answer.retryAfter;
    }
    const Patience& patience = m_settings.patience;
    return std::min(patience.longestPause, patience.firstPause * (1 << std::min(tries - 1, 10)));
}

HttpAnswer PersistentRequest::get(const std::string& url, HttpReceiver& receiver,
                                  const StopToken& stop, Progress& progress)
{
    const auto last = [&](const HttpAnswer& answer) {
        return hubError(answer, m_what, !m_settings.token.empty());
    };
    std::uint64_t most = 0; // a server without ranges begins again and again
    for (int tries = 1;; ++tries) {
        const std::uint64_t had = receiver.begin();
        HttpAnswer answer = m_client.get(url, receiver, stop);
        const std::optional<bool> isWhole = receiver.isWhole();
        if (isWhole.value_or(answer.isDone())) {
            return answer;
        }
        if (answer.isDone()) { // by a length that was too small
            answer.failure = "less came than the file has";
        }
        if (answer.status == rangeRefused && had > 0) {
            receiver.beginAnew();
            answer.failure = "it has no such range";
        }
        if (receiver.begin() > std::max(had, most)) {
            tries = 1;
        }
        most = std::max({most, had, receiver.begin()});
        const Milliseconds wait = pauseAfter(answer, tries);
        if (!isWorthAnotherTry(answer) || tries >= m_settings.patience.tries ||
            wait > m_settings.patience.longestAsked) {
            throw last(answer);
        }
        if (wait >= std::chrono::seconds{1}) {
            progress.report({.stage = fmt::format("asking again in {} s ({})", wait.count() / 1000,
                                                  reasonOf(answer))});
        }
        pause(wait, stop);
    }
}

} // namespace nextquill::hub

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>

namespace nextquill {

/// Asks a running operation to stop. Passed by value, as the last argument but one.
using StopToken = std::stop_token;

/// Thrown by an operation that was asked to stop and has nothing worth keeping.
///
/// Deliberately no std::exception: stopping is not an error, and no handler written for errors
/// may swallow it. Operations that keep what they did (import, training) return normally instead.
struct Stopped
{
};

/// Throws Stopped when `stop` was requested. Call it at least every 50 ms of work.
inline void stopPoint(const StopToken& stop)
{
    if (stop.stop_requested()) {
        throw Stopped{};
    }
}

/// How far an operation is.
struct ProgressReport
{
    std::int64_t done = 0;
    std::int64_t total = 0; ///< 0: not known yet
    std::string stage;      ///< what is being done now, as a short phrase; may be empty
};

/// Receives progress; implemented by the window, the command line and tests.
///
/// Threads  report() is called on the worker thread, as often as the operation likes: receivers
///          thin out, operations do not.
class Progress
{
public:
    virtual ~Progress() = default;
    virtual void report(const ProgressReport& report) noexcept = 0;

protected:
    Progress() = default;
    Progress(const Progress&) = default;
    Progress& operator=(const Progress&) = default;
};

/// For callers that do not care.
class NoProgress final : public Progress
{
public:
    void report(const ProgressReport& /*report*/) noexcept override {}
};

} // namespace nextquill

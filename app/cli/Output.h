// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"
#include "core/base/Progress.h"

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>

namespace nextquill::app {

/// What a command says: results on standard output, everything else on standard error.
///
/// Threads  the progress line may be reported from any thread
class Output final : public Progress
{
public:
    bool json = false;    ///< --json: one document (or JSON lines) on standard output, nothing else
    bool quiet = false;   ///< -q: no progress, no notices
    bool verbose = false; ///< -v

    Output();
    ~Output() override;
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    /// A result in words; left out with --json.
    void text(std::string_view line);
    /// A result as JSON, indented; only with --json.
    void document(const OrderedJson& value);
    /// A result that is JSON in any case: one line.
    void line(const OrderedJson& value);
    /// A notice on standard error.
    void notice(std::string_view line);

    /// A bar with rate and ETA on a terminal, at most ten a second; elsewhere (a log) a line of its
    /// own for what lasts, at most every ten seconds.
    void report(const ProgressReport& report) noexcept override;
    /// Takes the bar away.
    void endProgress() noexcept;

private:
    void draw(const ProgressReport& report);
    void log(const ProgressReport& report);
    /// "about 3 min left", once it can be told; else empty.
    [[nodiscard]] std::string rest(const ProgressReport& report) const;
    /// Notes when a stage begins; true when this report begins one.
    bool beginsStage(const ProgressReport& report);

    std::mutex m_mutex;
    bool m_terminal;
    bool m_mute = false;
    bool m_drawn = false;
    std::string m_stage;
    std::int64_t m_stageBegan = 0; ///< done when the stage began in this process
    std::chrono::steady_clock::time_point m_stageStart;
    std::chrono::steady_clock::time_point m_lastDrawn;
};

} // namespace nextquill::app

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"

#include <string>
#include <utility>
#include <vector>

namespace nextquill::bench::testing {

/// Remembers stages; asks to stop when one begins whose name has these words.
class StopAtStage final : public Progress
{
public:
    explicit StopAtStage(std::string words = {})
        : m_words{std::move(words)}
    {
    }

    void report(const ProgressReport& report) noexcept override
    {
        stages.push_back(report.stage);
        if (!m_words.empty() && report.stage.find(m_words) != std::string::npos) {
            m_source.request_stop();
        }
    }

    [[nodiscard]] StopToken token() const { return m_source.get_token(); }

    std::vector<std::string> stages;

private:
    std::string m_words;
    std::stop_source m_source;
};

} // namespace nextquill::bench::testing

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/export/ExampleProfiles.h"

#include "core/store/HistoryRule.h"
#include "core/store/Project.h"

namespace nextquill::store {

void ExampleProfiles::write(const ExportRow& row)
{
    if (m_place.ofSplit) {
        const ExampleData example = Histories{m_place.project}.example(row.review.id);
        std::vector<PastText> profile;
        for (std::size_t i = example.history.size(); i-- > 0;) {
            profile.push_back({.review = example.history[i], .item = example.historyItems[i]});
        }
        writeTarget(row, profile);
        return;
    }
    if (!m_timeline.empty() && m_timeline.front().review.user != row.review.user) {
        endTimeline();
    }
    m_timeline.push_back(row);
}

void ExampleProfiles::endTimeline()
{
    if (m_timeline.empty()) {
        return;
    }
    const std::int64_t newest = m_timeline.back().review.time;
    std::vector<PastText> profile;
    for (const ExportRow& row : m_timeline) {
        if (isHistory(row.review.time, newest)) {
            profile.push_back({.review = row.review, .item = row.item});
        }
    }
    for (const ExportRow& row : m_timeline) {
        if (!isHistory(row.review.time, newest)) {
            writeTarget(row, profile);
        }
    }
    m_timeline.clear();
}

} // namespace nextquill::store

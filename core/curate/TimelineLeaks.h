// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/curate/Leaks.h"
#include "core/store/SplitTimelines.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace nextquill::curate {

/// A review of a timeline as it is compared.
struct ComparedReview
{
    std::string words; ///< empty: too short to be compared
    std::vector<std::uint64_t> runs;
};

/// Leaks between the reviews of one user.
class TimelineLeaks
{
public:
    /// `timeline`: oldest first. Both outlive this.
    TimelineLeaks(const std::vector<store::PlacedReview>& timeline, const LeakSettings& settings);

    void addTo(std::vector<Leak>& leaks);

    [[nodiscard]] const std::vector<ComparedReview>& compared() const { return m_compared; }

private:
    using Places = std::vector<std::size_t>;

    /// Reviews of one time: [begin, end).
    struct Moment
    {
        std::size_t begin = 0;
        std::size_t end = 0;
    };

    void checkTarget(std::size_t target, const Moment& moment, std::vector<Leak>& leaks);
    void checkText(std::size_t target, const Moment& moment, std::vector<Leak>& leaks);
    void checkItem(std::size_t target, const Moment& moment, std::vector<Leak>& leaks);
    void checkOrder(std::size_t target, std::vector<Leak>& leaks);
    void checkRuns(std::size_t target, const Moment& moment, std::vector<Leak>& leaks);
    [[nodiscard]] Places others(std::size_t target, std::size_t begin, std::size_t end) const;
    [[nodiscard]] Places givers(std::size_t target, const Places& candidates) const;
    void add(LeakKind kind, std::size_t target, double share, bool sameMoment, const Places& places,
             std::vector<Leak>& leaks) const;
    [[nodiscard]] bool wants(LeakKind kind) const { return m_settings.kinds.contains(kind); }

    const std::vector<store::PlacedReview>& m_timeline;
    const LeakSettings& m_settings;
    std::vector<ComparedReview> m_compared;
    std::unordered_set<std::uint64_t> m_seen;                  ///< runs of earlier moments
    std::unordered_map<std::uint64_t, std::size_t> m_ofMoment; ///< how many of it have a run
    std::unordered_map<std::string_view, Places> m_byWords;    ///< of earlier moments and this
    std::unordered_map<std::int64_t, Places> m_byItem;
};

} // namespace nextquill::curate

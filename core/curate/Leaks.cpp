// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curate/Leaks.h"

#include "core/base/Counted.h"
#include "core/base/Error.h"
#include "core/curate/SharedTexts.h"
#include "core/curate/TimelineLeaks.h"
#include "core/store/Histories.h"
#include "core/store/Project.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <limits>
#include <tuple>
#include <unordered_set>

namespace nextquill::curate {

namespace {

using store::SplitPart;

constexpr std::array<std::string_view, 5> leakNames{"text-in-history", "shared-runs", "same-item",
                                                    "time-order", "other-user"};

void requireLeakSettings(const LeakSettings& settings)
{
    if (!(settings.threshold >= 0 && settings.threshold < 1) || settings.runWords == 0) {
        throw Error{ErrorKind::BadInput,
                    fmt::format("{} of the runs of {} words is no share to look for",
                                settings.threshold, settings.runWords),
                    "leaks", "take a share from 0 up to below 1 and runs of one word or more"};
    }
}

/// Test first: 0, 1, 2 for test, validation, train.
int rankOf(SplitPart part)
{
    return static_cast<int>(SplitPart::Test) - static_cast<int>(part);
}

/// Gathers what a report says, timeline by timeline.
class LeakSearch
{
public:
    explicit LeakSearch(const LeakSettings& settings) { m_report.settings = settings; }

    void add(const std::vector<store::PlacedReview>& timeline)
    {
        TimelineLeaks leaks{timeline, m_report.settings};
        leaks.addTo(m_report.leaks);
        ++m_report.users;
        for (std::size_t i = 0; i < timeline.size(); ++i) {
            if (timeline[i].part) {
                addTarget(timeline[i], leaks.compared()[i].words);
            }
        }
    }

    LeakReport finish(store::Project& project, const StopToken& stop, Progress& progress)
    {
        if (m_report.settings.kinds.contains(LeakKind::OtherUser)) {
            m_shared.find(project, m_report.settings, m_report.leaks, stop, progress);
        }
        std::ranges::sort(m_report.leaks, {}, [](const Leak& leak) {
            return std::tuple{leak.kind, rankOf(leak.part), leak.target};
        });
        std::ranges::sort(m_heldOut);
        const auto last = std::ranges::upper_bound(m_heldOut, m_lastTraining);
        m_report.notLast = last - m_heldOut.begin();
        return std::move(m_report);
    }

private:
    void addTarget(const store::PlacedReview& target, const std::string& words)
    {
        ++m_report.targets;
        if (*target.part == SplitPart::Train) {
            m_lastTraining = std::max(m_lastTraining, target.time);
        } else {
            ++m_report.heldOut;
            m_heldOut.push_back(target.time);
        }
        if (!words.empty() && m_report.settings.kinds.contains(LeakKind::OtherUser)) {
            m_shared.addTarget(target, words);
        }
    }

    LeakReport m_report;
    SharedTexts m_shared;
    std::vector<std::int64_t> m_heldOut; ///< times
    std::int64_t m_lastTraining = std::numeric_limits<std::int64_t>::min();
};

LeakReport search(store::Project& project, const store::TimelineScope& scope,
                  const LeakSettings& settings, const StopToken& stop, Progress& progress)
{
    requireLeakSettings(settings);
    LeakSearch search{settings};
    store::forEachTimeline(
        project, scope,
        [&](const std::vector<store::PlacedReview>& timeline) { search.add(timeline); }, stop,
        progress);
    return search.finish(project, stop, progress);
}

/// A run may have used it since the split was read.
void requireChangeable(store::Project& project, const store::Split& split)
{
    const auto now = store::Splits{project}.find(split.settings.name);
    if (split.frozen || (now && now->frozen)) {
        throw Error{ErrorKind::BadInput, "a run was trained on this split, so it stays as it is",
                    "split " + split.settings.name,
                    "make a new version of it (`nextquill data split PROJECT --name " +
                        split.settings.name + " --new-version`), then fix that one"};
    }
}

} // namespace

std::string_view name(LeakKind kind)
{
    return leakNames.at(static_cast<std::size_t>(kind));
}

const std::vector<LeakKind>& allLeakKinds()
{
    static const std::vector<LeakKind> kinds{LeakKind::TextInHistory, LeakKind::SharedRuns,
                                             LeakKind::SameItem, LeakKind::TimeOrder,
                                             LeakKind::OtherUser};
    return kinds;
}

std::vector<ReviewId> Leak::others() const
{
    std::vector<ReviewId> ids = *reviews;
    std::erase(ids, target);
    return ids;
}

std::int64_t LeakReport::count(LeakKind kind) const
{
    return std::ranges::count(leaks, kind, &Leak::kind);
}

store::LeakCheck LeakReport::check() const
{
    store::LeakCheck check{.targets = targets,
                           .threshold = settings.threshold,
                           .runWords = static_cast<std::int64_t>(settings.runWords),
                           .counts = {}};
    for (const LeakKind kind : settings.kinds) {
        store::LeakCount count{.kind = std::string{name(kind)}};
        for (const Leak& leak : leaks) {
            if (leak.kind == kind) {
                ++count.ofParts.at(static_cast<std::size_t>(leak.part));
                count.sameMoment += leak.sameMoment ? 1 : 0;
            }
        }
        check.counts.push_back(std::move(count));
    }
    return check;
}

LeakReport findLeaks(store::Project& project, const store::Split& split,
                     const LeakSettings& settings, const StopToken& stop, Progress& progress)
{
    return search(project, {.split = split.id}, settings, stop, progress);
}

LeakReport findLeaksOfLatest(store::Project& project, std::int64_t minimumReviews,
                             const LeakSettings& settings, const StopToken& stop,
                             Progress& progress)
{
    return search(project, {.split = {}, .minimumReviews = minimumReviews}, settings, stop,
                  progress);
}

std::vector<ReviewId> reviewsToExclude(const LeakReport& report, LeakFix fix)
{
    std::vector<const Leak*> leaks;
    leaks.reserve(report.leaks.size());
    for (const Leak& leak : report.leaks) {
        leaks.push_back(&leak);
    }
    std::ranges::stable_sort(leaks, {}, [](const Leak* leak) { return rankOf(leak->part); });
    std::unordered_set<std::int64_t> out;
    std::vector<ReviewId> ids;
    const auto exclude = [&](ReviewId review) {
        if (out.insert(number(review)).second) {
            ids.push_back(review);
        }
    };
    for (const Leak* const leak : leaks) {
        if (fix == LeakFix::Targets) {
            exclude(leak->target);
        } else if (!out.contains(number(leak->target))) {
            for (const ReviewId review : *leak->reviews) {
                if (review != leak->target) {
                    exclude(review);
                }
            }
        }
    }
    std::ranges::sort(ids);
    return ids;
}

LeakFixed fixLeaks(store::Project& project, const store::Split& split, const LeakReport& report,
                   LeakFix fix)
{
    requireChangeable(project, split);
    const std::vector<ReviewId> ids = reviewsToExclude(report, fix);
    if (ids.empty()) {
        return {.excluded = 0, .split = split};
    }
    store::Histories histories{project};
    histories.setExcluded(
        ids, true,
        fmt::format("Exclude {} because of leaks in {}",
                    counted(static_cast<std::int64_t>(ids.size()), "review", "reviews"),
                    split.settings.name));
    try {
        return {.excluded = static_cast<std::int64_t>(ids.size()),
                .split = store::Splits{project}.create(split.settings)};
    } catch (const Error&) {
        histories.undo();
        throw;
    }
}

} // namespace nextquill::curate

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curate/TimelineLeaks.h"

#include "core/curate/FoldedText.h"

#include <algorithm>
#include <utility>

namespace nextquill::curate {

namespace {

using store::PlacedReview;
using store::SplitPart;

/// How many of `runs`, sorted, `others` has, sorted, too.
std::size_t inBoth(const std::vector<std::uint64_t>& runs, const std::vector<std::uint64_t>& others)
{
    std::size_t both = 0;
    for (auto run = runs.begin(), other = others.begin();
         run != runs.end() && other != others.end();) {
        if (*run == *other) {
            ++both;
            ++run;
            ++other;
        } else if (*run < *other) {
            ++run;
        } else {
            ++other;
        }
    }
    return both;
}

double shareOf(std::size_t count, std::size_t all)
{
    return static_cast<double>(count) / static_cast<double>(all);
}

} // namespace

TimelineLeaks::TimelineLeaks(const std::vector<PlacedReview>& timeline,
                             const LeakSettings& settings)
    : m_timeline{timeline}
    , m_settings{settings}
{
    m_compared.reserve(timeline.size());
    for (const PlacedReview& review : timeline) {
        const FoldedText folded{review.text};
        ComparedReview& compared = m_compared.emplace_back();
        if (folded.wordCount() >= settings.minimumWords && folded.wordCount() > 0) {
            compared = {.words = folded.text(), .runs = folded.shingles(settings.runWords)};
        }
    }
}

void TimelineLeaks::addTo(std::vector<Leak>& leaks)
{
    for (std::size_t begin = 0; begin < m_timeline.size();) {
        Moment moment{.begin = begin, .end = begin};
        m_ofMoment.clear();
        for (; moment.end < m_timeline.size() &&
               m_timeline[moment.end].time == m_timeline[begin].time;
             ++moment.end) {
            const ComparedReview& compared = m_compared[moment.end];
            for (const std::uint64_t run : compared.runs) {
                ++m_ofMoment[run];
            }
            if (!compared.words.empty()) {
                m_byWords[compared.words].push_back(moment.end);
            }
            m_byItem[number(m_timeline[moment.end].item)].push_back(moment.end);
        }
        for (std::size_t target = moment.begin; target < moment.end; ++target) {
            if (m_timeline[target].part) {
                checkTarget(target, moment, leaks);
            }
        }
        for (std::size_t review = moment.begin; review < moment.end; ++review) {
            m_seen.insert(m_compared[review].runs.begin(), m_compared[review].runs.end());
        }
        begin = moment.end;
    }
}

void TimelineLeaks::checkTarget(std::size_t target, const Moment& moment, std::vector<Leak>& leaks)
{
    if (!m_compared[target].words.empty()) {
        checkText(target, moment, leaks);
    }
    if (wants(LeakKind::SameItem)) {
        checkItem(target, moment, leaks);
    }
    if (wants(LeakKind::TimeOrder) && *m_timeline[target].part != SplitPart::Train) {
        checkOrder(target, leaks);
    }
}

void TimelineLeaks::checkText(std::size_t target, const Moment& moment, std::vector<Leak>& leaks)
{
    Places places = m_byWords[m_compared[target].words];
    std::erase(places, target);
    if (places.empty()) {
        if (wants(LeakKind::SharedRuns)) {
            checkRuns(target, moment, leaks);
        }
        return;
    }
    if (wants(LeakKind::TextInHistory)) {
        add(LeakKind::TextInHistory, target, 1, places.front() >= moment.begin, places, leaks);
    }
}

void TimelineLeaks::checkItem(std::size_t target, const Moment& moment, std::vector<Leak>& leaks)
{
    Places places = m_byItem[number(m_timeline[target].item)];
    std::erase(places, target);
    if (!places.empty()) {
        add(LeakKind::SameItem, target, 0, places.front() >= moment.begin, places, leaks);
    }
}

void TimelineLeaks::checkOrder(std::size_t target, std::vector<Leak>& leaks)
{
    Places places;
    bool later = false;
    for (std::size_t review = 0; review < m_timeline.size(); ++review) {
        const PlacedReview& other = m_timeline[review];
        if (other.part == SplitPart::Train && other.time >= m_timeline[target].time) {
            places.push_back(review);
            later = later || other.time > m_timeline[target].time;
        }
    }
    if (!places.empty()) {
        add(LeakKind::TimeOrder, target, 0, !later, places, leaks);
    }
}

void TimelineLeaks::checkRuns(std::size_t target, const Moment& moment, std::vector<Leak>& leaks)
{
    const std::vector<std::uint64_t>& runs = m_compared[target].runs;
    std::size_t earlier = 0;
    std::size_t either = 0;
    for (const std::uint64_t run : runs) {
        const bool seen = m_seen.contains(run);
        earlier += seen ? 1 : 0;
        either += seen || m_ofMoment[run] > 1 ? 1 : 0; // one of them is the target itself
    }
    if (shareOf(earlier, runs.size()) > m_settings.threshold) {
        add(LeakKind::SharedRuns, target, shareOf(earlier, runs.size()), false,
            givers(target, others(target, 0, moment.begin)), leaks);
    } else if (shareOf(either, runs.size()) > m_settings.threshold) {
        add(LeakKind::SharedRuns, target, shareOf(either, runs.size()), true,
            givers(target, others(target, 0, moment.end)), leaks);
    }
}

TimelineLeaks::Places TimelineLeaks::others(std::size_t target, std::size_t begin,
                                            std::size_t end) const
{
    Places places;
    for (std::size_t review = begin; review < end; ++review) {
        if (review != target) {
            places.push_back(review);
        }
    }
    return places;
}

/// The fewest of the candidates, from the one with the most runs of the target on, without which
/// the others have no more of them than the threshold.
TimelineLeaks::Places TimelineLeaks::givers(std::size_t target, const Places& candidates) const
{
    const std::vector<std::uint64_t>& runs = m_compared[target].runs;
    std::vector<std::pair<std::size_t, std::size_t>> byCount; // runs in common, review
    for (const std::size_t review : candidates) {
        if (const std::size_t count = inBoth(runs, m_compared[review].runs); count > 0) {
            byCount.emplace_back(count, review);
        }
    }
    std::ranges::sort(byCount, [](const auto& a, const auto& b) {
        return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    // A run stays in the rest as long as its last holder is in it.
    std::vector<std::size_t> lost(byCount.size() + 1, 0); // by the place of the last holder
    for (const std::uint64_t run : runs) {
        for (std::size_t place = byCount.size(); place > 0; --place) {
            if (std::ranges::binary_search(m_compared[byCount[place - 1].second].runs, run)) {
                ++lost[place];
                break;
            }
        }
    }
    std::size_t rest = 0;
    for (const std::size_t count : lost) {
        rest += count;
    }
    Places places;
    while (shareOf(rest, runs.size()) > m_settings.threshold && places.size() < byCount.size()) {
        places.push_back(byCount[places.size()].second);
        rest -= lost[places.size()];
    }
    return places;
}

void TimelineLeaks::add(LeakKind kind, std::size_t target, double share, bool sameMoment,
                        const Places& places, std::vector<Leak>& leaks) const
{
    auto reviews = std::make_shared<std::vector<ReviewId>>();
    const std::size_t count = std::min(places.size(), mostReviewsOfLeak);
    reviews->reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        reviews->push_back(m_timeline[places[i]].id);
    }
    leaks.push_back({.kind = kind,
                     .target = m_timeline[target].id,
                     .part = *m_timeline[target].part,
                     .share = share,
                     .sameMoment = sameMoment,
                     .reviews = std::move(reviews)});
}

} // namespace nextquill::curate

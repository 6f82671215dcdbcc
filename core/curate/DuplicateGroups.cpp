// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curate/DuplicateGroups.h"

#include "core/curate/FoldedText.h"
#include "core/store/Histories.h"
#include "core/store/Project.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <tuple>

namespace nextquill::curate {

namespace {

constexpr std::size_t mostLeaders = 64;
constexpr std::size_t mostTextsHeld = 2'048;
constexpr std::size_t mostUnlikeHeld = 1'000'000;

std::uint64_t pairOf(std::uint32_t first, std::uint32_t second)
{
    return (std::uint64_t{std::min(first, second)} << 32U) | std::max(first, second);
}

} // namespace

DuplicateGroups::DuplicateGroups(store::Project& project, const std::vector<ReviewId>& reviews,
                                 const DuplicateSettings& settings)
    : m_project{project}
    , m_reviews{reviews}
    , m_settings{settings}
    , m_parent(reviews.size())
    , m_isCopy(reviews.size(), false)
{
    std::iota(m_parent.begin(), m_parent.end(), std::uint32_t{0});
}

void DuplicateGroups::joinAlike(const std::vector<BandTable::Entry>& entries, bool sameWords,
                                const StopToken& stop)
{
    const BandTable::Entry* const end = entries.data() + entries.size();
    for (const BandTable::Entry* begin = entries.data(); begin != end;) {
        const BandTable::Entry* next = begin;
        while (next != end && next->hash == begin->hash) {
            ++next;
        }
        if (next - begin > 1) {
            joinRun({begin, next}, sameWords, stop);
        }
        begin = next;
    }
}

/// Each text is compared with those before it that started something of their own, up to a number:
/// a run of any length takes linear time. In a short run every pair counts.
void DuplicateGroups::joinRun(Run run, bool sameWords, const StopToken& stop)
{
    std::vector<std::uint32_t> leaders;
    const bool isShort = static_cast<std::size_t>(run.second - run.first) <= mostLeaders;
    for (const BandTable::Entry* entry = run.first; entry != run.second; ++entry) {
        stopPoint(stop);
        const std::uint32_t text = entry->text;
        if (m_isCopy[text]) {
            continue;
        }
        bool joined = false;
        for (const std::uint32_t leader : leaders) {
            if (rootOf(leader) == rootOf(text) || areAlike(leader, text, sameWords)) {
                join(leader, text);
                joined = true;
                if (sameWords) {
                    m_isCopy[text] = true;
                    break;
                }
                if (!isShort) {
                    break;
                }
            }
        }
        if ((isShort && !sameWords) || (!joined && leaders.size() < mostLeaders)) {
            leaders.push_back(text);
        }
    }
}

std::uint32_t DuplicateGroups::rootOf(std::uint32_t text)
{
    while (m_parent[text] != text) {
        m_parent[text] = m_parent[m_parent[text]];
        text = m_parent[text];
    }
    return text;
}

void DuplicateGroups::join(std::uint32_t first, std::uint32_t second)
{
    const std::uint32_t one = rootOf(first);
    const std::uint32_t other = rootOf(second);
    m_parent[std::max(one, other)] = std::min(one, other);
}

bool DuplicateGroups::areAlike(std::uint32_t first, std::uint32_t second, bool sameWords)
{
    const std::uint64_t pair = pairOf(first, second);
    if (!sameWords && m_unlike.contains(pair)) {
        return false;
    }
    const ComparedText one = read(first); // a copy: the next one may push it out
    const ComparedText& other = read(second);
    if (m_settings.search == DuplicateSearch::UserItem) {
        return one.user == other.user && one.item == other.item;
    }
    const bool inScope = m_settings.scope == DuplicateScope::All ||
                         (m_settings.scope == DuplicateScope::SameUser ? one.user == other.user
                                                                       : one.item == other.item);
    const bool alike =
        inScope && (sameWords ? one.words == other.words
                              : jaccard(one.shingles, other.shingles) >= m_settings.threshold);
    if (!alike && !sameWords) {
        if (m_unlike.size() >= mostUnlikeHeld) {
            m_unlike.clear();
        }
        m_unlike.insert(pair);
    }
    return alike;
}

const ComparedText& DuplicateGroups::read(std::uint32_t text)
{
    if (const auto known = m_places.find(text); known != m_places.end()) {
        m_read.splice(m_read.begin(), m_read, known->second);
        return m_read.front().second;
    }
    ComparedText compared;
    if (const auto review = store::Histories{m_project}.findReview(m_reviews[text])) {
        const FoldedText folded{review->text};
        compared = {.words = folded.text(),
                    .wordCount = folded.wordCount(),
                    .user = number(review->user),
                    .item = number(review->item),
                    .time = review->time,
                    .shingles = folded.shingles(m_settings.shingleWords)};
    }
    m_read.emplace_front(text, std::move(compared));
    m_places[text] = m_read.begin();
    if (m_read.size() > mostTextsHeld) {
        m_places.erase(m_read.back().first);
        m_read.pop_back();
    }
    return m_read.front().second;
}

bool DuplicateGroups::goesBefore(std::uint32_t first, std::uint32_t second)
{
    const auto rank = [this](std::uint32_t text) {
        const ComparedText& compared = read(text);
        const auto longest = m_settings.keep == KeepRule::Longest
                                 ? -static_cast<std::int64_t>(compared.wordCount)
                                 : std::int64_t{0};
        return std::tuple{longest, compared.time, text};
    };
    const auto one = rank(first);
    return one < rank(second);
}

/// Texts that hang together, as groups whose members are all like their first.
void DuplicateGroups::split(std::vector<std::uint32_t> texts, std::vector<DuplicateGroup>& groups)
{
    std::ranges::sort(texts, [this](std::uint32_t a, std::uint32_t b) { return goesBefore(a, b); });
    while (texts.size() > 1) {
        const ComparedText first = read(texts.front());
        DuplicateGroup group{.exact = true,
                             .members = {{.review = m_reviews[texts.front()], .similarity = 1}}};
        std::vector<std::uint32_t> rest;
        for (auto text = texts.begin() + 1; text != texts.end(); ++text) {
            const ComparedText& other = read(*text);
            const double similarity =
                first.words == other.words ? 1.0 : jaccard(first.shingles, other.shingles);
            if (m_settings.search == DuplicateSearch::Text && similarity < m_settings.threshold) {
                rest.push_back(*text);
                continue;
            }
            group.exact = group.exact && first.words == other.words;
            group.members.push_back({.review = m_reviews[*text], .similarity = similarity});
        }
        if (group.members.size() > 1) {
            std::ranges::stable_sort(group.members.begin() + 1, group.members.end(),
                                     std::ranges::greater{}, &Duplicate::similarity);
            groups.push_back(std::move(group));
        }
        texts = std::move(rest);
    }
}

std::vector<DuplicateGroup> DuplicateGroups::finish(const StopToken& stop)
{
    std::vector<std::pair<std::uint32_t, std::uint32_t>> joined; // root, text
    for (std::uint32_t text = 0; text < m_parent.size(); ++text) {
        if (const std::uint32_t root = rootOf(text); root != text) {
            joined.emplace_back(root, text);
        }
    }
    std::ranges::sort(joined);
    std::vector<DuplicateGroup> groups;
    for (auto begin = joined.begin(); begin != joined.end();) {
        stopPoint(stop);
        std::vector<std::uint32_t> texts{begin->first};
        auto end = begin;
        for (; end != joined.end() && end->first == begin->first; ++end) {
            texts.push_back(end->second);
        }
        split(std::move(texts), groups);
        begin = end;
    }
    return groups;
}

} // namespace nextquill::curate

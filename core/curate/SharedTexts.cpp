// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curate/SharedTexts.h"

#include "core/curate/FoldedText.h"
#include "core/curate/ReviewStream.h"
#include "core/store/Histories.h"
#include "core/store/Project.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

namespace nextquill::curate {

namespace {

/// The words of a review, empty where there is none.
std::string wordsOf(const store::Histories& histories, ReviewId id)
{
    const auto review = histories.findReview(id);
    return review ? FoldedText{review->text}.text() : std::string{};
}

} // namespace

void SharedTexts::addTarget(const store::PlacedReview& target, std::string_view words)
{
    m_targets.push_back(
        {.hash = textHash(words), .review = target.id, .user = target.user, .part = *target.part});
}

void SharedTexts::find(store::Project& project, const LeakSettings& settings,
                       std::vector<Leak>& leaks, const StopToken& stop, Progress& progress)
{
    std::ranges::sort(m_targets, {},
                      [](const Target& target) { return std::pair{target.hash, target.review}; });
    forEachReview(
        project, "looking for the same words",
        [&](const store::ReviewRow& row) {
            const FoldedText folded{row.review.text};
            if (folded.wordCount() < settings.minimumWords) {
                return;
            }
            const std::uint64_t hash = textHash(folded.text());
            const auto found = std::ranges::equal_range(m_targets, hash, {}, &Target::hash);
            if (!found.empty() && !(found.size() == 1 && found.front().review == row.review.id)) {
                m_holders.push_back(
                    {.hash = hash, .review = row.review.id, .user = row.review.user});
            }
        },
        stop, progress);
    std::ranges::sort(m_holders, {},
                      [](const Holder& holder) { return std::pair{holder.hash, holder.review}; });
    for (auto holder = m_holders.cbegin(); holder != m_holders.cend();) {
        stopPoint(stop);
        const auto last = std::find_if(holder, m_holders.cend(), [&](const Holder& other) {
            return other.hash != holder->hash;
        });
        const auto targets =
            std::ranges::equal_range(std::as_const(m_targets), holder->hash, {}, &Target::hash);
        addGroup(project, {targets.begin(), targets.end(), holder, last}, leaks);
        holder = last;
    }
}

/// They have one text, unless two texts happen to have the same digest.
void SharedTexts::addGroup(store::Project& project, const Group& group, std::vector<Leak>& leaks)
{
    const store::Histories histories{project};
    const std::string words = wordsOf(histories, group.targets->review);
    auto reviews = std::make_shared<std::vector<ReviewId>>(); // in the order of ids
    UserId first{};
    bool several = false;
    for (auto holder = group.holders; holder != group.holdersEnd; ++holder) {
        if (wordsOf(histories, holder->review) == words) {
            several = several || (!reviews->empty() && holder->user != first);
            first = reviews->empty() ? holder->user : first;
            reviews->push_back(holder->review);
        }
    }
    const std::shared_ptr<const std::vector<ReviewId>> shared = std::move(reviews);
    for (auto target = group.targets; target != group.targetsEnd; ++target) {
        const bool hasWords =
            target == group.targets || std::ranges::binary_search(*shared, target->review);
        if (hasWords && !shared->empty() && (several || first != target->user)) {
            leaks.push_back({.kind = LeakKind::OtherUser,
                             .target = target->review,
                             .part = target->part,
                             .share = 1,
                             .sameMoment = false,
                             .reviews = shared});
        }
    }
}

} // namespace nextquill::curate

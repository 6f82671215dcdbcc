// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Id.h"
#include "core/base/Progress.h"
#include "core/store/LeakChecks.h"
#include "core/store/Splits.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <string_view>
#include <vector>

namespace nextquill::store {
class Project;
}

namespace nextquill::curate {

/// How a target can be known without being understood.
enum class LeakKind {
    TextInHistory, ///< its words, all and in their order, are a review of its history
    SharedRuns,    ///< more of its runs of words than the threshold stand in its history
    SameItem,      ///< its history has a review of the same item
    TimeOrder,     ///< held out, while a text of the user as late or later is trained on
    OtherUser,     ///< another user wrote the same words
};

/// "text-in-history", "shared-runs", "same-item", "time-order", "other-user"
[[nodiscard]] std::string_view name(LeakKind kind);
[[nodiscard]] const std::vector<LeakKind>& allLeakKinds();

constexpr std::size_t mostReviewsOfLeak = 1'000;

struct LeakSettings
{
    std::set<LeakKind> kinds{LeakKind::TextInHistory, LeakKind::SharedRuns, LeakKind::SameItem,
                             LeakKind::TimeOrder, LeakKind::OtherUser};
    double threshold = 0.5;       ///< of SharedRuns: more than this share
    std::size_t runWords = 5;     ///< words of a run
    std::size_t minimumWords = 5; ///< texts of fewer words are alike without being copies
};

/// A target that is given away, and by which reviews.
struct Leak
{
    LeakKind kind = LeakKind::TextInHistory;
    ExampleId target{};
    store::SplitPart part = store::SplitPart::Train;
    double share = 0;        ///< of its runs of words; 0 where words do not matter
    bool sameMoment = false; ///< only by reviews of the target's own moment: no prompt shows them,
                             ///< but they are trained on where they are targets
    /// Those that give it away, of the user's own the first mostReviewsOfLeak; of OtherUser all
    /// reviews with these words, the target among them.
    std::shared_ptr<const std::vector<ReviewId>> reviews;

    /// Those that give it away, without the target.
    [[nodiscard]] std::vector<ReviewId> others() const;
};

struct LeakReport
{
    LeakSettings settings;
    std::int64_t users = 0;   ///< with targets
    std::int64_t targets = 0; ///< that were looked at
    std::int64_t heldOut = 0; ///< of these, validation and test
    /// Held-out targets that are not later than all that is trained on, of any user: all splits
    /// but by-time have some.
    std::int64_t notLast = 0;
    std::vector<Leak> leaks; ///< by kind; test first, then validation, then train; by target

    [[nodiscard]] std::int64_t count(LeakKind kind) const;
    /// As it is kept for the data card.
    [[nodiscard]] store::LeakCheck check() const;
};

/// Looks for targets of a split that are given away.
///
/// What is compared is the words alone (FoldedText). A text that is in the history word for word
/// is a leak of TextInHistory and not of SharedRuns. Reviews of the target's own moment are in no
/// history, for nobody knows which came first (the releases of 2014 and 2018 know whole days
/// only); they are compared all the same, and such leaks are marked. Excluded reviews take no part.
///
/// Speed    linear in the reviews of users with targets, and one pass over all reviews for
///          OtherUser
/// Memory   one timeline, some 50 bytes a target, and the leaks
/// Stops    between two users; nothing was changed
/// Throws   Error(BadInput) for a threshold outside [0, 1), Error(Storage)
[[nodiscard]] LeakReport findLeaks(store::Project& project, const store::Split& split,
                                   const LeakSettings& settings, const StopToken& stop,
                                   Progress& progress);

/// The same without a split: the latest review of each user with at least `minimumReviews`, as a
/// target of the test against all others of the user.
[[nodiscard]] LeakReport findLeaksOfLatest(store::Project& project, std::int64_t minimumReviews,
                                           const LeakSettings& settings, const StopToken& stop,
                                           Progress& progress);

/// Which side of a leak goes.
enum class LeakFix {
    Reviews, ///< those that give the target away; the target stays
    Targets,
};

/// What a fix would exclude, each once. Test goes before validation and training: what gives a
/// target away that is out already stays.
[[nodiscard]] std::vector<ReviewId> reviewsToExclude(const LeakReport& report, LeakFix fix);

struct LeakFixed
{
    std::int64_t excluded = 0;
    store::Split split; ///< made anew with the same settings
};

/// Excludes what the fix asks for, as one step that can be undone, and makes the split anew. To
/// take it back, undo the step and make the split again. Look for leaks again behind it: other
/// reviews may have become targets.
///
/// Throws   Error(BadInput) when a run used the split, or nothing would be left to train on;
/// nothing
///          is excluded then. Error(Storage)
[[nodiscard]] LeakFixed fixLeaks(store::Project& project, const store::Split& split,
                                 const LeakReport& report, LeakFix fix);

} // namespace nextquill::curate

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Id.h"
#include "core/base/Progress.h"
#include "core/store/funnel/Funnel.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::store {

class Project;

enum class SplitRule {
    LeaveLastOut, ///< per user: the last targets test, those before validate, the rest train; of
                  ///< several of one time some may test and some train, and none is another's
                  ///< history
    ByUser, ///< whole users train, validate or test, drawn with the seed; held-out users are new
    ByTime, ///< targets before the quantiles of all times (or before two given times) train, then
            ///< validate, then test
    Random, ///< targets are drawn with the seed: what trains may be later than what tests
    Stratified, ///< the same within each stratum, so that all parts have the same mixture
};

/// What must be alike in all parts of a Stratified split.
enum class SplitStratum {
    Rating,
    Activity, ///< number of the user's reviews, in powers of two
    Length,   ///< words of the text, in powers of two
    Year,     ///< in UTC
};

/// Which items may be reviewed in what is held out, against the targets that train.
enum class SplitItems {
    Any,
    Seen,   ///< items in common: those that a training target is about, too
    Unseen, ///< new items: those that none is about
};

enum class SplitPart { Train, Validation, Test };

/// "leave-last-out", "by-user", "by-time", "random", "stratified"
[[nodiscard]] std::string_view name(SplitRule rule);
[[nodiscard]] std::string_view name(SplitStratum stratum); ///< "rating" and its like
[[nodiscard]] std::string_view name(SplitItems items);     ///< "any", "seen", "unseen"
[[nodiscard]] std::string_view name(SplitPart part);       ///< "train", "validation", "test"

/// The names in the order of their enumeration.
[[nodiscard]] std::span<const std::string_view> splitRuleNames();
[[nodiscard]] std::span<const std::string_view> splitStratumNames();
[[nodiscard]] std::span<const std::string_view> splitItemsNames();

/// What a split is made by. What limits targets (words, core, items, funnel) limits no history: a
/// prompt has all that the user wrote before and is not excluded.
struct SplitSettings
{
    std::string name = "default";
    SplitRule rule = SplitRule::LeaveLastOut;
    int minimumHistory = 4;                 ///< strictly earlier reviews that a target must have
    std::int64_t minimumWords = 5;          ///< of the target's text
    std::int64_t maximumTargetsPerUser = 8; ///< the newest; 0: all. The authors take 10 in all
    double validationShare = 0.1;           ///< all rules but LeaveLastOut
    double testShare = 0.1;
    std::uint64_t seed = 42;
    int heldOutLast = 1; ///< LeaveLastOut: so many of each user test, and as many validate
    std::optional<std::int64_t> validationFrom = {}; ///< ByTime instead of shares: milliseconds
    std::optional<std::int64_t> testFrom = {};
    SplitStratum stratum = SplitStratum::Rating;
    int core = 0;             ///< targets of the k-core of users and items alone; 0: of all
    int minimumItemUsers = 0; ///< users who reviewed the target's item
    SplitItems heldOutItems = SplitItems::Any;
    std::optional<Funnel> funnel = {}; ///< targets that pass it alone; the core is taken of these
};

struct Split
{
    SplitId id{};
    SplitSettings settings;
    std::int64_t train = 0; ///< number of examples
    std::int64_t validation = 0;
    std::int64_t test = 0;
    std::string digest;       ///< SHA-256 over the texts and histories of its examples
    bool frozen = false;      ///< a run used it: it can be neither changed nor replaced
    std::int64_t created = 0; ///< milliseconds since 1970, UTC; 0: before this was kept
};

/// What settings would give.
struct SplitPreview
{
    std::int64_t train = 0;
    std::int64_t validation = 0;
    std::int64_t test = 0;
    std::int64_t users = 0;         ///< who have targets
    std::int64_t shortHistory = 0;  ///< reviews that are none for want of earlier ones
    std::int64_t shortText = 0;     ///< of the rest, for want of words
    std::int64_t notChosen = 0;     ///< of the rest, that funnel, core or item leave out
    std::int64_t beyondMaximum = 0; ///< of the rest, older than the newest of their user
    std::int64_t itemsLeftOut = 0;  ///< of the rest, held out with an item that is not allowed
};

/// Which review is a target for what: data in the project, named, frozen once a run used it.
///
/// Stops  where a token is taken: within 50 ms, with Stopped; nothing is changed then
class Splits
{
public:
    explicit Splits(Project& project)
        : m_project{project}
    {
    }

    /// Makes a split; one of the same name that is not frozen is replaced.
    ///
    /// Memory: 80 bytes for each target, 16 more for each review with a core, a minimum of users of
    /// an item or a funnel.
    ///
    /// Throws Error(BadInput) when the name is frozen or the settings leave no training example.
    Split create(const SplitSettings& settings);
    Split create(const SplitSettings& settings, const StopToken& stop, Progress& progress);

    /// Makes a split and replaces none: where there are some of the name it is called NAME@2,
    /// NAME@3 and so on. Throws as create() does.
    Split createVersion(const SplitSettings& settings);
    Split createVersion(const SplitSettings& settings, const StopToken& stop, Progress& progress);

    /// What create() would give now, counted without a look at texts: much faster. Of several
    /// targets of one time another may be taken than create() takes, so that a count by stratum or
    /// by item may differ by a few.
    ///
    /// Throws Error(BadInput) for settings that make no sense; gives zeros where none is left.
    [[nodiscard]] SplitPreview preview(const SplitSettings& settings, const StopToken& stop,
                                       Progress& progress) const;

    [[nodiscard]] std::vector<Split> all() const;
    [[nodiscard]] std::optional<Split> find(std::string_view name) const;
    /// The newest split, or one made with default settings when there is none.
    [[nodiscard]] Split newestOrCreate();

    /// Examples in the order of ids.
    [[nodiscard]] std::vector<ExampleId> examples(SplitId split, SplitPart part) const;

    /// Names of the runs that were trained on a split of this name, oldest first.
    [[nodiscard]] std::vector<std::string> runsOf(std::string_view name) const;

    /// Throws Error(BadInput) when there is no such split.
    void freeze(SplitId split);

    /// Throws Error(BadInput) when there is no such split, or a run used it.
    void remove(SplitId split);

private:
    Project& m_project;
};

} // namespace nextquill::store

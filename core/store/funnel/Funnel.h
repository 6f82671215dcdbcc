// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::store {

/// What a step of a funnel keeps of the reviews that the steps before it left.
enum class FunnelStepKind {
    Where,       ///< those that a filter matches, in the syntax of `data list --where`
    Search,      ///< those with the words, as `data search` has it
    UserReviews, ///< those of users who have at least `number` left
    ItemUsers,   ///< those about items that at least `number` users have left
    Core,        ///< the `number`-core: the largest set in which every user and every item has at
                 ///< least so many
    Newest,      ///< each user's `number` newest; of one time those with the smaller digest of
                 ///< what was imported
    OnePerItem,  ///< of several that a user wrote about one item the earliest
    SampleUsers, ///< those of `number` users, drawn with `seed` whatever the order of import
};

/// What a step takes besides its kind.
enum class FunnelArgument { None, Text, Number };

/// What there is to say of a kind: for lists, help and messages.
struct FunnelStepForm
{
    FunnelStepKind kind;
    std::string_view name; ///< "user-reviews"
    FunnelArgument argument;
    std::string_view what; ///< in a few words, without full stop
};

[[nodiscard]] std::span<const FunnelStepForm> funnelStepForms();
[[nodiscard]] const FunnelStepForm& formOf(FunnelStepKind kind);

struct FunnelStep
{
    FunnelStepKind kind = FunnelStepKind::Where;
    std::string text;        ///< of Where and Search
    std::int64_t number = 0; ///< of the others that take one, from 1 upwards
    std::uint64_t seed = 42; ///< of SampleUsers
    bool isOn = true;        ///< off: it keeps all, and stands there to be switched on again

    friend bool operator==(const FunnelStep&, const FunnelStep&) = default;
};

/// "user-reviews 8", "where rating>=4", "sample-users 100 seed 7": what funnelStep() reads.
[[nodiscard]] std::string text(const FunnelStep& step);

/// Throws Error(BadInput) that names what is wrong. Of Where and Search the text is not looked at
/// here: a Funnels::count() does that.
[[nodiscard]] FunnelStep funnelStep(std::string_view text);

/// A subset of the reviews as a chain of steps. It starts from all that are not excluded.
struct Funnel
{
    std::string name; ///< empty: it is not kept
    std::vector<FunnelStep> steps;

    friend bool operator==(const Funnel&, const Funnel&) = default;
};

/// Throws Error(BadInput) for more than 64 steps, or one that makes no sense.
void requireSensible(const Funnel& funnel);

/// {"name", "steps": [{"step", "text" | "number", "seed", "on"}]}, as the project keeps it.
[[nodiscard]] OrderedJson toJson(const Funnel& funnel);
/// Throws Error(BadInput) where it is none; `where` is named.
[[nodiscard]] Funnel funnelFrom(const Json& json, const std::string& where);

} // namespace nextquill::store

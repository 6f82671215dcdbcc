// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/SyntheticUsers.h"

#include "core/base/Error.h"
#include "core/base/Random.h"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>

namespace nextquill::study {

namespace {

constexpr std::array<std::string_view, 10> kinds{"kettle", "lamp",  "backpack", "chair",  "radio",
                                                 "clock",  "knife", "blanket",  "camera", "tent"};
constexpr std::array<std::string_view, 8> makers{"Arden",  "Brock",  "Corvin", "Delmar",
                                                 "Elstow", "Farrow", "Garnet", "Holm"};
constexpr std::array<std::string_view, 5> titles{"One star", "Two stars", "Three stars",
                                                 "Four stars", "Five stars"};
constexpr std::int64_t firstTime = 1'577'836'800'000; // 2020-01-01
constexpr std::int64_t day = 86'400'000;
constexpr std::int64_t minute = 60'000;
constexpr std::int64_t daysBetweenReviews = 9;

/// Streams of Random: items, then one a user.
constexpr std::uint64_t streamOfItems = 1;
constexpr std::uint64_t streamOfUsers = 1'000;

class Draw
{
public:
    Draw(std::uint64_t seed, std::uint64_t stream)
        : m_random{seed, stream}
    {
    }

    [[nodiscard]] double uniform() { return m_random.uniform(m_place++); }
    [[nodiscard]] std::size_t below(std::size_t limit)
    {
        return static_cast<std::size_t>(uniform() * static_cast<double>(limit));
    }

private:
    Random m_random;
    std::uint64_t m_place = 0;
};

/// "price, design", or "nothing".
std::string aspectsThatAre(bool good, const SyntheticItem& item)
{
    std::vector<std::string_view> names;
    for (std::size_t aspect = 0; aspect < aspectCount; ++aspect) {
        if (item.good[aspect] == good) {
            names.push_back(aspectName(aspect));
        }
    }
    return names.empty() ? "nothing" : fmt::format("{}", fmt::join(names, ", "));
}

SyntheticItem makeItem(std::int64_t number, Draw& draw)
{
    constexpr double evenly = 0.5;
    SyntheticItem item{.key = fmt::format("SYN{:04}", number),
                       .kind = std::string{kinds[draw.below(kinds.size())]}};
    item.title = fmt::format("{} {} {}", makers[draw.below(makers.size())], item.kind, number);
    for (bool& good : item.good) {
        good = draw.uniform() < evenly;
    }
    item.description = fmt::format("A {}. Good: {}. Poor: {}.", item.kind,
                                   aspectsThatAre(true, item), aspectsThatAre(false, item));
    return item;
}

/// One star for each quality, one more or less by chance.
int drawRating(const SyntheticItem& item, Draw& draw)
{
    const auto good = static_cast<int>(std::ranges::count(item.good, true));
    return std::clamp(good + static_cast<int>(draw.below(3)) - 1, 1, 5);
}

SyntheticUser makeUser(const SyntheticWorld& world, std::int64_t number,
                       const SyntheticSettings& settings)
{
    Draw draw{settings.seed, streamOfUsers + static_cast<std::uint64_t>(number)};
    SyntheticUser user{.name = fmt::format("synth-{:05}", number),
                       .type = WriterType::of(draw.below(typeCount))};
    const std::vector<std::int64_t> order = permutation(
        settings.items, settings.seed, streamOfUsers + static_cast<std::uint64_t>(number));
    for (std::int64_t i = 0; i < settings.reviews; ++i) {
        SyntheticReview review{.item =
                                   static_cast<std::size_t>(order[static_cast<std::size_t>(i)])};
        review.rating = drawRating(world.items[review.item], draw);
        review.title = titles[static_cast<std::size_t>(review.rating) - 1];
        review.text = ReviewGrammar::write(world.subjectOf(review), user.type,
                                           [&draw] { return draw.uniform(); });
        review.time = firstTime + i * daysBetweenReviews * day + number * minute;
        user.reviews.push_back(std::move(review));
    }
    return user;
}

void require(bool holds, const char* what, const char* remedy)
{
    if (!holds) {
        throw Error{ErrorKind::BadInput, what, "the settings of synthetic users", remedy};
    }
}

} // namespace

ReviewSubject SyntheticWorld::subjectOf(const SyntheticReview& review) const
{
    const SyntheticItem& item = items.at(review.item);
    return {.kind = item.kind, .good = item.good, .rating = review.rating};
}

SyntheticWorld makeWorld(const SyntheticSettings& settings)
{
    require(settings.users >= 1 && settings.reviews >= 1, "there are no users or no reviews",
            "ask for one of each at least");
    require(settings.items >= settings.reviews, "a user would review an item twice",
            "ask for as many items as reviews of a user, or more");
    require(settings.users <= mostReviews / settings.reviews, "there are more than 500,000 reviews",
            "ask for fewer users or fewer reviews of each");
    SyntheticWorld world;
    Draw draw{settings.seed, streamOfItems};
    for (std::int64_t i = 1; i <= settings.items; ++i) {
        world.items.push_back(makeItem(i, draw));
    }
    for (std::int64_t i = 1; i <= settings.users; ++i) {
        world.users.push_back(makeUser(world, i, settings));
    }
    return world;
}

std::vector<std::vector<TrueWord>> trueEffectsOf(const SyntheticWorld& world,
                                                 const SyntheticUser& user)
{
    std::vector<std::vector<TrueWord>> effects;
    TypeBelief history;
    for (const SyntheticReview& review : user.reviews) {
        const std::vector<DrawnWord> words =
            ReviewGrammar::read(world.subjectOf(review), review.text);
        effects.push_back(trueEffects(history, TypeBelief{}, words));
        history.read(words);
    }
    return effects;
}

} // namespace nextquill::study

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/SplitRows.h"

#include "core/base/Error.h"
#include "core/store/Connection.h"
#include "core/store/StoredJson.h"

#include <algorithm>
#include <array>
#include <bit>

namespace nextquill::store {

namespace {

constexpr std::array<std::string_view, 5> ruleNames{"leave-last-out", "by-user", "by-time",
                                                    "random", "stratified"};
constexpr std::array<std::string_view, 4> stratumNames{"rating", "activity", "length", "year"};
constexpr std::array<std::string_view, 3> itemsNames{"any", "seen", "unseen"};
constexpr std::array<std::string_view, 3> partNames{"train", "validation", "test"};

const std::string columnsOfSplit =
    "SELECT id, name, rule, minimum_history, minimum_words, maximum_targets, validation_share, "
    "test_share, seed, train, validation, test, digest, frozen, created, held_out_last, "
    "validation_from IS NOT NULL, coalesce(validation_from, 0), test_from IS NOT NULL, "
    "coalesce(test_from, 0), stratum, core, minimum_item_users, held_out_items, funnel "
    "FROM splits ";

template<typename Enumeration, std::size_t Count>
Enumeration named(const std::array<std::string_view, Count>& names, const std::string& name,
                  const char* what)
{
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) {
        throw Error{ErrorKind::Unsupported,
                    std::string{"the split's "} + what + " \"" + name + "\" is not known", "splits",
                    "update NextQuill"};
    }
    return static_cast<Enumeration>(std::distance(names.begin(), found));
}

std::optional<std::int64_t> optionalInteger(const Query& query, int column)
{
    return query.integer(column) != 0 ? std::optional{query.integer(column + 1)} : std::nullopt;
}

std::optional<Funnel> storedFunnel(const std::string& text)
{
    if (text.empty()) {
        return std::nullopt;
    }
    return funnelFrom(storedJson(text, "splits"), "splits");
}

void requireThat(bool holds, const SplitSettings& settings, const char* problem, const char* remedy)
{
    if (!holds) {
        throw Error{ErrorKind::BadInput, problem, "split " + settings.name, remedy};
    }
}

} // namespace

std::string_view name(SplitRule rule)
{
    return ruleNames.at(static_cast<std::size_t>(rule));
}

std::string_view name(SplitStratum stratum)
{
    return stratumNames.at(static_cast<std::size_t>(stratum));
}

std::string_view name(SplitItems items)
{
    return itemsNames.at(static_cast<std::size_t>(items));
}

std::string_view name(SplitPart part)
{
    return partNames.at(static_cast<std::size_t>(part));
}

std::span<const std::string_view> splitRuleNames()
{
    return ruleNames;
}

std::span<const std::string_view> splitStratumNames()
{
    return stratumNames;
}

std::span<const std::string_view> splitItemsNames()
{
    return itemsNames;
}

const std::string& splitSelection()
{
    return columnsOfSplit;
}

Split splitFrom(const Query& query)
{
    return {.id = SplitId{query.integer(0)},
            .settings = {.name = query.text(1),
                         .rule = named<SplitRule>(ruleNames, query.text(2), "rule"),
                         .minimumHistory = static_cast<int>(query.integer(3)),
                         .minimumWords = query.integer(4),
                         .maximumTargetsPerUser = query.integer(5),
                         .validationShare = query.real(6),
                         .testShare = query.real(7),
                         .seed = std::bit_cast<std::uint64_t>(query.integer(8)),
                         .heldOutLast = static_cast<int>(query.integer(15)),
                         .validationFrom = optionalInteger(query, 16),
                         .testFrom = optionalInteger(query, 18),
                         .stratum = named<SplitStratum>(stratumNames, query.text(20), "stratum"),
                         .core = static_cast<int>(query.integer(21)),
                         .minimumItemUsers = static_cast<int>(query.integer(22)),
                         .heldOutItems =
                             named<SplitItems>(itemsNames, query.text(23), "held-out items"),
                         .funnel = storedFunnel(query.text(24))},
            .train = query.integer(9),
            .validation = query.integer(10),
            .test = query.integer(11),
            .digest = query.text(12),
            .frozen = query.integer(13) != 0,
            .created = query.integer(14)};
}

void insertSplit(Connection& connection, Split& split)
{
    const SplitSettings& settings = split.settings;
    split.created = now();
    Query query{connection,
                "INSERT INTO splits (name, rule, minimum_history, minimum_words, maximum_targets, "
                "validation_share, test_share, seed, train, validation, test, digest, created, "
                "held_out_last, stratum, core, minimum_item_users, held_out_items, funnel) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};
    query.with(settings.name, name(settings.rule), settings.minimumHistory, settings.minimumWords,
               settings.maximumTargetsPerUser, settings.validationShare, settings.testShare,
               std::bit_cast<std::int64_t>(settings.seed), split.train, split.validation,
               split.test, split.digest, split.created, settings.heldOutLast,
               name(settings.stratum), settings.core, settings.minimumItemUsers,
               name(settings.heldOutItems),
               settings.funnel ? toLine(toJson(*settings.funnel)) : std::string{});
    split.id = SplitId{query.insert()};
    if (settings.validationFrom) {
        Query{connection, "UPDATE splits SET validation_from = ? WHERE id = ?"}
            .with(*settings.validationFrom, split.id)
            .run();
    }
    if (settings.testFrom) {
        Query{connection, "UPDATE splits SET test_from = ? WHERE id = ?"}
            .with(*settings.testFrom, split.id)
            .run();
    }
}

void requireSensible(const SplitSettings& settings)
{
    requireThat(!settings.name.empty(), settings, "the split has no name", "give it one");
    requireThat(settings.minimumHistory >= 0 && settings.minimumWords >= 0 &&
                    settings.maximumTargetsPerUser >= 0 && settings.core >= 0 &&
                    settings.minimumItemUsers >= 0,
                settings, "a count is below 0", "give numbers of 0 or more");
    requireThat(settings.validationShare >= 0 && settings.testShare >= 0 &&
                    settings.validationShare + settings.testShare < 1,
                settings, "the shares leave nothing to train on",
                "give shares of 0 or more that add up to less than 1");
    requireThat(settings.heldOutLast >= 1, settings, "nothing is held out of each user",
                "hold out 1 target or more");
    requireThat(settings.rule == SplitRule::ByTime ||
                    (!settings.validationFrom && !settings.testFrom),
                settings, "another rule than by-time takes no times", "choose the rule by-time");
    requireThat(!settings.validationFrom || !settings.testFrom ||
                    *settings.validationFrom < *settings.testFrom,
                settings, "validation begins behind the test", "give the earlier time first");
    if (settings.funnel) {
        requireSensible(*settings.funnel);
    }
}

} // namespace nextquill::store

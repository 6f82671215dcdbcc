// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/LeakChecks.h"

#include "core/store/Connection.h"
#include "core/store/Project.h"
#include "core/store/Results.h"

#include <fmt/format.h>

namespace nextquill::store {

namespace {

constexpr const char* kindOfResults = "leaks";

/// Other after whatever changes a history or a target.
std::string stateOf(Project& project)
{
    Query query{project.connection(),
                "SELECT reviews, excluded, (SELECT coalesce(max(id), 0) FROM steps WHERE "
                "undone = 0), (SELECT coalesce(max(id), 0) FROM imports) FROM totals"};
    if (!query.next()) {
        return {};
    }
    return fmt::format("{}/{}/{}/{}", query.integer(0), query.integer(1), query.integer(2),
                       query.integer(3));
}

std::int64_t integerIn(const Json& json, const char* key)
{
    const auto found = json.find(key);
    return found != json.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

std::string textIn(const Json& json, const char* key)
{
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

Json toJson(const LeakCheck& check, std::string state)
{
    Json counts = Json::array();
    for (const LeakCount& count : check.counts) {
        counts.push_back({{"kind", count.kind},
                          {"train", count.ofParts[0]},
                          {"validation", count.ofParts[1]},
                          {"test", count.ofParts[2]},
                          {"same_moment", count.sameMoment}});
    }
    return {{"targets", check.targets},
            {"threshold", check.threshold},
            {"run_words", check.runWords},
            {"counts", std::move(counts)},
            {"state", std::move(state)}};
}

} // namespace

void keepLeakCheck(Project& project, const Split& split, const LeakCheck& check)
{
    Results{project}.put(kindOfResults, split.digest, toJson(check, stateOf(project)));
}

std::optional<LeakCheck> leakCheckOf(Project& project, const Split& split)
{
    const auto result = Results{project}.find(kindOfResults, split.digest);
    if (!result || !result->value.is_object()) {
        return std::nullopt;
    }
    const Json& json = result->value;
    const auto threshold = json.find("threshold");
    const auto counts = json.find("counts");
    if (threshold == json.end() || !threshold->is_number() || counts == json.end() ||
        !counts->is_array()) {
        return std::nullopt;
    }
    LeakCheck check{.targets = integerIn(json, "targets"),
                    .threshold = threshold->get<double>(),
                    .runWords = integerIn(json, "run_words"),
                    .counts = {},
                    .time = result->created,
                    .isCurrent = textIn(json, "state") == stateOf(project)};
    for (const Json& count : *counts) {
        if (count.is_object()) {
            check.counts.push_back(
                {.kind = textIn(count, "kind"),
                 .ofParts = {integerIn(count, "train"), integerIn(count, "validation"),
                             integerIn(count, "test")},
                 .sameMoment = integerIn(count, "same_moment")});
        }
    }
    return check;
}

} // namespace nextquill::store

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/HistorySelection.h"

#include "core/base/Error.h"
#include "core/base/Utf8.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace nextquill::text {

namespace {

constexpr std::array<std::pair<SelectionKind, std::string_view>, 4> selectionNames{{
    {SelectionKind::Recent, "recent"},
    {SelectionKind::Words, "bm25"},
    {SelectionKind::Meaning, "embeddings"},
    {SelectionKind::Diverse, "mmr"},
}};

constexpr const char* selectionRemedy = "take recent, bm25, embeddings or mmr";

Error badSelection(const std::string& problem, const std::string& where, const std::string& remedy)
{
    return {ErrorKind::BadInput, problem, where, remedy};
}

bool flagIn(const Json& json, const char* key, const std::string& where)
{
    if (!json.contains(key)) {
        return false;
    }
    if (!json.at(key).is_boolean()) {
        throw badSelection(std::string{key} + " is neither true nor false", where,
                           "write true or false");
    }
    return json.at(key).get<bool>();
}

std::string textIn(const Json& json, const char* key, const std::string& where)
{
    if (!json.contains(key)) {
        return {};
    }
    if (!json.at(key).is_string()) {
        throw badSelection(std::string{key} + " is no text", where, "put it in quotes");
    }
    return json.at(key).get<std::string>();
}

} // namespace

std::string_view name(SelectionKind kind)
{
    for (const auto& [known, name] : selectionNames) {
        if (known == kind) {
            return name;
        }
    }
    return {};
}

std::optional<SelectionKind> selectionNamed(std::string_view name)
{
    for (const auto& [kind, known] : selectionNames) {
        if (known == name) {
            return kind;
        }
    }
    return std::nullopt;
}

void validate(const SelectionRule& rule)
{
    if (!(rule.diversity >= 0 && rule.diversity <= 1)) {
        throw badSelection("the diversity is no number from 0 to 1", "selection of reviews",
                           "0 is relevance alone, 1 unlikeness alone");
    }
    const bool mayHaveEncoder =
        rule.kind == SelectionKind::Meaning || rule.kind == SelectionKind::Diverse;
    if (rule.kind == SelectionKind::Meaning && rule.encoder.empty()) {
        throw badSelection("selection by embeddings needs an encoder", "selection of reviews",
                           "name the folder of one (a MiniLM-class BERT model), or take bm25");
    }
    if (!mayHaveEncoder && !rule.encoder.empty()) {
        throw badSelection("an encoder is given, and " + std::string{name(rule.kind)} +
                               " does not use one",
                           "selection of reviews", "select by embeddings or mmr");
    }
}

OrderedJson toJson(const SelectionRule& rule)
{
    OrderedJson json{{"select", name(rule.kind)}};
    if (rule.kind == SelectionKind::Diverse) {
        json["diversity"] = rule.diversity;
    }
    if (!rule.encoder.empty()) {
        json["encoder"] = rule.encoder;
    }
    if (rule.byTime) {
        json["by_time"] = true;
    }
    if (rule.fill) {
        json["fill"] = true;
    }
    return json;
}

SelectionRule readSelection(const Json& json, const std::string& where)
{
    if (!json.is_object()) {
        throw badSelection("the selection of reviews is no JSON object", where, selectionRemedy);
    }
    constexpr std::array<std::string_view, 5> keys{"select", "diversity", "encoder", "by_time",
                                                   "fill"};
    for (const auto& [key, value] : json.items()) {
        if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
            throw badSelection("the key \"" + escapedForDisplay(key, 40) + "\" is not known", where,
                               "take select, diversity, encoder, by_time and fill");
        }
    }
    const std::string named = textIn(json, "select", where);
    const auto kind = selectionNamed(named);
    if (!kind) {
        throw badSelection("no selection is called \"" + escapedForDisplay(named, 40) + "\"", where,
                           selectionRemedy);
    }
    SelectionRule rule;
    rule.kind = *kind;
    rule.encoder = textIn(json, "encoder", where);
    rule.byTime = flagIn(json, "by_time", where);
    rule.fill = flagIn(json, "fill", where);
    if (json.contains("diversity")) {
        if (!json.at("diversity").is_number()) {
            throw badSelection("diversity is no number", where, "give one from 0 to 1");
        }
        rule.diversity = json.at("diversity").get<double>();
    }
    validate(rule);
    return rule;
}

std::vector<std::size_t> descendingOrder(std::span<const double> scores)
{
    std::vector<std::size_t> order(scores.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [scores](std::size_t left, std::size_t right) {
        return scores[left] > scores[right];
    });
    return order;
}

std::vector<std::size_t>
diverseOrder(std::span<const double> relevance,
             const std::function<double(std::size_t, std::size_t)>& likeness, double diversity,
             std::size_t count)
{
    std::vector<std::size_t> left(relevance.size());
    std::iota(left.begin(), left.end(), std::size_t{0});
    std::vector<double> nearest(relevance.size(), 0); // to those taken
    std::vector<std::size_t> taken;
    while (!left.empty() && taken.size() < count) {
        const auto value = [&](std::size_t index) {
            return (1 - diversity) * relevance[index] - diversity * nearest[index];
        };
        const auto best =
            std::max_element(left.begin(), left.end(), [&value](std::size_t a, std::size_t b) {
                return value(a) < value(b);
            });
        const std::size_t chosen = *best;
        left.erase(best);
        for (const std::size_t other : left) {
            const double alike = likeness(chosen, other);
            nearest[other] = taken.empty() ? alike : std::max(nearest[other], alike);
        }
        taken.push_back(chosen);
    }
    return taken;
}

} // namespace nextquill::text

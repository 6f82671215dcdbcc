// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::text {

/// By what the past reviews of a prompt are chosen.
enum class SelectionKind {
    Recent,  ///< the newest: the authors' way
    Words,   ///< most alike in words to what is asked for: BM25
    Meaning, ///< most alike in meaning: cosine of an encoder's embeddings
    Diverse  ///< alike to what is asked for, and unlike each other: maximal marginal relevance
};

[[nodiscard]] std::string_view name(SelectionKind kind); ///< "recent", "bm25", "embeddings", "mmr"
[[nodiscard]] std::optional<SelectionKind> selectionNamed(std::string_view name);

/// How a prompt's history is chosen, put in order and cut to the budget: data of a project, of a
/// run and of a command.
///
/// Reviews are ranked, at most the budget's number of them is taken from the best downwards, and
/// they stand in the prompt in that order. What is asked for is the item with its description and
/// the title of the review to write; its text is never looked at.
struct SelectionRule
{
    SelectionKind kind = SelectionKind::Recent;
    double diversity = 0.5; ///< Diverse: weight of unlikeness, 0 to 1
    std::string encoder;    ///< Meaning, and Diverse where there is one: folder of a model
    bool byTime = false;    ///< those chosen stand newest first, whatever their rank
    bool fill = false;      ///< a review that has no room is passed over, a later one may have it;
                            ///< else it ends the list

    bool operator==(const SelectionRule&) const = default;
};

/// Throws Error(BadInput) when the rule needs an encoder and has none, or has one in vain.
void validate(const SelectionRule& rule);

/// {"select", "diversity", "encoder", "by_time", "fill"}; what says nothing of the kind is left
/// out.
[[nodiscard]] OrderedJson toJson(const SelectionRule& rule);

/// The same back. Throws Error(BadInput) with the key for one that is not known or a value of the
/// wrong kind.
[[nodiscard]] SelectionRule readSelection(const Json& json, const std::string& where);

/// Maximal marginal relevance: indices of the first `count` in the order in which they are taken,
/// each the one with the highest (1 - diversity) · relevance - diversity · (likeness to the most
/// alike of those taken before). Of equal ones the first.
///
/// Source  J. Carbonell, J. Goldstein, SIGIR 1998
[[nodiscard]] std::vector<std::size_t>
diverseOrder(std::span<const double> relevance,
             const std::function<double(std::size_t, std::size_t)>& likeness, double diversity,
             std::size_t count);

/// Indices from the highest to the lowest; of equal ones the first comes first.
[[nodiscard]] std::vector<std::size_t> descendingOrder(std::span<const double> scores);

} // namespace nextquill::text

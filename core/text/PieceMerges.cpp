// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/PieceMerges.h"

#include "core/base/Error.h"
#include "core/base/Utf8.h"
#include "core/text/TokenTable.h"

#include <algorithm>
#include <functional>

namespace nextquill::text {

namespace {

TokenTable tableOf(std::span<const std::string> pieces)
{
    TokenTable table{pieces.size()};
    for (std::size_t id = 0; id < pieces.size(); ++id) {
        if (!pieces[id].empty()) {
            (void)table.insert(pieces[id], static_cast<TokenId>(id));
        }
    }
    return table;
}

std::string shown(std::string_view text)
{
    return '"' + escapedForDisplay(text, 60) + '"';
}

/// The ranks of pieces: how many different scores are higher.
std::vector<std::uint32_t> ranksOf(std::span<const double> scores)
{
    std::vector<double> distinct(scores.begin(), scores.end());
    std::ranges::sort(distinct, std::greater{});
    distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
    std::vector<std::uint32_t> ranks;
    ranks.reserve(scores.size());
    for (const double score : scores) {
        const auto place = std::ranges::lower_bound(distinct, score, std::greater{});
        ranks.push_back(static_cast<std::uint32_t>(place - distinct.begin()));
    }
    return ranks;
}

} // namespace

std::vector<Merge>
namedMerges(std::span<const std::string> pieces,
            std::span<const std::pair<std::string_view, std::string_view>> halves,
            const std::string& where)
{
    const TokenTable table = tableOf(pieces);
    std::vector<Merge> merges;
    merges.reserve(halves.size());
    std::string both;
    for (const auto& [left, right] : halves) {
        both.assign(left).append(right);
        const auto leftId = table.find(left);
        const auto rightId = table.find(right);
        const auto result = table.find(both);
        if (!leftId || !rightId || !result) {
            throw Error{ErrorKind::BadInput,
                        "merge " + std::to_string(merges.size()) + ", " + shown(left) + " and " +
                            shown(right) + ", names a piece that is not in the vocabulary",
                        where, "download the model again"};
        }
        merges.push_back({.left = *leftId,
                          .right = *rightId,
                          .result = *result,
                          .rank = static_cast<std::uint32_t>(merges.size())});
    }
    return merges;
}

std::vector<Merge> scoredMerges(std::span<const std::string> pieces, std::span<const double> scores)
{
    const TokenTable table = tableOf(pieces);
    const std::vector<std::uint32_t> ranks = ranksOf(scores);
    std::vector<Merge> merges;
    for (std::size_t id = 0; id < pieces.size(); ++id) {
        const std::string_view piece = pieces[id];
        for (std::size_t cut = 0; cut < piece.size();) {
            (void)nextCodePoint(piece, cut);
            if (cut >= piece.size()) {
                break;
            }
            const auto left = table.find(piece.substr(0, cut));
            const auto right = left ? table.find(piece.substr(cut)) : std::nullopt;
            if (right) {
                merges.push_back({.left = *left,
                                  .right = *right,
                                  .result = static_cast<TokenId>(id),
                                  .rank = ranks[id]});
            }
        }
    }
    std::ranges::stable_sort(merges, {}, &Merge::rank);
    return merges;
}

std::vector<double> scoresOf(std::span<const Merge> merges, std::size_t pieces)
{
    std::vector<const Merge*> byRank;
    byRank.reserve(merges.size());
    for (const Merge& merge : merges) {
        byRank.push_back(&merge);
    }
    std::ranges::stable_sort(byRank, {}, &Merge::rank);
    std::vector<double> scores(pieces, 0);
    double next = -1;
    for (const Merge* merge : byRank) {
        double& score = scores[static_cast<std::size_t>(merge->result)];
        if (score == 0) {
            score = next--;
        }
    }
    return scores;
}

} // namespace nextquill::text

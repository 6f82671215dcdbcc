// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/EffectSummary.h"

#include "core/curate/WordClass.h"
#include "core/workflow/PreferencePhrases.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <numbers>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace nextquill::workflow {

namespace {

/// "1", "2", "3 to 4", "5 to 8": the bin that ends with 2^bin.
std::string positionName(std::size_t bin)
{
    const std::size_t last = std::size_t{1} << bin;
    const std::size_t first = last / 2 + 1;
    return first >= last ? fmt::format("{}", last) : fmt::format("{} to {}", first, last);
}

/// The bin of a token's position, which counts from 0.
std::size_t positionBin(std::size_t position)
{
    return static_cast<std::size_t>(std::bit_width(position));
}

std::string_view withoutSpace(std::string_view text)
{
    constexpr std::string_view space = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(space);
    return begin == std::string_view::npos
               ? std::string_view{}
               : text.substr(begin, text.find_last_not_of(space) - begin + 1);
}

/// A group while its tokens come in, text by text.
class GroupTally
{
public:
    /// Tokens of one text after the other.
    void add(const MeasuredText& text, const store::KeptToken& token, double threshold)
    {
        if (m_places.empty() || m_places.back().example != text.example) {
            m_places.push_back({.example = text.example});
            m_highest.reset();
        }
        EffectPlace& place = m_places.back();
        const double pce = pceOf(token);
        ++place.tokens;
        place.pce += pce;
        place.bits += bitsOf(token);
        m_above += pce > threshold ? 1 : 0;
        if (token.bytes && (!m_highest || pce > *m_highest)) {
            m_highest = pce;
            place.bytes = *token.bytes;
        }
    }

    [[nodiscard]] double sumOfPce() const
    {
        double sum = 0;
        for (const EffectPlace& place : m_places) {
            sum += place.pce;
        }
        return sum;
    }
    [[nodiscard]] std::int64_t above() const { return m_above; }
    [[nodiscard]] bool isEmpty() const { return m_places.empty(); }

    [[nodiscard]] EffectGroup group(std::string name, std::uint64_t seed) &&
    {
        for (EffectPlace& place : m_places) {
            place.pce /= static_cast<double>(place.tokens);
        }
        EffectGroup group{.name = std::move(name), .places = std::move(m_places)};
        group.texts = static_cast<std::int64_t>(group.places.size());
        complete(group, m_above, seed);
        std::ranges::stable_sort(group.places, std::ranges::greater{}, &EffectPlace::pce);
        return group;
    }

private:
    std::vector<EffectPlace> m_places; ///< pce: their sum
    std::int64_t m_above = 0;
    std::optional<double> m_highest; ///< PCE in the last place
};

/// Goes through the texts once and sorts their tokens into groups.
class Summary
{
public:
    explicit Summary(const SummaryRules& rules)
        : m_rules{rules}
    {
    }

    void add(const MeasuredText& text)
    {
        const curate::WordClasses classes{text.text};
        for (std::size_t t = 0; t < text.tokens.size(); ++t) {
            const store::KeptToken& token = text.tokens[t];
            m_all.add(text, token, m_rules.threshold);
            m_users[text.user].add(text, token, m_rules.threshold);
            m_userNames[text.user] = text.userName;
            const std::size_t bin = positionBin(t);
            m_positions.resize(std::max(m_positions.size(), bin + 1));
            m_positions[bin].add(text, token, m_rules.threshold);
            if (!token.bytes) {
                m_end.add(text, token, m_rules.threshold);
                continue;
            }
            m_classes[static_cast<std::size_t>(classes.of(*token.bytes))].add(text, token,
                                                                              m_rules.threshold);
            const std::string_view written = withoutSpace(
                std::string_view{text.text}.substr(token.bytes->begin, token.bytes->size()));
            if (m_rules.longest > 0 && !written.empty()) {
                m_tokens[std::string{written}].add(text, token, m_rules.threshold);
            }
        }
    }

    [[nodiscard]] EffectSummary take(const StopToken& stop)
    {
        EffectSummary summary{.threshold = m_rules.threshold};
        summary.all = std::move(m_all).group("all texts", m_rules.seed);
        for (std::size_t bin = 0; bin < m_positions.size(); ++bin) {
            summary.positions.push_back(
                std::move(m_positions[bin]).group(positionName(bin), m_rules.seed));
        }
        takeClasses(summary);
        takeUsers(summary, stop);
        takeTokens(summary, stop);
        return summary;
    }

private:
    void takeClasses(EffectSummary& summary)
    {
        for (const curate::WordClass wordClass : curate::allWordClasses) {
            GroupTally& tally = m_classes[static_cast<std::size_t>(wordClass)];
            if (!tally.isEmpty()) {
                summary.classes.push_back(
                    std::move(tally).group(std::string{nameOf(wordClass)}, m_rules.seed));
            }
        }
        if (!m_end.isEmpty()) {
            summary.classes.push_back(std::move(m_end).group("end of the text", m_rules.seed));
        }
    }

    void takeUsers(EffectSummary& summary, const StopToken& stop)
    {
        for (auto& [user, tally] : m_users) {
            stopPoint(stop);
            summary.users.push_back(std::move(tally).group(m_userNames[user], m_rules.seed));
            summary.users.back().user = user;
        }
        std::ranges::stable_sort(summary.users, std::ranges::greater{},
                                 [](const EffectGroup& group) { return group.pce.mean; });
    }

    void takeTokens(EffectSummary& summary, const StopToken& stop)
    {
        std::vector<std::pair<double, std::string>> order;
        for (const auto& [written, tally] : m_tokens) {
            if (tally.above() > 0) {
                order.emplace_back(-tally.sumOfPce(), written);
            }
        }
        std::ranges::sort(order);
        if (order.size() > m_rules.longest) {
            summary.tokensLeftOut = static_cast<std::int64_t>(order.size() - m_rules.longest);
            order.resize(m_rules.longest);
        }
        for (const auto& [sum, written] : order) {
            stopPoint(stop);
            summary.tokens.push_back(std::move(m_tokens[written]).group(written, m_rules.seed));
        }
    }

    const SummaryRules& m_rules;
    GroupTally m_all;
    GroupTally m_end;
    std::vector<GroupTally> m_positions;
    std::array<GroupTally, curate::allWordClasses.size()> m_classes;
    std::map<UserId, GroupTally> m_users;
    std::map<UserId, std::string> m_userNames;
    std::unordered_map<std::string, GroupTally> m_tokens;
};

} // namespace

EffectSummary summarize(std::span<const MeasuredText> texts, const SummaryRules& rules,
                        const StopToken& stop)
{
    Summary tally{rules};
    for (const MeasuredText& text : texts) {
        stopPoint(stop);
        tally.add(text);
    }
    EffectSummary summary = tally.take(stop);
    if (rules.longest > 0) {
        summary.phrases = preferencePhrases(texts, rules, stop, summary.phrasesLeftOut);
    }
    return summary;
}

std::vector<EffectGroup> phrasesOf(std::span<const MeasuredText> texts, UserId user,
                                   const SummaryRules& rules, const StopToken& stop)
{
    std::vector<MeasuredText> own;
    std::ranges::copy_if(texts, std::back_inserter(own),
                         [user](const MeasuredText& text) { return text.user == user; });
    std::int64_t leftOut = 0;
    return preferencePhrases(own, rules, stop, leftOut);
}

} // namespace nextquill::workflow

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/SplitTargets.h"

#include "core/base/Digest.h"
#include "core/store/Connection.h"
#include "core/store/HistoryRule.h"
#include "core/store/Project.h"
#include "core/store/ReviewGraph.h"
#include "core/store/ReviewQuery.h"
#include "core/store/funnel/FunnelRun.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <fmt/format.h>
#include <memory>

namespace nextquill::store {

namespace {

constexpr std::int64_t reviewsOfReport = 4'096;

void addField(Digest& digest, std::string_view field)
{
    digest.add(fmt::format("{}:", field.size()));
    digest.add(field);
}

/// The reviews that may be targets, where settings leave some out by more than a look at the review
/// itself.
class TargetChoice
{
public:
    TargetChoice(Project& project, const SplitSettings& settings, const StopToken& stop,
                 Progress& progress)
    {
        if (!settings.funnel && settings.core == 0 && settings.minimumItemUsers == 0) {
            return;
        }
        progress.report({.done = 0, .total = 0, .stage = "reading users and items"});
        m_graph = std::make_unique<ReviewGraph>(loadReviewGraph(project.connection()));
        m_chosen.assign(m_graph->size(), true);
        keepItemsWith(*m_graph, m_chosen, settings.minimumItemUsers);
        if (settings.funnel) {
            FunnelRun run{project, *m_graph, stop, progress};
            for (const FunnelStep& step : settings.funnel->steps) {
                run.keep(step, m_chosen);
            }
        }
        if (settings.core > 0) {
            keepCore(*m_graph, m_chosen, settings.core, stop);
        }
    }

    [[nodiscard]] bool has(std::int64_t review) const
    {
        if (!m_graph) {
            return true;
        }
        const std::size_t at = m_graph->indexOf(review);
        return at < m_graph->size() && m_chosen[at];
    }

private:
    std::unique_ptr<ReviewGraph> m_graph; ///< none: all
    ReviewSubset m_chosen;
};

std::int32_t yearOf(std::int64_t milliseconds)
{
    const std::chrono::sys_time time{std::chrono::milliseconds{milliseconds}};
    return static_cast<int>(
        std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(time)}.year());
}

std::int32_t powerOf(std::int64_t count)
{
    return static_cast<std::int32_t>(
        std::bit_width(static_cast<std::uint64_t>(std::max<std::int64_t>(0, count))));
}

/// What both statements give; that without texts has nothing from `key` on.
namespace splitColumn {
constexpr int review = 0; // as reviewColumns() has them
constexpr int user = 1;
constexpr int item = 2;
constexpr int rating = 3;
constexpr int title = 4;
constexpr int text = 5;
constexpr int time = 6;
constexpr int words = 8;
constexpr int userName = 9;
constexpr int key = 10;
constexpr int asin = 11;
constexpr int itemTitle = 12;
constexpr int itemDescription = 13;
} // namespace splitColumn

/// Collects targets from reviews that come by user and time.
class TargetCollector
{
public:
    TargetCollector(const SplitSettings& settings, const TargetChoice& choice, bool withTexts)
        : m_settings{settings}
        , m_choice{choice}
        , m_withTexts{withTexts}
    {
    }

    void add(const Query& row)
    {
        if (!m_any || row.integer(splitColumn::user) != m_user) {
            finishUser();
            m_any = true;
            m_user = row.integer(splitColumn::user);
            m_time = row.integer(splitColumn::time);
            m_history = sha256(row.text(splitColumn::userName));
            m_userKey = drawKey(m_history);
        }
        if (isHistory(m_time, row.integer(splitColumn::time))) {
            finishMoment();
            m_time = row.integer(splitColumn::time);
        }
        m_moment.push_back(candidate(row));
    }

    CollectedTargets finish()
    {
        finishUser();
        return std::move(m_collected);
    }

private:
    struct Candidate
    {
        SplitTarget target;
        std::int64_t words = 0;
    };

    [[nodiscard]] Candidate candidate(const Query& row) const
    {
        Candidate made{.target = {.review = row.integer(splitColumn::review),
                                  .user = m_user,
                                  .item = row.integer(splitColumn::item),
                                  .time = m_time,
                                  .userKey = m_userKey,
                                  .stratum = stratumOf(row)},
                       .words = row.integer(splitColumn::words)};
        if (m_withTexts) {
            made.target.key = drawKey(row.text(splitColumn::key));
            made.target.digest = digestOf(row);
        }
        return made;
    }

    [[nodiscard]] std::int32_t stratumOf(const Query& row) const
    {
        switch (m_settings.stratum) {
        case SplitStratum::Rating:
            return static_cast<std::int32_t>(
                std::lround(100 * std::clamp(row.real(splitColumn::rating), -1e6, 1e6)));
        case SplitStratum::Length:
            return powerOf(row.integer(splitColumn::words));
        case SplitStratum::Year:
            return yearOf(m_time);
        case SplitStratum::Activity:
            break; // known when the user ends
        }
        return 0;
    }

    /// Of one example: of the review and of all that its user wrote before, in linear time.
    [[nodiscard]] DigestBytes digestOf(const Query& row) const
    {
        Digest digest;
        digest.add(m_history);
        addField(digest, std::to_string(row.integer(splitColumn::time)));
        for (const int field :
             {splitColumn::asin, splitColumn::itemTitle, splitColumn::itemDescription,
              splitColumn::rating, splitColumn::title, splitColumn::text}) {
            addField(digest, row.text(field));
        }
        return bytesOfDigits(digest.hex());
    }

    /// Reviews of one time have the same history. Among themselves they are ordered by what they
    /// say, not by row id: which one is the last does not depend on the order of import.
    void finishMoment()
    {
        Digest digest;
        if (m_withTexts) {
            std::ranges::sort(m_moment, {},
                              [](const Candidate& made) { return made.target.digest; });
            digest.add(m_history);
        }
        for (const Candidate& made : m_moment) {
            if (m_withTexts) {
                digest.add(digitsOf(made.target.digest));
            }
            choose(made);
        }
        m_history = m_withTexts ? digest.hex() : std::string{};
        m_earlier += static_cast<std::int64_t>(m_moment.size());
        m_moment.clear();
    }

    void choose(const Candidate& made)
    {
        SplitPreview& left = m_collected.left;
        if (m_earlier < m_settings.minimumHistory) {
            ++left.shortHistory;
        } else if (made.words < m_settings.minimumWords) {
            ++left.shortText;
        } else if (!m_choice.has(made.target.review)) {
            ++left.notChosen;
        } else {
            m_ofUser.push_back(made.target);
        }
    }

    void finishUser()
    {
        finishMoment();
        const auto most = static_cast<std::size_t>(m_settings.maximumTargetsPerUser);
        const std::size_t drop =
            most > 0 && m_ofUser.size() > most ? m_ofUser.size() - most : std::size_t{0};
        for (std::size_t i = drop; i < m_ofUser.size(); ++i) {
            if (m_settings.stratum == SplitStratum::Activity) {
                m_ofUser[i].stratum = powerOf(m_earlier);
            }
            m_collected.targets.push_back(m_ofUser[i]);
        }
        m_collected.left.beyondMaximum += static_cast<std::int64_t>(drop);
        m_collected.left.users += m_ofUser.empty() ? 0 : 1;
        m_ofUser.clear();
        m_earlier = 0;
    }

    const SplitSettings& m_settings;
    const TargetChoice& m_choice;
    bool m_withTexts;
    bool m_any = false;
    std::int64_t m_user = 0;
    std::uint64_t m_userKey = 0;
    std::int64_t m_time = 0;
    std::int64_t m_earlier = 0;      ///< reviews of this user before `m_time`
    std::string m_history;           ///< digest of these
    std::vector<Candidate> m_moment; ///< reviews of this user at `m_time`
    std::vector<SplitTarget> m_ofUser;
    CollectedTargets m_collected;
};

/// `skip` tells of a row whether it is not to be looked at.
template<typename Skip>
CollectedTargets collect(Project& project, const SplitSettings& settings,
                         const std::string& statement, bool withTexts, const Skip& skip,
                         const StopToken& stop, Progress& progress)
{
    Connection& connection = project.connection();
    const TargetChoice choice{project, settings, stop, progress};
    std::int64_t total = 0;
    {
        Query totals{connection, "SELECT reviews FROM totals WHERE id = 1"};
        total = totals.next() ? totals.integer(0) : 0;
    }
    TargetCollector collector{settings, choice, withTexts};
    Query query{connection, statement};
    for (std::int64_t done = 0; query.next(); ++done) {
        if (done % reviewsOfReport == 0) {
            stopPoint(stop);
            progress.report({.done = done, .total = total, .stage = "reading reviews"});
        }
        if (!skip(query)) {
            collector.add(query);
        }
    }
    return collector.finish();
}

} // namespace

CollectedTargets collectTargets(Project& project, const SplitSettings& settings,
                                const StopToken& stop, Progress& progress)
{
    return collect(
        project, settings,
        "SELECT " + reviewColumns() +
            ", r.words, u.name, hex(substr(r.content, 1, 8)), i.asin, i.title, i.description "
            "FROM reviews r JOIN users u ON u.id = r.user_id JOIN items i ON i.id = r.item_id "
            "WHERE r.excluded = 0 ORDER BY r.user_id, r.time, r.id",
        true, [](const Query& /*row*/) { return false; }, stop, progress);
}

CollectedTargets countTargets(Project& project, const SplitSettings& settings,
                              const StopToken& stop, Progress& progress)
{
    // The item is in no index beside time and words: it is read only where it counts. Nor is what
    // is excluded.
    const bool needsItems = settings.heldOutItems != SplitItems::Any;
    const ReviewsOut out{project.connection()};
    return collect(
        project, settings,
        std::string{"SELECT r.id, r.user_id, "} + (needsItems ? "r.item_id" : "0") +
            ", r.rating, '', '', r.time, 0, r.words, u.name FROM reviews r "
            "CROSS JOIN users u ON u.id = r.user_id ORDER BY r.user_id, r.time, r.id",
        false, [&out](const Query& row) { return out.has(row.integer(splitColumn::review)); }, stop,
        progress);
}

} // namespace nextquill::store

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/SplitReasons.h"

#include "core/base/Counted.h"
#include "core/store/HistoryRule.h"
#include "core/store/Project.h"
#include "core/store/SplitRows.h"

#include <fmt/format.h>

namespace nextquill::store {

namespace {

Split splitOfId(Project& project, SplitId id)
{
    Query query{project.connection(), splitSelection() + "WHERE id = ?"};
    query.with(id);
    return query.next() ? splitFrom(query) : Split{};
}

/// Whether the same targets would have the same parts.
bool assignAlike(const SplitSettings& a, const SplitSettings& b)
{
    return a.rule == b.rule && a.validationShare == b.validationShare &&
           a.testShare == b.testShare && a.seed == b.seed && a.heldOutLast == b.heldOutLast &&
           a.stratum == b.stratum && a.validationFrom == b.validationFrom &&
           a.testFrom == b.testFrom;
}

/// What is left when nothing else explains it; empty where the settings choose in no such way.
std::string leftOutByChoice(const SplitSettings& settings)
{
    const bool hasCore = settings.core > 0;
    const bool hasItems = settings.minimumItemUsers > 0;
    if (settings.funnel && !hasCore && !hasItems) {
        return "its funnel leaves it out";
    }
    if (hasCore && !settings.funnel && !hasItems) {
        return fmt::format("not in the {}-core", settings.core);
    }
    if (hasItems && !settings.funnel && !hasCore) {
        return fmt::format("fewer than {} reviewed its item",
                           counted(settings.minimumItemUsers, "user", "users"));
    }
    return settings.funnel || hasCore || hasItems
               ? "left out by its funnel, its core or its least number of users of an item"
               : "";
}

} // namespace

SplitReasons::SplitReasons(Project& project, SplitId before, SplitId after)
    : m_project{project}
    , m_before{splitOfId(project, before)}
    , m_after{splitOfId(project, after)}
    , m_facts{project.connection(),
              "SELECT r.excluded, r.words, r.time, r.user_id, i.started FROM reviews r "
              "JOIN imports i ON i.id = r.import_id WHERE r.id = ?"}
    , m_earlier{project.connection(),
                std::string{"SELECT count(*) FROM reviews r WHERE "} + historyCondition}
    , m_newestStep{project.connection(),
                   "SELECT c.field, c.after FROM step_changes c JOIN steps s ON s.id = c.step_id "
                   "WHERE c.review_id = ? AND s.undone = 0 AND s.time > ? "
                   "ORDER BY s.id DESC LIMIT 1"}
    , m_ofUser{project.connection(),
               "SELECT count(*), coalesce(min(r.time), 0) FROM split_examples e "
               "JOIN reviews r ON r.id = e.review_id WHERE e.split_id = ? AND r.user_id = ?"}
    , m_changesOfUser{project.connection(),
                      "SELECT EXISTS (SELECT 1 FROM reviews r JOIN imports i ON i.id = r.import_id "
                      "WHERE r.user_id = ?1 AND i.started > ?2) OR EXISTS (SELECT 1 FROM reviews r "
                      "JOIN step_changes c ON c.review_id = r.id JOIN steps s ON s.id = c.step_id "
                      "WHERE r.user_id = ?1 AND s.time > ?2)"}
{
}

std::string SplitReasons::of(const SplitChange& change)
{
    if (!change.before) {
        return whyAbsent(m_before, m_after, change.review);
    }
    if (!change.after) {
        return whyAbsent(m_after, m_before, change.review);
    }
    return assignAlike(m_before.settings, m_after.settings) ? "other targets came in or went out"
                                                            : "another rule, seed or share";
}

SplitReasons::Facts SplitReasons::factsOf(ReviewId review)
{
    Facts facts;
    if (m_facts.with(review).next()) {
        facts = {.out = m_facts.integer(0),
                 .words = m_facts.integer(1),
                 .time = m_facts.integer(2),
                 .user = m_facts.integer(3),
                 .imported = m_facts.integer(4)};
        if (m_earlier.with(facts.user, facts.time).next()) {
            facts.earlier = m_earlier.integer(0);
        }
    }
    return facts;
}

std::string SplitReasons::whyAbsent(const Split& from, const Split& other, ReviewId review)
{
    const Facts facts = factsOf(review);
    const bool isOlder = from.created < other.created;
    if (isOlder) {
        if (std::string reason = cameLater(from, facts, review); !reason.empty()) {
            return reason;
        }
    } else if (facts.out > 0) {
        return facts.out > 1 ? "it was deleted" : "it was excluded";
    }
    if (std::string reason = refusedBy(from, facts); !reason.empty()) {
        return reason;
    }
    return isOlder && userChangedSince(from, facts) ? "other reviews of its user changed since"
                                                    : "not known: the data changed in between";
}

/// What an older split could not know.
std::string SplitReasons::cameLater(const Split& from, const Facts& facts, ReviewId review)
{
    if (from.created == 0) {
        return {}; // before times were kept
    }
    if (facts.imported > from.created) {
        return "it was imported since";
    }
    if (m_newestStep.with(review, from.created).next()) {
        return m_newestStep.text(0) == "excluded"
                   ? "it was included again since"
                   : "its " + m_newestStep.text(0) + " was edited since";
    }
    return {};
}

/// What of a split's settings leaves the review out as it is now.
std::string SplitReasons::refusedBy(const Split& from, const Facts& facts)
{
    const SplitSettings& settings = from.settings;
    if (facts.words < settings.minimumWords) {
        return fmt::format("{}, fewer than {}", counted(facts.words, "word", "words"),
                           settings.minimumWords);
    }
    if (facts.earlier < settings.minimumHistory) {
        return fmt::format("{}, fewer than {}",
                           counted(facts.earlier, "earlier review", "earlier reviews"),
                           settings.minimumHistory);
    }
    if (isBeyondMaximum(from, facts)) {
        return fmt::format("older than the user's {}", counted(settings.maximumTargetsPerUser,
                                                               "newest target", "newest targets"));
    }
    if (std::string reason = leftOutByChoice(settings); !reason.empty()) {
        return reason;
    }
    if (settings.heldOutItems != SplitItems::Any) {
        return settings.heldOutItems == SplitItems::Seen ? "no training target is about its item"
                                                         : "a training target is about its item";
    }
    return {};
}

bool SplitReasons::isBeyondMaximum(const Split& from, const Facts& facts)
{
    const std::int64_t most = from.settings.maximumTargetsPerUser;
    return most > 0 && m_ofUser.with(from.id, facts.user).next() && m_ofUser.integer(0) >= most &&
           m_ofUser.integer(1) >= facts.time;
}

bool SplitReasons::userChangedSince(const Split& from, const Facts& facts)
{
    return from.created > 0 && m_changesOfUser.with(facts.user, from.created).next() &&
           m_changesOfUser.integer(0) != 0;
}

} // namespace nextquill::store

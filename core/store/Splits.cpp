// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/Splits.h"

#include "core/base/Digest.h"
#include "core/base/Error.h"
#include "core/store/Connection.h"
#include "core/store/HistoryRule.h"
#include "core/store/Project.h"
#include "core/store/SplitPlan.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <fmt/format.h>

namespace nextquill::store {

namespace {

constexpr std::array<std::string_view, 3> ruleNames{"leave-last-out", "by-user", "by-time"};
constexpr std::array<std::string_view, 3> partNames{"train", "validation", "test"};

const std::string splitColumns =
    "SELECT id, name, rule, minimum_history, minimum_words, maximum_targets, validation_share, "
    "test_share, seed, train, validation, test, digest, frozen FROM splits ";

SplitRule ruleNamed(const std::string& name)
{
    for (std::size_t i = 0; i < ruleNames.size(); ++i) {
        if (ruleNames[i] == name) {
            return static_cast<SplitRule>(i);
        }
    }
    throw Error{ErrorKind::Unsupported, "the split's rule \"" + name + "\" is not known", "splits",
                "update NextQuill"};
}

Split splitFrom(const Query& query)
{
    return {.id = SplitId{query.integer(0)},
            .settings = {.name = query.text(1),
                         .rule = ruleNamed(query.text(2)),
                         .minimumHistory = static_cast<int>(query.integer(3)),
                         .minimumWords = query.integer(4),
                         .maximumTargetsPerUser = query.integer(5),
                         .validationShare = query.real(6),
                         .testShare = query.real(7),
                         .seed = std::bit_cast<std::uint64_t>(query.integer(8))},
            .train = query.integer(9),
            .validation = query.integer(10),
            .test = query.integer(11),
            .digest = query.text(12),
            .frozen = query.integer(13) != 0};
}

void requireSensible(const SplitSettings& settings)
{
    const double heldOut = settings.validationShare + settings.testShare;
    if (settings.name.empty() || settings.minimumHistory < 0 || settings.minimumWords < 0 ||
        settings.maximumTargetsPerUser < 0 || !(settings.validationShare >= 0) ||
        !(settings.testShare >= 0) || !(heldOut < 1)) {
        throw Error{ErrorKind::BadInput, "the split's settings make no sense", settings.name,
                    "give it a name, numbers of 0 or more and shares that leave some to train"};
    }
}

void addField(Digest& digest, std::string_view field)
{
    digest.add(fmt::format("{}:", field.size()));
    digest.add(field);
}

/// Collects targets from reviews that come by user and time.
class TargetCollector
{
public:
    explicit TargetCollector(const SplitSettings& settings)
        : m_settings{settings}
    {
    }

    /// Row: id, user, time, words, user's name, item's key, title and description, rating, title,
    /// text.
    void add(const Query& row)
    {
        if (!m_any || row.integer(1) != m_user) {
            finishUser();
            m_any = true;
            m_user = row.integer(1);
            m_time = row.integer(2);
            m_history = sha256(row.text(4));
        }
        if (isHistory(m_time, row.integer(2))) {
            finishMoment();
            m_time = row.integer(2);
        }
        m_moment.push_back(
            {.target = {row.integer(0), m_user, m_time, digestOf(row)}, .words = row.integer(3)});
    }

    std::vector<SplitTarget> finish()
    {
        finishUser();
        return std::move(m_targets);
    }

private:
    struct Candidate
    {
        SplitTarget target;
        std::int64_t words = 0;
    };

    /// Of one example: of the review and of all that its user wrote before, in linear time.
    [[nodiscard]] std::string digestOf(const Query& row) const
    {
        Digest digest;
        digest.add(m_history);
        addField(digest, std::to_string(row.integer(2)));
        for (int column = 5; column <= 10; ++column) {
            addField(digest, row.text(column));
        }
        return digest.hex();
    }

    /// Reviews of one time have the same history. Among themselves they are ordered by what they
    /// say, not by row id: which one is the last does not depend on the order of import.
    void finishMoment()
    {
        std::ranges::sort(m_moment, {},
                          [](const Candidate& candidate) { return candidate.target.digest; });
        Digest digest;
        digest.add(m_history);
        for (Candidate& candidate : m_moment) {
            digest.add(candidate.target.digest);
            if (m_earlier >= m_settings.minimumHistory &&
                candidate.words >= m_settings.minimumWords) {
                m_ofUser.push_back(std::move(candidate.target));
            }
        }
        m_history = digest.hex();
        m_earlier += static_cast<std::int64_t>(m_moment.size());
        m_moment.clear();
    }

    void finishUser()
    {
        finishMoment();
        const auto most = static_cast<std::size_t>(m_settings.maximumTargetsPerUser);
        const std::size_t drop =
            most > 0 && m_ofUser.size() > most ? m_ofUser.size() - most : std::size_t{0};
        for (std::size_t i = drop; i < m_ofUser.size(); ++i) {
            m_targets.push_back(std::move(m_ofUser[i]));
        }
        m_ofUser.clear();
        m_earlier = 0;
    }

    const SplitSettings& m_settings;
    bool m_any = false;
    std::int64_t m_user = 0;
    std::int64_t m_time = 0;
    std::int64_t m_earlier = 0;      ///< reviews of this user before `m_time`
    std::string m_history;           ///< digest of these
    std::vector<Candidate> m_moment; ///< reviews of this user at `m_time`
    std::vector<SplitTarget> m_ofUser;
    std::vector<SplitTarget> m_targets;
};

std::vector<SplitTarget> collect(Connection& connection, const SplitSettings& settings)
{
    TargetCollector collector{settings};
    Query query{connection,
                "SELECT r.id, r.user_id, r.time, r.words, u.name, i.asin, i.title, i.description, "
                "r.rating, x.title, x.text FROM reviews r JOIN texts x ON x.id = r.id "
                "JOIN users u ON u.id = r.user_id JOIN items i ON i.id = r.item_id "
                "WHERE r.excluded = 0 ORDER BY r.user_id, r.time, r.id"};
    while (query.next()) {
        collector.add(query);
    }
    return collector.finish();
}

void insert(Connection& connection, Split& split, const std::vector<SplitTarget>& targets)
{
    const SplitSettings& settings = split.settings;
    Query query{connection,
                "INSERT INTO splits (name, rule, minimum_history, minimum_words, maximum_targets, "
                "validation_share, test_share, seed, train, validation, test, digest) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};
    query.with(settings.name, name(settings.rule), settings.minimumHistory, settings.minimumWords,
               settings.maximumTargetsPerUser, settings.validationShare, settings.testShare,
               std::bit_cast<std::int64_t>(settings.seed), split.train, split.validation,
               split.test, split.digest);
    split.id = SplitId{query.insert()};
    Query example{connection, "INSERT INTO split_examples VALUES (?, ?, ?)"};
    for (const SplitTarget& target : targets) {
        example.with(split.id, target.part, target.review).run();
    }
}

void countParts(Split& split, const std::vector<SplitTarget>& targets)
{
    for (const SplitTarget& target : targets) {
        split.train += target.part == SplitPart::Train ? 1 : 0;
        split.validation += target.part == SplitPart::Validation ? 1 : 0;
        split.test += target.part == SplitPart::Test ? 1 : 0;
    }
    if (split.train == 0) {
        throw Error{ErrorKind::BadInput, "the settings leave nothing to train on",
                    "split " + split.settings.name,
                    "ask for fewer earlier reviews or fewer words, or import more histories"};
    }
}

} // namespace

std::string_view name(SplitRule rule)
{
    return ruleNames.at(static_cast<std::size_t>(rule));
}

std::string_view name(SplitPart part)
{
    return partNames.at(static_cast<std::size_t>(part));
}

Split Splits::create(const SplitSettings& settings)
{
    requireSensible(settings);
    Connection& connection = m_project.connection();
    Transaction transaction{connection};
    const auto old = find(settings.name);
    if (old && old->frozen) {
        throw Error{ErrorKind::BadInput, "a run was trained on this split, so it stays as it is",
                    "split " + settings.name, "make a split of another name"};
    }
    Query{connection, "DELETE FROM splits WHERE name = ?"}.with(settings.name).run();
    std::vector<SplitTarget> targets = collect(connection, settings);
    assignParts(targets, settings);
    Split split{.settings = settings, .digest = splitDigest(targets)};
    countParts(split, targets);
    insert(connection, split, targets);
    transaction.commit();
    return split;
}

Split Splits::createVersion(const SplitSettings& settings)
{
    SplitSettings version = settings;
    for (int count = 2; find(version.name); ++count) {
        version.name = fmt::format("{}@{}", settings.name, count);
    }
    return create(version);
}

std::vector<Split> Splits::all() const
{
    Query query{m_project.connection(), splitColumns + "ORDER BY id"};
    std::vector<Split> splits;
    while (query.next()) {
        splits.push_back(splitFrom(query));
    }
    return splits;
}

std::optional<Split> Splits::find(std::string_view name) const
{
    Query query{m_project.connection(), splitColumns + "WHERE name = ?"};
    query.with(name);
    return query.next() ? std::optional{splitFrom(query)} : std::nullopt;
}

Split Splits::newestOrCreate()
{
    {
        Query query{m_project.connection(), splitColumns + "ORDER BY id DESC LIMIT 1"};
        if (query.next()) {
            return splitFrom(query);
        }
    }
    return create({});
}

std::vector<ExampleId> Splits::examples(SplitId split, SplitPart part) const
{
    Query query{m_project.connection(), "SELECT review_id FROM split_examples "
                                        "WHERE split_id = ? AND part = ? ORDER BY review_id"};
    query.with(split, part);
    std::vector<ExampleId> examples;
    while (query.next()) {
        examples.push_back(ExampleId{query.integer(0)});
    }
    return examples;
}

void Splits::freeze(SplitId split)
{
    Transaction transaction{m_project.connection()};
    const int changed = Query{m_project.connection(), "UPDATE splits SET frozen = 1 WHERE id = ?"}
                            .with(split)
                            .run();
    if (changed == 0) {
        throw Error{ErrorKind::BadInput, fmt::format("there is no split {}", number(split)),
                    m_project.file().string(), "see `nextquill data stats`"};
    }
    transaction.commit();
}

} // namespace nextquill::store

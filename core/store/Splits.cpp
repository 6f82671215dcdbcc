// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/Splits.h"

#include "core/base/Error.h"
#include "core/store/Connection.h"
#include "core/store/Project.h"
#include "core/store/SplitRows.h"
#include "core/store/SplitTargets.h"

#include <fmt/format.h>

namespace nextquill::store {

namespace {

constexpr std::int64_t targetsOfReport = 4'096;

void insert(Connection& connection, Split& split, const std::vector<SplitTarget>& targets,
            const StopToken& stop, Progress& progress)
{
    insertSplit(connection, split);
    Query example{connection, "INSERT INTO split_examples VALUES (?, ?, ?)"};
    std::int64_t done = 0;
    for (const SplitTarget& target : targets) {
        if (done++ % targetsOfReport == 0) {
            stopPoint(stop);
            progress.report({.done = done,
                             .total = static_cast<std::int64_t>(targets.size()),
                             .stage = "writing examples"});
        }
        example.with(split.id, target.part, target.review).run();
    }
}

template<typename Counts>
void countParts(Counts& counts, const std::vector<SplitTarget>& targets)
{
    for (const SplitTarget& target : targets) {
        counts.train += target.part == SplitPart::Train ? 1 : 0;
        counts.validation += target.part == SplitPart::Validation ? 1 : 0;
        counts.test += target.part == SplitPart::Test ? 1 : 0;
    }
}

Error noSuchSplit(const Project& project, SplitId split)
{
    return {ErrorKind::BadInput, fmt::format("there is no split {}", number(split)),
            project.file().string(), "see `nextquill data stats`"};
}

} // namespace

Split Splits::create(const SplitSettings& settings)
{
    NoProgress unheeded;
    return create(settings, {}, unheeded);
}

Split Splits::create(const SplitSettings& settings, const StopToken& stop, Progress& progress)
{
    requireSensible(settings);
    Connection& connection = m_project.connection();
    Transaction transaction{connection};
    const StopGuard guard{connection, stop};
    const auto old = find(settings.name);
    if (old && old->frozen) {
        throw Error{ErrorKind::BadInput, "a run was trained on this split, so it stays as it is",
                    "split " + settings.name, "make a split of another name"};
    }
    Query{connection, "DELETE FROM splits WHERE name = ?"}.with(settings.name).run();
    std::vector<SplitTarget> targets = collectTargets(m_project, settings, stop, progress).targets;
    assignParts(targets, settings);
    dropByItem(targets, settings.heldOutItems);
    Split split{.settings = settings, .digest = splitDigest(targets)};
    countParts(split, targets);
    if (split.train == 0) {
        throw Error{ErrorKind::BadInput, "the settings leave nothing to train on",
                    "split " + settings.name,
                    "ask for fewer earlier reviews or fewer words, or import more histories"};
    }
    insert(connection, split, targets, stop, progress);
    transaction.commit();
    return split;
}

Split Splits::createVersion(const SplitSettings& settings)
{
    NoProgress unheeded;
    return createVersion(settings, {}, unheeded);
}

Split Splits::createVersion(const SplitSettings& settings, const StopToken& stop,
                            Progress& progress)
{
    SplitSettings version = settings;
    for (int count = 2; find(version.name); ++count) {
        version.name = fmt::format("{}@{}", settings.name, count);
    }
    return create(version, stop, progress);
}

SplitPreview Splits::preview(const SplitSettings& settings, const StopToken& stop,
                             Progress& progress) const
{
    requireSensible(settings);
    const StopGuard guard{m_project.connection(), stop};
    CollectedTargets collected = countTargets(m_project, settings, stop, progress);
    assignParts(collected.targets, settings);
    collected.left.itemsLeftOut = dropByItem(collected.targets, settings.heldOutItems);
    countParts(collected.left, collected.targets);
    return collected.left;
}

std::vector<Split> Splits::all() const
{
    Query query{m_project.connection(), splitSelection() + "ORDER BY id"};
    std::vector<Split> splits;
    while (query.next()) {
        splits.push_back(splitFrom(query));
    }
    return splits;
}

std::optional<Split> Splits::find(std::string_view name) const
{
    Query query{m_project.connection(), splitSelection() + "WHERE name = ?"};
    query.with(name);
    return query.next() ? std::optional{splitFrom(query)} : std::nullopt;
}

Split Splits::newestOrCreate()
{
    {
        Query query{m_project.connection(), splitSelection() + "ORDER BY id DESC LIMIT 1"};
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

std::vector<std::string> Splits::runsOf(std::string_view name) const
{
    Query query{m_project.connection(), "SELECT name FROM runs WHERE split = ? ORDER BY id"};
    query.with(name);
    std::vector<std::string> runs;
    while (query.next()) {
        runs.push_back(query.text(0));
    }
    return runs;
}

void Splits::freeze(SplitId split)
{
    Transaction transaction{m_project.connection()};
    const int changed = Query{m_project.connection(), "UPDATE splits SET frozen = 1 WHERE id = ?"}
                            .with(split)
                            .run();
    if (changed == 0) {
        throw noSuchSplit(m_project, split);
    }
    transaction.commit();
}

void Splits::remove(SplitId split)
{
    Transaction transaction{m_project.connection()};
    {
        Query query{m_project.connection(), splitSelection() + "WHERE id = ?"};
        if (!query.with(split).next()) {
            throw noSuchSplit(m_project, split);
        }
        if (query.integer(13) != 0) {
            throw Error{ErrorKind::BadInput,
                        "a run was trained on this split, so it stays as it is",
                        "split " + query.text(1), "keep it: it says what the run has seen"};
        }
    }
    Query{m_project.connection(), "DELETE FROM splits WHERE id = ?"}.with(split).run();
    transaction.commit();
}

} // namespace nextquill::store

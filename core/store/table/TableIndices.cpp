// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/table/TableIndices.h"

#include "core/base/Error.h"
#include "core/store/Connection.h"
#include "core/store/FullTextIndex.h"
#include "core/store/Project.h"
#include "core/store/ReviewIndices.h"
#include "core/store/table/OptionalIndices.h"

#include <fmt/format.h>

namespace nextquill::store {

namespace {

constexpr std::string_view searchName = "search";

constexpr OptionalIndex indices[] = {
    {"time", "sort and filter reviews by time", "reviews_by_time", "reviews",
     "CREATE INDEX reviews_by_time ON reviews (time, id)"},
    {"rating", "sort and filter reviews by rating", "reviews_by_rating", "reviews",
     "CREATE INDEX reviews_by_rating ON reviews (rating, id)"},
    {"words", "sort and filter reviews by length", "reviews_by_words", "reviews",
     "CREATE INDEX reviews_by_words ON reviews (words, id)"},
};

const OptionalIndex* findIndex(std::string_view name)
{
    for (const OptionalIndex& index : indices) {
        if (name == index.name) {
            return &index;
        }
    }
    return nullptr;
}

Error noIndex(std::string_view name)
{
    return {ErrorKind::BadInput, fmt::format("there is no index \"{}\"", name), "indices",
            "there are time, rating, words and search"};
}

/// In one transaction: before its end the project is as it was.
void buildSearch(Connection& connection, const StopToken& stop, Progress& progress)
{
    Transaction transaction{connection};
    {
        const StopGuard guard{connection, stop};
        FullTextIndex::build(connection, stop, progress);
    }
    transaction.commit();
}

void dropSearch(Connection& connection)
{
    Transaction transaction{connection};
    FullTextIndex::takeOut(connection);
    transaction.commit();
}

void build(Connection& connection, const OptionalIndex& index, const StopToken& stop,
           Progress& progress)
{
    progress.report({.done = 0, .total = 0, .stage = fmt::format("indexing by {}", index.name)});
    Transaction transaction{connection};
    {
        const StopGuard guard{connection, stop};
        Query{connection, index.create}.run();
    }
    transaction.commit();
}

} // namespace

std::span<const OptionalIndex> optionalIndices()
{
    return indices;
}

std::vector<TableIndex> tableIndices(Project& project)
{
    Connection& connection = project.connection();
    std::vector<TableIndex> all;
    for (const OptionalIndex& index : indices) {
        all.push_back({.name = index.name,
                       .serves = index.serves,
                       .isThere = hasIndex(connection, index.index)});
    }
    all.push_back({.name = std::string{searchName},
                   .serves = "find words in titles and texts",
                   .isThere = FullTextIndex::isThere(connection)});
    return all;
}

void buildIndex(Project& project, std::string_view name, StopToken stop, Progress& progress)
{
    Connection& connection = project.connection();
    if (name == searchName) {
        if (!FullTextIndex::isThere(connection)) {
            buildSearch(connection, stop, progress);
        }
        return;
    }
    const OptionalIndex* const index = findIndex(name);
    if (index == nullptr) {
        throw noIndex(name);
    }
    if (!hasIndex(connection, index->index)) {
        build(connection, *index, stop, progress);
    }
}

void buildMissingIndices(Project& project, StopToken stop, Progress& progress)
{
    for (const TableIndex& index : tableIndices(project)) {
        if (!index.isThere) {
            stopPoint(stop);
            buildIndex(project, index.name, stop, progress);
        }
    }
}

void dropIndex(Project& project, std::string_view name, StopToken stop, Progress& progress)
{
    Connection& connection = project.connection();
    progress.report({.done = 0, .total = 1, .stage = "taking the index out"});
    stopPoint(stop);
    if (name == searchName) {
        if (FullTextIndex::isThere(connection)) {
            dropSearch(connection);
        }
    } else if (const OptionalIndex* const index = findIndex(name)) {
        Transaction transaction{connection};
        connection.execute(fmt::format("DROP INDEX IF EXISTS {}", index->index));
        transaction.commit();
    } else {
        throw noIndex(name);
    }
    progress.report({.done = 1, .total = 1, .stage = "taking the index out"});
}

} // namespace nextquill::store

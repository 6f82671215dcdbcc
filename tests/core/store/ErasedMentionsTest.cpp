// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/ErasedMentions.h"

#include "core/base/AtomicFile.h"
#include "core/base/Digest.h"
#include "core/base/Error.h"
#include "core/store/Connection.h"
#include "core/store/Erasure.h"
#include "core/store/Histories.h"
#include "core/store/table/TableCuration.h"

#include "tests/core/store/TemporaryProject.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace nextquill::store {
namespace {

using testing::reviewLine;
using testing::TemporaryProject;

constexpr const char* person = "erika-mustermann-77";
constexpr const char* alias = "e.mustermann.old-name";
const std::string said = "a sentence about quixotic teapots that nobody else would ever write";

/// Columns whose texts an erasure takes with the user's own rows, or looks through row by row
/// (ErasedRows, TextPrints).
const std::set<std::string> taken{"effects.content",    "effects.tokens",    "texts.title",
                                  "texts.text",         "users.name",        "items.asin",
                                  "items.title",        "items.description", "step_changes.before",
                                  "step_changes.after", "rejects.text",      "rejects.reason",
                                  "rejects.file",       "results.key",       "results.value"};

/// Columns that say nothing about a user: digests, kinds, states, names of files of models.
const std::set<std::string> silent{"effect_series.model",
                                   "effect_series.name",
                                   "effect_series.settings",
                                   "erasures.prints",
                                   "imports.state",
                                   "markups.model",
                                   "markups.markup",
                                   "missing_indices.name",
                                   "models.description",
                                   "models.kind",
                                   "models.name",
                                   "models.path",
                                   "prompting.selection",
                                   "prompting.template",
                                   "results.kind",
                                   "reviews.content",
                                   "runs.data_digest",
                                   "runs.folder",
                                   "runs.host",
                                   "runs.model",
                                   "runs.name",
                                   "runs.objective",
                                   "runs.process_start",
                                   "runs.split",
                                   "runs.state",
                                   "saved_views.columns",
                                   "saved_views.sort",
                                   "saved_views.table",
                                   "sources.digest",
                                   "sources.identity",
                                   "splits.digest",
                                   "splits.held_out_items",
                                   "splits.name",
                                   "splits.rule",
                                   "splits.stratum",
                                   "step_changes.field",
                                   "templates.digest",
                                   "templates.name"};

std::set<std::string> columnsWithText(Connection& connection)
{
    std::set<std::string> columns;
    Query query{connection, "SELECT t.name || '.' || c.name FROM sqlite_schema t, "
                            "pragma_table_info(t.name) c WHERE t.type = 'table' AND "
                            "t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE 'reviews_text%' AND "
                            "c.type IN ('TEXT', 'BLOB')"};
    while (query.next()) {
        columns.insert(query.text(0));
    }
    return columns;
}

TEST(ErasedMentions, AreLookedForInEveryColumnThatMayHaveThem)
{
    TemporaryProject temporary;
    std::set<std::string> known = taken;
    known.insert(silent.begin(), silent.end());
    for (const MentionColumn& column : mentionColumns) {
        known.insert(std::string{column.table} + "." + std::string{column.column});
    }
    for (const std::string& column : columnsWithText(temporary.project->connection())) {
        EXPECT_EQ(known.erase(column), 1U)
            << column
            << " is new: may it have a user's name or text? Then an erasure has to know "
               "of it (mentionColumns, ErasedRows); say here which it is";
    }
    EXPECT_TRUE(known.empty()) << *known.begin() << " is no column any more";
}

std::size_t placesOf(const std::filesystem::path& folder, const std::string& words)
{
    std::size_t places = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{folder}) {
        if (entry.is_regular_file()) {
            const std::string bytes = readFile(entry.path());
            for (auto at = bytes.find(words); at != std::string::npos;
                 at = bytes.find(words, at + 1)) {
                ++places;
            }
        }
    }
    return places;
}

std::string textOf(Connection& connection, const std::string& statement)
{
    Query query{connection, statement};
    return query.next() ? query.text(0) : "(no row)";
}

struct MentioningProject : TemporaryProject
{
    MentioningProject()
    {
        import(testing::histories(3, 8) + reviewLine(person, "a", 100, said) +
               reviewLine(alias, "b", 200, "what was written under another name, and is the same"));
        Connection& connection = project->connection();
        const auto run = [&](const char* statement, const std::string& text) {
            Query{connection, statement}.with(text).run();
        };
        const std::string name = person;
        run("INSERT INTO saved_views VALUES ('reviews', 'hers', ?, '', '')", "user: =" + name);
        run("INSERT INTO saved_views VALUES ('reviews', 'words', ?, '', '')",
            "text: " + said.substr(3, 60));
        run("INSERT INTO funnels (name, steps, changed) VALUES ('f', ?, 1)",
            R"({"name":"f","steps":[{"step":"where","text":"user: <>)" + name +
                R"(","on":true},{"step":"newest","number":3,"on":true}]})");
        run("INSERT INTO funnels (name, steps, changed) VALUES ('broken', ?, 1)", "<" + name);
        run("INSERT INTO tags (name) VALUES (?)", "like " + name);
        run("INSERT INTO templates (name, version, source, digest, created) "
            "VALUES ('t', 1, ?, 'old', 1)",
            "In the voice of " + name + ".");
        run("UPDATE sources SET path = ?", "/data/" + std::string{alias} + ".jsonl");
        NoProgress progress;
        const Histories histories{*project};
        TableCuration{*project}.mergeUsers({histories.findUser(alias)->id},
                                           histories.findUser(person)->id, {}, progress);
    }

    Erasure erase(const char* name)
    {
        NoProgress progress;
        return eraseUser(*project, Histories{*project}.findUser(name)->id, {}, progress);
    }
};

TEST(ErasedMentions, AreGoneWithAllNamesOfTheUser)
{
    MentioningProject temporary;
    ASSERT_GE(placesOf(temporary.folder.path(), person), 6U);
    const Erasure erasure = temporary.erase(person);
    EXPECT_TRUE(erasure.isFinished());
    EXPECT_EQ(erasure.reviews, 2);
    EXPECT_EQ(erasure.views, 1);
    EXPECT_EQ(placesOf(temporary.folder.path(), person), 0U);
    EXPECT_EQ(placesOf(temporary.folder.path(), alias), 0U);
    EXPECT_EQ(placesOf(temporary.folder.path(), "quixotic"), 0U);
    Connection& connection = temporary.project->connection();
    const std::string covered(std::string{person}.size(), 'x');
    EXPECT_EQ(textOf(connection, "SELECT group_concat(filter) FROM saved_views"),
              "user: =" + covered);
    EXPECT_EQ(textOf(connection, "SELECT name FROM tags"), "like " + covered);
    const std::string funnel = textOf(connection, "SELECT steps FROM funnels WHERE name = 'f'");
    EXPECT_NE(funnel.find("user: <>" + covered), std::string::npos) << funnel;
    EXPECT_NE(funnel.find("newest"), std::string::npos) << funnel;
    EXPECT_EQ(textOf(connection, "SELECT steps FROM funnels WHERE name = 'broken'"), "<" + covered);
    EXPECT_EQ(textOf(connection, "SELECT digest FROM templates"),
              sha256("In the voice of " + covered + "."));
    EXPECT_EQ(temporary.project->check(true, {}), std::vector<std::string>{});
}

TEST(ErasedMentions, OfAMergedUserGoWithTheOneWhoStayed)
{
    MentioningProject temporary;
    try {
        static_cast<void>(temporary.erase(alias));
        FAIL();
    } catch (const Error& error) {
        EXPECT_NE(error.problem().find(std::string{"was merged into \""} + person),
                  std::string::npos);
    }
    NoProgress progress;
    TableCuration{*temporary.project}.undo({}, progress);
    EXPECT_EQ(temporary.erase(person).reviews, 1);
    // The merge cannot be done again, and nothing else broke.
    EXPECT_FALSE(TableCuration{*temporary.project}.redo({}, progress));
    EXPECT_EQ(temporary.project->check(true, {}), std::vector<std::string>{});
    EXPECT_EQ(temporary.erase(alias).reviews, 1);
}

} // namespace
} // namespace nextquill::store

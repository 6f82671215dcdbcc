// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/table/StepChanges.h"

#include "core/store/Connection.h"
#include "core/store/FullTextIndex.h"
#include "core/store/Totals.h"
#include "core/store/table/AffectedRows.h"

#include <charconv>
#include <fmt/format.h>
#include <set>
#include <string>

namespace nextquill::store {

namespace {

constexpr std::int64_t reviewsOfPart = 50'000;

std::int64_t numberIn(const std::string& text)
{
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

/// Does a step's changes, some reviews at a time.
class StepApplication
{
public:
    StepApplication(Connection& connection, std::int64_t step, StepSide side)
        : m_connection{connection}
        , m_step{step}
        , m_side{side == StepSide::After ? "after" : "before"}
        , m_undoes{side == StepSide::Before}
        , m_affected{connection}
    {
        Query fields{connection, "SELECT field, sum(1) FROM step_changes WHERE step_id = ? "
                                 "GROUP BY field"};
        fields.with(step);
        while (fields.next()) {
            m_fields.insert(fields.text(0));
            m_total += fields.integer(1);
        }
    }

    void run(const StopToken& stop, Progress& progress)
    {
        Query end{m_connection,
                  "SELECT max(review_id), sum(1) FROM (SELECT review_id FROM step_changes "
                  "WHERE step_id = ? AND review_id > ? ORDER BY review_id LIMIT ?)"};
        std::int64_t done = 0;
        for (m_first = 0; end.with(m_step, m_first, reviewsOfPart).next() && end.integer(1) > 0;
             m_first = m_last) {
            m_last = end.integer(0);
            done += end.integer(1);
            applySome();
            stopPoint(stop);
            progress.report({.done = done, .total = m_total, .stage = "changing reviews"});
        }
        if (m_fields.contains("user")) {
            markMergedUsers();
        }
        if (m_fields.contains("tag")) {
            countTags();
        }
        m_affected.bringUpToDate(stop, progress);
    }

private:
    [[nodiscard]] bool has(const char* field) const { return m_fields.contains(field); }

    void applySome()
    {
        if (has("excluded")) {
            setStates();
        }
        if (has("rating")) {
            setNumbers("rating", "REAL");
        }
        if (has("user")) {
            setNumbers("user", "INTEGER");
        }
        if (has("tag")) {
            setTags();
        }
        if (has("text") || has("title")) {
            setTexts();
        }
    }

    /// A statement over these changes; bound by ofSome().
    [[nodiscard]] static std::string someChanges(const char* field)
    {
        return fmt::format("c.step_id = ? AND c.review_id > ? AND c.review_id <= ? AND "
                           "c.field = '{}'",
                           field);
    }

    Query& ofSome(Query& query) { return query.with(m_step, m_first, m_last); }

    void setStates()
    {
        Query rows{m_connection,
                   fmt::format("SELECT r.user_id, r.item_id, r.excluded, CAST(c.{} AS INTEGER) "
                               "FROM step_changes c CROSS JOIN reviews r ON r.id = c.review_id "
                               "WHERE {}",
                               m_side, someChanges("excluded"))};
        ofSome(rows);
        std::set<std::int64_t> states;
        while (rows.next()) {
            const std::int64_t after = rows.integer(3);
            m_affected.stateChanges(rows.integer(0), rows.integer(1), rows.integer(2), after);
            states.insert(after);
        }
        if (states.size() == 1) { // nearly always, and much faster
            Query set{m_connection, "UPDATE reviews SET excluded = ? WHERE id IN (SELECT "
                                    "c.review_id FROM step_changes c WHERE " +
                                        someChanges("excluded") + ")"};
            set.with(*states.begin(), m_step, m_first, m_last).run();
        } else if (!states.empty()) {
            setColumn("excluded", "excluded", "INTEGER");
        }
    }

    void setColumn(const char* column, const char* field, const char* type)
    {
        Query set{m_connection,
                  fmt::format("UPDATE reviews SET {} = CAST(c.{} AS {}) FROM step_changes c WHERE "
                              "{} AND reviews.id = c.review_id",
                              column, m_side, type, someChanges(field))};
        ofSome(set).run();
    }

    /// Ratings, and the users whose the reviews are: both change figures of users.
    void setNumbers(const char* field, const char* type)
    {
        const bool users = std::string_view{field} == "user";
        Query rows{m_connection,
                   fmt::format("SELECT r.user_id, c.{} FROM step_changes c CROSS JOIN reviews r ON "
                               "r.id = c.review_id WHERE {}",
                               m_side, someChanges(field))};
        ofSome(rows);
        while (rows.next()) {
            m_affected.userChanges(rows.integer(0));
            if (users) {
                m_affected.userChanges(numberIn(rows.text(1)));
            }
        }
        setColumn(users ? "user_id" : "rating", field, type);
    }

    /// A tag is there when the value of this side names it.
    void setTags()
    {
        const char* const other = m_undoes ? "after" : "before";
        Query take{m_connection,
                   fmt::format("DELETE FROM review_tags WHERE (review_id, tag_id) IN (SELECT "
                               "c.review_id, t.id FROM step_changes c JOIN tags t ON "
                               "t.name = c.{} WHERE {} AND c.{} <> '')",
                               other, someChanges("tag"), other)};
        ofSome(take).run();
        Query give{m_connection,
                   fmt::format("INSERT OR IGNORE INTO review_tags SELECT c.review_id, t.id FROM "
                               "step_changes c CROSS JOIN tags t ON t.name = c.{} WHERE {} AND "
                               "c.{} <> ''",
                               m_side, someChanges("tag"), m_side)};
        ofSome(give).run();
    }

    void countTags()
    {
        Query{m_connection,
              "UPDATE tags SET reviews = (SELECT coalesce(sum(1), 0) FROM review_tags "
              "WHERE tag_id = tags.id) WHERE name IN (SELECT before FROM step_changes WHERE "
              "step_id = ?1 AND field = 'tag' UNION SELECT after FROM step_changes WHERE "
              "step_id = ?1 AND field = 'tag')"}
            .with(m_step)
            .run();
    }

    void setTexts()
    {
        Query rows{m_connection,
                   fmt::format("SELECT c.review_id, c.field, c.{}, x.title, x.text, r.user_id "
                               "FROM step_changes c JOIN texts x ON x.id = c.review_id "
                               "JOIN reviews r ON r.id = c.review_id WHERE c.step_id = ? AND "
                               "c.review_id > ? AND c.review_id <= ? AND "
                               "c.field IN ('text', 'title')",
                               m_side)};
        FullTextIndex index{m_connection};
        Query set{m_connection, "UPDATE texts SET title = ?, text = ? WHERE id = ?"};
        Query count{m_connection, "UPDATE reviews SET words = ? WHERE id = ?"};
        ofSome(rows);
        std::int64_t last = 0;
        std::string title;
        std::string text;
        while (rows.next()) {
            const std::int64_t review = rows.integer(0);
            if (review != last) { // else what the change before this one left
                title = rows.text(3);
                text = rows.text(4);
                last = review;
            }
            index.remove(review, title, text);
            (rows.text(1) == "text" ? text : title) = rows.text(2);
            index.add(review, title, text);
            set.with(title, text, review).run();
            count.with(countWords(text), review).run();
            m_affected.userChanges(rows.integer(5));
        }
    }

    /// Users all of whose reviews were given away, or who got some back.
    void markMergedUsers()
    {
        Query pairs{m_connection, "SELECT DISTINCT CAST(before AS INTEGER), CAST(after AS INTEGER) "
                                  "FROM step_changes WHERE step_id = ? AND field = 'user'"};
        pairs.with(m_step);
        Query mark{m_connection, "UPDATE users SET merged_into = ?1 WHERE id = ?2 AND "
                                 "(merged_into = 0) <> (?1 = 0) AND (?1 = 0 OR NOT EXISTS "
                                 "(SELECT 1 FROM reviews WHERE user_id = ?2))"};
        while (pairs.next()) {
            const int marked = mark.with(m_undoes ? 0 : pairs.integer(1), pairs.integer(0)).run();
            m_affected.totalsChange({.users = m_undoes ? marked : -marked});
        }
    }

    Connection& m_connection;
    std::int64_t m_step;
    std::string m_side;
    bool m_undoes;
    AffectedRows m_affected;
    std::set<std::string> m_fields;
    std::int64_t m_total = 0;
    std::int64_t m_first = 0; ///< reviews behind this one, up to the next
    std::int64_t m_last = 0;
};

} // namespace

void applyStep(Connection& connection, std::int64_t step, StepSide side, const StopToken& stop,
               Progress& progress)
{
    StepApplication{connection, step, side}.run(stop, progress);
}

} // namespace nextquill::store

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/IncomingRows.h"

#include <sqlite3.h>

#include <new>
#include <string>

namespace nextquill::store {

namespace {

constexpr const char* moduleName = "incoming_rows";
constexpr const char* declaration =
    "CREATE TABLE rows (id, user_id, item_id, import_id, time, rating, words, excluded, line, "
    "source_id, content, title, text)";

enum class Column {
    Id,
    User,
    Item,
    Import,
    Time,
    Rating,
    Words,
    Excluded,
    Line,
    Source,
    Content,
    Title,
    Text
};

struct Cursor
{
    sqlite3_vtab_cursor base; ///< first: SQLite knows no more of it
    std::size_t at;
};

void giveText(sqlite3_context* result, const std::string& text)
{
    sqlite3_result_text64(result, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

void give(sqlite3_context* result, const IncomingRow& row, int column)
{
    const IncomingReview& review = *row.review;
    switch (static_cast<Column>(column)) {
    case Column::Id:
        return sqlite3_result_int64(result, row.id);
    case Column::User:
        return sqlite3_result_int64(result, row.user);
    case Column::Item:
        return sqlite3_result_int64(result, row.item);
    case Column::Import:
        return sqlite3_result_int64(result, row.import);
    case Column::Time:
        return sqlite3_result_int64(result, review.time);
    case Column::Rating:
        return sqlite3_result_double(result, review.rating);
    case Column::Words:
        return sqlite3_result_int64(result, review.words);
    case Column::Excluded:
        return sqlite3_result_int(result, review.excluded ? 1 : 0);
    case Column::Line:
        return sqlite3_result_int64(result, review.line);
    case Column::Source:
        return row.source == 0 ? sqlite3_result_null(result)
                               : sqlite3_result_int64(result, row.source);
    case Column::Content:
        return sqlite3_result_blob64(result, review.content.data(), review.content.size(),
                                     SQLITE_STATIC);
    case Column::Title:
        return giveText(result, review.title);
    case Column::Text:
        return giveText(result, review.text);
    }
}

} // namespace

/// What SQLite calls; see its documentation of virtual tables. Throws nothing.
struct IncomingRows::Table
{
    sqlite3_vtab base; ///< first: SQLite knows no more of it
    const std::vector<IncomingRow>* rows;

    static int connect(sqlite3* database, void* rows, int /*count*/, const char* const* /*values*/,
                       sqlite3_vtab** made, char** /*problem*/)
    {
        auto* const table =
            new (std::nothrow) Table{{}, static_cast<const std::vector<IncomingRow>*>(rows)};
        if (table == nullptr) {
            return SQLITE_NOMEM;
        }
        *made = &table->base;
        return sqlite3_declare_vtab(database, declaration);
    }

    static int disconnect(sqlite3_vtab* table)
    {
        delete reinterpret_cast<Table*>(table);
        return SQLITE_OK;
    }

    static int planFor(sqlite3_vtab* /*table*/, sqlite3_index_info* /*plan*/) { return SQLITE_OK; }

    static int open(sqlite3_vtab* /*table*/, sqlite3_vtab_cursor** made)
    {
        auto* const cursor = new (std::nothrow) Cursor{};
        if (cursor == nullptr) {
            return SQLITE_NOMEM;
        }
        *made = &cursor->base;
        return SQLITE_OK;
    }

    static int close(sqlite3_vtab_cursor* cursor)
    {
        delete reinterpret_cast<Cursor*>(cursor);
        return SQLITE_OK;
    }

    static int begin(sqlite3_vtab_cursor* cursor, int /*plan*/, const char* /*name*/, int /*count*/,
                     sqlite3_value** /*values*/)
    {
        reinterpret_cast<Cursor*>(cursor)->at = 0;
        return SQLITE_OK;
    }

    static int next(sqlite3_vtab_cursor* cursor)
    {
        ++reinterpret_cast<Cursor*>(cursor)->at;
        return SQLITE_OK;
    }

    static const std::vector<IncomingRow>& rowsOf(sqlite3_vtab_cursor* cursor)
    {
        return *reinterpret_cast<const Table*>(cursor->pVtab)->rows;
    }

    static int isAtEnd(sqlite3_vtab_cursor* cursor)
    {
        return reinterpret_cast<Cursor*>(cursor)->at >= rowsOf(cursor).size() ? 1 : 0;
    }

    static int column(sqlite3_vtab_cursor* cursor, sqlite3_context* result, int column)
    {
        give(result, rowsOf(cursor)[reinterpret_cast<Cursor*>(cursor)->at], column);
        return SQLITE_OK;
    }

    static int rowId(sqlite3_vtab_cursor* cursor, sqlite3_int64* id)
    {
        *id = static_cast<sqlite3_int64>(reinterpret_cast<Cursor*>(cursor)->at);
        return SQLITE_OK;
    }

    static constexpr sqlite3_module module{.iVersion = 1,
                                           .xCreate = nullptr, // it is there under its own name
                                           .xConnect = connect,
                                           .xBestIndex = planFor,
                                           .xDisconnect = disconnect,
                                           .xDestroy = disconnect,
                                           .xOpen = open,
                                           .xClose = close,
                                           .xFilter = begin,
                                           .xNext = next,
                                           .xEof = isAtEnd,
                                           .xColumn = column,
                                           .xRowid = rowId};
};

IncomingRows::IncomingRows(Connection& connection, bool mayBeThere)
    : m_connection{connection}
{
    sqlite3_create_module_v2(connection.database().getHandle(), moduleName, &Table::module, &m_rows,
                             nullptr);
    m_addReviews = std::make_unique<Query>(
        connection, "INSERT INTO reviews (id, user_id, item_id, import_id, time, rating, words, "
                    "excluded, line, "
                    "source_id, content) SELECT id, user_id, item_id, import_id, time, rating, "
                    "words, excluded, "
                    "line, source_id, content FROM incoming_rows WHERE true" +
                        std::string{mayBeThere ? " ON CONFLICT (content) DO NOTHING" : ""});
    m_addTexts = std::make_unique<Query>(
        connection,
        "INSERT INTO texts (id, title, text) SELECT id, title, text FROM incoming_rows");
}

IncomingRows::~IncomingRows()
{
    m_addReviews.reset();
    m_addTexts.reset();
    sqlite3_create_module_v2(m_connection.database().getHandle(), moduleName, nullptr, nullptr,
                             nullptr);
}

bool IncomingRows::insert()
{
    if (m_rows.empty()) {
        return false;
    }
    const bool isNew = m_addReviews->with().run() > 0;
    if (isNew) {
        m_addTexts->with().run();
    }
    m_rows.clear();
    return isNew;
}

} // namespace nextquill::store

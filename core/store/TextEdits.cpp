// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/TextEdits.h"

#include "core/base/Error.h"
#include "core/base/Utf8.h"
#include "core/store/Connection.h"
#include "core/store/Project.h"
#include "core/store/ReviewChanges.h"
#include "core/store/Totals.h"

#include <fmt/format.h>

#include <set>

namespace nextquill::store {

struct TextEdits::State
{
    explicit State(Connection& of)
        : connection{of}
        , transaction{of}
        , forget{of, "INSERT INTO reviews_text (reviews_text, rowid, title, text) "
                     "VALUES ('delete', ?, ?, ?)"}
        , update{of, "UPDATE reviews SET title = ?, text = ?, words = ? WHERE id = ?"}
        , index{of, "INSERT INTO reviews_text (rowid, title, text) VALUES (?, ?, ?)"}
    {
    }

    Connection& connection;
    Transaction transaction;
    Query forget;
    Query update;
    Query index;
    std::int64_t step = 0; ///< 0: nothing has been changed yet
    std::int64_t changed = 0;
    std::set<std::int64_t> users;
};

TextEdits::TextEdits(Project& project)
    : m_state{std::make_unique<State>(project.connection())}
{
}

TextEdits::~TextEdits() = default;

void TextEdits::change(const Review& review, const std::string& title, const std::string& text)
{
    if (title == review.title && text == review.text) {
        return;
    }
    if (!isUtf8(title) || !isUtf8(text) || countWords(text) == 0) {
        throw Error{ErrorKind::BadInput, "a review needs a text",
                    fmt::format("review {}", number(review.id)), "exclude it instead"};
    }
    State& state = *m_state;
    if (state.step == 0) {
        state.step = addStep(state.connection, "Change texts");
    }
    if (title != review.title) {
        addChange(state.connection, state.step, review.id, "title", review.title, title);
    }
    if (text != review.text) {
        addChange(state.connection, state.step, review.id, "text", review.text, text);
    }
    state.forget.with(review.id, review.title, review.text).run();
    state.update.with(title, text, countWords(text), review.id).run();
    state.index.with(review.id, title, text).run();
    state.users.insert(number(review.user));
    ++state.changed;
}

std::int64_t TextEdits::changed() const
{
    return m_state->changed;
}

void TextEdits::commit(const std::string& what)
{
    State& state = *m_state;
    if (state.step != 0) {
        Query{state.connection, "UPDATE steps SET what = ? WHERE id = ?"}
            .with(what, state.step)
            .run();
        refreshUsers(state.connection, state.users);
    }
    state.transaction.commit();
}

} // namespace nextquill::store

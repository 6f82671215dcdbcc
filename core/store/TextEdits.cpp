// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/TextEdits.h"

#include "core/base/Error.h"
#include "core/base/Utf8.h"
#include "core/store/Connection.h"
#include "core/store/Project.h"
#include "core/store/ReviewChanges.h"
#include "core/store/Totals.h"

#include <fmt/format.h>

namespace nextquill::store {

struct TextEdits::State
{
    explicit State(Connection& of)
        : connection{of}
        , transaction{of}
        , changes{of}
    {
    }

    Connection& connection;
    Transaction transaction;
    ReviewChanges changes;
    std::int64_t step = 0; ///< 0: nothing has been changed yet
    std::int64_t changed = 0;
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
    Review now = review;
    if (text != review.text) {
        addChange(state.connection, state.step, review.id, "text", review.text, text);
        state.changes.setText(now, text);
        now.text = text;
    }
    if (title != review.title) {
        addChange(state.connection, state.step, review.id, "title", review.title, title);
        state.changes.setTitle(now, title);
    }
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
        Query{state.connection, "UPDATE steps SET what = ?, changes = ? WHERE id = ?"}
            .with(what, state.changed, state.step)
            .run();
        state.changes.finish();
    }
    state.transaction.commit();
}

} // namespace nextquill::store

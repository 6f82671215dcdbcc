// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/Histories.h"

#include <cstdint>
#include <memory>
#include <string>

namespace nextquill::store {

class Project;

/// New titles and texts for many reviews, as one step that can be undone. Nothing is changed unless
/// commit() returns.
///
/// Memory   does not grow with the changes
/// Threads  as the project, which must be open for writing
/// Throws   Error(BadInput) for a text without a word or one that is no UTF-8, Error(Storage)
class TextEdits
{
public:
    explicit TextEdits(Project& project);
    ~TextEdits();
    TextEdits(const TextEdits&) = delete;
    TextEdits& operator=(const TextEdits&) = delete;

    /// `review` as it is in the project now. What is the same already is left alone.
    void change(const Review& review, const std::string& title, const std::string& text);

    [[nodiscard]] std::int64_t changed() const; ///< reviews

    /// The step's name; no step is made where nothing was changed.
    void commit(const std::string& what);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace nextquill::store

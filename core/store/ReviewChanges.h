// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/Connection.h"
#include "core/store/FullTextIndex.h"
#include "core/store/Histories.h"

#include <cstdint>
#include <set>
#include <string>

namespace nextquill::store {

/// What `reviews.excluded` says.
enum class ReviewState { TakesPart = 0, Excluded = 1, Deleted = 2 };

/// Changes reviews one by one together with everything that is derived from them, inside a
/// transaction. Call finish() last. Many at once: StepChanges.
class ReviewChanges
{
public:
    explicit ReviewChanges(Connection& connection);

    void setExcluded(const Review& review, bool excluded);
    void setText(const Review& review, const std::string& text);
    void setTitle(const Review& review, const std::string& title);
    void setRating(const Review& review, double rating);
    void finish();

private:
    void reindex(const Review& review, const std::string& title, const std::string& text);

    Connection& m_connection;
    Query m_setExcluded;
    Query m_countItem;
    Query m_setTitle;
    Query m_setText;
    FullTextIndex m_index;
    Counts m_totals;
    std::set<std::int64_t> m_users;
};

/// A new newest step: what was taken back before it is dropped, kept for a while to be read.
/// Returns its id.
std::int64_t addStep(Connection& connection, const std::string& what);

/// One thing that a step changes; of several of one review, field and step the first.
void addChange(Connection& connection, std::int64_t step, ReviewId review, const char* field,
               const std::string& before, const std::string& after);

} // namespace nextquill::store

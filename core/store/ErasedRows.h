// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Id.h"
#include "core/base/Progress.h"
#include "core/store/Erasure.h"

#include <string>
#include <string_view>
#include <vector>

namespace nextquill::store {

class TextPrints;

/// What the project's tables have of a user, and its end.
class ErasedRows
{
public:
    ErasedRows(Project& project, UserId user, const std::string& name);

    [[nodiscard]] const std::vector<std::string>& names() const { return m_names; }

    /// Names of the splits with examples of the user, and of the runs that used these.
    void findUses(Erasure& erasure) const;

    /// Takes the rows away and notes that an erasure is under way, in one transaction.
    void take(Erasure& erasure, const StopToken& stop, Progress& progress);

private:
    [[nodiscard]] std::vector<std::string> texts() const;
    std::int64_t takeEffects();
    void takeReviews(Erasure& erasure);
    void takeItems(Erasure& erasure, std::vector<std::string>& texts);
    void takeRejects(Erasure& erasure, const TextPrints& prints);
    void takeResults(Erasure& erasure, const TextPrints& prints);
    [[nodiscard]] bool hasAnyName(std::string_view text) const;
    void leaveOutOthers(TextPrints& prints, const StopToken& stop, Progress& progress) const;

    Project& m_project;
    std::int64_t m_user;
    std::vector<std::string> m_names; ///< the user's, and those of users merged into this one
    std::vector<std::int64_t> m_reviews;
    std::vector<std::int64_t> m_items;
};

} // namespace nextquill::store

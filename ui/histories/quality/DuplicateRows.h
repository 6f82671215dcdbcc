// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/curate/Duplicates.h"
#include "core/store/Histories.h"

#include "ui/widgets/PagedListModel.h"

#include <QHash>
#include <QSet>

#include <cstddef>
#include <string>
#include <vector>

namespace nextquill::ui {

/// A group as the list shows it.
struct GroupRow
{
    std::size_t place = 0; ///< among the groups found
    std::size_t reviews = 0;
    bool exact = false;
    double similarity = 1; ///< least, to the first
    std::string user;      ///< of the first
    std::string text;
};

using GroupModel = PagedListModel<GroupRow>;

[[nodiscard]] std::vector<GroupModel::Column> groupColumns();

[[nodiscard]] std::vector<GroupRow> readGroupRows(store::Project& project,
                                                  const std::vector<curate::DuplicateGroup>& groups,
                                                  std::size_t from, std::size_t limit,
                                                  const StopToken& stop);

/// A review of a group.
struct MemberRow
{
    store::ReviewRow review;
    double similarity = 1; ///< to the first
};

[[nodiscard]] std::vector<MemberRow> readMemberRows(store::Project& project,
                                                    const curate::DuplicateGroup& group,
                                                    std::size_t limit, const StopToken& stop);

/// Which reviews of which group are kept, where a person chose: by the group's place.
using KeptByHand = QHash<std::size_t, QSet<qint64>>;

/// All that is not kept: without a choice all but the first of a group.
[[nodiscard]] std::vector<ReviewId> copiesOf(const std::vector<curate::DuplicateGroup>& groups,
                                             const KeptByHand& kept);

} // namespace nextquill::ui

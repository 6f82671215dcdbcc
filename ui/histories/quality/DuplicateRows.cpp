// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/quality/DuplicateRows.h"

#include "ui/histories/quality/ReadReview.h"
#include "ui/project/ShownText.h"

#include <QCoreApplication>
#include <QLocale>

namespace nextquill::ui {

namespace {

struct Duplicates
{
    Q_DECLARE_TR_FUNCTIONS(Duplicates)
};

constexpr std::size_t charactersOfSnippet = 300;

QVariant groupCell(int role, const QString& text)
{
    return role == Qt::DisplayRole ? QVariant{text} : QVariant{};
}

} // namespace

std::vector<GroupModel::Column> groupColumns()
{
    constexpr auto right = Qt::AlignRight | Qt::AlignVCenter;
    return {
        {Duplicates::tr("Reviews"),
         [](const GroupRow& row, int role) {
             return groupCell(role, QLocale{}.toString(static_cast<qulonglong>(row.reviews)));
         },
         right},
        {Duplicates::tr("Alike"),
         [](const GroupRow& row, int role) {
             return groupCell(
                 role, row.exact ? Duplicates::tr("same words")
                                 : Duplicates::tr("from %1 %")
                                       .arg(QLocale{}.toString(100 * row.similarity, 'f', 0)));
         }},
        {Duplicates::tr("User"),
         [](const GroupRow& row, int role) { return groupCell(role, shown(row.user)); }},
        {Duplicates::tr("Text"),
         [](const GroupRow& row, int role) {
             return groupCell(role, shown(row.text).simplified());
         }},
    };
}

std::vector<GroupRow> readGroupRows(store::Project& project,
                                    const std::vector<curate::DuplicateGroup>& groups,
                                    std::size_t from, std::size_t limit, const StopToken& stop)
{
    std::vector<GroupRow> rows;
    for (std::size_t place = from; place < groups.size() && rows.size() < limit; ++place) {
        stopPoint(stop);
        const curate::DuplicateGroup& group = groups[place];
        GroupRow row{.place = place,
                     .reviews = group.members.size(),
                     .exact = group.exact,
                     .similarity = group.leastSimilarity(),
                     .user = {},
                     .text = {}};
        if (const auto first = readReview(project, group.members.front().review)) {
            row.user = first->userName;
            row.text = stored(shown(first->review.text).left(charactersOfSnippet));
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

std::vector<MemberRow> readMemberRows(store::Project& project, const curate::DuplicateGroup& group,
                                      std::size_t limit, const StopToken& stop)
{
    std::vector<MemberRow> rows;
    for (const curate::Duplicate& member : group.members) {
        stopPoint(stop);
        if (rows.size() == limit) {
            break;
        }
        if (auto review = readReview(project, member.review)) {
            rows.push_back({.review = std::move(*review), .similarity = member.similarity});
        }
    }
    return rows;
}

std::vector<ReviewId> copiesOf(const std::vector<curate::DuplicateGroup>& groups,
                               const KeptByHand& kept)
{
    std::vector<ReviewId> copies;
    for (std::size_t place = 0; place < groups.size(); ++place) {
        const auto chosen = kept.constFind(place);
        const curate::DuplicateGroup& group = groups[place];
        for (const curate::Duplicate& member : group.members) {
            const bool isKept = chosen == kept.constEnd() ? &member == &group.members.front()
                                                          : chosen->contains(number(member.review));
            if (!isKept) {
                copies.push_back(member.review);
            }
        }
    }
    return copies;
}

} // namespace nextquill::ui

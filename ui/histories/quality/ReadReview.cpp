// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/quality/ReadReview.h"

#include "core/store/Project.h"

#include "ui/project/ShownText.h"

#include <QCoreApplication>

namespace nextquill::ui {

std::optional<store::ReviewRow> readReview(store::Project& project, ReviewId id)
{
    const store::Histories histories{project};
    const auto review = histories.findReview(id);
    if (!review) {
        return std::nullopt;
    }
    const auto user = histories.findUser(review->user);
    const auto item = histories.findItem(review->item);
    return store::ReviewRow{.review = *review,
                            .userName = user ? user->name : std::string{},
                            .itemTitle = item ? titleOf(*item) : std::string{}};
}

QString headingOf(const store::ReviewRow& row)
{
    return shown(row.userName) % QStringLiteral(" · ") % shown(row.itemTitle);
}

PairedText pairedText(const store::ReviewRow& row)
{
    QString detail =
        shownDate(row.review.time) % QStringLiteral("   ") % shownStars(row.review.rating);
    if (row.review.excluded) {
        detail += QStringLiteral("   ") % QCoreApplication::translate("ReadReview", "excluded");
    }
    return {.heading = headingOf(row),
            .detail = std::move(detail),
            .text = shown(row.review.text),
            .marks = {}};
}

} // namespace nextquill::ui

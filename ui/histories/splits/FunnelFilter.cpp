// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/splits/FunnelFilter.h"

#include "core/base/Error.h"
#include "core/store/table/FilterExpression.h"

#include "ui/histories/splits/SplitWords.h"
#include "ui/project/ShownText.h"

#include <QCoreApplication>

#include <algorithm>
#include <optional>

namespace nextquill::ui {

namespace {

struct FunnelText
{
    Q_DECLARE_TR_FUNCTIONS(FunnelText)
};

/// Adds to a filter what another one asks for; false where it cannot have both.
bool addAll(store::FilterExpression& filter, const store::FilterExpression& more)
{
    if (!filter.search().empty() && !more.search().empty()) {
        return false; // a table has one search
    }
    if (!more.search().empty()) {
        filter.setSearch(more.search());
    }
    for (const std::string& column : more.columns()) {
        filter.add(column, more.typed(column));
    }
    return true;
}

/// What a step asks for as a filter; none where no filter does. `isFirst`: all reviews are there
/// still, so that those of a user whom it counts are all that the user has.
std::optional<store::FilterExpression> filterOf(const store::FunnelStep& step, bool isFirst)
{
    store::FilterExpression filter;
    switch (step.kind) {
    case store::FunnelStepKind::Where:
        return store::FilterExpression::parse(store::TableKind::Reviews, step.text);
    case store::FunnelStepKind::Search:
        filter.setSearch(step.text);
        return filter;
    case store::FunnelStepKind::UserReviews:
        if (isFirst) {
            filter.set("user_reviews", ">=" + std::to_string(step.number));
            return filter;
        }
        break;
    default:
        break;
    }
    return std::nullopt;
}

} // namespace

FunnelFilter filterBehind(const store::Funnel& funnel, std::size_t steps)
{
    FunnelFilter made;
    store::FilterExpression filter;
    filter.set("excluded", "no");
    bool isFirst = true;
    for (std::size_t i = 0; i < std::min(steps, funnel.steps.size()); ++i) {
        const store::FunnelStep& step = funnel.steps[i];
        if (!step.isOn) {
            continue;
        }
        bool isSaid = false;
        try {
            const auto asked = filterOf(step, isFirst);
            isSaid = asked && addAll(filter, *asked);
        } catch (const Error&) { // what cannot be read is said where it is counted
            isSaid = false;
        }
        if (!isSaid) {
            made.missing += stepInWords(step);
        }
        isFirst = false;
    }
    made.filter = shown(filter.toText());
    return made;
}

QString stepInWords(const store::FunnelStep& step)
{
    const QString number = shownCount(step.number);
    switch (step.kind) {
    case store::FunnelStepKind::Where:
        return shown(step.text);
    case store::FunnelStepKind::Search:
        return FunnelText::tr("with %1").arg(shown(step.text));
    case store::FunnelStepKind::UserReviews:
        return FunnelText::tr("users with ≥ %1 reviews").arg(number);
    case store::FunnelStepKind::ItemUsers:
        return FunnelText::tr("items of ≥ %1 users").arg(number);
    case store::FunnelStepKind::Core:
        return FunnelText::tr("%1-core").arg(number);
    case store::FunnelStepKind::Newest:
        return FunnelText::tr("newest %1 of each user").arg(number);
    case store::FunnelStepKind::OnePerItem:
        return FunnelText::tr("one per user and item");
    case store::FunnelStepKind::SampleUsers:
        return FunnelText::tr("%1 users drawn").arg(number);
    }
    return {};
}

} // namespace nextquill::ui

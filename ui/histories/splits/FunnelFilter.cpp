// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/splits/FunnelFilter.h"

#include "ui/histories/splits/SplitWords.h"
#include "ui/project/ShownText.h"

#include <QCoreApplication>

#include <algorithm>

namespace nextquill::ui {

namespace {

struct FunnelText
{
    Q_DECLARE_TR_FUNCTIONS(FunnelText)
};

QString inQuotes(QString text)
{
    return QLatin1Char('"') + text.replace(QLatin1Char('"'), QStringLiteral("\"\"")) +
           QLatin1Char('"');
}

} // namespace

FunnelFilter filterBehind(const store::Funnel& funnel, std::size_t steps)
{
    FunnelFilter made;
    QStringList parts{QStringLiteral("excluded:no")};
    bool isFirst = true; // all reviews are still there
    for (std::size_t i = 0; i < std::min(steps, funnel.steps.size()); ++i) {
        const store::FunnelStep& step = funnel.steps[i];
        if (!step.isOn) {
            continue;
        }
        if (step.kind == store::FunnelStepKind::Where) {
            parts += shown(step.text);
        } else if (step.kind == store::FunnelStepKind::Search) {
            parts += QStringLiteral("search:") + inQuotes(shown(step.text));
        } else if (step.kind == store::FunnelStepKind::UserReviews && isFirst) {
            parts += QStringLiteral("user_reviews:>=%1").arg(step.number);
        } else {
            made.missing += stepInWords(step);
        }
        isFirst = false;
    }
    made.filter = parts.join(QLatin1Char(' '));
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

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/splits/SplitWords.h"

#include "ui/project/ShownText.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <limits>

namespace nextquill::ui {

namespace {

/// Free functions have no tr() of their own.
struct SplitText
{
    Q_DECLARE_TR_FUNCTIONS(SplitText)
};

QString dayOf(const std::optional<std::int64_t>& time)
{
    return time ? shownDate(*time) : SplitText::tr("never");
}

QString partsRule(const store::SplitSettings& settings)
{
    if (settings.rule == store::SplitRule::LeaveLastOut) {
        return SplitText::tr("of each user the last %Ln target(s) test, as many validate", "",
                             settings.heldOutLast);
    }
    if (settings.validationFrom || settings.testFrom) {
        return SplitText::tr("validates from %1, tests from %2")
            .arg(dayOf(settings.validationFrom), dayOf(settings.testFrom));
    }
    const QLocale locale;
    return SplitText::tr("%1 % validate, %2 % test")
        .arg(locale.toString(100 * settings.validationShare, 'g', 4),
             locale.toString(100 * settings.testShare, 'g', 4));
}

bool isDrawn(store::SplitRule rule)
{
    return rule != store::SplitRule::LeaveLastOut && rule != store::SplitRule::ByTime;
}

} // namespace

QString ruleTitle(store::SplitRule rule)
{
    switch (rule) {
    case store::SplitRule::ByUser:
        return SplitText::tr("By user");
    case store::SplitRule::ByTime:
        return SplitText::tr("By time");
    case store::SplitRule::Random:
        return SplitText::tr("At random");
    case store::SplitRule::Stratified:
        return SplitText::tr("Stratified");
    case store::SplitRule::LeaveLastOut:
        break;
    }
    return SplitText::tr("Leave the last out");
}

QString ruleMeaning(store::SplitRule rule)
{
    switch (rule) {
    case store::SplitRule::ByUser:
        return SplitText::tr("Whole users train, validate or test: who is held out is new to the "
                             "model.");
    case store::SplitRule::ByTime:
        return SplitText::tr("What was written first trains, what was written last tests, over all "
                             "users.");
    case store::SplitRule::Random:
        return SplitText::tr("Targets are drawn: what trains may be later than what tests.");
    case store::SplitRule::Stratified:
        return SplitText::tr("Targets are drawn so that all parts have the same mixture.");
    case store::SplitRule::LeaveLastOut:
        break;
    }
    return SplitText::tr("Each user's newest texts test, those before validate, the rest train.");
}

QString stratumTitle(store::SplitStratum stratum)
{
    switch (stratum) {
    case store::SplitStratum::Activity:
        return SplitText::tr("Reviews of the user");
    case store::SplitStratum::Length:
        return SplitText::tr("Length in words");
    case store::SplitStratum::Year:
        return SplitText::tr("Year");
    case store::SplitStratum::Rating:
        break;
    }
    return SplitText::tr("Rating");
}

QString itemsTitle(store::SplitItems items)
{
    switch (items) {
    case store::SplitItems::Seen:
        return SplitText::tr("In common with training");
    case store::SplitItems::Unseen:
        return SplitText::tr("New to training");
    case store::SplitItems::Any:
        break;
    }
    return SplitText::tr("Any");
}

QString partTitle(store::SplitPart part)
{
    switch (part) {
    case store::SplitPart::Validation:
        return SplitText::tr("validation");
    case store::SplitPart::Test:
        return SplitText::tr("test");
    case store::SplitPart::Train:
        break;
    }
    return SplitText::tr("train");
}

QStringList settingsInWords(const store::SplitSettings& settings)
{
    QStringList words{partsRule(settings)};
    if (settings.rule == store::SplitRule::Stratified) {
        words += SplitText::tr("alike in: %1").arg(stratumTitle(settings.stratum).toLower());
    }
    words += SplitText::tr("at least %Ln earlier review(s)", "", settings.minimumHistory);
    words += SplitText::tr("at least %Ln word(s)", "", forPlural(settings.minimumWords));
    words += settings.maximumTargetsPerUser == 0
                 ? SplitText::tr("all targets of a user")
                 : SplitText::tr("at most %Ln target(s) of a user", "",
                                 forPlural(settings.maximumTargetsPerUser));
    if (settings.core > 0) {
        words += SplitText::tr("of the %1-core of users and items").arg(settings.core);
    }
    if (settings.minimumItemUsers > 0) {
        words +=
            SplitText::tr("about items of at least %Ln user(s)", "", settings.minimumItemUsers);
    }
    if (settings.heldOutItems != store::SplitItems::Any) {
        words +=
            SplitText::tr("held-out items: %1").arg(itemsTitle(settings.heldOutItems).toLower());
    }
    if (settings.funnel) {
        words += SplitText::tr("through the funnel %1").arg(shown(settings.funnel->name));
    }
    if (isDrawn(settings.rule)) {
        words += SplitText::tr("seed %1").arg(settings.seed);
    }
    return words;
}

QString partsInWords(std::int64_t train, std::int64_t validation, std::int64_t test)
{
    return SplitText::tr("%1 train · %2 validation · %3 test")
        .arg(shownCount(train), shownCount(validation), shownCount(test));
}

QString shownCount(std::int64_t count)
{
    return QLocale{}.toString(qlonglong{count});
}

int forPlural(std::int64_t count)
{
    return static_cast<int>(std::clamp<std::int64_t>(count, 0, std::numeric_limits<int>::max()));
}

} // namespace nextquill::ui

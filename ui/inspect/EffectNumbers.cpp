// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/EffectNumbers.h"

#include "core/base/Utf8.h"

#include "ui/project/ShownText.h"

#include <QStringBuilder>

#include <cmath>

namespace nextquill::ui {

namespace {

constexpr std::size_t longestToken = 40; // characters
const QString dash = QStringLiteral("–");

} // namespace

QString signedNumber(double value, int digits)
{
    return std::isnan(value) ? dash
                             : QString((value < 0 ? QStringLiteral("−") : QStringLiteral("+")) %
                                       QString::number(std::abs(value), 'f', digits));
}

QString probability(double p)
{
    constexpr double least = 0.0005; // below it three digits would say 0
    return p > 0 && p < least ? QString::number(p, 'e', 1) : QString::number(p, 'f', 3);
}

QString percentage(double share)
{
    return std::isnan(share)
               ? dash
               : QString((share < 0 ? QStringLiteral("−") : QString{}) %
                         QString::number(100 * std::abs(share), 'f', 1) % QStringLiteral(" %"));
}

QString shownToken(const std::string& text)
{
    // A leading space belongs to the token: it is shown as the open box of text editors.
    QString token = shown(escapedForDisplay(text, longestToken));
    token.replace(QLatin1Char(' '), QChar(0x2423));
    return token;
}

QString spokenToken(const std::string& text)
{
    return shown(escapedForDisplay(text, longestToken)).trimmed();
}

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/causal/TokenLoss.h"
#include "core/workflow/Inspection.h"

#include "ui/widgets/TokenText.h"

#include <QList>
#include <QString>

#include <vector>

namespace nextquill::ui {

/// Everything about one token in words and numbers: what the card under the pointer and the panel
/// at the side show.
struct TokenFacts
{
    struct Row
    {
        QString name;
        QString value;
    };

    QString token;    ///< "␣killer"
    QString sentence; ///< effectSentence()
    QString unit;     ///< "The word “killer”: PCE +0.400, the mean of its tokens"; may be empty
    QList<Row> rows;
    QStringList cluster; ///< a line for each token that only together make a character
};

/// The facts of a token. `losses` are parallel to the effects, or empty where none are known.
[[nodiscard]] TokenFacts factsOf(const workflow::Inspection& inspection,
                                 const std::vector<causal::TokenLoss>& losses,
                                 const TokenText& text, qsizetype token);

/// "The history made “killer” 6 times as likely (0.07 to 0.42); review 3 of 2013 accounts for most
/// of it; another person's history does not.": as far as the inspection was measured.
[[nodiscard]] QString effectSentence(const workflow::Inspection& inspection, qsizetype token);

/// What a screen reader says at the token: "killer, plus 0.31, more likely".
[[nodiscard]] QString spokenEffect(const workflow::Inspection& inspection, qsizetype token);

/// Names of the columns of valueCells(), divided by tabs.
[[nodiscard]] QString valueHeader();

/// All values of a token as cells divided by tabs, for copying and for screen readers.
[[nodiscard]] QString valueCells(const workflow::Inspection& inspection,
                                 const std::vector<causal::TokenLoss>& losses, qsizetype token);

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/TokenText.h"

#include <QList>
#include <QString>

namespace nextquill::ui {

/// Where two texts differ, in whole words.
struct TextDifferences
{
    QList<TextRange> before; ///< ranges of the first text that the second lacks
    QList<TextRange> after;  ///< ranges of the second text that the first lacks
    double similarity = 1;   ///< common words, twice, over all words; 1 for two empty texts
};

/// Words are those of Unicode's word boundaries; white space counts for nothing.
///
/// Speed  3 ms for two similar texts of 2,000 words, 50 ms for unrelated ones.
[[nodiscard]] TextDifferences wordDifferences(const QString& before, const QString& after);

} // namespace nextquill::ui

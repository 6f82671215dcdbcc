// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/TokenText.h"

#include <QList>
#include <QString>

namespace nextquill::ui {

/// Where two texts have the same words, as ranges of both.
struct SharedRunMarks
{
    QList<TextRange> first;
    QList<TextRange> second;
};

/// What runs of `words` words both texts have; of a text of fewer words all of it or nothing. Case,
/// punctuation and white space make no difference.
///
/// Speed    linear in the words
[[nodiscard]] SharedRunMarks sharedRunMarks(const QString& first, const QString& second,
                                            qsizetype words);

} // namespace nextquill::ui

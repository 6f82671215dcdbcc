// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/TokenText.h"

#include <QStringList>

namespace nextquill::ui {

/// A text made of these tokens, with the values 0, 0.01, 0.02, …
inline TokenText tokenText(const QStringList& tokens)
{
    TokenText text;
    for (const QString& token : tokens) {
        const qsizetype begin = text.text.size();
        text.text += token;
        text.tokens.push_back({.begin = begin,
                               .end = text.text.size(),
                               .value = 0.01F * static_cast<float>(text.tokens.size())});
    }
    return text;
}

/// `count` words of several lengths; a newline token every `paragraph` tokens.
inline TokenText longText(int count, int paragraph)
{
    QStringList tokens;
    for (int i = 0; i < count; ++i) {
        tokens << (i % paragraph == paragraph - 1
                       ? QStringLiteral("\n")
                       : QStringLiteral(" ") +
                             QStringLiteral("wordsofanylength").left(1 + i * 7 % 11));
    }
    return tokenText(tokens);
}

} // namespace nextquill::ui

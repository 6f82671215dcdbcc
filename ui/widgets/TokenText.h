// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

namespace nextquill::ui {

/// A half-open range of a text, in UTF-16 units.
struct TextRange
{
    qsizetype begin = 0;
    qsizetype end = 0;

    friend bool operator==(const TextRange&, const TextRange&) = default;
};

/// A text cut into tokens, each with one number: what a TokenView shows.
///
/// Tokens are in order of the text. They may leave gaps (which get no color) and may be empty (an
/// end-of-text token). Several tokens may lie within one character, as in emoji: they share its
/// box.
struct TokenText
{
    /// Signs beside the color.
    struct Signs
    {
        bool uncertain = false;     ///< hatched
        bool distinguished = false; ///< a diamond before the first letter

        friend bool operator==(const Signs&, const Signs&) = default;
    };

    struct Token
    {
        qsizetype begin = 0; ///< in UTF-16 units of `text`
        qsizetype end = 0;
        float value = 0; ///< in the units of the view's color scale; NaN: no color
        Signs signs;
    };

    /// Several tokens that have one color: a word, a sentence. Half-open, at least one token.
    struct Unit
    {
        qsizetype firstToken = 0;
        qsizetype endToken = 0;
        float value = 0; ///< as that of a token

        friend bool operator==(const Unit&, const Unit&) = default;
    };

    QString text; ///< shown as it is, never as markup; control and bidi characters are escaped
    QList<Token> tokens;
    QList<Unit> units;      ///< in order of the text; a token outside of them is alone
    QList<TextRange> marks; ///< underlined with dots: the differences to another text
};

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/TokenCluster.h"

#include <gtest/gtest.h>

namespace nextquill::ui {
namespace {

TokenText textOf(const QString& text, const QList<TextRange>& tokens)
{
    TokenText result{.text = text};
    for (const TextRange& token : tokens) {
        result.tokens.append({.begin = token.begin, .end = token.end});
    }
    return result;
}

TEST(TokenCluster, ATokenOfWholeCharactersIsAlone)
{
    const TokenText text = textOf(QStringLiteral("a bc"), {{0, 1}, {1, 3}, {3, 4}});
    for (qsizetype token = 0; token < 3; ++token) {
        EXPECT_EQ(tokensOfCharacter(text, token), (TextRange{.begin = token, .end = token + 1}));
    }
}

TEST(TokenCluster, BytesOfOneEmojiBelongTogether)
{
    // "x", four tokens that each hold a byte of the saxophone, "y"
    const TokenText text =
        textOf(QStringLiteral("x🎷y"), {{0, 1}, {1, 3}, {1, 3}, {1, 3}, {1, 3}, {3, 4}});
    for (qsizetype token = 1; token < 5; ++token) {
        EXPECT_EQ(tokensOfCharacter(text, token), (TextRange{.begin = 1, .end = 5}));
    }
    EXPECT_EQ(tokensOfCharacter(text, 5), (TextRange{.begin = 5, .end = 6}));
}

TEST(TokenCluster, AnAccentOfItsOwnBelongsToItsLetter)
{
    const TokenText text = textOf(QStringLiteral("e\u0301t"), {{0, 1}, {1, 2}, {2, 3}});
    EXPECT_EQ(tokensOfCharacter(text, 0), (TextRange{.begin = 0, .end = 2}));
    EXPECT_EQ(tokensOfCharacter(text, 1), (TextRange{.begin = 0, .end = 2}));
}

TEST(TokenCluster, AnEndOfTextIsAlone)
{
    const TokenText text = textOf(QStringLiteral("a"), {{0, 1}, {1, 1}});
    EXPECT_EQ(tokensOfCharacter(text, 1), (TextRange{.begin = 1, .end = 2}));
}

} // namespace
} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/TokenUnits.h"

#include <QStringView>

#include <algorithm>

namespace nextquill::ui {

TokenText::Unit unitOf(const TokenText& text, qsizetype token)
{
    const auto behind = std::upper_bound(
        text.units.begin(), text.units.end(), token,
        [](qsizetype at, const TokenText::Unit& unit) { return at < unit.firstToken; });
    if (behind != text.units.begin() && token < (behind - 1)->endToken) {
        return *(behind - 1);
    }
    return {.firstToken = token, .endToken = token + 1, .value = text.tokens[token].value};
}

TextRange charactersOf(const TokenText& text, const TokenText::Unit& unit)
{
    return {.begin = text.tokens[unit.firstToken].begin, .end = text.tokens[unit.endToken - 1].end};
}

qsizetype lastSeenToken(const TokenText& text, const TokenText::Unit& unit)
{
    for (qsizetype token = unit.endToken - 1; token >= unit.firstToken; --token) {
        const TokenText::Token& held = text.tokens[token];
        const QStringView letters{text.text.constData() + held.begin, held.end - held.begin};
        if (!letters.trimmed().isEmpty()) {
            return token;
        }
    }
    return unit.endToken - 1;
}

} // namespace nextquill::ui

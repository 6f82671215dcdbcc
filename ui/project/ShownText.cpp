// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/project/ShownText.h"

#include <QDateTime>
#include <QLocale>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace nextquill::ui {

QString shown(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

std::string stored(const QString& text)
{
    return text.toStdString();
}

QString asSentence(const QString& clause)
{
    return clause.left(1).toUpper() + clause.mid(1);
}

QString shownPath(const std::filesystem::path& path)
{
    return shown(path.native());
}

std::filesystem::path pathOf(const QString& text)
{
    return std::filesystem::path{text.toStdString()};
}

QString shownBytes(std::uint64_t bytes)
{
    return QLocale{}.formattedDataSize(static_cast<qint64>(bytes), 1, QLocale::DataSizeSIFormat);
}

QString shownTime(std::int64_t milliseconds)
{
    return QDateTime::fromMSecsSinceEpoch(milliseconds)
        .toString(QStringLiteral("yyyy-MM-dd HH:mm"));
}

QString shownDate(std::int64_t milliseconds)
{
    if (milliseconds <= 0) {
        return QStringLiteral("–");
    }
    return QDateTime::fromMSecsSinceEpoch(milliseconds, Qt::UTC).date().toString(Qt::ISODate);
}

QString shownFigure(const Json& of, const char* key, int digits)
{
    return of.contains(key) && of[key].is_number()
               ? QString::number(of[key].get<double>(), 'f', digits)
               : QStringLiteral("–");
}

QString shownStars(double rating)
{
    constexpr int most = 5;
    const int full = std::clamp(static_cast<int>(std::lround(rating)), 0, most);
    return QString(full, QChar(0x2605)) + QString(most - full, QChar(0x2606));
}

std::vector<qsizetype> utf16Positions(std::string_view utf8)
{
    std::vector<qsizetype> positions(utf8.size() + 1);
    qsizetype units = 0;
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        const auto byte = static_cast<unsigned char>(utf8[i]);
        const bool continues = (byte & 0xc0U) == 0x80U;
        positions[i] = continues && i > 0 ? positions[i - 1] : units;
        units += continues ? 0 : (byte >= 0xf0U ? 2 : 1);
    }
    positions[utf8.size()] = units;
    return positions;
}

TokenText tokenText(const std::string& text, const std::vector<causal::TokenEffect>& effects)
{
    TokenText result;
    result.text = shown(text);
    const std::vector<qsizetype> position = utf16Positions(text);
    const qsizetype units = position.back();
    for (const causal::TokenEffect& effect : effects) {
        TokenText::Token token{
            .begin = units, .end = units, .value = std::numeric_limits<float>::quiet_NaN()};
        if (effect.bytes) {
            std::size_t end = std::min(effect.bytes->end, text.size());
            while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) {
                ++end; // to the end of the character that the token is a part of
            }
            token.begin = position[std::min(effect.bytes->begin, text.size())];
            token.end = position[end];
        }
        result.tokens.append(token);
    }
    return result;
}

} // namespace nextquill::ui

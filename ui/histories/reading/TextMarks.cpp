// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/reading/TextMarks.h"

#include "core/base/Error.h"

#include "ui/project/ShownText.h"

#include <QByteArray>

#include <algorithm>

namespace nextquill::ui {

namespace {

/// Ranges of UTF-8 bytes, in order, as ranges of the text's own units.
QList<TextRange> inUnits(const QByteArray& utf8, const std::vector<ByteRange>& ranges)
{
    QList<TextRange> units;
    std::size_t byte = 0;
    qsizetype position = 0;
    const auto unitsTo = [&](std::size_t end) {
        for (; byte < end && byte < static_cast<std::size_t>(utf8.size()); ++byte) {
            const auto value = static_cast<unsigned char>(utf8[static_cast<qsizetype>(byte)]);
            const bool continues = (value & 0xc0U) == 0x80U;
            position += continues ? 0 : (value >= 0xf0U ? 2 : 1);
        }
        return position;
    };
    for (const ByteRange& range : ranges) {
        const qsizetype begin = unitsTo(range.begin);
        units.append({.begin = begin, .end = unitsTo(range.end)});
    }
    return units;
}

} // namespace

void TextMarks::setSearch(const QString& search)
{
    m_hits.reset();
    if (search.trimmed().isEmpty()) {
        return;
    }
    try {
        m_hits.emplace(stored(search));
    } catch (const Error&) {
        // The table says what is wrong with it; here nothing stands out.
        m_hits.reset();
    }
}

QList<TextRange> TextMarks::in(const QString& text) const
{
    QList<TextRange> ranges;
    if (m_hits) {
        const QByteArray utf8 = text.toUtf8();
        const std::string_view bytes{utf8.constData(), static_cast<std::size_t>(utf8.size())};
        ranges = inUnits(utf8, m_hits->in(bytes));
    }
    if (!m_lookedFor.isEmpty()) {
        for (qsizetype at = text.indexOf(m_lookedFor, 0, Qt::CaseInsensitive); at >= 0;
             at = text.indexOf(m_lookedFor, at + m_lookedFor.size(), Qt::CaseInsensitive)) {
            ranges.append({.begin = at, .end = at + m_lookedFor.size()});
        }
        std::ranges::stable_sort(ranges, {}, &TextRange::begin);
    }
    return ranges;
}

} // namespace nextquill::ui

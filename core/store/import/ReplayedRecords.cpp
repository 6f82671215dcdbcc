// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/ReplayedRecords.h"

#include <utility>

namespace nextquill::store {

std::optional<SourceText> ReplayedRecords::peek()
{
    const auto record = m_source.next();
    if (!record) {
        return std::nullopt;
    }
    m_kept.push_back({.text = std::string{record->text},
                      .problem = std::string{record->problem},
                      .original = std::string{record->original},
                      .line = record->line,
                      .byte = record->byte});
    return textOf(m_kept.back());
}

std::optional<SourceText> ReplayedRecords::next()
{
    if (m_given < m_kept.size()) {
        return textOf(m_kept[m_given++]);
    }
    if (!m_kept.empty()) {
        m_kept = {};
        m_given = 0;
    }
    return m_source.next();
}

SourceText ReplayedRecords::textOf(const Kept& kept)
{
    return {kept.text, kept.line, kept.byte, kept.problem, kept.original};
}

} // namespace nextquill::store

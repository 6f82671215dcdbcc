// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/table/SearchHits.h"

#include "ui/widgets/TokenText.h"

#include <QList>
#include <QString>

#include <optional>

namespace nextquill::ui {

/// What stands out in texts: what the table's search matched, and what is being looked for here.
class TextMarks
{
public:
    /// As the search over all texts is typed; one that cannot be read marks nothing.
    void setSearch(const QString& search);
    /// Plain text, whatever the case.
    void setLookedFor(const QString& text) { m_lookedFor = text; }
    [[nodiscard]] const QString& lookedFor() const { return m_lookedFor; }
    [[nodiscard]] bool isEmpty() const { return !m_hits && m_lookedFor.isEmpty(); }

    /// In UTF-16 units, in order of their beginning; they may overlap.
    [[nodiscard]] QList<TextRange> in(const QString& text) const;

private:
    std::optional<store::SearchHits> m_hits;
    QString m_lookedFor;
};

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/reading/TimelineModel.h"

#include "ui/project/ShownText.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace nextquill::ui {

namespace {

/// What a screen reader says, and a test reads.
QString spokenText(const TimelineEntry& entry)
{
    QString text = shownDate(entry.time) % QStringLiteral(", ") % entry.item %
                   QStringLiteral(", ") %
                   TimelineModel::tr("rated %1").arg(QString::number(entry.rating)) %
                   QStringLiteral(": ") % entry.text;
    if (entry.excluded) {
        text = TimelineModel::tr("Excluded. ") % text;
    }
    if (!entry.tags.isEmpty()) {
        text += TimelineModel::tr(" Tags: %1.").arg(entry.tags.join(QStringLiteral(", ")));
    }
    return text;
}

bool sameReviews(const std::vector<TimelineEntry>& a, const std::vector<TimelineEntry>& b)
{
    return std::ranges::equal(a, b, {}, &TimelineEntry::id, &TimelineEntry::id);
}

} // namespace

void TimelineModel::setEntries(std::vector<TimelineEntry> entries, quint64 upTo)
{
    std::erase_if(m_expected, [upTo](const auto& item) { return item.second.act <= upTo; });
    for (TimelineEntry& entry : entries) {
        // A count stays true as long as the text does.
        const int row = rowOf(entry.id);
        if (row >= 0 && m_entries[static_cast<std::size_t>(row)].text == entry.text) {
            entry.tokens = m_entries[static_cast<std::size_t>(row)].tokens;
        }
    }
    overlay(entries);
    if (sameReviews(entries, m_entries)) {
        takeInPlace(std::move(entries));
        return;
    }
    beginResetModel();
    m_entries = std::move(entries);
    renewRows();
    endResetModel();
}

void TimelineModel::takeInPlace(std::vector<TimelineEntry> entries)
{
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (entries[i] != m_entries[i]) {
            m_entries[i] = std::move(entries[i]);
            const QModelIndex changed = index(static_cast<int>(i));
            Q_EMIT dataChanged(changed, changed);
        }
    }
}

void TimelineModel::append(std::vector<TimelineEntry> entries)
{
    if (entries.empty()) {
        return;
    }
    overlay(entries);
    const int first = rowCount();
    beginInsertRows({}, first, first + static_cast<int>(entries.size()) - 1);
    m_entries.insert(m_entries.end(), std::make_move_iterator(entries.begin()),
                     std::make_move_iterator(entries.end()));
    renewRows();
    endInsertRows();
}

void TimelineModel::prepend(std::vector<TimelineEntry> entries)
{
    if (entries.empty()) {
        return;
    }
    overlay(entries);
    beginInsertRows({}, 0, static_cast<int>(entries.size()) - 1);
    m_entries.insert(m_entries.begin(), std::make_move_iterator(entries.begin()),
                     std::make_move_iterator(entries.end()));
    renewRows();
    endInsertRows();
}

void TimelineModel::setTokens(std::int64_t id, const QString& text, std::int64_t tokens)
{
    const int row = rowOf(id);
    if (row >= 0 && entry(row).text == text) {
        m_entries[static_cast<std::size_t>(row)].tokens = tokens;
        Q_EMIT dataChanged(index(row), index(row));
    }
}

void TimelineModel::forgetTokens()
{
    for (TimelineEntry& entry : m_entries) {
        entry.tokens.reset();
    }
    if (!m_entries.empty()) {
        Q_EMIT dataChanged(index(0), index(rowCount() - 1));
    }
}

void TimelineModel::expectExcluded(std::int64_t id, bool excluded, quint64 act)
{
    expect(id, act, [excluded](Expected& expected) { expected.excluded = excluded; });
}

void TimelineModel::expectTag(std::int64_t id, const QString& tag, bool has, quint64 act)
{
    expect(id, act, [&tag, has](Expected& expected) { expected.tags[tag] = has; });
}

void TimelineModel::expect(std::int64_t id, quint64 act,
                           const std::function<void(Expected&)>& change)
{
    Expected& expected = m_expected[id];
    expected.act = act;
    change(expected);
    if (const int row = rowOf(id); row >= 0) {
        apply(expected, m_entries[static_cast<std::size_t>(row)]);
        Q_EMIT dataChanged(index(row), index(row));
    }
}

void TimelineModel::apply(const Expected& expected, TimelineEntry& entry)
{
    if (expected.excluded) {
        entry.excluded = *expected.excluded;
    }
    for (const auto& [tag, has] : expected.tags) {
        entry.tags.removeAll(tag);
        if (has) {
            entry.tags.append(tag);
        }
    }
    entry.tags.sort();
}

void TimelineModel::overlay(std::vector<TimelineEntry>& entries) const
{
    for (TimelineEntry& entry : entries) {
        entry.tags.sort();
        if (const auto found = m_expected.find(entry.id); found != m_expected.end()) {
            apply(found->second, entry);
        }
    }
}

void TimelineModel::renewRows()
{
    m_rows.clear();
    m_rows.reserve(static_cast<qsizetype>(m_entries.size()));
    for (std::size_t i = 0; i < m_entries.size(); ++i) {
        m_rows.insert(m_entries[i].id, static_cast<int>(i));
    }
}

int TimelineModel::rowOf(std::int64_t id) const
{
    return m_rows.value(id, -1);
}

int TimelineModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_entries.size());
}

QVariant TimelineModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const TimelineEntry& shownEntry = entry(index.row());
    if (role == entryRole) {
        return QVariant::fromValue(&shownEntry);
    }
    if (role == Qt::DisplayRole || role == Qt::AccessibleTextRole) {
        return spokenText(shownEntry);
    }
    return {};
}

} // namespace nextquill::ui

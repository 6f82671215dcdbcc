// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/histories/reading/TimelineEntry.h"

#include <QAbstractListModel>
#include <QHash>

#include <functional>
#include <map>
#include <optional>
#include <vector>

namespace nextquill::ui {

/// The reviews of a reading list. What is asked of the project is shown at once, before the project
/// has it: hands do not wait for the disk.
///
/// Rows read anew that are the same reviews change in place: nothing scrolls, nothing is chosen
/// anew.
class TimelineModel : public QAbstractListModel
{
    Q_OBJECT

public:
    static constexpr int entryRole = Qt::UserRole + 1; ///< QVariant of const TimelineEntry*

    using QAbstractListModel::QAbstractListModel;

    /// All of them, read when the act `upTo` and those before it were settled.
    void setEntries(std::vector<TimelineEntry> entries, quint64 upTo);
    void append(std::vector<TimelineEntry> entries);
    void prepend(std::vector<TimelineEntry> entries);
    /// How many tokens a text of a review has; dropped where it has another text by now.
    void setTokens(std::int64_t id, const QString& text, std::int64_t tokens);
    void forgetTokens();

    /// What the act is going to make of a review.
    void expectExcluded(std::int64_t id, bool excluded, quint64 act);
    void expectTag(std::int64_t id, const QString& tag, bool has, quint64 act);

    [[nodiscard]] const std::vector<TimelineEntry>& entries() const { return m_entries; }
    [[nodiscard]] const TimelineEntry& entry(int row) const
    {
        return m_entries.at(static_cast<std::size_t>(row));
    }
    [[nodiscard]] int rowOf(std::int64_t id) const; ///< -1: not in the list
    [[nodiscard]] bool isEmpty() const { return m_entries.empty(); }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;

private:
    struct Expected
    {
        quint64 act = 0; ///< the newest that changes this review
        std::optional<bool> excluded;
        std::map<QString, bool> tags;
    };

    void expect(std::int64_t id, quint64 act, const std::function<void(Expected&)>& change);
    static void apply(const Expected& expected, TimelineEntry& entry);
    void overlay(std::vector<TimelineEntry>& entries) const;
    void takeInPlace(std::vector<TimelineEntry> entries);
    void renewRows();

    std::vector<TimelineEntry> m_entries;
    QHash<qint64, int> m_rows; ///< of each id
    std::map<std::int64_t, Expected> m_expected;
};

} // namespace nextquill::ui

Q_DECLARE_METATYPE(const nextquill::ui::TimelineEntry*)

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/table/FilterExpression.h"

#include <QObject>
#include <QString>

#include <cstdint>
#include <filesystem>

class QTimer;

namespace nextquill::ui {

/// Where a person is in a table: what it is filtered and ordered by, and the row of the cursor.
struct TablePlace
{
    store::FilterExpression filter;
    store::TableOrder order;
    std::int64_t row = 0; ///< its id; 0: none
};

/// Keeps a table's place in a project until that is opened again. Written half a second after the
/// last change, and when it goes.
class KeptPlace : public QObject
{
    Q_OBJECT

public:
    KeptPlace(const QString& table, QObject* parent);
    ~KeptPlace() override;

    void keep(const std::filesystem::path& project, const TablePlace& place);

    /// `first` where there is none, or none that this version reads.
    [[nodiscard]] TablePlace of(const std::filesystem::path& project,
                                const TablePlace& first) const;

private:
    void write();

    QString m_name;
    QTimer* m_writeLater;
    std::filesystem::path m_project; ///< whose place is to be written; empty: none is
    TablePlace m_place;
};

} // namespace nextquill::ui

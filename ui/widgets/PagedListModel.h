// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <QString>
#include <QVariant>

#include <functional>
#include <utility>
#include <vector>

namespace nextquill::ui {

/// What PagedListModel does for rows of every type.
class PagedListModelBase : public QAbstractTableModel
{
    Q_OBJECT

public:
    using QAbstractTableModel::QAbstractTableModel;

    /// Grows with each restart(); an answer to an older question is dropped.
    [[nodiscard]] quint64 era() const { return m_era; }
    [[nodiscard]] bool isComplete() const { return m_complete; }
    [[nodiscard]] bool isWaiting() const { return m_waiting; }

    /// Forgets all rows and asks for the first page.
    void restart();
    /// The page asked for could not be had: the next scroll asks again.
    void pageFailed(quint64 era);

    [[nodiscard]] bool canFetchMore(const QModelIndex& parent) const override;
    void fetchMore(const QModelIndex& parent) override;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;

Q_SIGNALS:
    /// Asks for the rows after the last one; answer with addPage(era, …), at once or later.
    void pageWanted(quint64 era);
    void rowsChanged(); ///< after a restart, a page or a change of single rows

protected:
    [[nodiscard]] virtual int heldRows() const = 0;
    virtual void forgetRows() = 0;
    /// False: of an older era, or not asked for.
    [[nodiscard]] bool takesPage(quint64 era) const { return m_waiting && era == m_era; }
    void pageTaken(bool last);

private:
    void ask();

    quint64 m_era = 0;
    bool m_complete = true; // nothing to ask for before the first restart()
    bool m_waiting = false;
};

/// A table that loads its rows page by page, by the key of the last row, from wherever they are.
///
///     auto* model = new PagedListModel<UserRow>({{tr("User"), [](const UserRow& u, int role)
///     {…}}}); connect(model, &PagedListModelBase::pageWanted, this, [=](quint64 era) {
///         const auto after = model->isEmpty() ? Key{} : model->lastRow().key;
///         …later: model->addPage(era, rows, rows.size() < pageSize);
///     });
///     model->restart();
template<typename Row>
class PagedListModel final : public PagedListModelBase
{
public:
    struct Column
    {
        QString title;
        /// For any role; Qt::TextAlignmentRole falls back to `alignment`.
        std::function<QVariant(const Row& row, int role)> data;
        Qt::Alignment alignment = Qt::AlignLeft | Qt::AlignVCenter;
    };

    explicit PagedListModel(std::vector<Column> columns, QObject* parent = nullptr)
        : PagedListModelBase{parent}
        , m_columns{std::move(columns)}
    {
    }

    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override
    {
        return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
    }

    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override
    {
        if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
            return {};
        }
        const Column& column = m_columns[static_cast<std::size_t>(index.column())];
        QVariant value = column.data(row(index.row()), role);
        if (!value.isValid() && role == Qt::TextAlignmentRole) {
            value = QVariant::fromValue(column.alignment);
        }
        return value;
    }

    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override
    {
        if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) {
            return {};
        }
        const Column& column = m_columns[static_cast<std::size_t>(section)];
        if (role == Qt::DisplayRole) {
            return column.title;
        }
        return role == Qt::TextAlignmentRole ? QVariant::fromValue(column.alignment) : QVariant{};
    }

    [[nodiscard]] bool isEmpty() const { return m_rows.empty(); }
    [[nodiscard]] const Row& row(int index) const
    {
        return m_rows.at(static_cast<std::size_t>(index));
    }
    [[nodiscard]] const Row& lastRow() const { return m_rows.back(); }

    /// Appends a page; false when it answers an older question and was dropped.
    bool addPage(quint64 era, std::vector<Row> rows, bool last)
    {
        if (!takesPage(era)) {
            return false;
        }
        if (!rows.empty()) {
            const int first = heldRows();
            beginInsertRows({}, first, first + static_cast<int>(rows.size()) - 1);
            m_rows.insert(m_rows.end(), std::make_move_iterator(rows.begin()),
                          std::make_move_iterator(rows.end()));
            endInsertRows();
        }
        pageTaken(last);
        return true;
    }

    void replaceRow(int index, Row row)
    {
        m_rows.at(static_cast<std::size_t>(index)) = std::move(row);
        Q_EMIT dataChanged(this->index(index, 0), this->index(index, columnCount() - 1));
        Q_EMIT rowsChanged();
    }

protected:
    [[nodiscard]] int heldRows() const override { return static_cast<int>(m_rows.size()); }
    void forgetRows() override { m_rows.clear(); }

private:
    std::vector<Column> m_columns;
    std::vector<Row> m_rows;
};

} // namespace nextquill::ui

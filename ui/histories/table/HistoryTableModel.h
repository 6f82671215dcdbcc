// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/table/TableReader.h"

#include "ui/histories/table/RowPages.h"
#include "ui/tasks/Job.h"

#include <QAbstractTableModel>
#include <QPointer>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

class QTimer;

namespace nextquill::ui {

class ProjectSession;

/// What is known about the number of rows.
struct RowCount
{
    std::int64_t rows = 0;
    bool exact = false;     ///< else at least so many
    std::int64_t total = 0; ///< of the table without a filter; deleted ones left out
};

/// A table of the histories as a view sees it: as many rows as are known, of which those that are
/// looked at are read, off the GUI thread.
///
/// A new question (filter, order) leaves the rows of the one before in place until its own first
/// rows are there: answered(). The number of rows grows while a walk over the keys goes on, and is
/// exact when that is done.
class HistoryTableModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Role {
        LoadedRole = Qt::UserRole + 1, ///< bool: the row is held; else its cells are empty
        ExcludedRole,                  ///< bool
        TextRole,                      ///< the cell as fields and files have it: see cellText()
    };

    HistoryTableModel(ProjectSession& session, store::TableKind table, QObject* parent = nullptr);

    [[nodiscard]] store::TableKind table() const { return m_table; }
    [[nodiscard]] const store::TableColumn& column(int number) const;
    [[nodiscard]] int columnNumber(std::string_view name) const; ///< -1: there is none

    /// Forgets the question before, its rows too.
    void clear();
    void ask(const store::FilterExpression& filter, const store::TableOrder& order);
    /// The same question about other data: rows keep their places until the new ones are there.
    void refresh();
    /// Cells of the other columns are empty. Rows are read again.
    void setReadColumns(const std::vector<std::string>& names);
    /// The rows that are seen; they are read, and those beside them.
    void lookAt(int first, int last);
    /// Ends what is being asked or counted; what has come stays.
    void stop();

    /// What the rows are the answer to.
    [[nodiscard]] const store::TableQuery& query() const { return m_query; }
    /// The question that was asked last; its rows may not be there yet.
    [[nodiscard]] const store::TableQuery& nextQuery() const { return m_next; }
    [[nodiscard]] bool isAsking() const { return m_asking; }
    [[nodiscard]] bool isCounting() const { return m_walk != nullptr; }
    [[nodiscard]] RowCount count() const;
    [[nodiscard]] std::shared_ptr<const store::TableFences> fences() const { return m_fences; }

    [[nodiscard]] const store::TableRow* row(int number) const { return m_pages.row(number); }
    [[nodiscard]] int rowOf(std::int64_t id) const; ///< among the rows that are held; -1: none
    [[nodiscard]] const store::Cell* cell(int row, int column) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

Q_SIGNALS:
    /// Once per question: its rows are shown. There may be none, and none may have been read yet.
    void answered();
    void askingChanged();
    void countChanged();
    void rowsRead(int first, int last);
    /// A question could not be answered; the rows are still those of query().
    void refused(const nextquill::ui::Failure& failure);
    void lookedAt(qint64 rows, qint64 total); ///< how far a slow question is

private:
    void startFirstPage();
    void startWalk();
    void takeFences(store::TableFences fences);
    void adopt(); ///< the rows are now those of the question asked last
    void setRows(std::int64_t rows);
    void loadPages();
    void loadPage(std::int64_t page);
    void mapCells();
    void setAsking(bool asking);
    void stopJobs();
    [[nodiscard]] QVariant textAlignment(int column) const;

    ProjectSession& m_session;
    store::TableKind m_table;
    store::TableQuery m_query;
    store::TableQuery m_next;
    std::vector<int> m_cells; // per column: where its cell is in a row; -1: not read
    RowPages m_pages;
    std::shared_ptr<const store::TableFences> m_fences;
    std::int64_t m_rows = 0;
    std::int64_t m_total = 0;
    bool m_asking = false;
    bool m_refreshing =
        false;         // the walk goes over changed data: the old fences serve until it ends
    quint64 m_era = 0; // of the question; what older jobs bring is dropped
    int m_first = 0;
    int m_last = 0;
    QPointer<Job> m_firstPage;
    QPointer<Job> m_walk;
    QPointer<Job> m_page;
    std::int64_t m_pageAsked = -1;
    QTimer* m_walkLater;
};

} // namespace nextquill::ui

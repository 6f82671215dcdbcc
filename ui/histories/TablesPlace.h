// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/table/TableColumns.h"

#include <QList>
#include <QWidget>

class QAction;
class QSplitter;
class QStackedWidget;
class QToolButton;

namespace nextquill::ui {

class FunnelBar;
class HistoryTable;
class ProjectSession;
class ReadingPane;
class SelectionActs;

/// Reviews, users and items as tables, one of which is seen, what can be done with their rows, and
/// beside them the reviews of the row that the cursor is in, to be read.
///
/// Enter in the reviews reads what the filter matches one after the other, in users and items the
/// reviews of the row.
class TablesPlace : public QWidget
{
    Q_OBJECT

public:
    explicit TablesPlace(ProjectSession& session, QWidget* parent = nullptr);

    [[nodiscard]] HistoryTable& table(store::TableKind kind) const;
    [[nodiscard]] HistoryTable& shownTable() const;
    [[nodiscard]] ReadingPane& pane() const { return *m_pane; }
    void showTable(store::TableKind kind);
    /// Keeps what the reviews are filtered by as the next step of the funnel.
    void addFilterToFunnel();

Q_SIGNALS:
    void filterWanted(const QString& filter); ///< in the table of reviews
    void styleWanted(qint64 user);
    void promptWanted(qint64 review);
    void similarWanted(qint64 review);
    void splitWanted(const QString& funnel);
    void exportWanted(const QString& funnel);
    void rowsExportWanted(nextquill::store::TableKind table); ///< of what is chosen in it

private:
    void createTables();
    void createPane();
    void createFunnel();
    void addActs(HistoryTable& table);
    void addOwnActions(HistoryTable& table);
    void addReviewActions(HistoryTable& table);
    void follow(HistoryTable& table);
    void readRow(HistoryTable& table, qint64 id);
    void openRow(HistoryTable& table, qint64 id);
    void showReviewsOf(HistoryTable& table);
    [[nodiscard]] bool isReading() const; ///< the keys are in the pane

    ProjectSession& m_session;
    QList<HistoryTable*> m_all;
    QSplitter* m_split;
    QStackedWidget* m_tables;
    ReadingPane* m_pane;
    FunnelBar* m_funnel = nullptr;
};

} // namespace nextquill::ui

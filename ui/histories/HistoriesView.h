// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/table/TableColumns.h"

#include <QWidget>

#include <filesystem>
#include <vector>

class QStackedWidget;
class QTabBar;

namespace nextquill::ui {

class EmptyState;
class ExportDialog;
class HistoryTable;
class ImportDesk;
class LeaksTab;
class OverviewTab;
class ProjectSession;
class PromptTab;
class SplitsTab;
class TablesPlace;

/// The place of the histories, a row of tabs: reviews, users and items as tables with what is to be
/// read beside them, and all else that is done with histories before a model is trained on them.
///
/// The tab that was seen last is seen again when the project is opened again.
///
/// Keyboard  Ctrl+PageDown and Ctrl+PageUp go through the tabs; Ctrl+F searches
class HistoriesView : public QWidget
{
    Q_OBJECT

public:
    explicit HistoriesView(ProjectSession& session, QWidget* parent = nullptr);

    /// Adds a tab behind those that are there, and does what its signals ask for, as far as it has
    /// them: filterWanted(QString), userWanted(qint64), itemWanted(qint64), reviewWanted(qint64),
    /// inspectWanted(qint64). The view owns it.
    template<typename Tab>
    void addTab(Tab* tab, const QString& title)
    {
        if constexpr (requires { &Tab::filterWanted; }) {
            connect(tab, &Tab::filterWanted, this, &HistoriesView::showFilter);
        }
        if constexpr (requires { &Tab::userWanted; }) {
            connect(tab, &Tab::userWanted, this, &HistoriesView::showUser);
        }
        if constexpr (requires { &Tab::itemWanted; }) {
            connect(tab, &Tab::itemWanted, this, &HistoriesView::showItem);
        }
        if constexpr (requires { &Tab::reviewWanted; }) {
            connect(tab, &Tab::reviewWanted, this, &HistoriesView::showReview);
        }
        if constexpr (requires { &Tab::inspectWanted; }) {
            connect(tab, &Tab::inspectWanted, this, &HistoriesView::inspect);
        }
        placeTab(tab, title);
    }
    void showTab(const QWidget* tab);
    [[nodiscard]] HistoryTable& table(store::TableKind kind);

    /// Imports files after the user has seen what is in them.
    void importFiles(const std::vector<std::filesystem::path>& files);

    [[nodiscard]] ImportDesk& imports() { return *m_desk; }

public Q_SLOTS:
    void chooseFilesToImport();
    void focusSearch();
    void undo();
    void redo();
    /// Reviews that a filter matches, as `data list --where` writes it.
    void showFilter(const QString& filter);
    void showUser(qint64 user);
    void showItem(qint64 item);
    void showReview(qint64 review);
    void inspect(qint64 review);
    /// Offers what the table that is seen has chosen, where that is more than the cursor's row, or
    /// what its filter matches.
    void exportReviews();

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void createTop();
    void createTabs();
    void connectTabs();
    void createActions();
    void placeTab(QWidget* tab, const QString& title);
    void showTabAt(int number);
    void returnToTab();
    void exportFunnel(const QString& funnel);
    void exportRows(HistoryTable& table);
    ExportDialog* openExport();
    void showSimilar(qint64 review);
    void lookForReviews();

    ProjectSession& m_session;
    ImportDesk* m_desk;
    QStackedWidget* m_pages; ///< the tabs, or what is said of a project without reviews
    EmptyState* m_empty;
    QWidget* m_content;
    QTabBar* m_tabs;
    QStackedWidget* m_places; ///< the tables, and one for each other tab
    TablesPlace* m_tables;
    SplitsTab* m_splits = nullptr;
    PromptTab* m_prompt = nullptr;
    OverviewTab* m_overview = nullptr;
    LeaksTab* m_leaks = nullptr;
    QList<QWidget*> m_tabWidgets; ///< by number of the tab
};

} // namespace nextquill::ui

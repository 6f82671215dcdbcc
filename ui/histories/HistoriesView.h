// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/Histories.h"

#include "ui/widgets/PagedListModel.h"

#include <QWidget>

#include <filesystem>
#include <optional>
#include <vector>

class QLabel;
class QLineEdit;
class QListView;
class QStackedWidget;
class QTableView;

namespace nextquill::ui {

class EmptyState;
class ImportDesk;
class ProjectSession;
class ReviewDelegate;
class UserList;

/// Users, the chosen user's texts as a timeline, and a search over all texts.
///
/// Keyboard  Ctrl+F search; in the timeline X excludes, I includes, E inspects, Ctrl+C copies,
///           Ctrl+Z takes back the last step.
class HistoriesView : public QWidget
{
    Q_OBJECT

public:
    explicit HistoriesView(ProjectSession& session, QWidget* parent = nullptr);

    /// Imports files after the user has seen what is in them.
    void importFiles(const std::vector<std::filesystem::path>& files);

    [[nodiscard]] ImportDesk& imports() { return *m_desk; }

public Q_SLOTS:
    void chooseFilesToImport();
    void focusSearch();
    void undo();
    void redo();

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void createToolBar();
    void createUsers();
    void createTimeline();
    void createActions();
    void reload();  ///< another project
    void refresh(); ///< the same one with other data: the place is kept
    void loadCounts();
    void chooseUser();
    void showTimeline(const store::User& user);
    void search();
    void loadHits(quint64 era, const QString& words);
    void showReviews(std::vector<store::ReviewRow> rows, bool ofOneUser);
    void chooseKeptText();
    void setExcluded(bool excluded);
    void copySelected() const;
    [[nodiscard]] std::vector<const store::ReviewRow*> selectedReviews() const;

    ProjectSession& m_session;
    ImportDesk* m_desk;
    quint64 m_question = 0; // what the right pane shows or waits for; older answers are dropped
    std::optional<store::User> m_keptUser; // chosen again once the list is read again
    std::optional<ReviewId> m_keptText;
    QStackedWidget* m_pages;
    EmptyState* m_empty;
    QLineEdit* m_search;
    QLabel* m_counts;
    QLabel* m_heading;
    QTableView* m_users;
    QListView* m_timeline;
    ReviewDelegate* m_delegate;
    UserList* m_list;
    PagedListModel<store::ReviewRow>* m_reviewModel;
};

} // namespace nextquill::ui

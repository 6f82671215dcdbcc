// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/curate/StyleProfile.h"
#include "core/store/Histories.h"

#include "ui/project/UserList.h"
#include "ui/tasks/Job.h"
#include "ui/widgets/PagedListModel.h"

#include <QPointer>
#include <QWidget>

#include <optional>
#include <vector>

class QLabel;
class QListView;
class QStackedWidget;
class QTableView;
class QTableWidget;

namespace nextquill::ui {

class EmptyState;
class MarkedCardList;
class ProgressLine;
class ProjectSession;

/// How one user writes, against the others: figures, phrases, and the texts that have the chosen
/// phrase.
///
/// Keyboard  ↑ ↓ in the phrases show their texts, Enter goes to them, Ctrl+C copies the phrases as
/// a
///           table.
class StylePane : public QWidget
{
    Q_OBJECT

public:
    explicit StylePane(ProjectSession& session, QWidget* parent = nullptr);

    /// Without its own list of users: whoever shows the pane says whose style it is.
    void setUserListShown(bool shown);

public Q_SLOTS:
    void showUser(qint64 userId);

Q_SIGNALS:
    void reviewWanted(qint64 reviewId);
    void userWanted(qint64 userId);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QWidget* createUsers();
    QWidget* createFigures();
    QWidget* createTexts();
    void reload();
    void load();
    void cancel();
    void showProfile(curate::StyleProfile profile);
    void showFailure(const Failure& failure);
    void showPhrase(int row);
    void showTexts(const curate::StylePhrase& phrase, std::vector<store::ReviewRow> rows);
    void copyPhrases() const;

    ProjectSession& m_session;
    std::optional<UserId> m_user;
    quint64 m_question = 0; ///< older answers are dropped
    QPointer<Job> m_job;
    UserList* m_users;
    QWidget* m_userPane = nullptr;
    QTableView* m_userView;
    QStackedWidget* m_pages;
    EmptyState* m_empty;
    ProgressLine* m_progress;
    QLabel* m_heading;
    QLabel* m_note;
    QTableWidget* m_figures;
    PagedListModel<curate::StylePhrase>* m_phrases;
    QTableView* m_phraseView;
    QLabel* m_textsHeading;
    MarkedCardList* m_texts;
};

} // namespace nextquill::ui

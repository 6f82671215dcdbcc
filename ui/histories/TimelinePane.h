// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Id.h"
#include "core/store/Histories.h"

#include "ui/widgets/PagedListModel.h"

#include <QWidget>

#include <optional>
#include <vector>

class QLabel;
class QListView;

namespace nextquill::ui {

class ProjectSession;
class ReviewDelegate;

/// What one user wrote, or what was written about one item, text by text.
///
/// Keyboard  X excludes, I includes, E inspects, C compares, Ctrl+C copies
class TimelinePane : public QWidget
{
    Q_OBJECT

public:
    explicit TimelinePane(ProjectSession& session, QWidget* parent = nullptr);

    void showNothing();
    void showUser(UserId user);
    void showReview(ReviewId review); ///< in the timeline of its user
    void showItem(ItemId item);

Q_SIGNALS:
    void undoWanted();

private:
    struct Content
    {
        std::optional<UserId> user;
        QString heading;
        std::vector<store::ReviewRow> rows;
        bool ofOneUser = true;
    };

    void createActions();
    void refresh();
    void ask();
    void showContent(Content content);
    bool chooseText(ReviewId review); ///< false: it is not in the list
    void setExcluded(bool excluded);
    void copySelected() const;
    [[nodiscard]] std::vector<const store::ReviewRow*> selectedReviews() const;

    ProjectSession& m_session;
    quint64 m_question = 0; // older answers are dropped
    std::optional<UserId> m_user;
    std::optional<ItemId> m_item;
    std::optional<ReviewId> m_review; // chosen once the rows are there
    QLabel* m_heading;
    QListView* m_timeline;
    ReviewDelegate* m_delegate;
    PagedListModel<store::ReviewRow>* m_model;
};

} // namespace nextquill::ui

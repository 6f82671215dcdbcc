// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/SplitDifference.h"

#include "ui/widgets/PagedListModel.h"

#include <QWidget>

class QLabel;
class QTableView;

namespace nextquill::ui {

class ProjectSession;

/// What came into a split and what went out, against another one, and why.
///
/// Keyboard  arrows in the list, Enter shows the review
class SplitDifferencePane : public QWidget
{
    Q_OBJECT

public:
    explicit SplitDifferencePane(ProjectSession& session, QWidget* parent = nullptr);

    void compare(const store::Split& before, const store::Split& after);

Q_SIGNALS:
    void reviewWanted(qint64 reviewId);

private:
    void loadCounts();
    void loadPage(quint64 era);
    void showCounts(const store::SplitDifference& difference);

    ProjectSession& m_session;
    store::Split m_before;
    store::Split m_after;
    quint64 m_question = 0; // an answer to an older one is dropped
    QLabel* m_heading;
    QLabel* m_counts;
    QTableView* m_view;
    PagedListModel<store::SplitChange>* m_changes;
};

} // namespace nextquill::ui

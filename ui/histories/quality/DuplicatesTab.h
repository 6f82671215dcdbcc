// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/curate/Duplicates.h"

#include "ui/histories/quality/DuplicateRows.h"

#include <QPointer>
#include <QWidget>

#include <memory>
#include <vector>

class QComboBox;
class QLabel;
class QPushButton;
class QSpinBox;
class QStackedWidget;
class QTableView;
class QTableWidget;

namespace nextquill::ui {

class EmptyState;
class Job;
class MessageBar;
class ProgressLine;
class ProjectSession;
class TextPair;

/// Reviews that say the same, or nearly: groups with their scores, two texts side by side with
/// their differences, and what to keep: by rule or by hand.
///
/// Keyboard  in the groups X excludes the copies of one and goes on to the next, Enter shows the
///           first review in its timeline; in the reviews of a group Space keeps one or does not
class DuplicatesTab : public QWidget
{
    Q_OBJECT

public:
    explicit DuplicatesTab(ProjectSession& session, QWidget* parent = nullptr);

public Q_SLOTS:
    void look();

Q_SIGNALS:
    void reviewWanted(qint64 reviewId);

private:
    using Groups = std::vector<curate::DuplicateGroup>;

    /// What can be taken back: the step, and the list as it was before.
    struct Before
    {
        std::int64_t step = 0;
        std::shared_ptr<const Groups> groups;
        KeptByHand kept;
    };

    void createForm();
    void createResults();
    void createActions();
    void reload();
    void refresh();
    void forget(const QString& why);
    void showGroups(std::shared_ptr<const Groups> groups, KeptByHand kept);
    void readPage(quint64 era);
    void showGroup();
    void showMembers(std::vector<MemberRow> members);
    void showPair();
    void keep(int row, bool kept);
    void renewExclude();
    void exclude(bool all);
    void excluded(std::int64_t count, Before before, int place);
    void undoExclusion(const Before& before);
    void watch(Job* job);
    [[nodiscard]] curate::DuplicateSettings settings() const;
    [[nodiscard]] int chosenPlace() const; ///< of a group, -1: none

    ProjectSession& m_session;
    std::shared_ptr<const Groups> m_groups; ///< null: not looked for
    KeptByHand m_kept;
    std::vector<MemberRow> m_members; ///< of the chosen group
    quint64 m_groupQuestion = 0;      ///< older answers are dropped
    quint64 m_pairQuestion = 0;
    quint64 m_excludeQuestion = 0;
    bool m_ownChange = false;
    int m_nextRow = 0; ///< to be chosen when the list was read again
    QPointer<Job> m_job;
    QStackedWidget* m_pages;
    EmptyState* m_empty;
    QComboBox* m_search;
    QComboBox* m_scope;
    QSpinBox* m_threshold;
    QComboBox* m_rule;
    QPushButton* m_look;
    ProgressLine* m_progress;
    MessageBar* m_message;
    QLabel* m_summary;
    QTableView* m_list;
    GroupModel* m_model;
    QTableWidget* m_reviews;
    TextPair* m_pair;
    QPushButton* m_excludeOne;
    QPushButton* m_excludeAll;
};

} // namespace nextquill::ui

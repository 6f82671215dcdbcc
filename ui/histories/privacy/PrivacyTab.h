// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/curate/Redaction.h"

#include "ui/project/UserList.h"
#include "ui/tasks/Job.h"

#include <QPointer>
#include <QWidget>

#include <map>
#include <optional>

class QCheckBox;
class QLabel;
class QListView;
class QPushButton;
class QStackedWidget;

namespace nextquill::ui {

class EmptyState;
class MarkedCardList;
class MessageBar;
class ProgressLine;
class ProjectSession;

/// Personal data in titles and texts: what looks like it, with counts and examples, masked as one
/// step that can be undone. And users erased for good.
///
/// Keyboard  Ctrl+R looks, Ctrl+M masks; Tab reaches everything.
class PrivacyTab : public QWidget
{
    Q_OBJECT

public:
    explicit PrivacyTab(ProjectSession& session, QWidget* parent = nullptr);

public Q_SLOTS:
    void look();
    void mask();

Q_SIGNALS:
    void reviewWanted(qint64 reviewId);
    void userWanted(qint64 userId);

private:
    /// What is known of one kind.
    struct KindRow
    {
        QCheckBox* box = nullptr;
        QLabel* counts = nullptr;
    };

    QWidget* createMaskCard();
    QWidget* createEraseCard();
    QWidget* createPreview();
    void createShortcuts();
    void reload();  ///< another project
    void refresh(); ///< other data
    void renew();   ///< buttons and words, from what is known
    void renewCounts();
    [[nodiscard]] curate::RedactionSettings settings() const;
    void start(Job* job);
    void showReport(curate::RedactionReport report);
    void showExamples();
    void erase();
    void finishErasures();
    void checkErasures();

    ProjectSession& m_session;
    std::optional<curate::RedactionReport> m_report;
    bool m_masked = false;   ///< the report is of what was masked
    bool m_outdated = false; ///< the data or the choice has changed since
    bool m_announcing = false;
    QPointer<Job> m_job;
    std::map<curate::PersonalKind, KindRow> m_kinds;
    QLabel* m_summary;
    QLabel* m_names;
    QPushButton* m_look;
    QPushButton* m_mask;
    ProgressLine* m_progress;
    MarkedCardList* m_examples;
    EmptyState* m_hint;
    QStackedWidget* m_preview;
    QLabel* m_heading;
    MessageBar* m_unfinished;
    UserList* m_users;
    QListView* m_userView;
    QPushButton* m_erase;
};

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/Erasure.h"
#include "core/store/Histories.h"

#include "ui/tasks/Job.h"

#include <QDialog>
#include <QPointer>

#include <optional>

class QLabel;
class QLineEdit;
class QPushButton;
class QStackedWidget;
class QVBoxLayout;

namespace nextquill::ui {

class ProjectSession;
class ProgressLine;

/// Takes a user out of the project for good, or finishes what was begun: says what goes, asks for
/// the number of reviews to be typed, works, and shows what the search of every byte has found.
///
/// Keyboard  Esc leaves it; while it works it asks the work to stop first.
class EraseDialog : public QDialog
{
    Q_OBJECT

public:
    /// `user`: none to finish erasures that were begun.
    EraseDialog(ProjectSession& session, std::optional<store::User> user,
                QWidget* parent = nullptr);

    void reject() override;

private:
    void createQuestion();
    void createReport();
    void askAbout(std::int64_t reviews);
    void erase();
    void showResult(const store::Erasure& erasure);
    void markVerdict(bool bad);
    void showFailure(const Failure& failure);

    ProjectSession& m_session;
    std::optional<store::User> m_user;
    std::int64_t m_reviews = -1; ///< of the user, excluded ones too; -1: not counted yet
    QPointer<Job> m_job;
    QStackedWidget* m_pages;
    QLabel* m_heading;
    QLabel* m_what;
    QLabel* m_prompt;
    QLineEdit* m_typed;
    QLabel* m_verdict;
    QLabel* m_facts;
    ProgressLine* m_progress;
    QPushButton* m_erase;
    QPushButton* m_close;
};

} // namespace nextquill::ui

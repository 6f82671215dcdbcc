// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/Histories.h"

#include "ui/histories/acts/ReviewActs.h"

#include <QDialog>

class QDoubleSpinBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace nextquill::ui {

class ProjectSession;

/// Changes the title, text and rating of one review. Says how many words differ from what the
/// project has.
///
/// Keyboard  Ctrl+Enter saves; Esc leaves everything as it was.
class EditReviewDialog : public QDialog
{
    Q_OBJECT

public:
    EditReviewDialog(ProjectSession& session, ReviewId review, QWidget* parent = nullptr);

    /// What is new; empty when nothing is.
    [[nodiscard]] ReviewEdit edit() const;

private:
    void createLayout();
    void load(ReviewId review);
    void showReview(const store::ReviewRow& row);
    void showState();

    ProjectSession& m_session;
    store::Review m_before;
    bool m_loaded = false;
    QLabel* m_heading;
    QLineEdit* m_title;
    QPlainTextEdit* m_text;
    QDoubleSpinBox* m_rating;
    QLabel* m_state;
    QPushButton* m_save;
};

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Id.h"
#include "core/store/SimilarReviews.h"

#include <QDialog>
#include <QPointer>

#include <vector>

class QComboBox;
class QLabel;
class QPushButton;
class QTableWidget;

namespace nextquill::ui {

class Job;
class ProgressLine;
class ProjectSession;

/// The reviews that are most like one of them, the most alike first, each with how alike it is: in
/// words, or in meaning by an encoder.
///
/// Keyboard  Enter shows the chosen one in the table, Ctrl+C copies them
class SimilarDialog : public QDialog
{
    Q_OBJECT

public:
    /// `encoder`: folder of the one to compare meanings with; empty: it is asked for.
    SimilarDialog(ProjectSession& session, ReviewId review, QString encoder,
                  QWidget* parent = nullptr);

    /// Compares meanings with the encoder in this folder.
    void compareMeanings(const QString& encoder);

Q_SIGNALS:
    void reviewWanted(qint64 review);
    void encoderChosen(const QString& folder);

private:
    struct Found;

    void createTable();
    void createChoice();
    void chooseEncoder();
    void look();
    void showFound(const Found& found);
    void showReviews(const std::vector<store::SimilarReview>& reviews);
    void copy() const;
    void showChosen();
    [[nodiscard]] bool isByMeaning() const;

    ProjectSession& m_session;
    ReviewId m_review;
    QString m_folder;
    QPointer<Job> m_job; ///< that is under way
    QComboBox* m_by;
    QPushButton* m_encoder;
    ProgressLine* m_progress;
    QLabel* m_state;
    QTableWidget* m_rows;
};

} // namespace nextquill::ui

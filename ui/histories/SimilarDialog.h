// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Id.h"
#include "core/store/SimilarReviews.h"

#include <QDialog>

#include <vector>

class QLabel;
class QTableWidget;

namespace nextquill::ui {

class ProjectSession;

/// The reviews that are most like one of them, the most alike first, each with how alike it is.
///
/// Keyboard  Enter shows the chosen one in the table, Ctrl+C copies them
class SimilarDialog : public QDialog
{
    Q_OBJECT

public:
    SimilarDialog(ProjectSession& session, ReviewId review, QWidget* parent = nullptr);

Q_SIGNALS:
    void reviewWanted(qint64 review);

private:
    void createTable();
    void showReviews(const std::vector<store::SimilarReview>& reviews);
    void copy() const;
    void showChosen();

    QLabel* m_state;
    QTableWidget* m_rows;
};

} // namespace nextquill::ui

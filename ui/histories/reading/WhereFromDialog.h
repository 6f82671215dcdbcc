// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/Provenance.h"

#include <QDialog>

#include <vector>

class QLabel;
class QTableWidget;

namespace nextquill::ui {

class ProjectSession;

/// Where a review came from: file, line, when it was imported; and every step that changed it
/// since.
class WhereFromDialog : public QDialog
{
    Q_OBJECT

public:
    WhereFromDialog(ProjectSession& session, ReviewId review, QWidget* parent = nullptr);

private:
    void createLayout();
    void load(ReviewId review);
    void showOrigin(const store::ReviewOrigin& origin);
    void showChanges(const std::vector<store::ReviewChange>& changes);

    ProjectSession& m_session;
    QLabel* m_file;
    QLabel* m_line;
    QLabel* m_imported;
    QLabel* m_digest;
    QLabel* m_since;
    QTableWidget* m_changes;
};

} // namespace nextquill::ui

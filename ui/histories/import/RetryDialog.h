// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/import/RejectRetry.h"

#include <QDialog>
#include <QStringList>

#include <vector>

class QComboBox;
class QLabel;
class QPushButton;
class QTableWidget;

namespace nextquill::ui {

class ProjectSession;

/// Asks how rejected lines are to be read when they are tried again: another format, or other
/// columns. Shows the first of them with their reasons.
///
/// Keyboard  Tab reaches every choice; columns can be typed
class RetryDialog : public QDialog
{
    Q_OBJECT

public:
    explicit RetryDialog(ProjectSession& session, QWidget* parent = nullptr);

    [[nodiscard]] store::RetrySettings settings() const;

private:
    struct Lines;

    void createLayout();
    [[nodiscard]] QWidget* createColumns();
    void loadLines();
    void showLines(const Lines& lines);

    ProjectSession& m_session;
    QLabel* m_what;
    QTableWidget* m_lines;
    QComboBox* m_format;
    std::vector<QComboBox*> m_columns; ///< one for each of mappedFields()
    QPushButton* m_retry;
};

} // namespace nextquill::ui

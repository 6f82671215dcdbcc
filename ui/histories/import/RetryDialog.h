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

class ColumnChoices;
class ProjectSession;

/// Asks how rejected lines are to be read when they are tried again: another format, or other
/// columns. Shows the first of those that are asked for with their reasons.
///
/// Keyboard  Tab reaches every choice; columns can be typed
class RetryDialog : public QDialog
{
    Q_OBJECT

public:
    RetryDialog(ProjectSession& session, store::RejectFilter which, QWidget* parent = nullptr);

    [[nodiscard]] store::RetrySettings settings() const;

private:
    struct Lines;

    void createLayout();
    void loadLines();
    void showLines(const Lines& lines);

    ProjectSession& m_session;
    store::RejectFilter m_which;
    QLabel* m_what;
    QTableWidget* m_lines;
    QComboBox* m_format;
    ColumnChoices* m_mapping;
    QPushButton* m_retry;
};

} // namespace nextquill::ui

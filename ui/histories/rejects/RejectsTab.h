// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/import/RejectList.h"

#include "ui/widgets/PagedListModel.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QStackedWidget;
class QTableView;
class QTimer;

namespace nextquill::ui {

class EmptyState;
class Job;
class ProjectSession;

/// The lines that imports did not take: file, line, byte, reason and text, narrowed by reason, file
/// and what stands in them, written to a file, tried again.
///
/// Keyboard  Ctrl+F what stands in the text; in the table Ctrl+C copies lines, Enter goes to the
///           whole text.
class RejectsTab : public QWidget
{
    Q_OBJECT

public:
    explicit RejectsTab(ProjectSession& session, QWidget* parent = nullptr);

    /// Writes what is shown to a file, by its ending .jsonl or .csv; a file of that name is
    /// replaced.
    void exportTo(const QString& file);

Q_SIGNALS:
    /// Asks for lines to be read again with another mapping.
    void retryWanted(const nextquill::store::RejectFilter& which);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void createFilters();
    void createTable();
    void markStale();
    void renew();
    void loadSummary();
    void showSummary(const store::RejectSummary& summary);
    void loadPage(quint64 era);
    void showCount();
    void showCurrent();
    void copySelected() const;
    void chooseExport();
    [[nodiscard]] store::RejectFilter filter() const;

    ProjectSession& m_session;
    QStackedWidget* m_pages;
    EmptyState* m_empty;
    QComboBox* m_reason;
    QComboBox* m_file;
    QLineEdit* m_contains;
    QTimer* m_typing;
    QPushButton* m_retry;
    QPushButton* m_export;
    QTableView* m_table;
    QPlainTextEdit* m_text;
    QLabel* m_count;
    PagedListModel<store::Reject>* m_model;
    Job* m_summary = nullptr; ///< the newest one; what older ones bring is dropped
    std::int64_t m_lines = 0; ///< in all
    bool m_stale = true;      ///< to be read when it is next shown
};

} // namespace nextquill::ui

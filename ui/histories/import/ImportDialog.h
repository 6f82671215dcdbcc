// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/import/Importer.h"

#include "ui/histories/import/ImportPlan.h"

#include <QDialog>

#include <filesystem>
#include <vector>

class QBoxLayout;
class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QTableWidget;

namespace nextquill::ui {

class Job;
class ColumnChoices;
class ProjectSession;

/// Shows what a file looks like before anything is written: recognised format and why, first rows
/// with those marked that cannot be read, which column holds what where the format leaves that
/// open, where the items' metadata come from, what becomes of rejected lines and of several reviews
/// of one user about one item. Every choice shows the rows anew.
class ImportDialog : public QDialog
{
    Q_OBJECT

public:
    ImportDialog(ProjectSession& session, std::vector<std::filesystem::path> files,
                 QWidget* parent = nullptr);

    [[nodiscard]] const std::vector<std::filesystem::path>& files() const { return m_files; }
    [[nodiscard]] store::ImportSettings settings() const;
    [[nodiscard]] ImportPlan plan() const;

private:
    void createLayout();
    [[nodiscard]] QBoxLayout* createHeading();
    [[nodiscard]] QFormLayout* createForm();
    void createRules();
    void loadPreview();
    void showPreview(const store::ImportPreview& preview);
    void showRows(const store::ImportPreview& preview);
    void fitColumns();
    void createColumnChoices();
    void showColumnChoices(const store::ImportPreview& preview);
    void findItemsBeside();

    ProjectSession& m_session;
    std::vector<std::filesystem::path> m_files;
    /// Says what was recognised, or what is wrong.
    void showReason(const QString& text, bool isWrong);

    QLabel* m_recognised; ///< the format's name
    QLabel* m_why;
    QLabel* m_faults; ///< how many of the rows cannot be read, and why
    QTableWidget* m_rows;
    QComboBox* m_format;
    ColumnChoices* m_mapping;
    bool m_isMapped = false;  ///< a person chose columns
    Job* m_preview = nullptr; ///< the newest one; what older ones bring is dropped
    QLineEdit* m_items;
    QComboBox* m_rejects;    ///< after how many the import stops
    QComboBox* m_duplicates; ///< which of several reviews of a user about an item takes part
    QPushButton* m_import;
};

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/import/Importer.h"

#include <QDialog>

#include <filesystem>
#include <vector>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QTableWidget;

namespace nextquill::ui {

class ProjectSession;

/// Shows what a file looks like before anything is written: recognised format and why, first rows,
/// and where the items' metadata come from.
class ImportDialog : public QDialog
{
    Q_OBJECT

public:
    ImportDialog(ProjectSession& session, std::vector<std::filesystem::path> files,
                 QWidget* parent = nullptr);

    [[nodiscard]] const std::vector<std::filesystem::path>& files() const { return m_files; }
    [[nodiscard]] store::ImportSettings settings() const;

private:
    void createLayout();
    void loadPreview();
    void showPreview(const store::ImportPreview& preview);
    void findItemsBeside();

    ProjectSession& m_session;
    std::vector<std::filesystem::path> m_files;
    QLabel* m_why;
    QTableWidget* m_rows;
    QComboBox* m_format;
    QLineEdit* m_items;
    QPushButton* m_import;
};

} // namespace nextquill::ui

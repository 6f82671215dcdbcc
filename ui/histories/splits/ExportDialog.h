// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/export/Exporter.h"

#include <QDialog>

#include <filesystem>
#include <optional>
#include <vector>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace nextquill::ui {

class FieldRows;
class ProjectSession;

/// Writes reviews for other programs: in which format, which of them, which columns, and whether
/// users are named.
///
/// Keyboard  everything by Tab and mnemonics; Enter exports
class ExportDialog : public QDialog
{
    Q_OBJECT

public:
    explicit ExportDialog(ProjectSession& session, QWidget* parent = nullptr);

    /// Chooses what is written at first.
    void chooseSplit(const QString& split);
    void chooseFunnel(const QString& funnel);

    /// Offers what a table shows, or rows that were chosen in it: `name` says so in the list, as
    /// "12 chosen reviews". It is taken at first.
    void offerSelection(const QString& name, const store::Selection& selection);

    /// What is asked for, but for the key of pseudonyms and the steps of a funnel.
    [[nodiscard]] store::ExportSettings settings() const;
    [[nodiscard]] std::filesystem::path target() const;

    /// Writes it as a job of the session, which says what became of it. For accept(), and for who
    /// has asked for all of it elsewhere.
    static void start(ProjectSession& session, const std::filesystem::path& to,
                      const store::ExportSettings& settings, bool pseudonyms);

    void accept() override;

private:
    void createFields();
    void createColumns();
    void loadNames();
    void showNames();
    void chooseWhat();
    void showFieldsOfFormat();
    void suggestTarget();
    void showProblem();
    void browse();
    [[nodiscard]] store::ExportFormat format() const;
    [[nodiscard]] bool isFolder() const;

    ProjectSession& m_session;
    FieldRows* m_form;
    QComboBox* m_format;
    QLabel* m_meaning;
    QComboBox* m_what;
    QComboBox* m_parts;
    QComboBox* m_task;
    QComboBox* m_longTask;
    QWidget* m_columns;
    std::vector<QCheckBox*> m_columnBoxes; ///< one for each of exportColumnNames()
    QCheckBox* m_excluded;
    QCheckBox* m_pseudonyms;
    QLabel* m_privacy;
    QLineEdit* m_to;
    QLabel* m_problem;
    QPushButton* m_export;
    std::vector<std::string> m_splits;    ///< once they are read
    std::vector<store::Funnel> m_funnels; ///< likewise
    QString m_offered;                    ///< how the selection is called; empty: there is none
    std::optional<store::Selection> m_selection;
    QString m_wanted;        ///< entry of m_what, until the names are read
    bool m_isChosen = false; ///< a person chose the target
};

} // namespace nextquill::ui

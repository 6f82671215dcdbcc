// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/Splits.h"

#include <QWidget>

#include <vector>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;
class QTimer;

namespace nextquill::ui {

class FieldRows;
class Job;
class ProjectSession;

/// Makes a split: its rule, which reviews may be targets, and, while these are chosen, what it
/// would have. Counts are asked for while it can be seen.
///
/// Keyboard  Ctrl+Return makes it, Esc closes the form
class SplitForm : public QWidget
{
    Q_OBJECT

public:
    explicit SplitForm(ProjectSession& session, QWidget* parent = nullptr);

    /// What the next split is made by at first; empty fields else.
    void begin(const store::SplitSettings& settings);
    /// The names that there are, and which of them a run used.
    void setSplits(const std::vector<store::Split>& splits);
    void setFunnels(const std::vector<store::Funnel>& funnels);

    /// A funnel has its name alone: its steps are those that the project has when they are needed.
    [[nodiscard]] store::SplitSettings settings() const;
    [[nodiscard]] bool replaces() const;

Q_SIGNALS:
    void made(const QString& name);
    void closed();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void createRule();
    void createTargets();
    void createFooter();
    void watchFields();
    void showFieldsOfRule();
    void showName();
    void askPreview();
    void showPreview(const store::SplitPreview& found);
    void showProblem(const QString& text);
    void make();
    [[nodiscard]] std::optional<std::int64_t> timeIn(QLineEdit* field) const;

    ProjectSession& m_session;
    std::vector<store::Split> m_splits;
    FieldRows* m_ruleForm;
    FieldRows* m_targetForm;
    QLineEdit* m_name;
    QLabel* m_nameNote;
    QCheckBox* m_replace;
    QComboBox* m_rule;
    QLabel* m_meaning;
    QSpinBox* m_last;
    QDoubleSpinBox* m_validation;
    QDoubleSpinBox* m_test;
    QLineEdit* m_validationFrom;
    QLineEdit* m_testFrom;
    QComboBox* m_stratum;
    QLineEdit* m_seed;
    QSpinBox* m_minimumHistory;
    QSpinBox* m_minimumWords;
    QSpinBox* m_maximumTargets;
    QSpinBox* m_core;
    QSpinBox* m_itemUsers;
    QComboBox* m_items;
    QComboBox* m_funnel;
    QString m_wantedFunnel; ///< that was not in the list yet
    QLabel* m_counts;
    QLabel* m_left;
    QPushButton* m_make;
    QPushButton* m_close;
    QTimer* m_typing;
    Job* m_preview = nullptr; ///< under way
    Job* m_making = nullptr;
};

} // namespace nextquill::ui

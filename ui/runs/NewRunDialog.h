// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/TrainingSettings.h"
#include "core/workflow/ProjectRun.h"

#include <QDialog>

#include <map>
#include <string>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;

namespace nextquill::ui {

class ModelBox;
class ProjectSession;

/// The form of a new run: a preset, the base model, and every setting with its sentence. What is
/// wrong is said below the field, and the run cannot be started until it is right.
class NewRunDialog : public QDialog
{
    Q_OBJECT

public:
    explicit NewRunDialog(ProjectSession& session, QWidget* parent = nullptr);

    /// Chooses the base from elsewhere, named as ModelBox names it; empty: none.
    void setModel(const QString& model);
    [[nodiscard]] workflow::RunRequest request() const;
    /// Else the run only takes its place in the queue.
    [[nodiscard]] bool isToStart() const { return m_starts; }

private:
    struct Field
    {
        train::TrainingField about;
        QWidget* editor = nullptr;
        QWidget* row = nullptr;
        QLabel* error = nullptr;
    };

    void createForm(QFormLayout& form);
    QWidget* createEditor(const train::TrainingField& field);
    void applyPreset(const QString& name);
    void check(const std::string& field, const QString& value);
    void showValue(const Field& field);
    void renew();

    std::map<std::string, Field> m_fields;
    train::TrainingSettings m_settings;
    ModelBox* m_model;
    QComboBox* m_preset;
    QLineEdit* m_name;
    QCheckBox* m_all;
    QCheckBox* m_apart;
    QLabel* m_reason;
    QPushButton* m_start;
    QPushButton* m_enqueue;
    bool m_starts = true;
};

} // namespace nextquill::ui

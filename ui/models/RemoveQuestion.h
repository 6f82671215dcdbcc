// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/workflow/KnownModels.h"

#include <QMessageBox>
#include <QStringList>

class QCheckBox;

namespace nextquill::ui {

/// Asks whether a model is to be removed, and says exactly what becomes of its files: they stay
/// unless that is asked for, but for a model of the hub's cache, which has no other name.
class RemoveQuestion : public QMessageBox
{
    Q_OBJECT

public:
    /// `runs`: of the open project, that use it.
    RemoveQuestion(workflow::KnownModel model, workflow::FilesToDelete files,
                   const QStringList& runs, QWidget* parent = nullptr);

    [[nodiscard]] const workflow::KnownModel& model() const { return m_model; }
    [[nodiscard]] bool isAgreed() const; ///< once it is answered
    [[nodiscard]] bool deletesFiles() const;

private:
    void renewText();

    workflow::KnownModel m_model;
    workflow::FilesToDelete m_files;
    QStringList m_runs;
    QCheckBox* m_delete = nullptr; ///< null where it is no choice
    QPushButton* m_remove;
};

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>

#include <string>

class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QTimer;

namespace nextquill::ui {

class ProjectSession;

/// Edits a prompt template: what is typed is read at once, what is wrong stands below with its
/// line, and what is whole is announced for a preview. Saving keeps a new version in the project.
///
/// Keyboard  Ctrl+S saves; F8 goes to the line that is wrong.
class TemplateEditor : public QWidget
{
    Q_OBJECT

public:
    explicit TemplateEditor(ProjectSession& session, QWidget* parent = nullptr);

    /// Shows a template that is kept, or a preset, which is saved under another name.
    void showTemplate(const QString& reference, const std::string& source, bool isPreset);

    [[nodiscard]] bool isEdited() const;
    [[nodiscard]] QString typed() const;
    /// As if it was typed.
    void type(const QString& source);
    /// Of what is typed; empty where it is whole.
    [[nodiscard]] QString problem() const;

public Q_SLOTS:
    void save();
    void goToProblem();

Q_SIGNALS:
    /// Typed anew and whole; or as it was again, when `source` is that of the template shown.
    void sourceTyped(const QString& source);
    void saved(const QString& reference);

private:
    void create();
    void check();
    void renewButtons();

    ProjectSession& m_session;
    QPlainTextEdit* m_text;
    QLabel* m_problem;
    QLineEdit* m_name;
    QPushButton* m_save;
    QPushButton* m_revert;
    QTimer* m_typing;
    QString m_kept; // as it is kept
    int m_line = 0; // of the problem; 0: none
    bool m_saving = false;
};

} // namespace nextquill::ui

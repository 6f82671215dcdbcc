// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Id.h"
#include "core/text/HistorySelection.h"
#include "core/workflow/PromptView.h"

#include <QWidget>

#include <memory>
#include <optional>
#include <string>
#include <vector>

class QComboBox;
class QDoubleSpinBox;
class QFrame;
class QHBoxLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;
class QStackedWidget;
class QTabWidget;
class QTableView;
class QTimer;

namespace nextquill::ui {

class BudgetBar;
class EmptyState;
class ExamplePicker;
class Job;
class ModelBox;
class ProgressLine;
class ProjectSession;
class PromptReviewsModel;
class TemplateEditor;
class TokenView;

/// A prompt laid open: for a text of a user which past reviews go in, in which order and with how
/// many tokens, what falls out and why, the prompt token by token, and the template that makes it.
///
/// Keyboard  [ and ] previous and next text; in the list of reviews Enter and P show the review
///           where it stands in the prompt, T in its user's timeline, E inspects it.
class PromptTab : public QWidget
{
    Q_OBJECT

public:
    explicit PromptTab(ProjectSession& session, QWidget* parent = nullptr);
    ~PromptTab() override;

    void showExample(ExampleId example);

    /// Folder of the encoder that meanings are compared with; empty: none.
    [[nodiscard]] const QString& encoder() const { return m_encoderFolder; }
    void setEncoder(const QString& folder);

Q_SIGNALS:
    void reviewWanted(qint64 reviewId);
    void inspectWanted(qint64 reviewId);

protected:
    void showEvent(QShowEvent* event) override;

private:
    struct Answer;
    class Files;

    void createControls();
    void createPanes();
    QWidget* createReviews();
    void connectAll();
    void reload();      ///< another project
    void readChoices(); ///< templates, and what the project uses
    void takeChoices(const Answer& answer);
    void ask(); ///< the prompt anew, soon
    void make();
    void start(Job* job);
    void showView(std::shared_ptr<const workflow::PromptView> view);
    void showFailure(const QString& title, const QString& sentence);
    void showTokens();
    void sayToken(qsizetype token);
    void showInPrompt(int row);
    void renewControls();
    void useInProject();
    void templateChosen();
    void offerUnsaved(); ///< what was typed into the template shown before, to be brought back
    void createActions();
    void chooseEncoder();
    [[nodiscard]] text::SelectionRule rule() const;

    ProjectSession& m_session;
    ExamplePicker* m_picker;
    ModelBox* m_model;
    QComboBox* m_template;
    QComboBox* m_select;
    QDoubleSpinBox* m_diversity;
    QPushButton* m_encoder;
    QSpinBox* m_reviews;
    QSpinBox* m_tokens;
    QLineEdit* m_item; ///< another one than the text's
    QPushButton* m_use;
    QLabel* m_heading;
    QLabel* m_tokenWords;
    BudgetBar* m_budget;
    QTableView* m_table;
    PromptReviewsModel* m_tableModel;
    QTabWidget* m_sides;
    TokenView* m_text;
    TokenView* m_without;
    TemplateEditor* m_editor;
    ProgressLine* m_progress;
    QStackedWidget* m_pages;
    EmptyState* m_empty;
    QTimer* m_soon;

    std::shared_ptr<Files> m_files; // shared with workers
    std::vector<workflow::NamedTemplate> m_templates;
    std::optional<ExampleId> m_example;
    std::shared_ptr<const workflow::PromptView> m_view;
    QString m_encoderFolder;
    std::optional<std::string> m_typed; // a template that is being edited, whole
    QString m_used;                     // the project's template
    QString m_shownTemplate;            // in the editor
    QString m_wanted;                   // to be chosen when the templates are read; may be empty
    text::SelectionRule m_usedRule;     // the project's selection
    Job* m_job = nullptr;
    quint64 m_question = 0; // of the choices; older answers are dropped
    bool m_due = false;     // when it is shown next
};

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/Recipe.h"
#include "core/store/table/EditHistory.h"

#include "ui/widgets/PagedListModel.h"

#include <QWidget>

#include <optional>

class QLabel;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace nextquill::ui {

class ActQueue;
class EmptyState;
class ProjectSession;

/// All steps of curation, newest first: done, taken back, and branches that were dropped by other
/// work, which are kept for 30 days; below, what the chosen step changed. Goes to any step, and
/// writes and does recipes.
///
/// Keyboard  in the list Enter goes to the chosen step; Ctrl+Z and Ctrl+Shift+Z one step.
class EditHistoryTab : public QWidget
{
    Q_OBJECT

public:
    explicit EditHistoryTab(ProjectSession& session, QWidget* parent = nullptr);

    /// Writes the steps that are done as a recipe; a file of that name is replaced.
    void exportRecipe(const QString& file);
    /// Does the steps of a recipe here.
    void applyRecipe(const QString& file);

Q_SIGNALS:
    /// Asks for a review that a step changed to be shown.
    void reviewWanted(qint64 reviewId);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void createSteps();
    void createChanges();
    void createToolBar();
    void markStale();
    void renew();
    void loadSteps(quint64 era);
    void chooseKept();
    void loadChanges(quint64 era);
    void showChosen();
    void goToChosen();
    void undoFromChosen();
    void goTo(std::int64_t step, const QString& title);
    [[nodiscard]] QString toldOf(const store::RecipeResult& result);
    void chooseRecipeToWrite();
    void chooseRecipeToApply();
    [[nodiscard]] const store::EditStep* chosen() const;

    ProjectSession& m_session;
    ActQueue& m_queue;
    QStackedWidget* m_pages;
    EmptyState* m_empty;
    QPushButton* m_undo;
    QPushButton* m_redo;
    QPushButton* m_goTo;
    QPushButton* m_undoFrom;
    QPushButton* m_export;
    QPushButton* m_apply;
    QTableView* m_steps;
    QLabel* m_heading;
    QTableView* m_changes;
    PagedListModel<store::EditStep>* m_stepModel;
    PagedListModel<store::StepChange>* m_changeModel;
    std::optional<std::int64_t> m_kept; ///< step that is chosen again when the list was read anew
    bool m_stale = true;                ///< to be read when it is next shown
};

} // namespace nextquill::ui

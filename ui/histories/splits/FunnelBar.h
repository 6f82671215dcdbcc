// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/funnel/Funnels.h"

#include "ui/tasks/Job.h"

#include <QWidget>

#include <vector>

class QComboBox;
class QHBoxLayout;
class QLineEdit;
class QLabel;
class QPushButton;
class QToolButton;

namespace nextquill::ui {

class ProjectSession;

/// The subset as a chain of steps with what is left behind each:
/// "5,000,000 → user-reviews 8 412,003 → rating 5 12,403".
///
/// A step is shown, switched off, moved, changed or taken out by its menu. What is changed is kept
/// at once in the funnel that has a name; a new one is kept when it gets one. Counted while it can
/// be seen.
///
/// Keyboard  Tab and arrows from step to step; Enter shows what is left behind it, Space switches
/// it
///           off and on, Alt+Left and Alt+Right move it, Del takes it out, F2 changes it
class FunnelBar : public QWidget
{
    Q_OBJECT

public:
    explicit FunnelBar(ProjectSession& session, QWidget* parent = nullptr);

    [[nodiscard]] const store::Funnel& funnel() const { return m_funnel; }
    void setFunnel(const store::Funnel& funnel);

public Q_SLOTS:
    /// Adds what the table is filtered by now as a step (`data list --where`).
    void addFilter(const QString& filter);

Q_SIGNALS:
    /// A filter, in the syntax of `data list --where`, for what is left behind a step.
    void filterWanted(const QString& filter);
    /// Asks for a split whose targets pass the funnel, which is kept under this name.
    void splitWanted(const QString& funnel);
    void exportWanted(const QString& funnel);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void createEnds(QHBoxLayout& row);
    void reload();
    void showFunnels(const std::vector<store::Funnel>& funnels);
    void showSteps();
    QToolButton* stepButton(std::size_t step);
    void showCount(std::size_t steps, const store::FunnelCount& left);
    void count();
    void changed();
    void keep(const QString& name);
    void save();
    void countAll();
    void showFailure(const Failure& failure);
    void askStep();
    void addTyped();
    void moveStep(std::size_t step, int by);
    void removeStep(std::size_t step);
    void editStep(std::size_t step);
    void switchStep(std::size_t step);
    void showBehind(std::size_t steps);
    [[nodiscard]] QString stepText(std::size_t step) const;
    void excludeRest();

    ProjectSession& m_session;
    store::Funnel m_funnel;
    std::vector<store::Funnel> m_known;
    QComboBox* m_name;
    QWidget* m_chain;
    QHBoxLayout* m_row;
    std::vector<QToolButton*> m_buttons; ///< the first is of all reviews
    std::vector<store::FunnelCount> m_counts;
    QLineEdit* m_typed;
    QLabel* m_problem;
    QPushButton* m_split;
    QToolButton* m_more;
    Job* m_counting = nullptr;
    Job* m_saving = nullptr;
    bool m_isSaveDue = false;     ///< it was changed while it was being kept
    bool m_isNewName = false;     ///< others have to know when it is kept
    std::ptrdiff_t m_edited = -1; ///< the step that what is typed takes the place of; -1: a new one
};

} // namespace nextquill::ui

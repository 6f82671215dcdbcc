// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

#include <vector>

class QLabel;
class QTimer;
class QToolButton;

namespace nextquill::ui {

class ProgressLine;
class SelectionActs;

/// A line below a table: what is selected and what can be done with it; while something is being
/// done that lasts, how far it is, with Cancel. Where there is little room buttons are icons alone.
class ActsBar : public QFrame
{
    Q_OBJECT

public:
    explicit ActsBar(SelectionActs& acts, QWidget* parent = nullptr);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void showSelection();
    void fitButtons();
    void watchQueue();

    SelectionActs& m_acts;
    QLabel* m_what;
    QWidget* m_buttons;
    std::vector<QToolButton*> m_all;
    ProgressLine* m_progress;
    QTimer* m_lasting; ///< from when on progress is shown
};

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QCheckBox;
class QLabel;
class QPushButton;

namespace nextquill::ui {

/// What the queue does, and the buttons that change it: on or off above, the chosen run's place
/// below.
///
/// Keyboard  the letters of the buttons, with Alt
class QueueBar : public QWidget
{
    Q_OBJECT

public:
    explicit QueueBar(QWidget* parent = nullptr);

    /// `running`: the run that this window trains, or empty. `place` of the chosen run, from 1; 0:
    /// it does not wait.
    struct State
    {
        bool on = false;
        bool mayChange = false;
        QString running;
        int waiting = 0;
        int place = 0;
    };
    void setState(const State& state);

Q_SIGNALS:
    void onRequested(bool on);
    void skipRequested(bool skips);
    void moveRequested(int places);
    void firstRequested();
    void takeOutRequested();

private:
    QLabel* m_text;
    QPushButton* m_on;
    QCheckBox* m_skip;
    QPushButton* m_up;
    QPushButton* m_down;
    QPushButton* m_first;
    QPushButton* m_out;
    bool m_isOn = false;
};

} // namespace nextquill::ui

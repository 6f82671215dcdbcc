// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/ProgressClock.h"

#include <QWidget>

class QLabel;
class QProgressBar;
class QToolButton;

namespace nextquill::ui {

/// Long work on one line: what is being done, how far, how long still, Pause and Cancel.
class ProgressLine : public QWidget
{
    Q_OBJECT

public:
    explicit ProgressLine(QWidget* parent = nullptr);

    /// Begins anew: bar at the beginning, clock restarted, buttons enabled.
    void begin(const QString& title);
    void setPausable(bool pausable);
    void setCancellable(bool cancellable);
    void setUnit(const QString& unit); ///< in the rate: "steps"; empty: no rate is shown
    void setInBytes(bool inBytes);     ///< what is done and how fast, as "1.2 GB" and "8 MB/s"
    /// For lines one below the other: titles of one width, buttons at the end.
    void alignIn(int titleWidth);
    [[nodiscard]] int titleWidth() const; ///< that its own title needs
    /// total 0: not known, the bar runs without end.
    void setProgress(std::int64_t done, std::int64_t total, const QString& stage = {});
    void setPaused(bool paused);
    /// The work does not go on now: the bar stands where it is, `text` says why.
    void rest(const QString& text);
    /// The work has ended: buttons go, the text stays.
    void finish(const QString& text);
    [[nodiscard]] bool isPaused() const { return m_paused; }

Q_SIGNALS:
    void cancelRequested();
    void pauseRequested(bool pause);

private:
    void renewText();
    [[nodiscard]] QString amount(std::int64_t value) const;

    ProgressClock m_clock;
    QLabel* m_title;
    QProgressBar* m_bar;
    QLabel* m_text;
    QToolButton* m_pause;
    QToolButton* m_cancel;
    QString m_stage;
    QString m_unit;
    std::int64_t m_done = 0;
    std::int64_t m_total = 0;
    bool m_inBytes = false;
    bool m_paused = false;
    bool m_cancelling = false;
};

} // namespace nextquill::ui

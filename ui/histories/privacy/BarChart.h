// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>
#include <QWidget>

namespace nextquill::ui {

/// Bars side by side, of which some in a row can be chosen.
///
/// Mouse     a click chooses a bar, a drag several; a tip says what a bar is.
/// Keyboard  ← → Home End move, with Shift they choose more, Enter takes what is chosen, Esc
///           chooses nothing, Ctrl+C copies all bars as a table.
/// Colours   those of the theme; what is chosen also has a frame below.
class BarChart : public QWidget
{
    Q_OBJECT

public:
    struct Bar
    {
        QString from;  ///< what stands below its begin: "40"
        QString label; ///< what it is: "40 to 59 words"
        qint64 count = 0;
    };

    explicit BarChart(QWidget* parent = nullptr);

    void setBars(QList<Bar> bars);
    [[nodiscard]] const QList<Bar>& bars() const { return m_bars; }

    /// First and last chosen bar; -1: none.
    [[nodiscard]] int firstChosen() const;
    [[nodiscard]] int lastChosen() const;
    void chooseNothing();

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void choiceChanged(); ///< while it is made
    void choiceMade();    ///< mouse let go, or Enter

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    [[nodiscard]] QRect plot() const;
    [[nodiscard]] int barAt(int x) const;
    [[nodiscard]] QRect rectOf(int bar) const;
    [[nodiscard]] QString tipOf(int bar) const;
    void choose(int anchor, int end);
    void paintLabels(QPainter& painter, const QRect& area) const;
    void copy() const;

    QList<Bar> m_bars;
    qint64 m_highest = 0;
    int m_anchor = -1;
    int m_end = -1;
};

} // namespace nextquill::ui

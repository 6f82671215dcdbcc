// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>

#include <cstdint>
#include <vector>

namespace nextquill::ui {

/// The likeliest tokens of both worlds side by side, each with a bar of its probability; the same
/// token in both is joined by a line, so that its move is seen.
///
/// Lines take the heatmap's colors: orange where the history makes a token likelier, blue where
/// less likely; they also rise and fall, so hue is not the only sign. What stands in only one list
/// has no line.
///
/// Keyboard  ↑ ↓ entries, ← → the world with and the one without history, Enter takes an entry.
class AlternativesView : public QWidget
{
    Q_OBJECT

public:
    struct Entry
    {
        std::int64_t id = 0; ///< of the token: the same in both worlds
        QString text;
        float p = 0;
    };

    explicit AlternativesView(QWidget* parent = nullptr);

    /// Likeliest first. `own` is the id of the token that stands in the text; it is set in bold.
    void setAlternatives(std::vector<Entry> with, std::vector<Entry> without, std::int64_t own);
    [[nodiscard]] const std::vector<Entry>& with() const { return m_with; }
    [[nodiscard]] const std::vector<Entry>& without() const { return m_without; }

    /// Pairs of rows that are joined by a line: (row with history, row without).
    [[nodiscard]] std::vector<std::pair<int, int>> joined() const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// Enter, or a double click, on an entry.
    void activated(std::int64_t id, bool withHistory);

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;

private:
    [[nodiscard]] int rowHeight() const;
    [[nodiscard]] QRect cell(bool withHistory, int row) const;
    [[nodiscard]] const std::vector<Entry>& world(bool withHistory) const;
    void paintWorld(QPainter& painter, bool withHistory) const;
    void paintLines(QPainter& painter) const;
    void choose(bool withHistory, int row);
    void take();

    std::vector<Entry> m_with;
    std::vector<Entry> m_without;
    std::int64_t m_own = -1;
    bool m_chosenWith = true;
    int m_chosen = -1; // row; -1: none
};

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/workflow/Inspection.h"

#include "ui/widgets/ColorScale.h"

#include <QAbstractScrollArea>

#include <memory>
#include <vector>

namespace nextquill::ui {

/// Tokens by past reviews: each cell is what one review does to one token, by leaving it out.
///
/// Tokens run along the text from left to right, reviews from top to bottom, the newest first. A
/// cell beyond the threshold has a bar below, one beyond the range a corner: hue is not the only
/// sign. The first row is the effect of the whole history, to compare with; it stays in sight.
/// While effects are measured, cells that are not known yet are hatched.
///
/// Keyboard  arrows walk over cells, Home and End to the first and last token, N and P to the next
///           and previous cell beyond the threshold in the row, 1-9 to a review, Enter chooses the
///           cell's review, Esc chooses none; the menu key or Shift+F10 asks what can be done with
///           it.
/// Speed     a paint touches visible cells only
class EffectMatrix : public QAbstractScrollArea
{
    Q_OBJECT

public:
    explicit EffectMatrix(QWidget* parent = nullptr);

    /// Null, or one without attribution: nothing is shown but a sentence on how to get it.
    /// The same reading, measured further, keeps the cursor and what is chosen.
    void setInspection(std::shared_ptr<const workflow::Inspection> inspection);
    /// Effects that are being measured, in the place of the inspection's: NaN where not known yet.
    void showGrowing(std::shared_ptr<const causal::Attribution> effects);
    void setColorScale(std::shared_ptr<const ColorScale> scale);

    /// The cell with the cursor; -1: none. Row -1 is that of the whole history.
    [[nodiscard]] qsizetype currentToken() const { return m_token; }
    [[nodiscard]] int currentReview() const { return m_review; }
    /// Follows the cursor of the text; announces nothing.
    void setCurrentToken(qsizetype token);
    /// Marks the column of the token under the pointer in the text; -1: none.
    void setHoveredToken(qsizetype token);
    void setChosenReview(int review); ///< that shades the text; -1: none

    [[nodiscard]] QRect cellRect(qsizetype token, int review) const; ///< in the viewport
    /// "Past text 3, “killer”: +0.214 of the history's +0.350"
    [[nodiscard]] QString sentence(qsizetype token, int review) const;

    [[nodiscard]] QSize sizeHint() const override;

Q_SIGNALS:
    void cellHovered(qsizetype token, int review); ///< -1, -1 when the pointer leaves
    void cellChanged(qsizetype token, int review); ///< the cursor moved, by key or click
    void reviewChosen(int review);                 ///< Enter or double click; -1: Esc
    /// The menu of a past text is wanted: by the right button on its row, or by a key at the
    /// cursor.
    void menuRequested(int review, const QPoint& globalPoint);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void changeEvent(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    struct Cell
    {
        qsizetype token = -1;
        int review = -1;
    };

    [[nodiscard]] const causal::Attribution* effects() const; ///< nullptr: none are measured
    [[nodiscard]] bool isMeasured() const { return effects() != nullptr; }
    [[nodiscard]] qsizetype tokens() const;
    [[nodiscard]] int reviews() const;
    [[nodiscard]] float valueAt(qsizetype token, int review) const;
    [[nodiscard]] int labelWidth() const;
    [[nodiscard]] int rowHeight() const;
    [[nodiscard]] Cell cellAt(const QPoint& point) const;
    [[nodiscard]] int rowAt(int y) const;
    void requestMenu();
    [[nodiscard]] bool handleKey(int key, bool perform);
    void renewColumns();
    void layOut();
    void bringIntoSight(qsizetype token);
    void goTo(qsizetype token, int review);
    void goToBeyond(int direction);
    void paintRow(QPainter& painter, int review) const;
    void paintCell(QPainter& painter, qsizetype token, int review) const;
    void paintTokens(QPainter& painter) const;

    std::shared_ptr<const workflow::Inspection> m_inspection;
    std::shared_ptr<const causal::Attribution> m_growing;
    std::shared_ptr<const ColorScale> m_scale;
    std::vector<QString> m_labels; // of tokens
    std::vector<int> m_left;       // of columns, with the end of the last
    qsizetype m_token = -1;
    qsizetype m_hoveredInText = -1;
    int m_review = -1;
    int m_chosen = -1;
    Cell m_hovered;
};

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/ColorScale.h"
#include "ui/widgets/TokenText.h"

#include <QAbstractScrollArea>

#include <functional>
#include <memory>

class QPainter;

namespace nextquill::ui {

/// Shows a TokenText as running text on a colored ground: a heatmap one can read and select.
///
/// Knows nothing of models or projects; layout and painting are classes of their own
/// (TokenLayout, TokenPainter), shared with the SVG, PDF and printer output. Follows the palette:
/// a change between light and dark only recolours.
///
/// Units     words or sentences may have one color each (setUnits); N and P go from one to the
/// next. Keyboard  ←/→ token, Ctrl+←/→ word, ↑/↓ line, Home/End line, Ctrl+Home/End text, Page
/// Up/Down;
///           Shift with any of them extends the selection; Space pins; N and P jump to the next and
///           previous token beyond the scale's threshold; / asks to find; Ctrl+C copies the text,
///           Ctrl+Shift+C tokens with values; Ctrl+A all; Ctrl++, Ctrl+-, Ctrl+0 the size of text;
///           Esc drops selection, then pins.
/// Speed     layout once per text and width; a paint touches visible lines only.
class TokenView : public QAbstractScrollArea
{
    Q_OBJECT

public:
    explicit TokenView(QWidget* parent = nullptr);
    ~TokenView() override;

    void setText(TokenText text);
    [[nodiscard]] const TokenText& text() const;

    /// One value per token: recolours and keeps lines, cursor, pins and selection.
    void setValues(const QList<float>& values);
    /// Words or sentences with one color each, in order of the text; tokens outside of them keep
    /// their own. Lines below follow the tokens' values. The next setText() forgets them.
    void setUnits(QList<TokenText::Unit> units);
    /// One per token; fewer: the others have none.
    void setSigns(const QList<TokenText::Signs>& signs);
    void setMarks(QList<TextRange> marks);
    void setColorScale(std::shared_ptr<const ColorScale> scale);

    /// Shown in the middle while the text is empty.
    void setEmptyText(const QString& sentence);
    void setInvisiblesShown(bool shown);
    [[nodiscard]] bool invisiblesShown() const;

    /// For print and for eyes that see no hue: lines in place of colors.
    void setGreyscale(bool greyscale);

    /// In points, 6 to 48; 0 is the size of the widget's font.
    void setTextSize(double points);
    [[nodiscard]] double textSize() const;

    /// Index into TokenText::tokens, or -1.
    [[nodiscard]] qsizetype currentToken() const;
    void setCurrentToken(qsizetype index);
    [[nodiscard]] qsizetype hoveredToken() const;
    /// Marks a token that another view's pointer is over, until this one's own is; announces
    /// nothing. -1: none.
    void setHoveredToken(qsizetype index);

    /// At most two, oldest first; a third takes the place of the first.
    [[nodiscard]] QList<qsizetype> pinnedTokens() const;
    void setPinned(qsizetype index, bool pinned);

    /// Tokens [begin, end) of the selection; empty when begin == end.
    [[nodiscard]] TextRange selectedTokens() const;
    void setSelectedTokens(const TextRange& tokens);

    /// Under a point of the viewport, or -1; for context menus and cards.
    [[nodiscard]] qsizetype tokenAt(const QPoint& viewportPoint) const;
    /// In coordinates of the viewport; may lie outside of what is visible.
    [[nodiscard]] QRect tokenRect(qsizetype index) const;

    /// The selection, or without one the whole text; never a glyph for something invisible.
    [[nodiscard]] QString copiedText() const;
    /// The same as lines "token<TAB>value", with a header; or in the words of the describer below.
    [[nodiscard]] QString copiedValues() const;
    [[nodiscard]] QString copiedValues(const TextRange& tokens) const; ///< of these tokens
    /// What copiedValues() puts after the token's text: several cells are divided by tabs.
    void setValueCells(const QString& header, std::function<QString(qsizetype token)> cells);
    /// What a screen reader says of a token: "killer, plus 0.31, more likely".
    void setDescription(std::function<QString(qsizetype token)> description);
    [[nodiscard]] QString describe(qsizetype token) const;
    /// All values of a token as a screen reader takes attributes: "pce:0.31;bits:2.6;", from the
    /// cells above; "value:0.31;" without them.
    [[nodiscard]] QString attributesOf(qsizetype token) const;

    /// Paints the whole text, not just the visible part, `width` device-independent pixels wide,
    /// as on light ground, whatever the theme, and without cursor, pins and selection.
    void render(QPainter& painter, int width) const;
    [[nodiscard]] int heightForWidth(int width) const override; ///< of the whole text

    [[nodiscard]] int linesPaintedLast() const; ///< by the last paint, for tests

public Q_SLOTS:
    void copyText() const;
    void copyValues() const;
    void selectAll();
    void goToNextBeyondThreshold();
    void goToPreviousBeyondThreshold();
    void requestMenu(); ///< of the current token, as the menu key does

Q_SIGNALS:
    void currentTokenChanged(qsizetype index);
    void tokenHovered(qsizetype index); ///< -1 when the pointer leaves
    /// The menu of a token is wanted: by the right button, or by the menu key at the cursor.
    void menuRequested(qsizetype index, const QPoint& globalPoint);
    void pinsChanged();
    void selectionChanged();
    void textSizeChanged(double points);
    void findRequested();

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace nextquill::ui

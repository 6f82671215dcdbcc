// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractScrollArea>
#include <QList>
#include <QString>

#include <memory>

class QPainter;

namespace nextquill::ui {

class ColorScale;

/// A text cut into tokens, each with one number: what a TokenView shows.
struct TokenText
{
    struct Token
    {
        qsizetype begin = 0; ///< in UTF-16 units of `text`
        qsizetype end = 0;
        float value = 0; ///< in the units of the view's color scale; NaN: no color
    };

    QString text; ///< shown as it is, never as markup; control and bidi characters are escaped
    QList<Token> tokens;
};

/// Shows a TokenText as running text on a colored ground: a heatmap one can read and select.
///
/// Knows nothing of models or projects; layout and painting are classes of their own
/// (TokenLayout, TokenPainter), shared with the SVG, PDF and printer output.
///
/// Keyboard  arrows move the current token, Shift extends, Ctrl+C copies text or values,
///           F and Shift+F jump to the next and previous token beyond the scale's threshold.
/// Speed     layout once per text and width; a paint touches visible lines only.
class TokenView : public QAbstractScrollArea
{
    Q_OBJECT

public:
    explicit TokenView(QWidget* parent = nullptr);
    ~TokenView() override;

    void setText(TokenText text);
    void setColorScale(std::shared_ptr<const ColorScale> scale);

    /// Index into TokenText::tokens, or -1.
    [[nodiscard]] qsizetype currentToken() const;
    void setCurrentToken(qsizetype index);

    /// Paints the whole text, not just the visible part, `width` device-independent pixels wide.
    void render(QPainter& painter, int width) const;

Q_SIGNALS:
    void currentTokenChanged(qsizetype index);
    void tokenHovered(qsizetype index); ///< -1 when the pointer leaves

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace nextquill::ui

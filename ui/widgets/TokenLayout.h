// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/TokenText.h"

#include <QFont>
#include <QList>
#include <QPointF>
#include <QRectF>

#include <memory>

class QPainter;
class QColor;

namespace nextquill::ui {

/// Where the lines and tokens of a TokenText lie, for one font and one width.
///
/// Knows nothing of values and colors: recolouring needs no new layout.
///
/// Speed  lines once per text and width; boxes of a line when they are first asked for.
class TokenLayout
{
public:
    TokenLayout();
    ~TokenLayout();
    TokenLayout(TokenLayout&&) noexcept;
    TokenLayout& operator=(TokenLayout&&) noexcept;

    /// The background of one or, within a shared character, several tokens, on one line.
    struct Box
    {
        qsizetype firstToken = 0;
        qsizetype endToken = 0; ///< one past the last
        QRectF rect;
        bool invisible = false; ///< stands for a newline or an empty token
    };

    struct Line
    {
        double top = 0;
        double height = 0;
        double baseline = 0; ///< from the top of the layout
        TextRange text;      ///< with the newline that ends it
    };

    void setText(const TokenText& text);
    void setGeometry(const QFont& font, double width);

    [[nodiscard]] double width() const;
    [[nodiscard]] double height() const;
    [[nodiscard]] int lineCount() const;
    [[nodiscard]] Line line(int index) const;
    [[nodiscard]] int lineAt(double y) const; ///< nearest; -1 without lines
    [[nodiscard]] const QList<Box>& boxes(int line) const;

    [[nodiscard]] qsizetype tokenCount() const;
    [[nodiscard]] TextRange tokenRange(qsizetype token) const;
    [[nodiscard]] int lineOfToken(qsizetype token) const;
    [[nodiscard]] qsizetype tokenAt(QPointF point) const;      ///< under the point, or -1
    [[nodiscard]] qsizetype nearestToken(QPointF point) const; ///< on the nearest line, or -1
    [[nodiscard]] QRectF tokenRect(qsizetype token) const;     ///< around all its boxes
    [[nodiscard]] QList<QRectF> rectsOf(const TextRange& range, int line) const;
    [[nodiscard]] qsizetype positionAt(QPointF point) const; ///< UTF-16 position nearest to it

    /// Draws the glyphs of one line; the layout's top left lies at `origin`.
    void drawLine(QPainter& painter, int line, QPointF origin, const QColor& ink) const;

    /// The text as drawn: control and bidi characters replaced one by one, lengths unchanged.
    [[nodiscard]] static QString displayed(const QString& text);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace nextquill::ui

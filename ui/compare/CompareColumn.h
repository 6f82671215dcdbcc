// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/workflow/Comparison.h"

#include <QWidget>

#include <memory>
#include <optional>

class QLabel;

namespace nextquill::ui {

class TokenView;

/// One text of a comparison: title, the text with its heatmap and its differences, scores.
class CompareColumn : public QWidget
{
    Q_OBJECT

public:
    explicit CompareColumn(QWidget* parent = nullptr);

    void setTitle(const QString& title);
    [[nodiscard]] QString title() const;
    void setWaiting(const QString& sentence); ///< in the empty text
    void clearText();
    /// Adds what has just been written.
    void addPiece(const QString& piece);
    void setResult(std::shared_ptr<const workflow::ComparedText> result);
    /// A text without a heatmap: the user's own.
    void setPlainText(const QString& text);

    void setHeatmapShown(bool shown);
    /// Underlines what `other` lacks; an empty text: nothing.
    void setDifferencesTo(const QString& other);

    [[nodiscard]] QString text() const { return m_plain; }
    [[nodiscard]] TokenView& view() { return *m_text; }

private:
    void renew();

    QLabel* m_title;
    TokenView* m_text;
    QLabel* m_scores;
    QString m_plain;
    QString m_other;
    bool m_heatmap = true;
    std::shared_ptr<const workflow::ComparedText> m_result;
};

} // namespace nextquill::ui

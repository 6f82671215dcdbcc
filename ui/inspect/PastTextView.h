// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/workflow/Inspection.h"

#include <QWidget>

#include <memory>

class QLabel;

namespace nextquill::ui {

class ColorScale;
class TokenView;

/// One past text in full, its sentences shaded by what they do: to the current token, or to the
/// whole text where there is none.
///
/// Keyboard  that of TokenView, with sentences in the place of tokens
class PastTextView : public QWidget
{
    Q_OBJECT

public:
    using InspectionPtr = std::shared_ptr<const workflow::Inspection>;

    explicit PastTextView(QWidget* parent = nullptr);

    /// -1: none. The same one again, measured further, keeps its cursor.
    void showReview(const InspectionPtr& inspection, int review);
    /// Of the inspected text; -1: all of it.
    void setToken(qsizetype token);
    /// Of effects on one token.
    void setColorScale(std::shared_ptr<const ColorScale> scale);

    /// "Sentence 2 of 5: +0.123 on “killer”, +0.40 bits on the text."
    [[nodiscard]] QString sentenceOn(qsizetype sentence) const;

private:
    void createText();
    void showSentences(const store::ReviewRow& row);
    void shade();
    void renewWords();
    [[nodiscard]] QString wordsOnAll() const;
    [[nodiscard]] QString spokenSentence(qsizetype sentence) const;
    [[nodiscard]] QString tokenWords() const;
    [[nodiscard]] bool isOnToken() const;
    [[nodiscard]] const workflow::SentenceEffects* effects() const; ///< nullptr: not measured

    QLabel* m_title;
    TokenView* m_text;
    QLabel* m_words;
    InspectionPtr m_inspection;
    std::shared_ptr<const ColorScale> m_scale;
    int m_review = -1;
    qsizetype m_token = -1;
};

} // namespace nextquill::ui

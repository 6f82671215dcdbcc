// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/TokenText.h"

#include <QFrame>

class QLabel;
class QLineEdit;
class QToolButton;

namespace nextquill::ui {

class TokenView;

/// Finds words in a TokenView. Hidden until the view asks (its key /); in any case of letters.
///
/// All hits are marked, the current one is selected: what shows the sums of a selection shows them
/// for the hit.
///
/// Keyboard  Enter or F3 next, Shift+Enter or Shift+F3 previous, around the ends; Esc closes and
///           gives the focus back to the text, at the hit.
class TokenFindBar : public QFrame
{
    Q_OBJECT

public:
    explicit TokenFindBar(TokenView& view, QWidget* parent = nullptr);

    [[nodiscard]] qsizetype hits() const { return m_hits.size(); }
    [[nodiscard]] qsizetype currentHit() const { return m_current; } ///< -1: none

public Q_SLOTS:
    void open();
    void close();
    void goToNext();
    void goToPrevious();
    /// To be called once the view has another text: looks for the same words there.
    void search();

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void createShortcuts();
    void goTo(qsizetype hit);

    TokenView& m_view;
    QLineEdit* m_words;
    QLabel* m_count;
    QToolButton* m_previous;
    QToolButton* m_next;
    QList<TextRange> m_hits;
    QList<TextRange> m_marksBefore; // of the view, given back at the end
    qsizetype m_current = -1;
};

} // namespace nextquill::ui

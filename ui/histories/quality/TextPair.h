// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/TokenText.h"

#include <QList>
#include <QString>
#include <QWidget>

#include <array>

class QLabel;
class QPlainTextEdit;
class QStackedWidget;

namespace nextquill::ui {

/// One of two texts beside each other.
struct PairedText
{
    QString heading; ///< who and what about
    QString detail;  ///< when, how many stars
    QString text;
    QList<TextRange> marks; ///< underlined on a coloured ground
};

/// Two texts side by side, with what they have in common or what not marked in both. Texts are
/// shown as they are, never as markup.
///
/// Keyboard  Tab reaches both texts; they scroll and can be selected and copied, not changed
class TextPair : public QWidget
{
    Q_OBJECT

public:
    explicit TextPair(QWidget* parent = nullptr);

    void showTexts(const PairedText& left, const PairedText& right);
    /// No texts, but a sentence that says why, or what to do.
    void showSentence(const QString& sentence);

protected:
    void changeEvent(QEvent* event) override;

private:
    struct Side
    {
        QLabel* heading = nullptr;
        QLabel* detail = nullptr;
        QPlainTextEdit* text = nullptr;
        QList<TextRange> marks;
    };

    QWidget* createSide(Side& side, const QString& name);
    void show(Side& side, const PairedText& text);
    void renewMarks(const Side& side);

    QStackedWidget* m_pages;
    QLabel* m_sentence;
    std::array<Side, 2> m_sides;
};

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/quality/TextPair.h"

#include "ui/widgets/Theme.h"

#include <QEvent>
#include <QLabel>
#include <QPlainTextEdit>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace nextquill::ui {

TextPair::TextPair(QWidget* parent)
    : QWidget{parent}
    , m_pages{new QStackedWidget{this}}
    , m_sentence{new QLabel{this}}
{
    auto* layout = new QVBoxLayout{this};
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_pages);
    m_sentence->setAlignment(Qt::AlignCenter);
    m_sentence->setWordWrap(true);
    m_sentence->setTextFormat(Qt::PlainText);
    m_sentence->setProperty("role", QStringLiteral("muted"));
    m_pages->addWidget(m_sentence);
    auto* sides = new QSplitter{this};
    sides->setChildrenCollapsible(false);
    sides->addWidget(createSide(m_sides[0], QStringLiteral("leftText")));
    sides->addWidget(createSide(m_sides[1], QStringLiteral("rightText")));
    sides->setSizes({1, 1});
    m_pages->addWidget(sides);
}

QWidget* TextPair::createSide(Side& side, const QString& name)
{
    auto* widget = new QWidget{this};
    auto* layout = new QVBoxLayout{widget};
    layout->setContentsMargins(4, 0, 4, 0);
    side.heading = new QLabel{widget};
    side.heading->setTextFormat(Qt::PlainText);
    side.heading->setProperty("role", QStringLiteral("heading"));
    side.heading->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    side.heading->setWordWrap(true);
    side.detail = new QLabel{widget};
    side.detail->setTextFormat(Qt::PlainText);
    side.detail->setProperty("role", QStringLiteral("muted"));
    side.detail->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    side.text = new QPlainTextEdit{widget};
    side.text->setObjectName(name);
    side.text->setReadOnly(true);
    side.text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    side.text->setTabChangesFocus(true);
    layout->addWidget(side.heading);
    layout->addWidget(side.detail);
    layout->addWidget(side.text, 1);
    return widget;
}

void TextPair::showTexts(const PairedText& left, const PairedText& right)
{
    show(m_sides[0], left);
    show(m_sides[1], right);
    m_pages->setCurrentIndex(1);
}

void TextPair::showSentence(const QString& sentence)
{
    m_sentence->setText(sentence);
    m_pages->setCurrentIndex(0);
}

void TextPair::show(Side& side, const PairedText& text)
{
    side.heading->setText(text.heading);
    side.heading->setToolTip(text.heading);
    side.detail->setText(text.detail);
    side.text->setAccessibleName(text.heading);
    side.text->setFont(readingFont(0));
    side.text->setPlainText(text.text);
    side.marks = text.marks;
    renewMarks(side);
}

void TextPair::renewMarks(const Side& side)
{
    const ThemeColors& colors = themeColors(palette()); // the text's own follows later
    QTextCharFormat format;
    format.setBackground(colors.accentSoft);
    format.setUnderlineStyle(QTextCharFormat::SingleUnderline);
    format.setUnderlineColor(colors.accent);
    QList<QTextEdit::ExtraSelection> selections;
    selections.reserve(side.marks.size());
    for (const TextRange& mark : side.marks) {
        QTextCursor cursor{side.text->document()};
        cursor.setPosition(static_cast<int>(mark.begin));
        cursor.setPosition(static_cast<int>(mark.end), QTextCursor::KeepAnchor);
        selections.push_back({.cursor = cursor, .format = format});
    }
    side.text->setExtraSelections(selections);
}

void TextPair::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange) {
        for (const Side& side : m_sides) {
            if (side.text != nullptr) {
                renewMarks(side);
            }
        }
    }
    QWidget::changeEvent(event);
}

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/FoundSheet.h"

#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>

namespace nextquill::ui {

QWidget* foundSheet(QWidget& picture, QLabel& words)
{
    words.setTextFormat(Qt::PlainText);
    words.setWordWrap(true);
    words.setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto* inside = new QWidget;
    auto* found = new QVBoxLayout{inside};
    found->setContentsMargins(0, 0, 0, 0);
    found->addWidget(&picture);
    found->addWidget(&words);
    found->addStretch(1);
    auto* sheet = new QScrollArea;
    sheet->setWidget(inside);
    sheet->setWidgetResizable(true);
    sheet->setFrameShape(QFrame::NoFrame);
    sheet->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    return sheet;
}

} // namespace nextquill::ui

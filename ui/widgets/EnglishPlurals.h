// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTranslator>

namespace nextquill::ui {

/// The English forms of counted messages: tr("%n text(s)", nullptr, count) gives "1 text" and
/// "2 texts". Installed first; a translation into another language, installed later, goes before.
class EnglishPlurals : public QTranslator
{
    Q_OBJECT

public:
    using QTranslator::QTranslator;

    [[nodiscard]] QString translate(const char* context, const char* sourceText,
                                    const char* disambiguation, int n) const override;
    [[nodiscard]] bool isEmpty() const override { return false; }
};

} // namespace nextquill::ui

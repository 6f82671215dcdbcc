// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/EnglishPlurals.h"

namespace nextquill::ui {

QString EnglishPlurals::translate(const char* /*context*/, const char* sourceText,
                                  const char* /*disambiguation*/, int n) const
{
    const QString message = QString::fromUtf8(sourceText);
    if (n < 0 || !message.contains(QStringLiteral("(s)"))) {
        return {}; // the message as it stands
    }
    return QString{message}.replace(QStringLiteral("(s)"),
                                    n == 1 ? QString{} : QStringLiteral("s"));
}

} // namespace nextquill::ui

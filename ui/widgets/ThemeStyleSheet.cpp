// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/Theme.h"
#include "ui/widgets/WidgetResources.h"

#include <QFile>
#include <QHash>

namespace nextquill::ui {

namespace {

QString mixedWith(const QColor& ground, const QColor& color, double share)
{
    const auto channel = [share](int a, int b) { return static_cast<int>(a + (b - a) * share); };
    return QColor{channel(ground.red(), color.red()), channel(ground.green(), color.green()),
                  channel(ground.blue(), color.blue())}
        .name();
}

} // namespace

/// The rules are a resource with @names of colors, filled in here.
QString themeStyleSheet(Ground ground)
{
    loadWidgetResources();
    QFile file{QStringLiteral(":/nextquill/themes/workbench.qss")};
    if (!file.open(QIODevice::ReadOnly)) {
        qFatal("the style sheet is missing from the program");
    }
    QString rules = QString::fromUtf8(file.readAll());

    const ThemeColors& colors = themeColors(ground);
    const QPalette palette = themePalette(ground);
    const QColor base = palette.color(QPalette::Base);
    const QColor window = palette.color(QPalette::Window);
    const QColor text = palette.color(QPalette::Text);
    const QColor button = palette.color(QPalette::Button);
    const bool dark = ground == Ground::Dark;
    // Longer names before those they begin with.
    const QList<std::pair<QString, QString>> names{
        {QStringLiteral("@accentHover"), mixedWith(colors.accent, text, 0.15)},
        {QStringLiteral("@accentSoft"), colors.accentSoft.name()},
        {QStringLiteral("@accentInk"), colors.accentInk.name()},
        {QStringLiteral("@accent"), colors.accent.name()},
        {QStringLiteral("@buttonHover"), mixedWith(button, text, dark ? 0.08 : 0.04)},
        {QStringLiteral("@buttonDown"), mixedWith(button, text, dark ? 0.16 : 0.10)},
        {QStringLiteral("@button"), button.name()},
        {QStringLiteral("@hover"), mixedWith(window, text, 0.07)},
        {QStringLiteral("@rail"), colors.rail.name()},
        {QStringLiteral("@surface"), colors.surface.name()},
        {QStringLiteral("@lineStrong"), mixedWith(colors.line, text, 0.25)},
        {QStringLiteral("@line"), colors.line.name()},
        {QStringLiteral("@muted"), colors.muted.name()},
        {QStringLiteral("@error"), colors.error.name()},
        {QStringLiteral("@base"), base.name()},
        {QStringLiteral("@window"), window.name()},
        {QStringLiteral("@text"), text.name()},
        {QStringLiteral("@faint"), palette.color(QPalette::PlaceholderText).name()},
        {QStringLiteral("@tipText"), palette.color(QPalette::ToolTipText).name()},
        {QStringLiteral("@tip"), palette.color(QPalette::ToolTipBase).name()},
        {QStringLiteral("@ground"), dark ? QStringLiteral("dark") : QStringLiteral("light")},
    };
    for (const auto& [name, value] : names) {
        rules.replace(name, value);
    }
    return rules;
}

} // namespace nextquill::ui

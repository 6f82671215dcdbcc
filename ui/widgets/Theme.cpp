// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/Theme.h"

#include <QApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>
#include <QFont>
#include <QFontDatabase>
#include <QStyleFactory>

#include <algorithm>

namespace nextquill::ui {

namespace {

const QString portalService = QStringLiteral("org.freedesktop.portal.Desktop");
const QString portalPath = QStringLiteral("/org/freedesktop/portal/desktop");
const QString portalSettings = QStringLiteral("org.freedesktop.portal.Settings");
const QString appearance = QStringLiteral("org.freedesktop.appearance");
const QString colorScheme = QStringLiteral("color-scheme");
constexpr uint prefersDark = 1;

ThemeColors lightColors()
{
    return {.accent = QColor{0x5a, 0x46, 0xd6},
            .accentInk = QColor{0xff, 0xff, 0xff},
            .accentSoft = QColor{0xe6, 0xe2, 0xfb},
            .rail = QColor{0xec, 0xed, 0xf2},
            .surface = QColor{0xfb, 0xfb, 0xfd},
            .line = QColor{0xd8, 0xdb, 0xe3},
            .muted = QColor{0x59, 0x61, 0x70},
            .information = QColor{0x1f, 0x5f, 0xae},
            .success = QColor{0x1b, 0x74, 0x47},
            .warning = QColor{0x92, 0x5a, 0x00},
            .error = QColor{0xb8, 0x25, 0x2f},
            .series = {QColor{0x5a, 0x46, 0xd6}, QColor{0xc2, 0x5a, 0x00}, QColor{0x00, 0x7a, 0x87},
                       QColor{0xb0, 0x2a, 0x78}, QColor{0x4c, 0x6b, 0x00}, QColor{0x1f, 0x5f, 0xae},
                       QColor{0x80, 0x47, 0x2a}, QColor{0x52, 0x5b, 0x6b}}};
}

ThemeColors darkColors()
{
    return {.accent = QColor{0xa9, 0x9b, 0xff},
            .accentInk = QColor{0x17, 0x12, 0x33},
            .accentSoft = QColor{0x3a, 0x35, 0x5e},
            .rail = QColor{0x13, 0x15, 0x18},
            .surface = QColor{0x25, 0x28, 0x2d},
            .line = QColor{0x3a, 0x3f, 0x47},
            .muted = QColor{0xa3, 0xac, 0xba},
            .information = QColor{0x7d, 0xb4, 0xf2},
            .success = QColor{0x6c, 0xcb, 0x95},
            .warning = QColor{0xe6, 0xb4, 0x50},
            .error = QColor{0xf2, 0x84, 0x8a},
            .series = {QColor{0xa9, 0x9b, 0xff}, QColor{0xf2, 0xa3, 0x5c}, QColor{0x4f, 0xc7, 0xd1},
                       QColor{0xf0, 0x86, 0xc2}, QColor{0xa9, 0xcc, 0x4f}, QColor{0x7d, 0xb4, 0xf2},
                       QColor{0xd3, 0xa1, 0x84}, QColor{0xb4, 0xbc, 0xc9}}};
}

} // namespace

const ThemeColors& themeColors(Ground ground)
{
    static const ThemeColors light = lightColors();
    static const ThemeColors dark = darkColors();
    return ground == Ground::Dark ? dark : light;
}

const ThemeColors& themeColors(const QPalette& palette)
{
    return themeColors(groundOf(palette));
}

QPalette themePalette(Ground ground)
{
    const bool dark = ground == Ground::Dark;
    const ThemeColors& colors = themeColors(ground);
    const QColor window = dark ? QColor{0x17, 0x19, 0x1d} : QColor{0xf4, 0xf5, 0xf8};
    const QColor base = dark ? QColor{0x1e, 0x20, 0x24} : QColor{0xff, 0xff, 0xff};
    const QColor text = dark ? QColor{0xe8, 0xea, 0xee} : QColor{0x1a, 0x1d, 0x23};
    const QColor button = dark ? QColor{0x2a, 0x2d, 0x33} : QColor{0xff, 0xff, 0xff};
    const QColor faint = dark ? QColor{0x79, 0x81, 0x8e} : QColor{0x8b, 0x93, 0xa1};

    QPalette palette;
    palette.setColor(QPalette::Window, window);
    palette.setColor(QPalette::WindowText, text);
    palette.setColor(QPalette::Base, base);
    palette.setColor(QPalette::AlternateBase,
                     dark ? QColor{0x23, 0x25, 0x2a} : QColor{0xf8, 0xf8, 0xfb});
    palette.setColor(QPalette::Text, text);
    palette.setColor(QPalette::Button, button);
    palette.setColor(QPalette::ButtonText, text);
    palette.setColor(QPalette::BrightText, colors.error);
    palette.setColor(QPalette::ToolTipBase,
                     dark ? QColor{0x33, 0x37, 0x3e} : QColor{0x26, 0x29, 0x30});
    palette.setColor(QPalette::ToolTipText, QColor{0xf5, 0xf6, 0xf8});
    palette.setColor(QPalette::PlaceholderText, faint);
    palette.setColor(QPalette::Highlight, colors.accent);
    palette.setColor(QPalette::HighlightedText, colors.accentInk);
    palette.setColor(QPalette::Link, colors.accent);
    palette.setColor(QPalette::LinkVisited, colors.accent);
    palette.setColor(QPalette::Light, dark ? QColor{0x3a, 0x3f, 0x47} : QColor{0xff, 0xff, 0xff});
    palette.setColor(QPalette::Midlight,
                     dark ? QColor{0x33, 0x37, 0x3e} : QColor{0xf0, 0xf1, 0xf5});
    palette.setColor(QPalette::Mid, colors.line);
    palette.setColor(QPalette::Dark, dark ? QColor{0x0f, 0x10, 0x13} : QColor{0xb4, 0xb9, 0xc4});
    palette.setColor(QPalette::Shadow, dark ? QColor{0x00, 0x00, 0x00} : QColor{0x8b, 0x93, 0xa1});
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
        palette.setColor(QPalette::Disabled, role, faint);
    }
    palette.setColor(QPalette::Disabled, QPalette::Highlight, colors.line);
    palette.setColor(QPalette::Disabled, QPalette::HighlightedText, faint);
    return palette;
}

QFont readingFont(double points)
{
    static const QStringList families = [] {
        QStringList wanted{QStringLiteral("Inter"), QStringLiteral("Noto Sans"),
                           QStringLiteral("DejaVu Sans"), QStringLiteral("Symbola")};
        const QStringList installed = QFontDatabase::families();
        wanted.removeIf([&installed](const QString& name) { return !installed.contains(name); });
        return wanted;
    }();
    QFont font;
    if (!families.isEmpty()) {
        font.setFamilies(families);
    }
    if (points > 0) {
        font.setPointSizeF(points);
    }
    return font;
}

Theme::Theme(QApplication& application, QObject* parent)
    : QObject{parent}
    , m_application{application}
    , m_systemGround{groundOf(application.palette())}
{
    if (QStyle* fusion = QStyleFactory::create(QStringLiteral("Fusion"))) {
        application.setStyle(fusion);
    }
    QFont font = readingFont(0);
    font.setPointSizeF(std::max(10.0, application.font().pointSizeF()));
    QApplication::setFont(font);
    askSystem();
}

void Theme::apply(ThemeChoice choice)
{
    m_choice = choice;
    paintApplication();
}

void Theme::systemChanged(const QString& space, const QString& key, const QDBusVariant& value)
{
    if (space != appearance || key != colorScheme) {
        return;
    }
    m_systemGround = value.variant().toUInt() == prefersDark ? Ground::Dark : Ground::Light;
    if (m_choice == ThemeChoice::System) {
        paintApplication();
    }
}

/// Qt 6.4 does not know the system's wish: the desktop portal does. Silent where there is none.
void Theme::askSystem()
{
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected()) {
        return;
    }
    bus.connect(portalService, portalPath, portalSettings, QStringLiteral("SettingChanged"), this,
                SLOT(systemChanged(QString, QString, QDBusVariant)));
    QDBusMessage question = QDBusMessage::createMethodCall(portalService, portalPath,
                                                           portalSettings, QStringLiteral("Read"));
    question << appearance << colorScheme;
    auto* watcher = new QDBusPendingCallWatcher{bus.asyncCall(question), this};
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
        watcher->deleteLater();
        const QDBusPendingReply<QVariant> reply = *watcher;
        if (!reply.isError()) {
            QVariant value = reply.value(); // the portal wraps its answer twice
            if (value.canConvert<QDBusVariant>()) {
                value = value.value<QDBusVariant>().variant();
            }
            systemChanged(appearance, colorScheme, QDBusVariant{value});
        }
    });
}

void Theme::paintApplication()
{
    m_ground = m_choice == ThemeChoice::System
                   ? m_systemGround
                   : (m_choice == ThemeChoice::Dark ? Ground::Dark : Ground::Light);
    QApplication::setPalette(themePalette(m_ground));
    m_application.setStyleSheet(themeStyleSheet(m_ground));
    Q_EMIT groundChanged();
}

} // namespace nextquill::ui

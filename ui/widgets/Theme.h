// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/ColorScale.h"

#include <QColor>
#include <QList>
#include <QObject>
#include <QPalette>
#include <QString>

class QApplication;
class QDBusVariant;
class QFont;

namespace nextquill::ui {

enum class ThemeChoice { System, Light, Dark };

/// Colors that a palette has no role for.
struct ThemeColors
{
    QColor accent;     ///< focus, selection, default buttons
    QColor accentInk;  ///< text on it
    QColor accentSoft; ///< behind what is chosen, in rails and lists
    QColor rail;       ///< ground of the left rail
    QColor surface;    ///< ground of cards and bars
    QColor line;       ///< borders and grids
    QColor muted;      ///< secondary text
    QColor information;
    QColor success;
    QColor warning;
    QColor error;
    QList<QColor> series; ///< of charts, in order; also told apart by dashes
};

[[nodiscard]] const ThemeColors& themeColors(Ground ground);
[[nodiscard]] const ThemeColors& themeColors(const QPalette& palette);
[[nodiscard]] QPalette themePalette(Ground ground);
/// Rules for what palettes do not reach: paddings, rounded fields, tables, tool bars, the rail.
///
/// Dynamic properties and object names it knows:
///   QWidget#rail, QToolButton[rail="true"]   the rail of workspaces and its places
///   QLabel[role="title"|"heading"|"muted"|"mono"|"error"]
///   QPushButton[role="primary"|"link"|"danger"]
///   QFrame[role="card"|"toolbar"|"statusline"|"separator"]
[[nodiscard]] QString themeStyleSheet(Ground ground);
/// Families for texts of people: with Symbola before colour emoji, which Qt 6.4 draws only once.
[[nodiscard]] QFont readingFont(double points);

/// Paints the application light or dark, and follows the system where asked.
///
/// One for the application, made after it. Everything else follows the palette (changeEvent).
class Theme : public QObject
{
    Q_OBJECT

public:
    explicit Theme(QApplication& application, QObject* parent = nullptr);

    void apply(ThemeChoice choice);
    [[nodiscard]] ThemeChoice choice() const { return m_choice; }
    [[nodiscard]] Ground ground() const { return m_ground; } ///< what is painted now

Q_SIGNALS:
    void groundChanged();

private Q_SLOTS:
    void systemChanged(const QString& space, const QString& key, const QDBusVariant& value);

private:
    void askSystem();
    void paintApplication();

    QApplication& m_application;
    ThemeChoice m_choice = ThemeChoice::System;
    Ground m_systemGround = Ground::Light;
    Ground m_ground = Ground::Light;
};

} // namespace nextquill::ui

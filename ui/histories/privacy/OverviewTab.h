// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QTabWidget;

namespace nextquill::ui {

class ProjectSession;
class StylePane;

/// What the histories are like, seen from above: distributions of all reviews, texts that do not
/// belong, and how single users write.
///
/// Keyboard  Alt+1, Alt+2, Alt+3 choose a page.
class OverviewTab : public QWidget
{
    Q_OBJECT

public:
    explicit OverviewTab(ProjectSession& session, QWidget* parent = nullptr);

public Q_SLOTS:
    /// Shows how a user writes.
    void showStyle(qint64 userId);

Q_SIGNALS:
    /// As `data list --where` reads it.
    void filterWanted(const QString& filter);
    void userWanted(qint64 userId);
    void reviewWanted(qint64 reviewId);

private:
    QTabWidget* m_pages;
    StylePane* m_style;
};

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <vector>

class QButtonGroup;
class QToolButton;

namespace nextquill::ui {

/// The workspaces as a column of icon and word at the left edge.
class Rail : public QWidget
{
    Q_OBJECT

public:
    explicit Rail(QWidget* parent = nullptr);

    /// Adds a place below the others; returns its number, from 0.
    int addPlace(const QString& name, const QString& icon, const QString& shortcut);
    /// A line between the places above and those that come.
    void addSeparator();
    void moveToTop(int place);
    void setCurrent(int place);
    /// Places that make no sense now are not shown.
    void setPlaceVisible(int place, bool visible);
    /// A number beside the word: how many runs are going on; 0: none is shown.
    void setBadge(int place, int number);

Q_SIGNALS:
    void chosen(int place);

private:
    struct Place
    {
        QString name;
        QToolButton* button = nullptr;
    };

    QButtonGroup* m_group;
    std::vector<Place> m_places;
};

} // namespace nextquill::ui

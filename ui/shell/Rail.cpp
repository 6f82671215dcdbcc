// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/Rail.h"

#include "ui/widgets/ThemedIcon.h"

#include <QButtonGroup>
#include <QFrame>
#include <QToolButton>
#include <QVBoxLayout>

namespace nextquill::ui {

Rail::Rail(QWidget* parent)
    : QWidget{parent}
    , m_group{new QButtonGroup{this}}
{
    setObjectName(QStringLiteral("rail"));
    setAttribute(Qt::WA_StyledBackground);
    auto* layout = new QVBoxLayout{this};
    layout->setContentsMargins(8, 12, 8, 12);
    layout->setSpacing(4);
    layout->addStretch(1);
    connect(m_group, &QButtonGroup::idClicked, this, &Rail::chosen);
}

int Rail::addPlace(const QString& name, const QString& icon, const QString& shortcut)
{
    auto* button = new QToolButton{this};
    button->setProperty("rail", true);
    button->setText(name);
    button->setIcon(themedIcon(icon));
    button->setIconSize({22, 22});
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setCheckable(true);
    button->setToolTip(QString(name % QStringLiteral(" (") % shortcut % QStringLiteral(")")));
    button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    const int place = static_cast<int>(m_places.size());
    button->setObjectName(QStringLiteral("place%1").arg(place));
    m_group->addButton(button, place);
    m_places.push_back({.name = name, .button = button});
    auto* column = qobject_cast<QVBoxLayout*>(layout());
    column->insertWidget(column->count() - 1, button);
    return place;
}

void Rail::addSeparator()
{
    auto* line = new QFrame{this};
    line->setProperty("role", QStringLiteral("separator"));
    auto* column = qobject_cast<QVBoxLayout*>(layout());
    column->insertSpacing(column->count() - 1, 6);
    column->insertWidget(column->count() - 1, line);
    column->insertSpacing(column->count() - 1, 6);
}

void Rail::moveToTop(int place)
{
    QToolButton* const button = m_places.at(static_cast<std::size_t>(place)).button;
    layout()->removeWidget(button);
    qobject_cast<QVBoxLayout*>(layout())->insertWidget(0, button);
}

void Rail::setCurrent(int place)
{
    m_places.at(static_cast<std::size_t>(place)).button->setChecked(true);
}

void Rail::setPlaceVisible(int place, bool visible)
{
    m_places.at(static_cast<std::size_t>(place)).button->setVisible(visible);
}

void Rail::setBadge(int place, int number)
{
    const Place& entry = m_places.at(static_cast<std::size_t>(place));
    entry.button->setText(number > 0 ? QStringLiteral("%1  %2").arg(entry.name).arg(number)
                                     : entry.name);
}

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/UserColumns.h"

#include "ui/project/ShownText.h"

#include <QObject>

namespace nextquill::ui {

std::vector<UserList::Model::Column> userColumns()
{
    const auto number = Qt::AlignRight | Qt::AlignVCenter;
    return {{QObject::tr("User"),
             [](const store::User& user, int role) {
                 return role == Qt::DisplayRole ? QVariant{shown(user.name)} : QVariant{};
             }},
            {QObject::tr("Texts"),
             [](const store::User& user, int role) {
                 return role == Qt::DisplayRole ? QVariant{qlonglong{user.reviews}} : QVariant{};
             },
             number},
            {QObject::tr("Words"),
             [](const store::User& user, int role) {
                 return role == Qt::DisplayRole ? QVariant{qRound(user.meanWords)} : QVariant{};
             },
             number},
            {QObject::tr("Rating"),
             [](const store::User& user, int role) {
                 return role == Qt::DisplayRole ? QVariant{QString::number(user.meanRating, 'f', 1)}
                                                : QVariant{};
             },
             number},
            {QObject::tr("Last"), [](const store::User& user, int role) {
                 return role == Qt::DisplayRole ? QVariant{shownDate(user.lastTime)} : QVariant{};
             }}};
}

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/acts/ChangeWords.h"

#include "core/base/Utf8.h"

#include "ui/project/ShownText.h"

#include <QObject>

namespace nextquill::ui {

namespace {

constexpr std::size_t longestValue = 200; // characters
constexpr std::string_view stateField = "excluded";

QString stateNamed(const std::string& value)
{
    if (value == "0") {
        return QObject::tr("takes part");
    }
    return value == "1" ? QObject::tr("excluded") : QObject::tr("deleted");
}

} // namespace

QString changedField(std::string_view field)
{
    if (field == stateField) {
        return QObject::tr("state");
    }
    if (field == "text") {
        return QObject::tr("text");
    }
    if (field == "title") {
        return QObject::tr("title");
    }
    if (field == "rating") {
        return QObject::tr("rating");
    }
    if (field == "tag") {
        return QObject::tr("tag");
    }
    return field == "user" ? QObject::tr("user") : shown(field);
}

QString changedValue(std::string_view field, const std::string& value)
{
    return field == stateField ? stateNamed(value) : shown(escapedForDisplay(value, longestValue));
}

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/table/TableWords.h"

#include "ui/project/ShownText.h"

#include <QCoreApplication>
#include <QLocale>

#include <limits>

namespace nextquill::ui {

namespace {

QString words(const char* text)
{
    return QCoreApplication::translate("TableWords", text);
}

struct ColumnWords
{
    std::string_view name;
    const char* title;
    int letters;
};

// Of columns whose word is the same in every table.
constexpr ColumnWords common[] = {
    {"id", QT_TRANSLATE_NOOP("TableWords", "No."), 8},
    {"user", QT_TRANSLATE_NOOP("TableWords", "User"), 18},
    {"item", QT_TRANSLATE_NOOP("TableWords", "Item"), 26},
    {"asin", QT_TRANSLATE_NOOP("TableWords", "Item key"), 14},
    {"rating", QT_TRANSLATE_NOOP("TableWords", "Rating"), 9},
    {"title", QT_TRANSLATE_NOOP("TableWords", "Title"), 24},
    {"words", QT_TRANSLATE_NOOP("TableWords", "Words"), 9},
    {"time", QT_TRANSLATE_NOOP("TableWords", "Time"), 15},
    {"excluded", QT_TRANSLATE_NOOP("TableWords", "Excluded"), 10},
    {"tags", QT_TRANSLATE_NOOP("TableWords", "Tags"), 12},
    {"text", QT_TRANSLATE_NOOP("TableWords", "Text"), 60},
    {"user_reviews", QT_TRANSLATE_NOOP("TableWords", "User's reviews"), 14},
    {"reviews", QT_TRANSLATE_NOOP("TableWords", "Reviews"), 10},
    {"first", QT_TRANSLATE_NOOP("TableWords", "First"), 15},
    {"last", QT_TRANSLATE_NOOP("TableWords", "Last"), 15},
    {"description", QT_TRANSLATE_NOOP("TableWords", "Description"), 60},
};

const ColumnWords* wordsOf(std::string_view name)
{
    for (const ColumnWords& column : common) {
        if (column.name == name) {
            return &column;
        }
    }
    return nullptr; // of a newer core: its own name will do
}

} // namespace

QString tableTitle(store::TableKind table)
{
    switch (table) {
    case store::TableKind::Users:
        return words(QT_TRANSLATE_NOOP("TableWords", "Users"));
    case store::TableKind::Items:
        return words(QT_TRANSLATE_NOOP("TableWords", "Items"));
    case store::TableKind::Reviews:
        break;
    }
    return words(QT_TRANSLATE_NOOP("TableWords", "Reviews"));
}

QString countedRows(store::TableKind table, qint64 rows, bool atLeast)
{
    // Plural forms look at the last digits and at one alone; a number beyond int has them, too.
    const int form =
        rows == 1 ? 1 : static_cast<int>(std::min<qint64>(rows, std::numeric_limits<int>::max()));
    const char* source = QT_TRANSLATE_NOOP("TableWords", "%1 review(s)");
    if (table == store::TableKind::Users) {
        source = QT_TRANSLATE_NOOP("TableWords", "%1 user(s)");
    } else if (table == store::TableKind::Items) {
        source = QT_TRANSLATE_NOOP("TableWords", "%1 item(s)");
    }
    const QString number = (atLeast ? QStringLiteral("≥ ") : QString{}) + QLocale{}.toString(rows);
    return QCoreApplication::translate("TableWords", source, nullptr, form).arg(number);
}

QString columnTitle(store::TableKind table, const store::TableColumn& column)
{
    if (table == store::TableKind::Users && column.name == "words") {
        return words(QT_TRANSLATE_NOOP("TableWords", "Words per review"));
    }
    const ColumnWords* known = wordsOf(column.name);
    return known != nullptr ? words(known->title) : shown(column.name);
}

QString columnHelp(store::TableKind table, const store::TableColumn& column)
{
    QString filter;
    switch (column.type) {
    case store::ColumnType::Text:
        filter = words(QT_TRANSLATE_NOOP("TableWords",
                                         "jazz  contains it    =jazz  is it    <>jazz  is not\n"
                                         "/ja+z/i  a regular expression    empty    not empty"));
        break;
    case store::ColumnType::Tags:
        filter =
            words(QT_TRANSLATE_NOOP("TableWords", "good  has a tag with it    empty    not empty"));
        break;
    case store::ColumnType::Flag:
        filter = words(QT_TRANSLATE_NOOP("TableWords", "yes    no"));
        break;
    case store::ColumnType::Time:
        filter = words(QT_TRANSLATE_NOOP(
            "TableWords", "2013  2013-02  2013-02-11  lies in it    2011..2013  from, to\n"
                          ">2013    <=2013-02"));
        break;
    case store::ColumnType::Integer:
    case store::ColumnType::Real:
        filter = words(QT_TRANSLATE_NOOP(
            "TableWords", "5  is it    >5    <=5    <>5    40..200  from, to    40.."));
        break;
    }
    return columnTitle(table, column) + QStringLiteral("\n") + filter;
}

bool isNumeric(const store::TableColumn& column)
{
    return column.type == store::ColumnType::Integer || column.type == store::ColumnType::Real;
}

int columnLetters(const store::TableColumn& column)
{
    const ColumnWords* known = wordsOf(column.name);
    return known != nullptr ? known->letters : 16;
}

QString shownCell(const store::TableColumn& column, const store::Cell& cell)
{
    const QLocale locale;
    if (const auto* whole = std::get_if<std::int64_t>(&cell)) {
        switch (column.type) {
        case store::ColumnType::Time:
            return shownDate(*whole);
        case store::ColumnType::Flag:
            return *whole != 0 ? words(QT_TRANSLATE_NOOP("TableWords", "yes"))
                               : words(QT_TRANSLATE_NOOP("TableWords", "no"));
        case store::ColumnType::Real:
            return locale.toString(static_cast<double>(*whole), 'f', 1);
        default:
            // A number of a row is a name: no separators in it.
            return column.name == "id" ? QString::number(*whole)
                                       : locale.toString(qlonglong{*whole});
        }
    }
    if (const auto* number = std::get_if<double>(&cell)) {
        return locale.toString(*number, 'f', 1);
    }
    if (const auto* text = std::get_if<std::string>(&cell)) {
        return shown(*text).simplified();
    }
    return {};
}

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/acts/StepColumns.h"

#include "ui/histories/acts/ChangeWords.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/Theme.h"

#include <QFont>
#include <QGuiApplication>
#include <QLocale>
#include <QObject>

namespace nextquill::ui {

namespace {

constexpr std::int64_t keptFor = std::int64_t{30} * 24 * 3'600 * 1'000; // milliseconds

/// Steps that are not done are told apart by more than words: grey and slanted.
QVariant look(const store::EditStep& step, int role)
{
    if (step.state == store::StepState::Done) {
        return {};
    }
    if (role == Qt::ForegroundRole) {
        return themeColors(QGuiApplication::palette()).muted;
    }
    if (role == Qt::FontRole) {
        QFont font = QGuiApplication::font();
        font.setItalic(true);
        return font;
    }
    return {};
}

QVariant stepCell(const store::EditStep& step, int role, const QString& text)
{
    return role == Qt::DisplayRole ? QVariant{text} : look(step, role);
}

QString nameOf(const store::EditStep& step)
{
    const QString indent =
        step.state == store::StepState::Dropped ? QStringLiteral("   └ ") : QString{};
    return indent % shown(step.what);
}

QVariant changeCell(int role, const QString& text)
{
    return role == Qt::DisplayRole || role == Qt::ToolTipRole ? QVariant{text} : QVariant{};
}

} // namespace

QString stateOf(const store::EditStep& step)
{
    switch (step.state) {
    case store::StepState::Done:
        return QObject::tr("done");
    case store::StepState::Undone:
        return QObject::tr("taken back");
    case store::StepState::Dropped:
        break;
    }
    return QObject::tr("dropped %1, kept until %2")
        .arg(shownDate(step.dropped), shownDate(step.dropped + keptFor));
}

std::vector<PagedListModel<store::EditStep>::Column> stepColumns()
{
    return {{QObject::tr("Step"), [](const store::EditStep& step,
                                     int role) { return stepCell(step, role, nameOf(step)); }},
            {QObject::tr("When"),
             [](const store::EditStep& step, int role) {
                 return stepCell(step, role,
                                 step.time > 0 ? shownTime(step.time) : QStringLiteral("–"));
             }},
            {QObject::tr("Changes"),
             [](const store::EditStep& step, int role) {
                 return stepCell(step, role, QLocale{}.toString(qlonglong{step.changes}));
             },
             Qt::AlignRight | Qt::AlignVCenter},
            {QObject::tr("State"), [](const store::EditStep& step, int role) {
                 return stepCell(step, role, stateOf(step));
             }}};
}

std::vector<PagedListModel<store::StepChange>::Column> changeColumns()
{
    using store::StepChange;
    return {{QObject::tr("User"), [](const StepChange& change,
                                     int role) { return changeCell(role, shown(change.user)); }},
            {QObject::tr("Item"), [](const StepChange& change,
                                     int role) { return changeCell(role, shown(change.item)); }},
            {QObject::tr("What"),
             [](const StepChange& change, int role) {
                 return changeCell(role, changedField(change.field));
             }},
            {QObject::tr("Before"),
             [](const StepChange& change, int role) {
                 return changeCell(role, changedValue(change.field, change.before));
             }},
            {QObject::tr("After"), [](const StepChange& change, int role) {
                 return changeCell(role, changedValue(change.field, change.after));
             }}};
}

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/quality/LeakRows.h"

#include "ui/histories/quality/ReadReview.h"
#include "ui/project/ShownText.h"

#include <QCoreApplication>
#include <QLocale>

namespace nextquill::ui {

namespace {

struct Leaks
{
    Q_DECLARE_TR_FUNCTIONS(Leaks)
};

QVariant leakCell(const LeakRow& row, int role, const QString& text)
{
    if (role == Qt::DisplayRole) {
        return text;
    }
    if (role == Qt::ToolTipRole) {
        return QString(explanationOfLeak(row.leak.kind) %
                       (row.leak.sameMoment
                            ? QLatin1Char('\n') %
                                  Leaks::tr("What gives it away is of the same moment: it is in "
                                            "no prompt, but it may be trained on.")
                            : QString{}));
    }
    return {};
}

QString shownShare(const curate::Leak& leak)
{
    if (leak.share <= 0) {
        return {};
    }
    return Leaks::tr("%1 %").arg(QLocale{}.toString(100 * leak.share, 'f', 1));
}

} // namespace

QString titleOfLeak(curate::LeakKind kind)
{
    switch (kind) {
    case curate::LeakKind::TextInHistory:
        return Leaks::tr("Text stands in the history");
    case curate::LeakKind::SharedRuns:
        return Leaks::tr("Most of it stands in the history");
    case curate::LeakKind::SameItem:
        return Leaks::tr("Same item in the history");
    case curate::LeakKind::TimeOrder:
        return Leaks::tr("Trained on what is later");
    case curate::LeakKind::OtherUser:
        return Leaks::tr("Same text by another user");
    }
    return {};
}

QString explanationOfLeak(curate::LeakKind kind)
{
    switch (kind) {
    case curate::LeakKind::TextInHistory:
        return Leaks::tr("All words of the target, in their order, are an earlier review of the "
                         "same user: a model need only copy.");
    case curate::LeakKind::SharedRuns:
        return Leaks::tr("More of the target's runs of words than the limit allows stand in "
                         "earlier reviews of the same user.");
    case curate::LeakKind::SameItem:
        return Leaks::tr("The user had reviewed this item before: the history says what is to be "
                         "written about.");
    case curate::LeakKind::TimeOrder:
        return Leaks::tr("The target is held out, but the same user's texts that are trained on "
                         "are not all earlier.");
    case curate::LeakKind::OtherUser:
        return Leaks::tr("Another user wrote the same words: they may be trained on, and are "
                         "nobody's own.");
    }
    return {};
}

QString titleOfPart(store::SplitPart part)
{
    switch (part) {
    case store::SplitPart::Train:
        return Leaks::tr("train");
    case store::SplitPart::Validation:
        return Leaks::tr("validation");
    case store::SplitPart::Test:
        return Leaks::tr("test");
    }
    return {};
}

std::vector<LeakModel::Column> leakColumns()
{
    constexpr auto right = Qt::AlignRight | Qt::AlignVCenter;
    return {
        {Leaks::tr("Leak"),
         [](const LeakRow& row, int role) {
             return leakCell(row, role, titleOfLeak(row.leak.kind));
         }},
        {Leaks::tr("Part"),
         [](const LeakRow& row, int role) {
             return leakCell(row, role, titleOfPart(row.leak.part));
         }},
        {Leaks::tr("Shared"),
         [](const LeakRow& row, int role) { return leakCell(row, role, shownShare(row.leak)); },
         right},
        {Leaks::tr("User"),
         [](const LeakRow& row, int role) { return leakCell(row, role, shown(row.user)); }},
        {Leaks::tr("Item"),
         [](const LeakRow& row, int role) { return leakCell(row, role, shown(row.item)); }},
        {Leaks::tr("Date"),
         [](const LeakRow& row, int role) { return leakCell(row, role, shownDate(row.time)); }},
        {Leaks::tr("Order"),
         [](const LeakRow& row, int role) {
             return leakCell(row, role, row.leak.sameMoment ? Leaks::tr("same moment") : QString{});
         }},
    };
}

std::vector<LeakRow> readLeakRows(store::Project& project, const curate::LeakReport& report,
                                  std::optional<curate::LeakKind> kind, std::size_t from,
                                  std::size_t limit, const StopToken& stop)
{
    std::vector<LeakRow> rows;
    for (std::size_t place = from; place < report.leaks.size() && rows.size() < limit; ++place) {
        stopPoint(stop);
        const curate::Leak& leak = report.leaks[place];
        if (kind && leak.kind != *kind) {
            continue;
        }
        LeakRow row{.place = place, .leak = leak, .user = {}, .item = {}};
        if (const auto target = readReview(project, leak.target)) {
            row.user = target->userName;
            row.item = target->itemTitle;
            row.time = target->review.time;
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

} // namespace nextquill::ui

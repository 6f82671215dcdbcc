// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/privacy/ErasureWords.h"

#include "ui/project/ShownText.h"

#include <QCoreApplication>
#include <QLocale>

namespace nextquill::ui {

namespace {

class ErasureWords
{
    Q_DECLARE_TR_FUNCTIONS(ErasureWords)

public:
    static QString verdict(const store::Erasure& erasure)
    {
        const QString looked = tr("%Ln file(s) of the project were searched byte by byte", nullptr,
                                  static_cast<int>(erasure.files)) %
                               QStringLiteral(" (") %
                               shownBytes(static_cast<std::uint64_t>(erasure.bytes)) %
                               QStringLiteral(")");
        if (erasure.isFinished()) {
            return tr("%1: no piece of the texts is left.").arg(looked);
        }
        return tr("%1: pieces of the texts are left in %2.")
            .arg(looked, tr("%Ln file(s)", nullptr, static_cast<int>(erasure.traces.size())));
    }

    static QStringList facts(const store::Erasure& erasure)
    {
        QStringList lines;
        for (const store::ErasureTrace& trace : erasure.traces) {
            lines << tr("Left: %1, byte %2. Remove that file, then finish the erasure.")
                         .arg(shown(trace.file), QLocale{}.toString(qlonglong{trace.byte}));
        }
        lines << taken(erasure);
        add(lines, tr("Removed: %1."), erasure.removed);
        add(lines, tr("The name was overwritten in: %1."), erasure.masked);
        add(lines, tr("Splits made anew: %1."), erasure.splits);
        add(lines, tr("Splits that runs used, now without the user's examples: %1."),
            erasure.frozenSplits);
        add(lines,
            tr("Runs trained on the user, whose weights may tell of the texts: %1. Delete them, "
               "too, if that must not be."),
            erasure.runs);
        for (const store::ErasureExport& each : erasure.exports) {
            lines << exported(each);
        }
        if (erasure.untraceable > 0) {
            lines << tr("%Ln text(s) of less than 12 bytes were taken out, but are too short to be "
                        "searched for.",
                        nullptr, static_cast<int>(erasure.untraceable));
        }
        lines << tr("Not reached from here: the files that were imported, what was exported, "
                    "copies and snapshots of the disk, worn-out cells of an SSD.");
        return lines;
    }

private:
    static QString exported(const store::ErasureExport& each)
    {
        const QString what = tr("Exported on %1: %2").arg(shownDate(each.time), shown(each.path));
        if (!each.isThere) {
            return tr("%1 is no longer there.").arg(what);
        }
        return each.byte >= 0
                   ? tr("%1 still has pieces of the texts. Remove it, too.").arg(what)
                   : tr("%1 was searched: no piece was seen (packed files hide what they have).")
                         .arg(what);
    }

    static QString taken(const store::Erasure& erasure)
    {
        const auto count = [](std::int64_t number) { return static_cast<int>(number); };
        const QStringList parts{
            tr("%Ln review(s)", nullptr, count(erasure.reviews)),
            tr("%Ln item(s) that nobody else wrote about", nullptr, count(erasure.items)),
            tr("%Ln rejected line(s)", nullptr, count(erasure.rejects)),
            tr("%Ln change(s) of the undo history", nullptr, count(erasure.changes)),
            tr("%Ln kept result(s)", nullptr, count(erasure.results))};
        return tr("Taken out: %1.").arg(parts.join(QStringLiteral(", ")));
    }

    static void add(QStringList& lines, const QString& sentence,
                    const std::vector<std::string>& names)
    {
        QStringList list;
        for (const std::string& name : names) {
            list << shown(name);
        }
        if (!list.isEmpty()) {
            lines << sentence.arg(list.join(QStringLiteral(", ")));
        }
    }
};

} // namespace

QString verdictOf(const store::Erasure& erasure)
{
    return ErasureWords::verdict(erasure);
}

QStringList factsOf(const store::Erasure& erasure)
{
    return ErasureWords::facts(erasure);
}

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/privacy/DistributionWords.h"

#include "ui/project/ShownText.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace nextquill::ui {

namespace {

QString barNumber(double value)
{
    const bool whole = std::floor(value) == value;
    return QLocale{}.toString(value, 'f', whole ? 0 : 1);
}

/// "2013", "2013-02", "2013-02-11" from what the column's field says for the bar.
QString beginOfPeriod(const store::HistogramBar& bar)
{
    return shown(bar.typed.substr(0, bar.typed.find("..")));
}

class DistributionWords
{
    Q_DECLARE_TR_FUNCTIONS(DistributionWords)

public:
    static BarChart::Bar bar(const std::string& column, const store::HistogramBar& bar, bool last)
    {
        BarChart::Bar shownBar;
        shownBar.count = bar.rows;
        if (column == "time") {
            shownBar.from = beginOfPeriod(bar);
            shownBar.label = shown(bar.typed).replace(QStringLiteral(".."), QStringLiteral(" – "));
            return shownBar;
        }
        shownBar.from = barNumber(bar.low);
        const bool open = last && bar.typed.ends_with("..");
        const QString range = open ? tr("%1 and more").arg(barNumber(bar.low))
                              : bar.high > bar.low
                                  ? tr("%1 to %2").arg(barNumber(bar.low), barNumber(bar.high))
                                  : barNumber(bar.low);
        shownBar.label = column == "words"     ? tr("%1 words").arg(range)
                         : column == "reviews" ? tr("%1 reviews").arg(range)
                                               : tr("rating %1").arg(range);
        return shownBar;
    }

    static QString summary(const store::Histogram& histogram)
    {
        if (histogram.rows == 0) {
            return tr("Nothing to count.");
        }
        const QString count = QLocale{}.toString(qlonglong{histogram.rows});
        const QString what =
            histogram.column == "reviews" ? tr("%1 users").arg(count) : tr("%1 reviews").arg(count);
        const store::HistogramBar& middle = barOfMedian(histogram);
        const QString typical =
            bar(histogram.column, middle, &middle == &histogram.bars.back()).label;
        return (histogram.complete ? tr("%1 · median: %2") : tr("first %1, counting… · median: %2"))
            .arg(what, typical);
    }

    static QString summary(const workflow::TokenLengths& lengths)
    {
        if (lengths.texts == 0) {
            return tr("Nothing to count.");
        }
        const QLocale locale;
        const auto number = [&locale](std::int64_t value) {
            return locale.toString(qlonglong{value});
        };
        const QString counted =
            lengths.texts < lengths.of
                ? tr("a sample of %1 of %2 texts").arg(number(lengths.texts), number(lengths.of))
                : tr("%1 texts").arg(number(lengths.texts));
        return tr("%1 · median %2 tokens · nine in ten have up to %3 · longest %4")
            .arg(counted, number(lengths.median), number(lengths.ninetieth),
                 number(lengths.longest));
    }

    static QString tokens(const workflow::TokenLengthBar& bar)
    {
        const QLocale locale;
        return tr("%1 to %2 tokens")
            .arg(locale.toString(qlonglong{bar.low}), locale.toString(qlonglong{bar.high}));
    }

private:
    static const store::HistogramBar& barOfMedian(const store::Histogram& histogram)
    {
        std::int64_t seen = 0;
        for (const store::HistogramBar& bar : histogram.bars) {
            seen += bar.rows;
            if (2 * seen >= histogram.rows) {
                return bar;
            }
        }
        return histogram.bars.back();
    }
};

} // namespace

QList<BarChart::Bar> barsOf(const store::Histogram& histogram)
{
    QList<BarChart::Bar> bars;
    for (const store::HistogramBar& bar : histogram.bars) {
        bars << DistributionWords::bar(histogram.column, bar, &bar == &histogram.bars.back());
    }
    return bars;
}

QList<BarChart::Bar> barsOf(const workflow::TokenLengths& lengths)
{
    QList<BarChart::Bar> bars;
    for (const workflow::TokenLengthBar& bar : lengths.bars) {
        bars << BarChart::Bar{.from = QLocale{}.toString(qlonglong{bar.low}),
                              .label = DistributionWords::tokens(bar),
                              .count = bar.texts};
    }
    return bars;
}

QString summaryOf(const store::Histogram& histogram)
{
    return DistributionWords::summary(histogram);
}

QString summaryOf(const workflow::TokenLengths& lengths)
{
    return DistributionWords::summary(lengths);
}

} // namespace nextquill::ui

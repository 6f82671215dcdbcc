// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/table/HeaderHistograms.h"

#include "ui/histories/table/HistoryTableModel.h"
#include "ui/histories/table/LatestValue.h"
#include "ui/histories/table/TableGrid.h"
#include "ui/histories/table/TableHeader.h"
#include "ui/histories/table/TableWords.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"

#include <cmath>
#include <memory>

namespace nextquill::ui {

namespace {

using Histograms = std::vector<store::Histogram>;

QString shownValue(const store::TableColumn& column, double value)
{
    if (column.type == store::ColumnType::Real) {
        return shownCell(column, store::Cell{value});
    }
    return shownCell(column, store::Cell{static_cast<std::int64_t>(std::llround(value))});
}

QString shownBar(const store::TableColumn& column, const store::HistogramBar& bar)
{
    const QString low = shownValue(column, bar.low);
    const QString high = shownValue(column, bar.high);
    return low == high ? low : QObject::tr("%1 to %2").arg(low, high);
}

} // namespace

HeaderHistograms::HeaderHistograms(ProjectSession& session, HistoryTableModel& model,
                                   TableGrid& grid)
    : QObject{&grid}
    , m_session{session}
    , m_model{model}
    , m_grid{grid}
{
    connect(&model, &HistoryTableModel::askingChanged, this, [this] {
        if (m_model.isAsking()) {
            stop();
        }
    });
    connect(&model, &HistoryTableModel::answered, this, &HeaderHistograms::countAgain);
    connect(&grid.header(), &TableHeader::barsChosen, this, &HeaderHistograms::choose);
}

void HeaderHistograms::stop()
{
    if (m_job) {
        m_job->requestStop();
        m_job->disconnect(this);
        m_job = nullptr;
    }
}

void HeaderHistograms::countAgain()
{
    stop();
    std::vector<std::string> columns;
    for (const int number : m_grid.shownColumns()) {
        if (const store::TableColumn& column = m_model.column(number); column.hasHistogram) {
            columns.emplace_back(column.name);
        }
    }
    if (columns.empty() || m_model.rowCount() == 0 || !m_session.isOpen()) {
        m_shown.clear();
        m_grid.header().clearHistograms();
        return;
    }
    const auto latest = std::make_shared<LatestValue<Histograms>>();
    auto* job = m_session.read(tr("Counting values"), this,
                               [filter = m_model.query().filter, columns, latest](
                                   store::Project& project, StopToken stop, Progress& progress) {
                                   const auto sink = [&](const Histograms& soFar) {
                                       latest->put(soFar);
                                       progress.report({});
                                   };
                                   return store::histograms(project, filter, columns, sink,
                                                            std::move(stop), progress);
                               });
    m_job = job;
    connect(job, &Job::progressed, this, [this, latest, job] {
        if (auto histograms = latest->take(); histograms && job == m_job) {
            show(*histograms);
        }
    });
    connect(job, &Job::done, this, [this, job] {
        if (job == m_job) {
            m_job = nullptr;
            show(job->takeValue());
            Q_EMIT finished();
        }
    });
}

void HeaderHistograms::show(const Histograms& histograms)
{
    m_shown = histograms;
    for (const store::Histogram& histogram : histograms) {
        const int number = m_model.columnNumber(histogram.column);
        if (number < 0) {
            continue;
        }
        ColumnHistogram bars{.isWhole = histogram.complete};
        const QString rows = countedRows(m_model.table(), histogram.rows);
        bars.note = histogram.complete ? tr("of %1").arg(rows) : tr("of %1 so far").arg(rows);
        for (const store::HistogramBar& bar : histogram.bars) {
            bars.bars.append({shownBar(m_model.column(number), bar), qint64{bar.rows}});
        }
        m_grid.header().setHistogram(number, std::move(bars));
    }
}

void HeaderHistograms::choose(int column, int first, int last)
{
    for (const store::Histogram& histogram : m_shown) {
        if (m_model.columnNumber(histogram.column) == column) {
            Q_EMIT filterWanted(column,
                                shown(store::typedFor(histogram, static_cast<std::size_t>(first),
                                                      static_cast<std::size_t>(last))));
            return;
        }
    }
}

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/table/HistoryTableModel.h"

#include "ui/histories/table/LatestValue.h"
#include "ui/project/ProjectSession.h"

#include <QTimer>

#include <algorithm>
#include <utility>

namespace nextquill::ui {

namespace {

constexpr int walkDelay = 150; // milliseconds: a fast first page has the disk to itself
constexpr std::int64_t rowsAtMost = 70'000'000; // beyond, a view's pixels do not fit an int
const std::string excludedColumn = "excluded";

/// Columns that are read also while they are hidden: rows are painted by them, menus made of them.
const std::vector<std::string>& alwaysRead(store::TableKind table)
{
    static const std::vector<std::string> ofReviews{excludedColumn, "user", "asin"};
    static const std::vector<std::string> ofUsers{"user"};
    static const std::vector<std::string> ofItems{"asin"};
    return table == store::TableKind::Reviews ? ofReviews
           : table == store::TableKind::Users ? ofUsers
                                              : ofItems;
}

struct FirstPage
{
    store::TablePage page;
    std::int64_t total = 0;
};

struct Walk
{
    store::TableFences fences;
    std::int64_t total = 0;
};

} // namespace

HistoryTableModel::HistoryTableModel(ProjectSession& session, store::TableKind table,
                                     QObject* parent)
    : QAbstractTableModel{parent}
    , m_session{session}
    , m_table{table}
    , m_walkLater{new QTimer{this}}
{
    m_query.filter = store::FilterExpression{table};
    m_query.columns = store::firstColumns(table);
    m_next = m_query;
    m_walkLater->setSingleShot(true);
    m_walkLater->setInterval(walkDelay);
    connect(m_walkLater, &QTimer::timeout, this, &HistoryTableModel::startWalk);
    mapCells();
}

const store::TableColumn& HistoryTableModel::column(int number) const
{
    return store::columnsOf(m_table).at(static_cast<std::size_t>(number));
}

int HistoryTableModel::columnNumber(std::string_view name) const
{
    const auto& columns = store::columnsOf(m_table);
    const auto found =
        std::find_if(columns.begin(), columns.end(),
                     [name](const store::TableColumn& each) { return each.name == name; });
    return found == columns.end() ? -1 : static_cast<int>(found - columns.begin());
}

void HistoryTableModel::clear()
{
    ++m_era;
    stopJobs();
    beginResetModel();
    m_query.filter = store::FilterExpression{m_table};
    m_next = m_query;
    m_pages.clear();
    m_fences.reset();
    m_rows = 0;
    m_total = 0;
    m_refreshing = false;
    endResetModel();
    setAsking(false);
    Q_EMIT countChanged();
}

void HistoryTableModel::ask(const store::FilterExpression& filter, const store::TableOrder& order)
{
    ++m_era;
    stopJobs();
    m_next.filter = filter;
    m_next.order = order;
    m_refreshing = false;
    if (!m_session.isOpen()) {
        clear();
        return;
    }
    setAsking(true);
    startFirstPage();
    m_walkLater->start();
}

void HistoryTableModel::refresh()
{
    if (m_asking || m_rows == 0 || !m_session.isOpen()) {
        ask(m_next.filter, m_next.order);
        return;
    }
    ++m_era;
    stopJobs();
    m_refreshing = true;
    m_pages.makeStale();
    startWalk();
    loadPages();
}

void HistoryTableModel::setReadColumns(const std::vector<std::string>& names)
{
    std::vector<std::string> columns = names;
    for (const std::string& name : alwaysRead(m_table)) {
        if (std::find(columns.begin(), columns.end(), name) == columns.end()) {
            columns.push_back(name);
        }
    }
    if (columns == m_next.columns) {
        return;
    }
    m_next.columns = columns;
    if (m_asking) {
        ask(m_next.filter, m_next.order);
        return;
    }
    m_query.columns = columns;
    mapCells();
    m_pages.clear();
    if (m_page) {
        m_page->requestStop();
        m_page = nullptr;
    }
    loadPages();
}

void HistoryTableModel::mapCells()
{
    const auto& columns = store::columnsOf(m_table);
    m_cells.assign(columns.size(), -1);
    for (std::size_t at = 0; at < m_query.columns.size(); ++at) {
        if (const int number = columnNumber(m_query.columns[at]); number >= 0) {
            m_cells[static_cast<std::size_t>(number)] = static_cast<int>(at);
        }
    }
}

void HistoryTableModel::stopJobs()
{
    m_walkLater->stop();
    for (QPointer<Job>* job : {&m_firstPage, &m_walk, &m_page}) {
        if (*job) {
            (*job)->requestStop();
            (*job)->disconnect(this);
            *job = nullptr;
        }
    }
    m_pageAsked = -1;
}

void HistoryTableModel::stop()
{
    ++m_era;
    stopJobs();
    if (m_asking) {
        m_next = m_query;
        setAsking(false);
    }
    Q_EMIT countChanged();
    loadPages();
}

void HistoryTableModel::setAsking(bool asking)
{
    if (m_asking != asking) {
        m_asking = asking;
        Q_EMIT askingChanged();
    }
}

void HistoryTableModel::startFirstPage()
{
    auto* job = m_session.read(
        tr("Listing"), this,
        [query = m_next, table = m_table](store::Project& project, StopToken stop,
                                          Progress& progress) {
            const store::TableReader reader{project};
            FirstPage first{.total = reader.total(table)};
            const store::PageRequest request{.limit = static_cast<int>(RowPages::pageRows)};
            first.page = reader.page(query, request, std::move(stop), progress);
            return first;
        });
    m_firstPage = job;
    connect(job, &Job::progressed, this,
            [this](const ProgressReport& report) { Q_EMIT lookedAt(report.done, report.total); });
    connect(job, &Job::failed, this, [this](const Failure& failure) {
        stopJobs();
        m_next = m_query;
        setAsking(false);
        Q_EMIT refused(failure);
    });
    connect(job, &Job::done, this, [this, job, era = m_era] {
        if (era != m_era) {
            return;
        }
        m_firstPage = nullptr;
        FirstPage first = job->takeValue();
        m_total = first.total;
        const auto rows = static_cast<std::int64_t>(first.page.rows.size());
        const bool isAll = first.page.atEnd;
        const bool isFirst = m_asking; // else the walk was faster, and hands may have moved since
        if (isFirst) {
            adopt();
        }
        if (isAll) { // they are counted, and there is nothing to walk
            stopJobs();
            store::TableFences fences{.rows = rows, .complete = true};
            if (rows > 0) {
                fences.keys.push_back(first.page.rows.front().key);
            }
            m_fences = std::make_shared<const store::TableFences>(std::move(fences));
        }
        m_pages.put(0, std::move(first.page.rows), RowPages::pageRows);
        setRows(isAll ? rows : std::max(rows, m_rows));
        if (rows > 0) {
            Q_EMIT dataChanged(index(0, 0), index(static_cast<int>(rows) - 1, columnCount() - 1));
            Q_EMIT rowsRead(0, static_cast<int>(rows) - 1);
        }
        Q_EMIT countChanged();
        setAsking(false);
        if (isFirst) {
            Q_EMIT answered();
        }
        if (!isAll && !m_walk) {
            m_walkLater->stop();
            startWalk();
        }
        loadPages();
    });
}

void HistoryTableModel::adopt()
{
    beginResetModel();
    m_query = m_next;
    mapCells();
    m_pages.clear();
    m_rows = 0;
    m_first = 0;
    m_last = 0;
    m_fences.reset();
    endResetModel();
}

void HistoryTableModel::startWalk()
{
    const auto latest = std::make_shared<LatestValue<store::TableFences>>();
    auto* job =
        m_session.read(tr("Counting"), this,
                       [query = m_next, table = m_table,
                        latest](store::Project& project, StopToken stop, Progress& progress) {
                           const store::TableReader reader{project};
                           const auto sink = [&](const store::TableFences& fences) {
                               latest->put(fences);
                               progress.report({.done = fences.rows});
                           };
                           Walk walk;
                           walk.fences = reader.fences(query, sink, std::move(stop), progress);
                           walk.total = reader.total(table);
                           return walk;
                       });
    m_walk = job;
    connect(job, &Job::progressed, this, [this, latest, era = m_era] {
        if (auto fences = latest->take(); fences && era == m_era && !m_refreshing) {
            takeFences(std::move(*fences));
        }
    });
    connect(job, &Job::done, this, [this, job, era = m_era] {
        if (era != m_era) {
            return;
        }
        m_walk = nullptr;
        const bool refreshed = std::exchange(m_refreshing, false);
        Walk walk = job->takeValue();
        m_total = walk.total;
        takeFences(std::move(walk.fences));
        if (refreshed) {
            m_pages.makeStale(); // the places in them were reckoned from the old fences
            loadPages();
        }
        Q_EMIT countChanged();
    });
    connect(job, &Job::failed, this, [this] { m_walk = nullptr; });
    Q_EMIT countChanged();
}

void HistoryTableModel::takeFences(store::TableFences fences)
{
    const bool first = m_asking && fences.rows > 0;
    const std::int64_t rows = fences.rows;
    const bool complete = fences.complete;
    if (m_asking && !first && !complete) {
        return; // nothing found yet
    }
    if (m_asking) {
        adopt();
    }
    m_fences = std::make_shared<const store::TableFences>(std::move(fences));
    setRows(complete ? rows : std::max(rows, m_rows));
    Q_EMIT countChanged();
    if (first) {
        // Rows are found one by one: those that are known are shown while the first page fills.
        setAsking(false);
        Q_EMIT answered();
    }
    loadPages();
}

void HistoryTableModel::setRows(std::int64_t rows)
{
    rows = std::min(rows, rowsAtMost);
    if (rows > m_rows) {
        beginInsertRows({}, static_cast<int>(m_rows), static_cast<int>(rows) - 1);
        m_rows = rows;
        endInsertRows();
    } else if (rows < m_rows) {
        beginRemoveRows({}, static_cast<int>(rows), static_cast<int>(m_rows) - 1);
        m_rows = rows;
        endRemoveRows();
    }
}

void HistoryTableModel::lookAt(int first, int last)
{
    m_first = first;
    m_last = last;
    loadPages();
}

void HistoryTableModel::loadPages()
{
    if (m_rows == 0 || !m_session.isOpen()) {
        return;
    }
    const std::int64_t first = RowPages::pageOf(m_first);
    const std::int64_t last = RowPages::pageOf(std::max(m_first, m_last));
    std::vector<std::int64_t> wanted;
    for (std::int64_t page = first; page <= last; ++page) {
        wanted.push_back(page);
    }
    wanted.push_back(last + 1); // scrolling on finds it there
    if (first > 0) {
        wanted.push_back(first - 1);
    }
    if (m_page && std::find(wanted.begin(), wanted.end(), m_pageAsked) == wanted.end()) {
        m_page->requestStop(); // nobody looks there any more
        m_page->disconnect(this);
        m_page = nullptr;
    }
    for (const std::int64_t page : wanted) {
        m_pages.touch(page);
        if (!m_page && page * RowPages::pageRows < m_rows && !m_pages.isFresh(page, m_rows)) {
            loadPage(page);
        }
    }
}

void HistoryTableModel::loadPage(std::int64_t page)
{
    const std::int64_t first = page * RowPages::pageRows;
    const std::int64_t known = m_fences ? m_fences->rows : 0;
    const auto limit =
        static_cast<int>(std::min({RowPages::pageRows, m_rows - first, known - first}));
    if (limit <= 0) {
        return; // the walk has not come so far
    }
    auto* job = m_session.read(tr("Listing"), this,
                               [query = m_query, fences = m_fences, first, limit](
                                   store::Project& project, StopToken stop, Progress& progress) {
                                   return store::TableReader{project}.pageAt(
                                       query, *fences, first, limit, std::move(stop), progress);
                               });
    m_page = job;
    m_pageAsked = page;
    connect(job, &Job::done, this, [this, job, page, first, limit, era = m_era] {
        if (era != m_era) {
            return;
        }
        m_page = nullptr;
        m_pageAsked = -1;
        m_pages.put(page, job->takeValue().rows, limit);
        const auto from = static_cast<int>(first);
        const auto to = static_cast<int>(std::min(first + limit, m_rows)) - 1;
        if (from <= to) {
            Q_EMIT dataChanged(index(from, 0), index(to, columnCount() - 1));
            Q_EMIT rowsRead(from, to);
        }
        loadPages();
    });
    connect(job, &Job::failed, this, [this] {
        m_page = nullptr;
        m_pageAsked = -1;
    });
}

} // namespace nextquill::ui

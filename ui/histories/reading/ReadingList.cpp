// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/reading/ReadingList.h"

#include "core/base/Error.h"
#include "core/workflow/TokenCounts.h"

#include "ui/histories/acts/ActQueue.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace nextquill::ui {

namespace {

constexpr int rowsOfAPage = 200;
constexpr int rowsBefore = 50; ///< the row that is asked for
constexpr int rowsUnasked = 5'000;

/// Token counts, or why there are none.
struct Counted
{
    std::vector<std::int64_t> tokens;
    QString why;
};

Counted counted(workflow::TokenCounts& counts,
                const std::vector<std::pair<std::int64_t, QString>>& texts,
                const std::string& model, store::Project& project, const StopToken& stop)
{
    std::vector<std::string> plain;
    plain.reserve(texts.size());
    for (const auto& [id, text] : texts) {
        plain.push_back(stored(text));
    }
    try {
        return {.tokens = counts.of(plain, model, &project, stop)};
    } catch (const Error& error) { // a list can be read without: said where they would be
        return {.why = shown(error.problem())};
    }
}

std::vector<TimelineEntry> entriesOf(const store::TablePage& page)
{
    std::vector<TimelineEntry> entries;
    entries.reserve(page.rows.size());
    std::ranges::transform(page.rows, std::back_inserter(entries), entryFrom);
    return entries;
}

} // namespace

ReadingList::ReadingList(ProjectSession& session, QObject* parent)
    : QObject{parent}
    , m_session{session}
    , m_model{new TimelineModel{this}}
    , m_tokens{std::make_shared<workflow::TokenCounts>()}
{
    connect(&m_session, &ProjectSession::projectChanged, this, &ReadingList::clear);
    connect(&m_session, &ProjectSession::dataChanged, this, &ReadingList::renew);
    connect(&ActQueue::of(m_session), &ActQueue::settled, this,
            [this](quint64 act, const std::vector<store::StepResult>& steps) {
                m_settled = act;
                if (steps.empty()) {
                    renew(); // what was shown beforehand did not come true
                }
            });
}

ReadingList::~ReadingList() = default;

void ReadingList::show(store::TableQuery query, Rows rows, std::optional<std::int64_t> at)
{
    m_query = std::move(query);
    m_query.columns = timelineColumns();
    m_query.longestText = 0;
    m_rows = rows;
    m_isOpen = true;
    m_changed = false;
    readFirst(at);
}

void ReadingList::clear()
{
    m_isOpen = false;
    m_changed = false;
    delete std::exchange(m_reading, nullptr);
    delete std::exchange(m_counting, nullptr);
    m_atStart = true;
    m_atEnd = true;
    m_model->setEntries({}, m_settled);
}

ReadingList::FirstRows ReadingList::firstRows(store::Project& project,
                                              const store::TableQuery& query,
                                              std::optional<std::int64_t> at, const StopToken& stop,
                                              Progress& progress)
{
    const store::TableReader reader{project};
    const auto placeIn = [&](const std::vector<store::TableRow>& rows) {
        const auto found = std::ranges::find(rows, at.value_or(0), &store::TableRow::id);
        return found == rows.end() ? std::optional<std::size_t>{}
                                   : static_cast<std::size_t>(found - rows.begin());
    };
    FirstRows first{.page = reader.page(query, {.limit = rowsOfAPage}, stop, progress)};
    first.at = placeIn(first.page.rows);
    const auto key = at && !first.at ? reader.keyOf(query, *at) : std::nullopt;
    if (!key) {
        return first;
    }
    using store::PageFrom;
    store::TablePage before = reader.page(
        query, {.from = PageFrom::Before, .key = *key, .limit = rowsBefore}, stop, progress);
    store::TablePage rest = reader.page(
        query, {.from = PageFrom::From, .key = *key, .limit = rowsOfAPage}, stop, progress);
    std::ranges::move(rest.rows, std::back_inserter(before.rows));
    before.atEnd = rest.atEnd;
    first.at = placeIn(before.rows);
    first.page = std::move(before);
    return first;
}

void ReadingList::readFirst(std::optional<std::int64_t> at)
{
    delete std::exchange(m_reading, nullptr);
    if (!m_session.isOpen()) {
        return;
    }
    auto* job = m_session.read(
        tr("Reading a history"), this,
        [query = m_query, at](store::Project& project, const StopToken& stop, Progress& progress) {
            return firstRows(project, query, at, stop, progress);
        });
    m_reading = job;
    connect(job, &Job::done, this, [this, job, upTo = m_settled] {
        const FirstRows first = job->takeValue();
        m_reading = nullptr;
        m_atStart = first.page.atStart;
        m_atEnd = first.page.atEnd;
        m_model->setEntries(entriesOf(first.page), upTo);
        Q_EMIT opened(first.page.rows.empty() ? -1 : static_cast<int>(first.at.value_or(0)));
        goOn();
    });
    connect(job, &Job::failed, this, [this] {
        m_reading = nullptr;
        m_model->setEntries({}, m_settled);
        Q_EMIT lost();
    });
}

void ReadingList::readBefore()
{
    if (m_isOpen && !m_atStart && m_reading == nullptr && !m_model->isEmpty()) {
        readPage({.from = store::PageFrom::Before,
                  .key = m_model->entries().front().key,
                  .limit = rowsOfAPage});
    }
}

void ReadingList::readBehind()
{
    if (m_isOpen && !m_atEnd && m_reading == nullptr && !m_model->isEmpty()) {
        readPage({.from = store::PageFrom::After,
                  .key = m_model->entries().back().key,
                  .limit = rowsOfAPage});
    }
}

void ReadingList::readPage(store::PageRequest request)
{
    const bool isBefore = request.from == store::PageFrom::Before;
    auto* job = m_session.read(
        tr("Reading on"), this,
        [query = m_query, request = std::move(request)](store::Project& project, StopToken stop,
                                                        Progress& progress) {
            return store::TableReader{project}.page(query, request, std::move(stop), progress);
        });
    m_reading = job;
    connect(job, &Job::done, this, [this, job, isBefore] {
        m_reading = nullptr;
        take(job->takeValue(), isBefore);
        goOn();
    });
    connect(job, &Job::failed, this, [this] { m_reading = nullptr; });
}

void ReadingList::take(const store::TablePage& page, bool isBefore)
{
    // Rows that stayed when the query gave them up may stand where new ones come.
    std::vector<TimelineEntry> entries = entriesOf(page);
    std::erase_if(entries,
                  [this](const TimelineEntry& entry) { return m_model->rowOf(entry.id) >= 0; });
    if (isBefore) {
        m_atStart = page.atStart;
        m_model->prepend(std::move(entries));
    } else {
        m_atEnd = page.atEnd;
        m_model->append(std::move(entries));
    }
    Q_EMIT grown();
}

/// What is to be done once rows were read.
void ReadingList::goOn()
{
    countTokens();
    if (m_changed) {
        renew();
    } else if (m_rows == Rows::Follow && m_model->rowCount() < rowsUnasked) {
        m_atEnd ? readBefore() : readBehind();
    }
}

/// The rows with these ids as they are now; those that are gone left out.
store::TablePage ReadingList::sameRows(store::Project& project, const store::TableQuery& query,
                                       const std::vector<std::int64_t>& ids, const StopToken& stop)
{
    const store::TableReader reader{project};
    store::TablePage page;
    for (const std::int64_t id : ids) {
        stopPoint(stop);
        if (auto row = reader.row(query, id)) {
            page.rows.push_back(std::move(*row));
        }
    }
    return page;
}

void ReadingList::renew()
{
    if (!m_isOpen || !m_session.isOpen()) {
        return;
    }
    if (m_reading != nullptr) {
        m_changed = true; // looked at again when it is done
        return;
    }
    m_changed = false;
    std::vector<std::int64_t> ids;
    for (const TimelineEntry& entry : m_model->entries()) {
        ids.push_back(entry.id);
    }
    const bool follows = m_rows == Rows::Follow || ids.empty();
    const bool fromKey = !m_atStart && !ids.empty();
    const store::PageRequest again{.from = fromKey ? store::PageFrom::From : store::PageFrom::Start,
                                   .key =
                                       fromKey ? m_model->entries().front().key : store::RowKey{},
                                   .limit = std::max(rowsOfAPage, static_cast<int>(ids.size()))};
    auto* job = m_session.read(
        tr("Reading a history again"), this,
        [query = m_query, ids, follows, again](store::Project& project, const StopToken& stop,
                                               Progress& progress) {
            return follows ? store::TableReader{project}.page(query, again, stop, progress)
                           : sameRows(project, query, ids, stop);
        });
    m_reading = job;
    connect(job, &Job::done, this, [this, job, follows, upTo = m_settled] {
        m_reading = nullptr;
        const store::TablePage page = job->takeValue();
        if (follows) {
            m_atEnd = page.atEnd;
        }
        m_model->setEntries(entriesOf(page), upTo);
        Q_EMIT renewed();
        goOn();
    });
    connect(job, &Job::failed, this, [this] { m_reading = nullptr; });
}

void ReadingList::setTokenModel(const QString& model)
{
    if (model != m_tokenModel) {
        m_tokenModel = model;
        delete std::exchange(m_counting, nullptr);
        m_model->forgetTokens();
        countTokens();
    }
}

void ReadingList::countTokens()
{
    if (m_tokenModel.isEmpty() || m_counting != nullptr || !m_session.isOpen()) {
        return; // one that goes on looks again at its end
    }
    std::vector<std::pair<std::int64_t, QString>> texts; // by review
    for (const TimelineEntry& entry : m_model->entries()) {
        if (!entry.tokens) {
            texts.emplace_back(entry.id, entry.text);
        }
    }
    if (texts.empty()) {
        return;
    }
    auto* job = m_session.read(tr("Counting tokens"), this,
                               [counts = m_tokens, texts, model = stored(m_tokenModel)](
                                   store::Project& project, const StopToken& stop, Progress&) {
                                   return counted(*counts, texts, model, project, stop);
                               });
    m_counting = job;
    connect(job, &Job::done, this, [this, job, texts = std::move(texts)] {
        m_counting = nullptr;
        const Counted found = job->takeValue();
        Q_EMIT tokensUncounted(found.why);
        if (found.why.isEmpty()) {
            for (std::size_t i = 0; i < texts.size(); ++i) {
                m_model->setTokens(texts[i].first, texts[i].second, found.tokens.at(i));
            }
            countTokens(); // of rows that came meanwhile
        }
    });
    connect(job, &Job::failed, this, [this] { m_counting = nullptr; });
}

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/table/TableReader.h"

#include "ui/histories/reading/TimelineModel.h"

#include <QObject>
#include <QString>

#include <memory>
#include <optional>
#include <vector>

namespace nextquill::workflow {
class TokenCounts;
}

namespace nextquill::ui {

class ActQueue;
class Job;
class ProjectSession;

/// The reviews of a query as a list to read: read in pages in both directions, read again when the
/// data change, with their lengths in tokens of a model.
///
/// While somebody reads, reviews stay in the list that the query would no longer give (an excluded
/// one in a list of those that are not): `Stay`. In a user's timeline rows come and go, and all of
/// it is read, page by page, up to 5,000 without being asked: `Follow`.
class ReadingList : public QObject
{
    Q_OBJECT

public:
    enum class Rows { Follow, Stay };

    explicit ReadingList(ProjectSession& session, QObject* parent = nullptr);
    ~ReadingList() override;

    [[nodiscard]] TimelineModel& model() { return *m_model; }
    [[nodiscard]] const store::TableQuery& query() const { return m_query; }

    /// Shows the rows of a query, around one of them where it is given. Columns and length of texts
    /// are the list's own.
    void show(store::TableQuery query, Rows rows, std::optional<std::int64_t> at = {});
    void clear();

    [[nodiscard]] bool isAtStart() const { return m_atStart; }
    [[nodiscard]] bool isAtEnd() const { return m_atEnd; }
    [[nodiscard]] bool isReading() const { return m_reading != nullptr; }
    void readBefore();
    void readBehind();

    /// Whose tokens are counted; empty: none are.
    void setTokenModel(const QString& model);

Q_SIGNALS:
    void opened(int row); ///< the first rows are there; the row asked for, 0 without one, -1: none
    void grown();         ///< rows were added at an end
    void renewed();       ///< the same list with other data
    void lost();          ///< the rows could not be read; the window says why
    /// Empty: they were.
    void tokensUncounted(const QString& why);

private:
    struct FirstRows
    {
        store::TablePage page;
        std::optional<std::size_t> at; ///< place in it of the row that was asked for
    };

    void readFirst(std::optional<std::int64_t> at);
    void readPage(store::PageRequest request);
    void renew();
    void take(const store::TablePage& page, bool isBefore);
    void goOn();
    void countTokens();
    static FirstRows firstRows(store::Project& project, const store::TableQuery& query,
                               std::optional<std::int64_t> at, const StopToken& stop,
                               Progress& progress);
    static store::TablePage sameRows(store::Project& project, const store::TableQuery& query,
                                     const std::vector<std::int64_t>& ids, const StopToken& stop);

    ProjectSession& m_session;
    TimelineModel* m_model;
    store::TableQuery m_query;
    Rows m_rows = Rows::Follow;
    bool m_isOpen = false; ///< there is a query
    bool m_atStart = true;
    bool m_atEnd = true;
    bool m_changed = false;   ///< the data did, while rows were being read
    Job* m_reading = nullptr; ///< what is being read now
    Job* m_counting = nullptr;
    quint64 m_settled = 0; ///< the newest act that is over
    QString m_tokenModel;
    std::shared_ptr<workflow::TokenCounts> m_tokens;
};

} // namespace nextquill::ui

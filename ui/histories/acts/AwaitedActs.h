// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/table/Selection.h"

#include <QObject>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace nextquill::ui {

class ProjectSession;

/// What has been asked of rows that are chosen but whose ids are still being read. It is done in
/// the order in which it was asked for, once all of them are known: no act may move the rows of the
/// next one before. Where the data changes first, the rows might by then be others: nothing is done
/// with them, and that is said.
///
/// Threads  GUI thread only
class AwaitedActs : public QObject
{
    Q_OBJECT

public:
    using Then = std::function<void(const store::Selection&)>;
    /// What was read; nothing where it could not be, which has been said.
    using Found = std::function<void(std::optional<store::Selection>)>;
    /// Begins to read what is chosen now; calls back on the GUI thread, once.
    using Reader = std::function<void(const Found&)>;

    explicit AwaitedActs(ProjectSession& session);

    void add(const Reader& read, Then then);
    /// Of rows that are known: at once, unless others are waited for.
    void add(const store::Selection& known, Then then);

private:
    struct Entry
    {
        std::optional<store::Selection> rows;
        bool isFound = false; ///< or it could not be
        Then then;
    };

    void doFound();
    void giveUp();
    void sayNothingDone();

    ProjectSession& m_session;
    std::vector<std::shared_ptr<Entry>> m_entries;
};

} // namespace nextquill::ui

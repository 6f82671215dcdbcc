// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Id.h"
#include "core/store/table/TableReader.h"

#include <QKeySequence>
#include <QList>
#include <QWidget>

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

class QAction;
class QLabel;
class QLineEdit;
class QListView;
class QStackedWidget;

namespace nextquill::ui {

class EmptyState;
class ModelBox;
class ProjectSession;
class ReadingList;
class SelectionActs;
class TagList;
class TimelineDelegate;
struct TimelineEntry;

/// Reviews to be read, one below the other: a user's timeline, newest first, or whatever a filter
/// matches; judged by the keys of the hand that rests on them.
///
/// Keyboard  J K, arrows, Ctrl+Enter next and previous; X exclude, I include; 1-9 tags (again:
///           takes them away), T any tag; E or F2 edit, Del delete; U undo, Shift+U redo; / finds
///           in these texts, Esc leaves that; W where from, S similar ones, V the effects of its
///           words, C compare; G goes on after each judgement; Ctrl+C copies.
class ReadingPane : public QWidget
{
    Q_OBJECT

public:
    explicit ReadingPane(ProjectSession& session, QWidget* parent = nullptr);

    /// The timeline of the user of that name, at one of the reviews where it is given.
    void showUser(const QString& name, std::optional<std::int64_t> review = {});
    void showUser(UserId user);
    /// The timeline of the review's user, at it.
    void showReview(ReviewId review);
    /// What was written about an item, newest first.
    void showItem(ItemId item);
    /// The rows of a table of reviews one after the other, from one of them on. They stay where
    /// they are while they are judged.
    void showMatching(const store::TableQuery& query, std::optional<std::int64_t> at = {});
    void clear();

    /// What the table's search looks for stands out in the texts.
    void setSearch(const QString& search);
    /// The user or the item whose reviews are shown; empty: what a filter matches, or nothing.
    [[nodiscard]] const QString& of() const { return m_of; }
    [[nodiscard]] std::optional<std::int64_t> current() const;
    [[nodiscard]] SelectionActs& acts() { return *m_acts; }

public Q_SLOTS:
    void goToNext() { step(1); }
    void goToPrevious() { step(-1); }
    void focusFind();

Q_SIGNALS:
    void currentChanged(qint64 reviewId);
    void filterWanted(const QString& filter); ///< as `data list --where` reads it
    void similarWanted(qint64 reviewId);
    void inspectWanted(qint64 reviewId);
    void compareWanted(qint64 reviewId);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void createHeader();
    void createList();
    void createJudging();
    void createLooking();
    void connectList();
    void add(const QString& text, const QList<QKeySequence>& keys,
             const std::function<void()>& act);
    /// A list over one user (`of` is the name), one item, or what a filter matches.
    enum class Over { User, Item, Filter };
    void open(store::TableQuery query, Over over, const QString& of,
              std::optional<std::int64_t> at);
    template<typename Named>
    void openNamed(Named named);
    void choose(int row);
    void step(int rows);
    void payOwedSteps();
    void showOpened(int row);
    void sayNothingIsRead(bool isChosen);
    void showHeading();
    void showPosition();
    void showKeys();
    void selectRows();
    void judge(bool excluded);
    void toggleTag(int key);
    void nameTagOfKey(int key);
    void goOn();
    void findNext();
    void copySelected() const;
    [[nodiscard]] std::vector<const TimelineEntry*> selected() const;
    [[nodiscard]] const TimelineEntry* currentEntry() const;

    ProjectSession& m_session;
    TagList& m_tags;
    ReadingList* m_reading;
    TimelineDelegate* m_delegate;
    QStackedWidget* m_pages;
    EmptyState* m_empty;
    QLabel* m_heading;
    QLabel* m_about; ///< below it: years, tokens that cannot be counted
    ModelBox* m_model;
    QLineEdit* m_find;
    QListView* m_list;
    QLabel* m_position;
    QLabel* m_keys;
    QAction* m_goOn = nullptr; ///< checked: after X and I the next review
    SelectionActs* m_acts;
    Over m_over = Over::User;
    QString m_of;
    QString m_uncounted;              ///< why tokens are not counted
    std::optional<std::int64_t> m_at; ///< kept chosen when the list is read again
    bool m_finding = false;           ///< rows are read on until one has what is looked for
    int m_owed = 0;                   ///< steps beyond the rows that are there, still being read
    quint64 m_question = 0;           ///< an answer to an older one is dropped
};

} // namespace nextquill::ui

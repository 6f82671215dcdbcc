// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/reading/ReadingPane.h"

#include "core/store/Histories.h"

#include "ui/histories/acts/SelectionActs.h"
#include "ui/histories/acts/TagList.h"
#include "ui/histories/reading/ReadingList.h"
#include "ui/histories/reading/TimelineDelegate.h"
#include "ui/project/ModelBox.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/ThemedIcon.h"

#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QLocale>
#include <QScrollBar>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <set>
#include <type_traits>
#include <utility>

namespace nextquill::ui {

namespace {

/// The rows with exactly this in a column, newest first.
store::TableQuery timelineOf(const char* column, const std::string& value)
{
    store::TableQuery query{.filter = store::FilterExpression{},
                            .order = {.column = "time", .descending = true}};
    query.filter.set(column, store::onlyThis(value));
    return query;
}

/// What a timeline is of: a user's name, an item's key and title.
struct Subject
{
    std::string key;
    std::string title;
    std::optional<std::int64_t> review;
};

std::optional<Subject> subjectOf(store::Project& project, UserId id)
{
    const auto user = store::Histories{project}.findUser(id);
    return user ? std::optional{Subject{.key = user->name, .title = user->name}} : std::nullopt;
}

std::optional<Subject> subjectOf(store::Project& project, ReviewId id)
{
    const auto review = store::Histories{project}.findReview(id);
    auto subject = review ? subjectOf(project, review->user) : std::nullopt;
    if (subject) {
        subject->review = number(id);
    }
    return subject;
}

std::optional<Subject> subjectOf(store::Project& project, ItemId id)
{
    const auto item = store::Histories{project}.findItem(id);
    return item ? std::optional{Subject{.key = item->asin, .title = store::titleOf(*item)}}
                : std::nullopt;
}

QString yearsOf(const std::vector<TimelineEntry>& entries)
{
    const auto [first, last] = std::ranges::minmax_element(entries, {}, &TimelineEntry::time);
    const QString from = shownDate(first->time).left(4);
    const QString to = shownDate(last->time).left(4);
    return from == to ? from : QString(from % QChar(0x2013) % to);
}

} // namespace

ReadingPane::ReadingPane(ProjectSession& session, QWidget* parent)
    : QWidget{parent}
    , m_session{session}
    , m_tags{TagList::of(session)}
    , m_reading{new ReadingList{session, this}}
    , m_delegate{new TimelineDelegate{this}}
    , m_pages{new QStackedWidget{this}}
    , m_empty{new EmptyState{this}}
    , m_heading{new QLabel{this}}
    , m_about{new QLabel{this}}
    , m_model{new ModelBox{session, this}}
    , m_find{new QLineEdit{this}}
    , m_list{new QListView{this}}
    , m_position{new QLabel{this}}
    , m_keys{new QLabel{this}}
    , m_acts{new SelectionActs{session, m_list}}
{
    setObjectName(QStringLiteral("readingPane"));
    m_empty->setIcon(QStringLiteral("user"));
    sayNothingIsRead(false);
    auto* content = new QWidget{this};
    auto* column = new QVBoxLayout{content};
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_pages->addWidget(content);
    m_pages->addWidget(m_empty);
    m_pages->setCurrentIndex(1);
    auto* layout = new QVBoxLayout{this};
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_pages);
    createHeader();
    createList();
    createJudging();
    createLooking();
    connectList();
    connect(&m_session, &ProjectSession::projectChanged, this, &ReadingPane::clear);
    connect(&m_tags, &TagList::changed, this, &ReadingPane::showKeys);
    showKeys();
}

void ReadingPane::createHeader()
{
    auto* bar = new QFrame{this};
    bar->setProperty("role", QStringLiteral("toolbar"));
    m_heading->setObjectName(QStringLiteral("readingHeading"));
    m_heading->setProperty("role", QStringLiteral("heading"));
    m_about->setObjectName(QStringLiteral("readingAbout"));
    m_about->setProperty("role", QStringLiteral("muted"));
    for (QLabel* label : {m_heading, m_about}) {
        label->setTextFormat(Qt::PlainText);
        label->setMinimumWidth(0);
        label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred); // names may be long
    }
    m_model->setObjectName(QStringLiteral("tokenModel"));
    m_model->setAccessibleName(tr("Model whose tokens are counted"));
    m_model->setToolTip(tr("Lengths in tokens are this model's"));
    m_find->setObjectName(QStringLiteral("findInTimeline"));
    m_find->setPlaceholderText(tr("Find in these texts"));
    m_find->setClearButtonEnabled(true);
    m_find->addAction(themedIcon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    m_find->installEventFilter(this);
    m_find->hide();
    auto* names = new QVBoxLayout;
    names->setSpacing(0);
    names->addWidget(m_heading);
    names->addWidget(m_about);
    auto* row = new QHBoxLayout;
    row->addLayout(names, 1);
    row->addWidget(m_model);
    auto* lines = new QVBoxLayout{bar};
    lines->setContentsMargins(16, 8, 12, 8);
    lines->addLayout(row);
    lines->addWidget(m_find);
    m_pages->widget(0)->layout()->addWidget(bar);
}

void ReadingPane::createList()
{
    m_list->setObjectName(QStringLiteral("timeline"));
    m_list->setAccessibleName(tr("Texts"));
    m_list->setModel(&m_reading->model());
    m_list->setItemDelegate(m_delegate);
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_list->setResizeMode(QListView::Adjust);
    m_list->setLayoutMode(QListView::Batched); // a long history is laid out bit by bit
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setContextMenuPolicy(Qt::ActionsContextMenu);
    m_list->verticalScrollBar()->setSingleStep(2 * fontMetrics().height());
    m_position->setObjectName(QStringLiteral("readingPosition"));
    m_position->setProperty("role", QStringLiteral("muted"));
    m_keys->setObjectName(QStringLiteral("readingKeys"));
    m_keys->setProperty("role", QStringLiteral("muted"));
    m_keys->setTextFormat(Qt::PlainText);
    m_keys->setWordWrap(true);
    auto* line = new QFrame{this};
    line->setProperty("role", QStringLiteral("statusline"));
    auto* row = new QHBoxLayout{line};
    row->setContentsMargins(16, 6, 16, 6);
    row->addWidget(m_keys, 1);
    row->addWidget(m_position, 0, Qt::AlignTop);
    auto* column = qobject_cast<QVBoxLayout*>(m_pages->widget(0)->layout());
    column->addWidget(m_list, 1);
    column->addWidget(line);
    m_list->installEventFilter(this); // the keys of tags
    setFocusProxy(m_list);
}

void ReadingPane::connectList()
{
    connect(m_reading, &ReadingList::opened, this, &ReadingPane::showOpened);
    connect(m_reading, &ReadingList::renewed, this, [this] {
        const int row = m_at ? m_reading->model().rowOf(*m_at) : -1;
        if (!m_list->currentIndex().isValid() && !m_reading->model().isEmpty()) {
            choose(std::max(0, row)); // the rows are others now
        }
        showHeading();
        selectRows();
    });
    connect(m_reading, &ReadingList::grown, this, [this] {
        showHeading();
        showPosition();
        payOwedSteps();
        if (m_finding) {
            findNext();
        }
    });
    connect(m_reading, &ReadingList::tokensUncounted, this, [this](const QString& why) {
        m_uncounted = why;
        showHeading();
    });
    connect(m_model, &ModelBox::modelChosen, m_reading, &ReadingList::setTokenModel);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& index) {
                showPosition();
                if (index.isValid()) {
                    m_at = m_reading->model().entry(index.row()).id;
                    Q_EMIT currentChanged(*m_at);
                }
            });
    connect(m_list->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &ReadingPane::selectRows);
    connect(m_list->verticalScrollBar(), &QScrollBar::valueChanged, this, [this](int value) {
        if (value == m_list->verticalScrollBar()->maximum()) {
            m_reading->readBehind();
        } else if (value == 0) {
            m_reading->readBefore();
        }
    });
    connect(m_find, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_delegate->marks().setLookedFor(text);
        m_list->viewport()->update();
    });
    connect(m_find, &QLineEdit::returnPressed, this, &ReadingPane::findNext);
}

void ReadingPane::showUser(const QString& name, std::optional<std::int64_t> review)
{
    ++m_question;
    open(timelineOf("user", stored(name)), Over::User, name, review);
}

void ReadingPane::showUser(UserId user)
{
    openNamed(user);
}

void ReadingPane::showReview(ReviewId review)
{
    const int row = m_reading->model().rowOf(number(review));
    if (m_over == Over::User && row >= 0) {
        ++m_question;
        choose(row); // its timeline is here
        return;
    }
    openNamed(review);
}

void ReadingPane::showItem(ItemId item)
{
    openNamed(item);
}

template<typename Named>
void ReadingPane::openNamed(Named named)
{
    ++m_question;
    if (!m_session.isOpen()) {
        return;
    }
    auto* job = m_session.read(tr("Finding a history"), this,
                               [named](store::Project& project, StopToken, Progress&) {
                                   return subjectOf(project, named);
                               });
    connect(job, &Job::done, this, [this, job, question = m_question] {
        const auto subject = job->takeValue();
        if (question != m_question) {
            return; // something else was asked for since
        }
        constexpr bool isItem = std::is_same_v<Named, ItemId>;
        if (subject) {
            open(timelineOf(isItem ? "asin" : "user", subject->key),
                 isItem ? Over::Item : Over::User, shown(subject->title), subject->review);
        } else {
            clear(); // deleted or erased meanwhile
        }
    });
}

void ReadingPane::showMatching(const store::TableQuery& query, std::optional<std::int64_t> at)
{
    ++m_question;
    open(query, Over::Filter, {}, at);
}

void ReadingPane::open(store::TableQuery query, Over over, const QString& of,
                       std::optional<std::int64_t> at)
{
    m_finding = false;
    m_owed = 0;
    m_over = over;
    m_of = of;
    m_at = at;
    m_delegate->setUserShown(over != Over::User);
    m_reading->setTokenModel(m_model->model());
    // In a list that is shown already, going to another row is no reading.
    const int row = at ? m_reading->model().rowOf(*at) : -1;
    const store::TableQuery& before = m_reading->query();
    if (row >= 0 && before.filter == query.filter && before.order == query.order) {
        choose(row);
        return;
    }
    const auto rows = over == Over::Filter ? ReadingList::Rows::Stay : ReadingList::Rows::Follow;
    m_reading->show(std::move(query), rows, at);
}

void ReadingPane::clear()
{
    ++m_question;
    m_finding = false;
    m_of.clear();
    m_at.reset();
    m_reading->clear();
    m_pages->setCurrentIndex(1);
    sayNothingIsRead(false);
    selectRows();
}

/// Why there is nothing to read: nothing was chosen, or what was has no reviews.
void ReadingPane::sayNothingIsRead(bool isChosen)
{
    m_empty->setTitle(isChosen ? tr("No reviews to read") : tr("Nobody is being read"));
    m_empty->setSentence(isChosen
                             ? tr("There is none here, or what there was has been deleted. "
                                  "Edit ▸ Undo brings it back.")
                             : tr("Choose a review or a user: all that they wrote stands here, "
                                  "newest first."));
}

void ReadingPane::setSearch(const QString& search)
{
    m_delegate->marks().setSearch(search);
    m_list->viewport()->update();
}

void ReadingPane::showOpened(int row)
{
    m_pages->setCurrentIndex(row >= 0 ? 0 : 1);
    if (row < 0) {
        m_at.reset();
        sayNothingIsRead(true);
    }
    choose(row);
    showHeading();
    selectRows();
}

void ReadingPane::choose(int row)
{
    if (row < 0 || row >= m_reading->model().rowCount()) {
        showPosition();
        return;
    }
    const QModelIndex index = m_reading->model().index(row);
    m_list->setCurrentIndex(index);
    m_list->scrollTo(index, QAbstractItemView::EnsureVisible);
    showPosition();
}

void ReadingPane::step(int rows)
{
    const int last = m_reading->model().rowCount() - 1;
    if (last < 0) {
        return;
    }
    const int next = m_list->currentIndex().isValid() ? m_list->currentIndex().row() + rows : 0;
    constexpr int ahead = 20; // rows are there before they are wanted
    if (next + ahead > last) {
        m_reading->readBehind();
    }
    if (next < ahead) {
        m_reading->readBefore();
    }
    // Hands may be faster than the disk: what is not there yet is gone when it is.
    const bool isMore = next > last ? !m_reading->isAtEnd() : !m_reading->isAtStart();
    const int there = std::clamp(next, 0, last);
    m_owed = isMore ? m_owed + next - there : 0;
    choose(there);
}

void ReadingPane::payOwedSteps()
{
    const int steps = std::exchange(m_owed, 0);
    if (steps != 0) {
        step(steps);
    }
}

void ReadingPane::showHeading()
{
    const auto& entries = m_reading->model().entries();
    const bool whole = m_reading->isAtStart() && m_reading->isAtEnd();
    const QString number = QLocale{}.toString(static_cast<qlonglong>(entries.size()));
    m_heading->setText(m_over == Over::Filter ? tr("Reviews that match") : m_of);
    m_heading->setToolTip(m_of);
    QString about = whole ? tr("%Ln review(s)", nullptr, static_cast<int>(entries.size()))
                          : tr("≥ %1 reviews").arg(number);
    if (!entries.empty() && whole) {
        about += QStringLiteral(" · ") % yearsOf(entries);
    }
    const auto excluded = std::ranges::count(entries, true, &TimelineEntry::excluded);
    if (excluded > 0 && whole) { // of a part it would say nothing
        about += QStringLiteral(" · ") % tr("%Ln excluded", nullptr, static_cast<int>(excluded));
    }
    if (!m_uncounted.isEmpty()) {
        about += QStringLiteral(" · ") % tr("tokens are not counted: %1").arg(m_uncounted);
    }
    m_about->setText(about);
    m_about->setToolTip(m_uncounted);
}

void ReadingPane::showPosition()
{
    const QModelIndex current = m_list->currentIndex();
    const QLocale locale;
    const QString rows = locale.toString(m_reading->model().rowCount());
    if (!current.isValid()) {
        m_position->clear();
    } else if (m_reading->isAtStart() && m_reading->isAtEnd()) {
        m_position->setText(tr("%1 of %2").arg(locale.toString(current.row() + 1), rows));
    } else {
        m_position->clear(); // a place in a list of which a part is here says nothing
    }
}

void ReadingPane::showKeys()
{
    QStringList keys{tr("J K move"), tr("X exclude"), tr("I include")};
    for (const store::Tag& tag : m_tags.tags()) {
        if (tag.key > 0) {
            keys << QStringLiteral("%1 %2").arg(tag.key).arg(shown(tag.name));
        }
    }
    keys << tr("1–9 tags") << tr("E edit") << tr("U undo") << tr("/ find");
    m_keys->setText(keys.join(QStringLiteral("  ·  ")));
}

std::vector<const TimelineEntry*> ReadingPane::selected() const
{
    std::vector<const TimelineEntry*> entries;
    for (const QModelIndex& index : m_list->selectionModel()->selectedIndexes()) {
        entries.push_back(&m_reading->model().entry(index.row()));
    }
    return entries;
}

const TimelineEntry* ReadingPane::currentEntry() const
{
    const QModelIndex current = m_list->currentIndex();
    return current.isValid() ? &m_reading->model().entry(current.row()) : nullptr;
}

std::optional<std::int64_t> ReadingPane::current() const
{
    const TimelineEntry* const entry = currentEntry();
    return entry != nullptr ? std::optional{entry->id} : std::nullopt;
}

void ReadingPane::selectRows()
{
    std::set<std::int64_t> ids;
    for (const TimelineEntry* entry : selected()) {
        ids.insert(entry->id);
    }
    m_acts->select(store::Selection::rows(store::TableKind::Reviews, std::move(ids)));
}

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/privacy/StylePane.h"

#include "ui/histories/privacy/MarkedCards.h"
#include "ui/histories/privacy/StyleWords.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/ProgressLine.h"
#include "ui/widgets/RowTable.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QTableWidget>
#include <QVBoxLayout>

#include <set>
#include <utility>

namespace nextquill::ui {

namespace {

enum StylePage { NothingPage, WorkingPage, ProfilePage };

void makeList(QTableView& view)
{
    prepareRowTable(view);
    view.setSelectionMode(QAbstractItemView::SingleSelection);
    view.setAlternatingRowColors(true);
}

} // namespace

StylePane::StylePane(ProjectSession& session, QWidget* parent)
    : QWidget{parent}
    , m_session{session}
    , m_users{new UserList{session,
                           {{tr("User"),
                             [](const store::User& user, int role) {
                                 return role == Qt::DisplayRole ? QVariant{shown(user.name)}
                                                                : QVariant{};
                             }},
                            {tr("Reviews"),
                             [](const store::User& user, int role) {
                                 return role == Qt::DisplayRole ? QVariant{qlonglong{user.reviews}}
                                                                : QVariant{};
                             },
                             Qt::AlignRight | Qt::AlignVCenter}},
                           1,
                           this}}
    , m_userView{new QTableView{this}}
    , m_pages{new QStackedWidget{this}}
    , m_empty{new EmptyState{this}}
    , m_progress{new ProgressLine{this}}
    , m_heading{new QLabel{this}}
    , m_note{new QLabel{this}}
    , m_figures{new QTableWidget{this}}
    , m_phrases{new PagedListModel<curate::StylePhrase>{phraseColumns(), this}}
    , m_phraseView{new QTableView{this}}
    , m_textsHeading{new QLabel{this}}
    , m_texts{new MarkedCardList{this}}
{
    auto* profile = new QSplitter{this};
    profile->addWidget(createFigures());
    profile->addWidget(createTexts());
    profile->setSizes({480, 520});
    profile->setStretchFactor(1, 1);
    profile->setChildrenCollapsible(false);
    m_empty->setIcon(QStringLiteral("histories"));
    m_pages->addWidget(m_empty);
    auto* working = new QWidget{this};
    auto* line = new QVBoxLayout{working};
    line->addWidget(m_progress);
    line->addStretch();
    m_pages->addWidget(working);
    m_pages->addWidget(profile);
    m_progress->setPausable(false);
    m_progress->setCancellable(true);
    connect(m_progress, &ProgressLine::cancelRequested, this, &StylePane::cancel);
    auto* panes = new QSplitter{this};
    panes->addWidget(createUsers());
    panes->addWidget(m_pages);
    panes->setSizes({290, 990});
    panes->setStretchFactor(1, 1);
    panes->setChildrenCollapsible(false);
    auto* layout = new QVBoxLayout{this};
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(panes);
    connect(&m_session, &ProjectSession::projectChanged, this, [this] {
        m_user.reset();
        reload();
    });
    connect(&m_session, &ProjectSession::dataChanged, this, &StylePane::reload);
    reload();
}

QWidget* StylePane::createUsers()
{
    m_userPane = new QWidget{this};
    auto* layout = new QVBoxLayout{m_userPane};
    m_users->filter().setObjectName(QStringLiteral("styleFind"));
    m_userView->setObjectName(QStringLiteral("styleUsers"));
    m_userView->setAccessibleName(tr("Users"));
    m_userView->setModel(&m_users->model());
    makeList(*m_userView);
    m_userView->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_userView->horizontalHeader()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    connect(m_userView->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& index) {
                if (index.isValid()) {
                    showUser(number(m_users->model().row(index.row()).id));
                }
            });
    connect(m_userView, &QTableView::activated, this, [this](const QModelIndex& index) {
        Q_EMIT userWanted(number(m_users->model().row(index.row()).id));
    });
    layout->addWidget(&m_users->filter());
    layout->addWidget(m_userView);
    return m_userPane;
}

QWidget* StylePane::createFigures()
{
    auto* pane = new QWidget{this};
    auto* layout = new QVBoxLayout{pane};
    m_heading->setProperty("role", QStringLiteral("heading"));
    m_heading->setTextFormat(Qt::PlainText);
    m_note->setProperty("role", QStringLiteral("muted"));
    m_note->setObjectName(QStringLiteral("styleNote"));
    m_note->setWordWrap(true);
    m_figures->setObjectName(QStringLiteral("styleFigures"));
    m_figures->setAccessibleName(tr("Figures of the user's style and the others'"));
    m_figures->setColumnCount(4);
    m_figures->setHorizontalHeaderLabels(
        {tr("Figure"), tr("This user"), tr("Others"), tr("Ratio")});
    for (int column = 0; column < m_figures->columnCount(); ++column) {
        m_figures->horizontalHeaderItem(column)->setTextAlignment(
            (column == 0 ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    }
    m_figures->setEditTriggers(QAbstractItemView::NoEditTriggers);
    makeList(*m_figures);
    m_figures->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_figures->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_phraseView->setObjectName(QStringLiteral("stylePhrases"));
    m_phraseView->setAccessibleName(tr("Phrases that this user writes more often"));
    m_phraseView->setModel(m_phrases);
    makeList(*m_phraseView);
    m_phraseView->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_phraseView->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_phraseView->installEventFilter(this);
    connect(m_phraseView->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& index) { showPhrase(index.isValid() ? index.row() : -1); });
    connect(m_phraseView, &QTableView::activated, this, [this] { m_texts->setFocus(); });
    auto* tables = new QSplitter{Qt::Vertical, pane};
    tables->addWidget(m_figures);
    tables->addWidget(m_phraseView);
    tables->setSizes({300, 340});
    tables->setChildrenCollapsible(false);
    layout->addWidget(m_heading);
    layout->addWidget(m_note);
    layout->addWidget(tables, 1);
    return pane;
}

QWidget* StylePane::createTexts()
{
    auto* pane = new QWidget{this};
    auto* layout = new QVBoxLayout{pane};
    m_textsHeading->setObjectName(QStringLiteral("styleTextsHeading"));
    m_textsHeading->setProperty("role", QStringLiteral("heading"));
    m_textsHeading->setTextFormat(Qt::PlainText);
    m_texts->setObjectName(QStringLiteral("styleTexts"));
    m_texts->setAccessibleName(tr("Texts that have the phrase"));
    connect(m_texts, &MarkedCardList::reviewWanted, this, &StylePane::reviewWanted);
    layout->addWidget(m_textsHeading);
    layout->addWidget(m_texts, 1);
    return pane;
}

void StylePane::setUserListShown(bool shown)
{
    m_userPane->setVisible(shown);
}

void StylePane::showUser(qint64 userId)
{
    if (m_user != UserId{userId}) {
        m_user = UserId{userId};
        load();
    }
}

void StylePane::reload()
{
    m_users->model().restart();
    load();
}

void StylePane::cancel()
{
    if (m_job) {
        m_job->requestStop();
    }
}

void StylePane::load()
{
    cancel();
    ++m_question;
    if (!m_session.isOpen() || !m_user) {
        m_empty->setTitle(tr("No user chosen"));
        m_empty->setSentence(tr("Choose a user to see how this person writes, against the others: "
                                "length, signs, vocabulary, and phrases of their own."));
        m_pages->setCurrentIndex(NothingPage);
        return;
    }
    m_progress->begin(tr("Comparing"));
    m_pages->setCurrentIndex(WorkingPage);
    auto* job = m_session.read(
        tr("Comparing styles"), this,
        [user = *m_user](store::Project& project, StopToken stop, Progress& progress) {
            return curate::styleProfile(project, user, {}, stop, progress);
        });
    m_job = job;
    const quint64 question = m_question;
    connect(job, &Job::progressed, this, [this, question](const ProgressReport& report) {
        if (question == m_question) {
            m_progress->setProgress(report.done, report.total);
        }
    });
    connect(job, &Job::done, this, [this, job, question] {
        if (question == m_question) {
            showProfile(job->takeValue());
        }
    });
    connect(job, &Job::failed, this, [this, question](const Failure& failure) {
        if (question == m_question) {
            showFailure(failure);
        }
    });
    connect(job, &Job::stopped, this, [this, question] {
        if (question == m_question) {
            showFailure({.problem = tr("Stopped"),
                         .where = {},
                         .remedy = tr("Choose the user again to compare.")});
            m_user.reset();
        }
    });
}

void StylePane::showFailure(const Failure& failure)
{
    m_empty->setTitle(failure.problem);
    m_empty->setSentence(failure.remedy);
    m_pages->setCurrentIndex(NothingPage);
}

void StylePane::showProfile(curate::StyleProfile profile)
{
    m_heading->setText(shown(profile.userName));
    m_note->setText(noteOf(profile));
    const QList<StyleRow> rows = rowsOf(profile);
    m_figures->setRowCount(static_cast<int>(rows.size()));
    for (int i = 0; i < rows.size(); ++i) {
        const StyleRow& row = rows[i];
        const QString cells[] = {row.what, row.user, row.others, row.ratio};
        for (int column = 0; column < 4; ++column) {
            auto* item = new QTableWidgetItem{cells[column]};
            QFont font = m_figures->font();
            font.setBold(row.tells);
            item->setFont(font);
            item->setTextAlignment((column == 0 ? Qt::AlignLeft : Qt::AlignRight) |
                                   Qt::AlignVCenter);
            m_figures->setItem(i, column, item);
        }
    }
    m_texts->setCards({});
    m_textsHeading->setText(profile.phrases.empty() ? tr("No phrase of this user's own was found")
                                                    : tr("Choose a phrase to see its texts"));
    m_phrases->restart();
    m_phrases->addPage(m_phrases->era(), std::move(profile.phrases), true);
    m_pages->setCurrentIndex(ProfilePage);
    if (!m_phrases->isEmpty()) {
        m_phraseView->selectRow(0);
    }
}

void StylePane::showPhrase(int row)
{
    if (row < 0) {
        return;
    }
    const curate::StylePhrase phrase = m_phrases->row(row);
    std::set<std::int64_t> ids;
    for (const curate::PhrasePlace& place : phrase.places) {
        ids.insert(number(place.review));
    }
    auto* job =
        m_session.read(tr("Reading texts"), this,
                       [user = *m_user, ids](store::Project& project, StopToken, Progress&) {
                           std::vector<store::ReviewRow> rows =
                               store::Histories{project}.timeline(user);
                           std::erase_if(rows, [&](const store::ReviewRow& each) {
                               return !ids.contains(number(each.review.id));
                           });
                           return rows;
                       });
    connect(job, &Job::done, this, [this, job, phrase, question = m_question] {
        const QModelIndex current = m_phraseView->currentIndex();
        if (question == m_question && current.isValid() &&
            m_phrases->row(current.row()).text == phrase.text) {
            showTexts(phrase, job->takeValue());
        }
    });
}

void StylePane::showTexts(const curate::StylePhrase& phrase, std::vector<store::ReviewRow> rows)
{
    QList<MarkedCard> cards;
    for (const store::ReviewRow& row : rows) {
        cards << cardOf(row, phrase);
    }
    m_textsHeading->setText(
        tr("“%1” in %2")
            .arg(shown(phrase.text), tr("%Ln text(s)", nullptr, static_cast<int>(cards.size()))));
    m_texts->setCards(std::move(cards));
}

void StylePane::copyPhrases() const
{
    QString table;
    for (int row = 0; row < m_phrases->rowCount(); ++row) {
        QStringList cells;
        for (int column = 0; column < m_phrases->columnCount(); ++column) {
            cells << m_phrases->data(m_phrases->index(row, column), Qt::DisplayRole).toString();
        }
        table += cells.join(QLatin1Char('\t')) % QLatin1Char('\n');
    }
    QGuiApplication::clipboard()->setText(table);
}

bool StylePane::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_phraseView && event->type() == QEvent::KeyPress &&
        static_cast<QKeyEvent*>(event)->matches(QKeySequence::Copy)) {
        copyPhrases();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace nextquill::ui

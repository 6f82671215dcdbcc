// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/project/ExamplePicker.h"

#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/project/UserList.h"

#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QShortcut>
#include <QVBoxLayout>

namespace nextquill::ui {

namespace {

QVariant userCell(const store::User& user, int role)
{
    if (role == Qt::DisplayRole) {
        return QObject::tr("%1   %2 texts").arg(shown(user.name)).arg(user.reviews);
    }
    return {};
}

QVariant textCell(const store::ReviewRow& row, int role)
{
    if (role == Qt::DisplayRole) {
        return QString(shownDate(row.review.time) % QStringLiteral("  ") % shown(row.itemTitle));
    }
    if (role == Qt::ToolTipRole) {
        return shown(row.review.title);
    }
    return {};
}

} // namespace

ExamplePicker::ExamplePicker(ProjectSession& session, const QString& place, QWidget* parent)
    : QWidget{parent}
    , m_session{session}
    , m_place{place + QStringLiteral("/text")}
    , m_list{new UserList{session,
                          {{tr("User"), userCell}},
                          /*minimumTexts=*/2, // one text has no history
                          this}}
    , m_users{new QListView{this}}
    , m_texts{new QListView{this}}
    , m_textModel{new PagedListModel<store::ReviewRow>{{{tr("Text"), textCell}}, this}}
{
    createLists();
    connect(&m_list->model(), &QAbstractItemModel::modelReset, this, &ExamplePicker::forgetTexts);
    connect(m_list, &UserList::firstPageRead, this, [this] {
        if (!m_choosing) {
            takeFirst();
        }
    });
    connect(m_users->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& index) {
                if (index.isValid()) {
                    showUser(m_list->model().row(index.row()).id, std::nullopt);
                }
            });
    connect(m_texts->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& index) {
                if (index.isValid()) {
                    const ExampleId example = m_textModel->row(index.row()).review.id;
                    m_session.remember(m_place, qint64{number(example)});
                    Q_EMIT chosen(example);
                }
            });
    connect(&m_session, &ProjectSession::projectChanged, this, &ExamplePicker::restart);
    connect(&m_session, &ProjectSession::dataChanged, this, [this] {
        const std::optional<ExampleId> kept = current();
        m_list->model().restart();
        if (kept) {
            find({.example = *kept, .isReturn = true}); // texts come and go: the place stays
        }
    });
    restart();
}

/// Opens the project's lists where its user last was.
void ExamplePicker::restart()
{
    m_list->model().restart();
    const qint64 kept = m_session.remembered(m_place).toInteger();
    if (kept > 0) {
        find({.example = ExampleId{kept}, .isReturn = true});
    }
}

void ExamplePicker::createLists()
{
    m_list->filter().setObjectName(QStringLiteral("userFilter"));
    m_users->setObjectName(QStringLiteral("exampleUsers"));
    m_users->setAccessibleName(tr("Users"));
    m_users->setModel(&m_list->model());
    m_users->setUniformItemSizes(true);
    m_texts->setObjectName(QStringLiteral("exampleTexts"));
    m_texts->setAccessibleName(tr("Texts of the chosen user"));
    m_texts->setModel(m_textModel);
    m_texts->setUniformItemSizes(true);
    for (QListView* list : {m_users, m_texts}) {
        list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    }
    auto* texts = new QLabel{tr("Their &texts with a history"), this};
    texts->setBuddy(m_texts);
    auto* layout = new QVBoxLayout{this};
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(&m_list->filter());
    layout->addWidget(m_users, 3);
    layout->addWidget(texts);
    layout->addWidget(m_texts, 2);
}

void ExamplePicker::forgetTexts()
{
    ++m_question;
    m_choosing = false;
    m_textModel->restart();
    m_textModel->addPage(m_textModel->era(), {}, true);
}

void ExamplePicker::takeFirst()
{
    if (!m_list->model().isEmpty()) {
        m_users->setCurrentIndex(m_list->model().index(0, 0));
    }
}

void ExamplePicker::showUser(UserId user, std::optional<Wanted> choose)
{
    auto* job = m_session.read(tr("Reading a history"), this,
                               [user](store::Project& project, StopToken, Progress&) {
                                   return store::Histories{project}.timeline(user);
                               });
    connect(job, &Job::done, this, [this, job, choose, question = ++m_question] {
        if (question == m_question) { // else another user was chosen since
            addTexts(job->takeValue(), choose);
        }
    });
}

void ExamplePicker::addTexts(const std::vector<store::ReviewRow>& timeline,
                             std::optional<Wanted> choose)
{
    // Newest first. A text has a history where another of its user is strictly earlier.
    std::vector<store::ReviewRow> texts;
    int wanted = choose ? -1 : 0;
    for (const store::ReviewRow& row : timeline) {
        if (!row.review.excluded && row.review.time > timeline.back().review.time) {
            wanted = choose && row.review.id == choose->example ? static_cast<int>(texts.size())
                                                                : wanted;
            texts.push_back(row);
        }
    }
    m_textModel->restart();
    m_textModel->addPage(m_textModel->era(), std::move(texts), true);
    if (wanted >= 0 && wanted < m_textModel->rowCount()) {
        m_texts->setCurrentIndex(m_textModel->index(wanted, 0));
    } else if (choose && choose->isReturn && m_textModel->rowCount() > 0) {
        m_texts->setCurrentIndex(m_textModel->index(0, 0));
    } else if (choose) {
        giveUp(*choose);
    }
}

void ExamplePicker::giveUp(Wanted wanted)
{
    m_choosing = false;
    if (wanted.isReturn) {
        takeFirst();
        return;
    }
    Q_EMIT m_session.noticed(tr("That text is its user's first, is excluded or is not there any "
                                "more: there is no history to compare."),
                             {}, {});
}

void ExamplePicker::choose(ExampleId example)
{
    find({.example = example});
}

void ExamplePicker::find(Wanted wanted)
{
    m_choosing = true;
    auto* job = m_session.read(tr("Finding a text"), this,
                               [wanted](store::Project& project, StopToken, Progress&) {
                                   return store::Histories{project}.findReview(wanted.example);
                               });
    connect(job, &Job::done, this, [this, job, wanted, question = ++m_question] {
        const auto review = job->takeValue();
        if (question != m_question) {
            return; // another one by now
        }
        if (!review) {
            giveUp(wanted);
            return;
        }
        m_users->setCurrentIndex({});
        showUser(review->user, wanted);
    });
}

std::optional<ExampleId> ExamplePicker::current() const
{
    const QModelIndex index = m_texts->currentIndex();
    return index.isValid() ? std::optional{m_textModel->row(index.row()).review.id} : std::nullopt;
}

void ExamplePicker::step(int rows)
{
    const QModelIndex next = m_textModel->index(m_texts->currentIndex().row() + rows, 0);
    if (next.isValid()) {
        m_texts->setCurrentIndex(next);
    }
}

void ExamplePicker::goToPrevious()
{
    step(-1);
}

void ExamplePicker::goToNext()
{
    step(1);
}

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/acts/MergeUsersDialog.h"

#include "core/base/Error.h"
#include "core/store/table/TableReader.h"

#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/RowTable.h"

#include <QAction>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <set>
#include <utility>

namespace nextquill::ui {

namespace {

constexpr int mostMerged = 1'000;

/// Rows of a selection, at most a few more than may be merged.
std::set<std::int64_t> idsOf(store::Project& project, const store::Selection& selection,
                             const StopToken& stop, Progress& progress)
{
    if (!selection.matching) {
        return selection.ids;
    }
    const store::TableQuery query{.filter = *selection.matching, .columns = {"id"}};
    const store::TablePage page = store::TableReader{project}.page(
        query, {.limit = mostMerged + 1 + static_cast<int>(selection.ids.size())}, stop, progress);
    std::set<std::int64_t> ids;
    for (const store::TableRow& row : page.rows) {
        if (!selection.ids.contains(row.id)) {
            ids.insert(row.id);
        }
    }
    return ids;
}

std::vector<store::User> usersOf(store::Project& project, const store::Selection& selection,
                                 const StopToken& stop, Progress& progress)
{
    const store::Histories histories{project};
    std::set<UserId> ids;
    for (const std::int64_t id : idsOf(project, selection, stop, progress)) {
        stopPoint(stop);
        if (selection.table == store::TableKind::Users) {
            ids.insert(UserId{id});
        } else if (const auto review = histories.findReview(ReviewId{id})) {
            ids.insert(review->user);
        }
        if (ids.size() > mostMerged) {
            throw Error{ErrorKind::BadInput, "too many users to be made one",
                        "more than 1,000 are selected", "select fewer"};
        }
    }
    std::vector<store::User> users;
    for (const UserId id : ids) {
        if (const auto user = histories.findUser(id)) {
            users.push_back(*user);
        }
    }
    return users;
}

QTableWidgetItem* plainItem(const QString& text, Qt::Alignment alignment)
{
    auto* item = new QTableWidgetItem{text};
    item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable);
    item->setTextAlignment(alignment | Qt::AlignVCenter);
    return item;
}

} // namespace

MergeUsersDialog::MergeUsersDialog(ProjectSession& session, store::Selection selection,
                                   QWidget* parent)
    : QDialog{parent}
    , m_session{session}
    , m_question{new QLabel{this}}
    , m_table{new QTableWidget{this}}
    , m_name{new QLineEdit{this}}
    , m_problem{new QLabel{this}}
    , m_merge{new QPushButton{this}}
{
    setWindowTitle(tr("Merge users"));
    setObjectName(QStringLiteral("mergeUsers"));
    createLayout();
    loadSelection(std::move(selection));
    showState();
}

void MergeUsersDialog::createLayout()
{
    m_question->setWordWrap(true);
    m_table->setObjectName(QStringLiteral("usersToMerge"));
    m_table->setAccessibleName(tr("Users to merge; the chosen one stays"));
    m_table->setColumnCount(4);
    m_table->setHorizontalHeaderLabels({tr("User"), tr("Reviews"), tr("First"), tr("Last")});
    m_table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    prepareRowTable(*m_table);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &MergeUsersDialog::showState);
    auto* out = new QAction{tr("Take Out"), m_table};
    out->setShortcut(Qt::Key_Delete);
    out->setShortcutContext(Qt::WidgetShortcut);
    connect(out, &QAction::triggered, this, &MergeUsersDialog::takeOut);
    m_table->addAction(out);
    m_table->setContextMenuPolicy(Qt::ActionsContextMenu);
    m_name->setObjectName(QStringLiteral("userToMerge"));
    m_name->setPlaceholderText(tr("Name of another user, then Enter"));
    connect(m_name, &QLineEdit::textEdited, m_problem, &QLabel::clear);
    m_problem->setObjectName(QStringLiteral("mergeProblem"));
    m_problem->setProperty("role", QStringLiteral("error"));
    m_problem->setTextFormat(Qt::PlainText);
    m_merge->setObjectName(QStringLiteral("merge"));
    m_merge->setProperty("role", QStringLiteral("primary"));
    auto* addUser = new QPushButton{tr("&Add"), this};
    m_name->installEventFilter(this);
    connect(addUser, &QPushButton::clicked, this, &MergeUsersDialog::addNamed);
    auto* buttons = new QDialogButtonBox{QDialogButtonBox::Cancel, this};
    buttons->addButton(m_merge, QDialogButtonBox::AcceptRole);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* row = new QHBoxLayout;
    row->addWidget(m_name, 1);
    row->addWidget(addUser);
    auto* layout = new QVBoxLayout{this};
    layout->addWidget(m_question);
    layout->addWidget(m_table, 1);
    layout->addLayout(row);
    layout->addWidget(m_problem);
    layout->addWidget(buttons);
    resize(560, 380);
}

void MergeUsersDialog::loadSelection(store::Selection selection)
{
    auto* job =
        m_session.read(tr("Reading the users"), this,
                       [selection = std::move(selection)](
                           store::Project& project, const StopToken& stop, Progress& progress) {
                           return usersOf(project, selection, stop, progress);
                       });
    connect(job, &Job::done, this, [this, job] { add(job->takeValue()); });
    connect(job, &Job::failed, this, &QDialog::reject); // the window says why
}

/// Enter adds the user whose name is there, and does not merge.
bool MergeUsersDialog::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_name && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if ((key == Qt::Key_Return || key == Qt::Key_Enter) && !m_name->text().isEmpty()) {
            addNamed();
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

void MergeUsersDialog::addNamed()
{
    const QString name = m_name->text().trimmed();
    if (name.isEmpty()) {
        return;
    }
    auto* job =
        m_session.read(tr("Finding a user"), this,
                       [name = stored(name)](store::Project& project, StopToken, Progress&) {
                           return store::Histories{project}.findUser(name);
                       });
    connect(job, &Job::done, this, [this, job, name] {
        const auto user = job->takeValue();
        if (!user) {
            m_problem->setText(tr("No user is called \"%1\".").arg(name));
            return;
        }
        m_name->clear();
        m_problem->clear();
        add({*user});
    });
}

void MergeUsersDialog::add(const std::vector<store::User>& users)
{
    for (const store::User& user : users) {
        if (std::ranges::find(m_users, user.id, &store::User::id) == m_users.end()) {
            m_users.push_back(user);
        }
    }
    fill();
}

void MergeUsersDialog::takeOut()
{
    if (const int row = staying(); row >= 0) {
        m_users.erase(m_users.begin() + row);
        fill();
    }
}

/// Who has the most reviews stands first and stays, unless another is chosen.
void MergeUsersDialog::fill()
{
    std::ranges::stable_sort(m_users, std::ranges::greater{}, &store::User::reviews);
    const QLocale locale;
    m_table->setRowCount(static_cast<int>(m_users.size()));
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const store::User& user = m_users[static_cast<std::size_t>(row)];
        m_table->setItem(row, 0, plainItem(shown(user.name), Qt::AlignLeft));
        m_table->setItem(row, 1,
                         plainItem(locale.toString(qlonglong{user.reviews}), Qt::AlignRight));
        m_table->setItem(row, 2, plainItem(shownDate(user.firstTime), Qt::AlignLeft));
        m_table->setItem(row, 3, plainItem(shownDate(user.lastTime), Qt::AlignLeft));
    }
    if (!m_users.empty()) {
        m_table->selectRow(0);
    }
    showState();
}

int MergeUsersDialog::staying() const
{
    const int row = m_table->currentRow();
    return row < static_cast<int>(m_users.size()) ? row : -1;
}

std::vector<UserId> MergeUsersDialog::users() const
{
    std::vector<UserId> ids;
    for (const store::User& user : m_users) {
        ids.push_back(user.id);
    }
    return ids;
}

UserId MergeUsersDialog::into() const
{
    return m_users.at(static_cast<std::size_t>(staying())).id;
}

QString MergeUsersDialog::intoName() const
{
    return shown(m_users.at(static_cast<std::size_t>(staying())).name);
}

void MergeUsersDialog::showState()
{
    const int count = static_cast<int>(m_users.size());
    const bool can = count > 1 && staying() >= 0;
    m_question->setText(can ? tr("The reviews of all become those of %1, the one that is chosen. "
                                 "It can be undone.")
                                  .arg(intoName())
                            : tr("Add the users that are one person. Two at least."));
    m_merge->setText(tr("&Merge %Ln user(s)", nullptr, count));
    m_merge->setEnabled(can);
}

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/reading/WhereFromDialog.h"

#include "core/store/Histories.h"

#include "ui/histories/acts/ChangeWords.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/RowTable.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace nextquill::ui {

namespace {

QString dash()
{
    return QStringLiteral("–");
}

/// What is known of a review; users that changed have their names in the changes.
struct WhereFrom
{
    store::ReviewOrigin origin;
    std::vector<store::ReviewChange> changes;
};

WhereFrom whereFrom(store::Project& project, ReviewId review)
{
    const store::Provenance provenance{project};
    const store::Histories histories{project};
    WhereFrom found{.origin = provenance.origin(review), .changes = provenance.changes(review)};
    for (store::ReviewChange& change : found.changes) {
        if (change.field != "user") {
            continue;
        }
        for (std::string* value : {&change.before, &change.after}) {
            if (const auto user = histories.findUser(UserId{std::atoll(value->c_str())})) {
                *value = user->name;
            }
        }
    }
    return found;
}

} // namespace

WhereFromDialog::WhereFromDialog(ProjectSession& session, ReviewId review, QWidget* parent)
    : QDialog{parent}
    , m_session{session}
    , m_file{new QLabel{this}}
    , m_line{new QLabel{this}}
    , m_imported{new QLabel{this}}
    , m_digest{new QLabel{this}}
    , m_since{new QLabel{this}}
    , m_changes{new QTableWidget{this}}
{
    setWindowTitle(tr("Where review %1 comes from").arg(number(review)));
    setObjectName(QStringLiteral("whereFrom"));
    createLayout();
    load(review);
}

void WhereFromDialog::createLayout()
{
    const std::pair<QLabel*, const char*> names[] = {{m_file, "originFile"},
                                                     {m_line, "originLine"},
                                                     {m_imported, "originTime"},
                                                     {m_digest, "originDigest"},
                                                     {m_since, "originSince"}};
    for (const auto& [label, name] : names) {
        label->setObjectName(QString::fromLatin1(name));
        label->setTextFormat(Qt::PlainText);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        label->setWordWrap(true);
    }
    m_digest->setProperty("role", QStringLiteral("mono"));
    m_since->setProperty("role", QStringLiteral("heading"));
    m_changes->setObjectName(QStringLiteral("originChanges"));
    m_changes->setAccessibleName(tr("Steps that changed it, oldest first"));
    m_changes->setColumnCount(5);
    m_changes->setHorizontalHeaderLabels(
        {tr("Step"), tr("When"), tr("What"), tr("Before"), tr("After")});
    m_changes->horizontalHeader()->setStretchLastSection(true);
    m_changes->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    prepareRowTable(*m_changes);
    m_changes->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_changes->setWordWrap(false);
    auto* form = new QFormLayout;
    form->addRow(tr("File"), m_file);
    form->addRow(tr("Line"), m_line);
    form->addRow(tr("Imported"), m_imported);
    form->addRow(tr("SHA-256 of the file"), m_digest);
    auto* buttons = new QDialogButtonBox{QDialogButtonBox::Close, this};
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* layout = new QVBoxLayout{this};
    layout->addLayout(form);
    layout->addSpacing(8);
    layout->addWidget(m_since);
    layout->addWidget(m_changes, 1);
    layout->addWidget(buttons);
    resize(760, 420);
}

void WhereFromDialog::load(ReviewId review)
{
    auto* job = m_session.read(tr("Looking up a review"), this,
                               [review](store::Project& project, StopToken, Progress&) {
                                   return whereFrom(project, review);
                               });
    connect(job, &Job::done, this, [this, job] {
        const WhereFrom found = job->takeValue();
        showOrigin(found.origin);
        showChanges(found.changes);
    });
    connect(job, &Job::failed, this, &QDialog::reject); // the window says why
}

void WhereFromDialog::showOrigin(const store::ReviewOrigin& origin)
{
    const store::SourceFile& source = origin.source;
    const QString size = source.bytes > 0
                             ? QString(QStringLiteral(" (") %
                                       shownBytes(static_cast<std::uint64_t>(source.bytes)) % u')')
                             : QString{};
    m_file->setText(shown(source.name) % size);
    m_line->setText(origin.line > 0 ? QLocale{}.toString(qlonglong{origin.line}) : dash());
    m_imported->setText(source.imported > 0 ? shownTime(source.imported) : dash());
    m_digest->setText(source.digest.empty() ? dash() : shown(source.digest));
}

void WhereFromDialog::showChanges(const std::vector<store::ReviewChange>& changes)
{
    m_since->setText(changes.empty()
                         ? tr("As it was imported")
                         : tr("%Ln change(s) since", nullptr, static_cast<int>(changes.size())));
    m_changes->setVisible(!changes.empty());
    m_changes->setRowCount(static_cast<int>(changes.size()));
    for (int row = 0; row < m_changes->rowCount(); ++row) {
        const store::ReviewChange& change = changes[static_cast<std::size_t>(row)];
        const QString step =
            change.undone ? tr("%1 (taken back)").arg(shown(change.step)) : shown(change.step);
        const QString cells[] = {
            step, change.time > 0 ? shownTime(change.time) : dash(), changedField(change.field),
            changedValue(change.field, change.before), changedValue(change.field, change.after)};
        for (int column = 0; column < m_changes->columnCount(); ++column) {
            auto* item = new QTableWidgetItem{cells[column]};
            item->setToolTip(cells[column]);
            m_changes->setItem(row, column, item);
        }
    }
    m_changes->resizeColumnsToContents();
    const int widest = 24 * fontMetrics().averageCharWidth();
    for (int column = 0; column + 1 < m_changes->columnCount(); ++column) {
        m_changes->setColumnWidth(column, std::min(m_changes->columnWidth(column), widest));
    }
}

} // namespace nextquill::ui

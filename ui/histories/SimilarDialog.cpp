// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/SimilarDialog.h"

#include "ui/histories/table/TableClipboard.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"

#include <QAction>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace nextquill::ui {

namespace {

constexpr int idRole = Qt::UserRole + 1;

} // namespace

SimilarDialog::SimilarDialog(ProjectSession& session, ReviewId review, QWidget* parent)
    : QDialog{parent}
    , m_state{new QLabel{tr("Looking for reviews with the same rare words…"), this}}
    , m_rows{new QTableWidget{this}}
{
    setObjectName(QStringLiteral("similarReviews"));
    setWindowTitle(tr("Similar reviews"));
    resize(900, 480);
    m_state->setObjectName(QStringLiteral("similarState"));
    m_state->setTextFormat(Qt::PlainText);
    m_state->setWordWrap(true);
    createTable();
    auto* buttons = new QDialogButtonBox{QDialogButtonBox::Close, this};
    QPushButton* go = buttons->addButton(tr("&Show in the table"), QDialogButtonBox::ActionRole);
    connect(go, &QPushButton::clicked, this, &SimilarDialog::showChosen);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* layout = new QVBoxLayout{this};
    layout->addWidget(m_state);
    layout->addWidget(m_rows, 1);
    layout->addWidget(buttons);

    auto* job = session.read(tr("Looking for similar reviews"), this,
                             [review](store::Project& project, StopToken stop, Progress&) {
                                 return store::similarByWords(project, {.review = review}, stop);
                             });
    connect(job, &Job::done, this, [this, job] { showReviews(job->takeValue()); });
    connect(job, &Job::failed, this, [this](const Failure& failure) {
        m_state->setText(tr("%1. %2.").arg(failure.problem, failure.remedy));
    });
}

void SimilarDialog::createTable()
{
    m_rows->setObjectName(QStringLiteral("similarRows"));
    m_rows->setAccessibleName(tr("Similar reviews"));
    m_rows->setColumnCount(6);
    m_rows->setHorizontalHeaderLabels(
        {tr("Alike"), tr("User"), tr("Item"), tr("Rating"), tr("Time"), tr("Text")});
    m_rows->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_rows->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_rows->setAlternatingRowColors(true);
    m_rows->setShowGrid(false);
    m_rows->setWordWrap(false);
    m_rows->setTabKeyNavigation(false);
    m_rows->verticalHeader()->hide();
    m_rows->horizontalHeader()->setStretchLastSection(true);
    connect(m_rows, &QTableWidget::activated, this, &SimilarDialog::showChosen);
    auto* copies = new QAction{tr("&Copy"), m_rows};
    copies->setShortcut(QKeySequence::Copy);
    copies->setShortcutContext(Qt::WidgetShortcut);
    connect(copies, &QAction::triggered, this, &SimilarDialog::copy);
    m_rows->addAction(copies);
    m_rows->setContextMenuPolicy(Qt::ActionsContextMenu);
}

void SimilarDialog::showReviews(const std::vector<store::SimilarReview>& reviews)
{
    m_state->setText(
        reviews.empty()
            ? tr("No other review has its rare words.")
            : tr("%n review(s) that share most of its rare words. Alike: the score (BM25) as a "
                 "share of the one that the review itself has.",
                 nullptr, static_cast<int>(reviews.size())));
    m_rows->setRowCount(static_cast<int>(reviews.size()));
    for (int row = 0; row < m_rows->rowCount(); ++row) {
        const store::SimilarReview& similar = reviews[static_cast<std::size_t>(row)];
        const store::Review& review = similar.row.review;
        const QString cells[] = {tr("%1 %").arg(QLocale{}.toString(100 * similar.likeness, 'f', 0)),
                                 shown(similar.row.userName),
                                 shown(similar.row.itemTitle),
                                 QLocale{}.toString(review.rating, 'f', 1),
                                 shownDate(review.time),
                                 shown(review.text).simplified()};
        for (int column = 0; column < m_rows->columnCount(); ++column) {
            auto* item = new QTableWidgetItem{cells[column]};
            item->setData(idRole, qlonglong{number(review.id)});
            if (column == 0 || column == 3) {
                item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            }
            m_rows->setItem(row, column, item);
        }
    }
    for (int column = 0; column + 1 < m_rows->columnCount(); ++column) {
        constexpr int widest = 220;
        m_rows->resizeColumnToContents(column);
        m_rows->setColumnWidth(column, std::min(widest, m_rows->columnWidth(column)));
    }
    if (!reviews.empty()) {
        m_rows->selectRow(0);
        m_rows->setFocus(Qt::OtherFocusReason);
    }
}

void SimilarDialog::showChosen()
{
    if (const QTableWidgetItem* item = m_rows->currentItem()) {
        Q_EMIT reviewWanted(item->data(idRole).toLongLong());
        accept();
    }
}

void SimilarDialog::copy() const
{
    QString text;
    for (int row = 0; row < m_rows->rowCount(); ++row) {
        QStringList cells;
        for (int column = 0; column < m_rows->columnCount(); ++column) {
            cells.append(pastedText(m_rows->item(row, column)->text()));
        }
        text += pastedLine(cells);
    }
    QGuiApplication::clipboard()->setText(text);
}

} // namespace nextquill::ui

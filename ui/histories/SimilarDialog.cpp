// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/SimilarDialog.h"

#include "core/workflow/SimilarByMeaning.h"

#include "ui/histories/table/TableClipboard.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/tasks/Job.h"
#include "ui/widgets/FieldLabel.h"
#include "ui/widgets/ProgressLine.h"
#include "ui/widgets/RowTable.h"

#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace nextquill::ui {

namespace {

constexpr int idRole = Qt::UserRole + 1;

} // namespace

struct SimilarDialog::Found
{
    std::vector<store::SimilarReview> reviews;
    bool isByMeaning = false;
    std::int64_t compared = 0; ///< by meaning: with so many
    std::int64_t total = 0;    ///< of so many
};

SimilarDialog::SimilarDialog(ProjectSession& session, ReviewId review, QString encoder,
                             QWidget* parent)
    : QDialog{parent}
    , m_session{session}
    , m_review{review}
    , m_folder{std::move(encoder)}
    , m_by{new QComboBox{this}}
    , m_encoder{new QPushButton{this}}
    , m_progress{new ProgressLine{this}}
    , m_state{new QLabel{this}}
    , m_rows{new QTableWidget{this}}
{
    setObjectName(QStringLiteral("similarReviews"));
    setWindowTitle(tr("Similar reviews"));
    resize(900, 480);
    m_state->setObjectName(QStringLiteral("similarState"));
    m_state->setTextFormat(Qt::PlainText);
    m_state->setWordWrap(true);
    m_progress->hide();
    auto* layout = new QVBoxLayout{this};
    createChoice();
    createTable();
    auto* buttons = new QDialogButtonBox{QDialogButtonBox::Close, this};
    QPushButton* go = buttons->addButton(tr("&Show in the table"), QDialogButtonBox::ActionRole);
    connect(go, &QPushButton::clicked, this, &SimilarDialog::showChosen);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    layout->addWidget(m_state);
    layout->addWidget(m_progress);
    layout->addWidget(m_rows, 1);
    layout->addWidget(buttons);
    look();
}

void SimilarDialog::createChoice()
{
    m_by->setObjectName(QStringLiteral("similarBy"));
    m_by->addItems({tr("words"), tr("meaning (encoder)")});
    m_encoder->setObjectName(QStringLiteral("similarEncoder"));
    m_encoder->setToolTip(tr("Folder of a BERT encoder, such as a MiniLM"));
    auto* row = new QHBoxLayout;
    row->addWidget(fieldLabel(tr("&Alike in"), m_by));
    row->addWidget(m_by);
    row->addWidget(m_encoder);
    row->addStretch(1);
    static_cast<QVBoxLayout*>(layout())->addLayout(row);
    connect(m_by, &QComboBox::activated, this, [this] {
        if (isByMeaning() && m_folder.isEmpty()) {
            chooseEncoder();
        } else {
            look();
        }
    });
    connect(m_encoder, &QPushButton::clicked, this, &SimilarDialog::chooseEncoder);
    connect(m_progress, &ProgressLine::cancelRequested, this, [this] {
        if (m_job) {
            m_job->requestStop();
        }
    });
}

bool SimilarDialog::isByMeaning() const
{
    return m_by->currentIndex() == 1;
}

void SimilarDialog::chooseEncoder()
{
    const QString folder =
        QFileDialog::getExistingDirectory(this, tr("Folder of an encoder"), m_folder);
    if (!folder.isEmpty()) {
        compareMeanings(folder);
    } else if (m_folder.isEmpty()) {
        m_by->setCurrentIndex(0);
    }
}

void SimilarDialog::compareMeanings(const QString& encoder)
{
    m_folder = encoder;
    m_by->setCurrentIndex(1);
    Q_EMIT encoderChosen(encoder);
    look();
}

void SimilarDialog::look()
{
    const bool byMeaning = isByMeaning();
    m_encoder->setVisible(byMeaning);
    m_encoder->setText(tr("&Encoder: %1").arg(m_folder.section(QLatin1Char{'/'}, -1)));
    m_state->setText(byMeaning ? tr("Comparing what the reviews mean…")
                               : tr("Looking for reviews with the same rare words…"));
    m_rows->setRowCount(0);
    delete m_job; // its answer is to another question
    auto* job = m_session.read(
        tr("Looking for similar reviews"), this,
        [query = store::SimilarityQuery{.review = m_review}, byMeaning, encoder = pathOf(m_folder)](
            store::Project& project, const StopToken& stop, Progress& progress) {
            if (!byMeaning) {
                return Found{.reviews = store::similarByWords(project, query, stop)};
            }
            workflow::SimilarByMeaning found =
                workflow::similarByMeaning(project, query, encoder, stop, progress);
            return Found{.reviews = std::move(found.reviews),
                         .isByMeaning = true,
                         .compared = found.compared,
                         .total = found.total};
        });
    m_job = job;
    m_progress->begin(job->title());
    m_progress->setVisible(byMeaning);
    connect(job, &Job::progressed, this, [this](const ProgressReport& report) {
        m_progress->setProgress(report.done, report.total, shown(report.stage));
    });
    connect(job, &Job::done, this, [this, job] {
        m_progress->hide();
        showFound(job->takeValue());
    });
    connect(job, &Job::stopped, this, [this] {
        m_progress->hide();
        m_state->setText(tr("Stopped before its end."));
    });
    connect(job, &Job::failed, this, [this](const Failure& failure) {
        m_progress->hide();
        m_state->setText(
            tr("%1 (%2). %3.")
                .arg(asSentence(failure.problem), failure.where, asSentence(failure.remedy)));
    });
}

void SimilarDialog::createTable()
{
    m_rows->setObjectName(QStringLiteral("similarRows"));
    m_rows->setAccessibleName(tr("Similar reviews"));
    m_rows->setColumnCount(6);
    m_rows->setHorizontalHeaderLabels(
        {tr("Alike"), tr("User"), tr("Item"), tr("Rating"), tr("Time"), tr("Text")});
    prepareRowTable(*m_rows);
    m_rows->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_rows->setAlternatingRowColors(true);
    m_rows->setWordWrap(false);
    m_rows->horizontalHeader()->setStretchLastSection(true);
    m_rows->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    connect(m_rows, &QTableWidget::activated, this, &SimilarDialog::showChosen);
    auto* copies = new QAction{tr("&Copy"), m_rows};
    copies->setShortcut(QKeySequence::Copy);
    copies->setShortcutContext(Qt::WidgetShortcut);
    connect(copies, &QAction::triggered, this, &SimilarDialog::copy);
    m_rows->addAction(copies);
    m_rows->setContextMenuPolicy(Qt::ActionsContextMenu);
}

void SimilarDialog::showFound(const Found& found)
{
    const auto count = static_cast<int>(found.reviews.size());
    const QLocale locale;
    if (found.reviews.empty()) {
        m_state->setText(found.isByMeaning ? tr("There is no other review.")
                                           : tr("No other review has its rare words."));
    } else if (!found.isByMeaning) {
        m_state->setText(
            tr("%Ln review(s) that share most of its rare words. Alike: the score (BM25) as a "
               "share of the one that the review itself has.",
               nullptr, count));
    } else {
        m_state->setText(
            tr("%Ln review(s) most alike in meaning of %1. Alike: cosine of title and text.",
               nullptr, count)
                .arg(found.compared + 1 < found.total
                         ? tr("the %1 that share most of its rare words (of %2)")
                               .arg(locale.toString(qlonglong{found.compared}),
                                    locale.toString(qlonglong{found.total}))
                         : tr("all %1").arg(locale.toString(qlonglong{found.compared}))));
    }
    showReviews(found.reviews);
}

void SimilarDialog::showReviews(const std::vector<store::SimilarReview>& reviews)
{
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

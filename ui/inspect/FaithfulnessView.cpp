// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/FaithfulnessView.h"

#include "ui/inspect/CostLine.h"
#include "ui/inspect/EffectNumbers.h"
#include "ui/inspect/FoundSheet.h"
#include "ui/inspect/PaneJob.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/ProgressLine.h"
#include "ui/widgets/RowTable.h"

#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

#include <cmath>
#include <utility>

namespace nextquill::ui {

namespace {

QString dropInBits(double nats)
{
    return signedNumber(-nats / std::log(2.0), 1);
}

} // namespace

FaithfulnessView::FaithfulnessView(ProjectSession& session, QWidget* parent)
    : QWidget{parent}
    , m_session{session}
    , m_check{new QPushButton{tr("&Check attribution"), this}}
    , m_cost{new CostLine{session.workers(), this}}
    , m_drops{new QTableWidget{this}}
    , m_words{new QLabel{this}}
    , m_progress{new ProgressLine{this}}
    , m_job{new PaneJob{*m_progress, this}}
{
    m_check->setObjectName(QStringLiteral("checkAttribution"));
    m_check->setToolTip(tr("Leaves out several past texts at a time: do their single effects tell "
                           "what they do together? (F)"));
    m_cost->setObjectName(QStringLiteral("faithfulnessCost"));
    createTable();
    layOut();
    connect(m_check, &QPushButton::clicked, this, &FaithfulnessView::measure);
    connect(m_job, &PaneJob::ended, this, &FaithfulnessView::renew);
    setInspection(nullptr, {});
}

void FaithfulnessView::createTable()
{
    m_drops->setObjectName(QStringLiteral("topDrops"));
    m_drops->setAccessibleName(tr("Bits that the text loses without several past texts"));
    m_drops->setToolTip(tr("Bits that the text loses without so many past texts: the strongest "
                           "ones, and as many at random"));
    m_drops->setColumnCount(3);
    m_drops->setHorizontalHeaderLabels({tr("Left out"), tr("Strongest"), tr("Random")});
    m_drops->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_drops->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_drops->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff); // as high as its rows
    prepareRowTable(*m_drops);
    m_drops->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_drops->horizontalHeader()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
}

void FaithfulnessView::layOut()
{
    m_words->setObjectName(QStringLiteral("faithfulnessWords"));
    m_progress->hide();
    auto* layout = new QVBoxLayout{this};
    layout->addWidget(m_check, 0, Qt::AlignLeft);
    layout->addWidget(m_cost);
    layout->addWidget(foundSheet(*m_drops, *m_words), 1);
    layout->addWidget(m_progress);
}

void FaithfulnessView::setInspection(InspectionPtr inspection, const QString& model)
{
    const bool isSame =
        inspection && m_inspection && isSameReading(*inspection, *m_inspection) && model == m_model;
    if (!isSame) {
        m_job->drop(); // of another text
        m_isCounted = false;
    }
    m_inspection = std::move(inspection);
    m_model = model;
    renew();
}

HistoryInquiry FaithfulnessView::inquiry() const
{
    return {m_session.sharedModels(), m_session.file(), stored(m_model), m_inspection};
}

bool FaithfulnessView::canMeasure() const
{
    return m_inspection && m_inspection->attribution && !m_inspection->faithfulness &&
           !m_model.isEmpty() && !m_job->isRunning();
}

void FaithfulnessView::measure()
{
    if (!canMeasure()) {
        return;
    }
    auto* job = startJob(tr("Checking the attribution"), m_session.workers(), this,
                         [inquiry = inquiry()](StopToken stop, Progress& progress) {
                             return inquiry.faithfulness(stop, progress);
                         });
    m_job->watch(
        job, [this, job, of = m_inspection] { Q_EMIT measured(of, job->takeValue()); },
        [this](const Failure& failure) {
            m_problem = tr("%1: %2").arg(asSentence(failure.problem), failure.remedy);
        });
    renew();
}

void FaithfulnessView::renew()
{
    const bool isFound = m_inspection && m_inspection->faithfulness;
    m_check->setEnabled(canMeasure());
    m_drops->setVisible(isFound && !m_inspection->faithfulness->drops.empty());
    if (!m_problem.isEmpty()) {
        m_words->setText(std::exchange(m_problem, {}));
    } else if (isFound) {
        showFound();
    } else if (m_inspection && !m_inspection->attribution) {
        m_words->setText(tr("Measure the effect of each past text first (A)."));
    } else {
        m_words->setText(tr("Do the effects of single past texts tell what several of them do "
                            "together? Leaves out the strongest, random ones, and random halves."));
    }
    askCost();
}

void FaithfulnessView::askCost()
{
    m_cost->setVisible(canMeasure());
    if (!canMeasure()) {
        if (!m_job->isRunning()) {
            m_cost->say({});
        }
        return;
    }
    if (!m_isCounted) {
        m_isCounted = true;
        m_cost->ask([inquiry = inquiry()](const StopToken& stop, Progress& progress) {
            return tr("It will take %1.")
                .arg(shown(workflow::toText(inquiry.costOfFaithfulness(stop, progress))));
        });
    }
}

void FaithfulnessView::showFound()
{
    const workflow::Faithfulness& found = *m_inspection->faithfulness;
    m_drops->setRowCount(static_cast<int>(found.drops.size()));
    int height = m_drops->horizontalHeader()->sizeHint().height() + 2 * m_drops->frameWidth();
    for (int row = 0; row < m_drops->rowCount(); ++row) {
        const workflow::TopDrop& drop = found.drops[static_cast<std::size_t>(row)];
        const QStringList cells{QString::number(drop.reviews), dropInBits(drop.strongest),
                                dropInBits(drop.random)};
        for (int column = 0; column < cells.size(); ++column) {
            m_drops->setItem(row, column, new QTableWidgetItem{cells[column]});
        }
        height += m_drops->rowHeight(row);
    }
    m_drops->setFixedHeight(height);
    QStringList words;
    for (const std::string& sentence : workflow::sentencesOn(found)) {
        words.prepend(shown(sentence)); // the score of all of it first
    }
    if (!found.drops.empty()) {
        words.prepend(tr("Above: by how many bits log p of the text changes."));
    }
    if (!found.lds) {
        words << tr("A score over halves needs two past texts whose halves differ.");
    }
    m_words->setText(words.join(QLatin1Char('\n')));
}

} // namespace nextquill::ui

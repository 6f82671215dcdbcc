// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/SummaryPane.h"

#include "core/store/Project.h"
#include "core/workflow/EffectSentences.h"
#include "core/workflow/ModelChoice.h"

#include "ui/inspect/PaneJob.h"
#include "ui/project/ModelShelf.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/ProgressLine.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollBar>
#include <QTextBrowser>
#include <QUrl>
#include <QVBoxLayout>

#include <utility>

namespace nextquill::ui {

namespace {

constexpr std::size_t strongest = 5;
constexpr std::size_t listedFacts = 30;

/// Schemes of the links: "token:12".
QString schemeOf(workflow::SentenceTarget::Kind kind)
{
    using Kind = workflow::SentenceTarget::Kind;
    switch (kind) {
    case Kind::Token:
        return QStringLiteral("token");
    case Kind::Review:
        return QStringLiteral("review");
    case Kind::Placebo:
        return QStringLiteral("placebo");
    case Kind::Place:
        return QStringLiteral("place");
    }
    return {};
}

/// Words of strangers stand in it: nothing of them is markup.
QString linked(const workflow::EffectSentence& sentence)
{
    QString html;
    for (const workflow::SentencePiece& piece : sentence.pieces) {
        const QString words = shown(piece.text).toHtmlEscaped();
        html += piece.target ? QStringLiteral("<a href=\"%1:%2\">%3</a>")
                                   .arg(schemeOf(piece.target->kind))
                                   .arg(piece.target->index)
                                   .arg(words)
                             : words;
    }
    return html;
}

QString heading(const QString& words)
{
    return QStringLiteral("<h4>%1</h4>").arg(words.toHtmlEscaped());
}

QString paragraph(const QString& html)
{
    return QStringLiteral("<p>%1</p>").arg(html);
}

/// What the question for the strength needs, by value: it is answered on another thread.
struct StrengthRequest
{
    std::filesystem::path project;
    std::string model;
    SummaryPane::InspectionPtr inspection;
};

workflow::LikeliestStrength askStrength(ModelShelf& models, const StrengthRequest& request,
                                        const StopToken& stop, Progress& progress)
{
    const auto project = store::Project::open(request.project, store::OpenMode::ReadOnly);
    const store::ExampleData data = store::Histories{*project}.example(request.inspection->example);
    workflow::ExampleSettings settings;
    workflow::followRunOf(workflow::chooseModel(request.model, project.get()), settings);
    const auto text = request.inspection->generated ? std::optional{request.inspection->text}
                                                    : std::optional<std::string>{};
    workflow::LikeliestStrength found;
    models.with(request.project, request.model, stop, progress,
                [&](model::Decoder& decoder, const std::string& /*name*/) {
                    found = workflow::likeliestStrengthOf(data, decoder, settings, text, stop,
                                                          progress);
                });
    return found;
}

} // namespace

SummaryPane::SummaryPane(ProjectSession& session, QWidget* parent)
    : QWidget{parent}
    , m_session{session}
    , m_ask{new QPushButton{tr("Find the likeliest &strength"), this}}
    , m_cost{new QLabel{this}}
    , m_sentences{new QTextBrowser{this}}
    , m_progress{new ProgressLine{this}}
    , m_job{new PaneJob{*m_progress, this}}
{
    createControls();
    connect(m_ask, &QPushButton::clicked, this, &SummaryPane::findStrength);
    connect(m_job, &PaneJob::ended, this, &SummaryPane::renewQuestion);
    connect(m_sentences, &QTextBrowser::anchorClicked, this, &SummaryPane::follow);
    renewQuestion();
}

void SummaryPane::createControls()
{
    m_ask->setObjectName(QStringLiteral("findStrength"));
    m_ask->setToolTip(tr("How strongly the history must count for the model to find this text most "
                         "likely: 0 as without it, 1 as with it"));
    m_cost->setObjectName(QStringLiteral("strengthCost"));
    m_cost->setProperty("role", QStringLiteral("muted"));
    m_cost->setTextFormat(Qt::PlainText);
    m_cost->setWordWrap(true);
    m_sentences->setObjectName(QStringLiteral("summarySentences"));
    m_sentences->setAccessibleName(tr("What the numbers mean"));
    m_sentences->setOpenLinks(false); // they lead into this window
    m_sentences->setFrameShape(QFrame::NoFrame);
    m_sentences->setPlaceholderText(tr("Choose a text on the left first."));
    m_progress->hide();
    auto* question = new QHBoxLayout;
    question->addWidget(m_ask);
    question->addWidget(m_cost, 1);
    auto* layout = new QVBoxLayout{this};
    layout->addWidget(m_sentences, 1);
    layout->addLayout(question);
    layout->addWidget(m_progress);
}

void SummaryPane::setInspection(InspectionPtr inspection, const QString& model)
{
    const bool isOther = !inspection || !m_inspection || inspection->text != m_inspection->text ||
                         inspection->example != m_inspection->example || model != m_model;
    if (isOther) {
        m_job->drop(); // of another text
        m_strength.reset();
        m_problem.clear();
        m_token = -1;
    }
    if (!inspection || !m_inspection || inspection->example != m_inspection->example) {
        m_item.reset();
    }
    m_inspection = std::move(inspection);
    m_model = model;
    readItem();
    renew();
    renewQuestion();
}

void SummaryPane::setToken(qsizetype token)
{
    if (token != m_token) {
        m_token = token;
        renew();
    }
}

void SummaryPane::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    readItem();
    renew();
}

/// A link has the colour of the theme in which it was written.
void SummaryPane::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        renew();
    }
}

void SummaryPane::readItem()
{
    if (!m_inspection || m_item || !isVisible() || !m_session.isOpen()) {
        return;
    }
    const ExampleId example = m_inspection->example;
    auto* job = m_session.read(tr("Reading what the text is about"), this,
                               [example](store::Project& project, StopToken, Progress&) {
                                   return store::Histories{project}.example(example).item;
                               });
    connect(job, &Job::done, this, [this, job, example] {
        const store::Item item = job->takeValue();
        if (m_inspection && m_inspection->example == example) {
            m_item = item;
            renew();
        }
    });
}

void SummaryPane::findStrength()
{
    if (!m_inspection || m_model.isEmpty() || m_job->isRunning() || m_strength) {
        return;
    }
    m_problem.clear();
    const StrengthRequest request{m_session.file(), stored(m_model), m_inspection};
    auto* job =
        startJob(tr("Looking for the likeliest strength"), m_session.workers(), this,
                 [models = m_session.sharedModels(), request](StopToken stop, Progress& progress) {
                     return askStrength(*models, request, stop, progress);
                 });
    m_job->watch(
        job,
        [this, job] {
            m_strength = job->takeValue();
            renew();
        },
        [this](const Failure& failure) {
            m_problem = tr("%1: %2").arg(asSentence(failure.problem), failure.remedy);
        });
    renewQuestion();
}

/// The question, with its cost before and what became of it afterwards.
void SummaryPane::renewQuestion()
{
    const bool canAsk = m_inspection && !m_model.isEmpty();
    m_ask->setEnabled(canAsk && !m_job->isRunning() && !m_strength);
    QString words;
    if (!m_problem.isEmpty()) {
        words = m_problem;
    } else if (m_inspection && m_model.isEmpty()) {
        words = tr("Of an edited history it is not asked: save the edits first.");
    } else if (canAsk && !m_strength && !m_job->isRunning()) {
        words = m_inspection->pass.rows > 0
                    ? tr("The text is read once more with and without the history, about %1 s.")
                          .arg(m_inspection->pass.seconds, 0, 'f',
                               m_inspection->pass.seconds < 10 ? 1 : 0)
                    : tr("The text is read once more with and without the history.");
    }
    m_cost->setText(words);
}

void SummaryPane::renew()
{
    if (!isVisible()) {
        return; // written once it is seen
    }
    const int scrolled = m_sentences->verticalScrollBar()->value();
    m_sentences->setHtml(m_inspection ? wholeText() + cursorsToken() + whatStandsOut() + hint()
                                      : QString{});
    m_sentences->verticalScrollBar()->setValue(scrolled);
}

QString SummaryPane::wholeText() const
{
    workflow::TextSummary summary = workflow::textSummary(m_inspection->effects, m_inspection->text,
                                                          m_item ? *m_item : store::Item{});
    summary.strength = m_strength;
    if (!m_item) {
        summary.facts = {}; // not known yet: not invented
    }
    QString html = heading(tr("The text as a whole"));
    for (const workflow::EffectSentence& sentence :
         workflow::linkedSentencesOf(summary, listedFacts)) {
        html += paragraph(linked(sentence));
    }
    return html;
}

QString SummaryPane::cursorsToken() const
{
    QString html = heading(tr("The word at the cursor"));
    if (m_token < 0 || m_token >= std::ssize(m_inspection->effects.tokens)) {
        return html + paragraph(tr("Go to a word of the text: what its numbers mean stands here.")
                                    .toHtmlEscaped());
    }
    const auto at = static_cast<std::size_t>(m_token);
    const std::vector<workflow::PlaceboVerdict> placebo =
        workflow::placeboVerdictsOf(*m_inspection);
    return html + paragraph(linked(workflow::tokenSentence(
                      *m_inspection, at,
                      placebo.empty() ? workflow::PlaceboVerdict::Unknown : placebo[at])));
}

QString SummaryPane::whatStandsOut() const
{
    QString html = heading(tr("What stands out"));
    const auto sentences = workflow::strongestSentences(*m_inspection, strongest,
                                                        workflow::placeboVerdictsOf(*m_inspection));
    if (sentences.empty()) {
        return html + paragraph(tr("No word is beyond the threshold of %1.")
                                    .arg(m_inspection->threshold)
                                    .toHtmlEscaped());
    }
    for (const workflow::EffectSentence& sentence : sentences) {
        html += paragraph(linked(sentence));
    }
    return html;
}

/// What would make the sentences longer.
QString SummaryPane::hint() const
{
    QStringList words;
    if (!m_inspection->attribution && !m_inspection->history.empty()) {
        words << tr("Press A in the text, and the sentences name the past text that accounts for a "
                    "word.");
    }
    if (!m_inspection->controls || !m_inspection->controls->placebo) {
        words << tr("Measure other users in Placebo, and they say whether another person\u2019s "
                    "history does as much.");
    }
    return words.isEmpty()
               ? QString{}
               : paragraph(
                     QStringLiteral("<i>%1</i>").arg(words.join(QLatin1Char(' ')).toHtmlEscaped()));
}

qsizetype SummaryPane::tokenAtByte(std::size_t byte) const
{
    const std::vector<causal::TokenEffect>& tokens = m_inspection->effects.tokens;
    for (std::size_t t = 0; t < tokens.size(); ++t) {
        if (tokens[t].bytes && byte < tokens[t].bytes->end) {
            return static_cast<qsizetype>(t);
        }
    }
    return -1; // the text is longer than what was measured of it
}

void SummaryPane::follow(const QUrl& link)
{
    using Kind = workflow::SentenceTarget::Kind;
    if (!m_inspection) {
        return;
    }
    const qsizetype index = link.path().toLongLong();
    if (link.scheme() == schemeOf(Kind::Token)) {
        Q_EMIT tokenWanted(index);
    } else if (link.scheme() == schemeOf(Kind::Review)) {
        Q_EMIT reviewWanted(static_cast<int>(index));
    } else if (link.scheme() == schemeOf(Kind::Placebo)) {
        Q_EMIT placeboWanted(index);
    } else if (const qsizetype token = tokenAtByte(static_cast<std::size_t>(index)); token >= 0) {
        Q_EMIT tokenWanted(token);
    }
}

} // namespace nextquill::ui

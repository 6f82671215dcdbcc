// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/privacy/ScreeningPane.h"

#include "core/store/Histories.h"
#include "core/store/table/TableCuration.h"

#include "ui/histories/acts/ActQueue.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/ProgressLine.h"
#include "ui/widgets/RowTable.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QTableView>
#include <QVBoxLayout>

#include <set>
#include <utility>

namespace nextquill::ui {

namespace {

QVariant numberCell(std::int64_t number, int role)
{
    return role == Qt::DisplayRole ? QVariant{QLocale{}.toString(qlonglong{number})} : QVariant{};
}

std::vector<PagedListModel<curate::CommonSentence>::Column> sentenceColumns()
{
    const auto right = Qt::AlignRight | Qt::AlignVCenter;
    using curate::CommonSentence;
    return {
        {ScreeningPane::tr("Sentence"),
         [](const CommonSentence& sentence, int role) {
             return role == Qt::DisplayRole || role == Qt::ToolTipRole
                        ? QVariant{shown(sentence.text)}
                        : QVariant{};
         }},
        {ScreeningPane::tr("Users"),
         [](const CommonSentence& sentence, int role) { return numberCell(sentence.users, role); },
         right},
        {ScreeningPane::tr("Reviews"),
         [](const CommonSentence& sentence, int role) {
             return numberCell(sentence.reviews, role);
         },
         right}};
}

std::vector<PagedListModel<curate::LanguageCount>::Column> languageColumns()
{
    using curate::LanguageCount;
    return {
        {ScreeningPane::tr("Language"),
         [](const LanguageCount& language, int role) {
             return role == Qt::DisplayRole ? QVariant{shown(language.name)} : QVariant{};
         }},
        {ScreeningPane::tr("Reviews"),
         [](const LanguageCount& language, int role) { return numberCell(language.reviews, role); },
         Qt::AlignRight | Qt::AlignVCenter}};
}

QTableView* tableOf(QAbstractItemModel& model, const char* name, const QString& title,
                    QWidget* parent)
{
    auto* view = new QTableView{parent};
    view->setObjectName(QString::fromLatin1(name));
    view->setAccessibleName(title);
    view->setModel(&model);
    prepareRowTable(*view);
    view->setSelectionMode(QAbstractItemView::SingleSelection);
    view->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    view->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    return view;
}

} // namespace

ScreeningPane::ScreeningPane(ProjectSession& session, QWidget* parent)
    : QWidget{parent}
    , m_session{session}
    , m_look{new QPushButton{tr("&Look"), this}}
    , m_progress{new ProgressLine{this}}
    , m_summary{new QLabel{this}}
    , m_language{new QComboBox{this}}
    , m_sentences{new PagedListModel<curate::CommonSentence>{sentenceColumns(), this}}
    , m_sentenceView{tableOf(*m_sentences, "commonSentences", tr("Sentences that many users wrote"),
                             this)}
    , m_languages{new PagedListModel<curate::LanguageCount>{languageColumns(), this}}
    , m_languageView{tableOf(*m_languages, "languages", tr("Languages"), this)}
{
    m_empty = {.reviews = [this]() -> const auto& { return m_report->empty; },
               .tag = QStringLiteral("no words")};
    m_boilerplate = {.reviews = [this]() -> const auto& { return m_report->boilerplate; },
                     .tag = QStringLiteral("common sentences")};
    m_foreign = {.reviews = [this]() -> const auto& { return m_report->foreign; },
                 .tag = QStringLiteral("other language")};
    auto* layout = new QVBoxLayout{this};
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(createTools());
    auto* cards = new QVBoxLayout;
    cards->setContentsMargins(12, 12, 12, 12);
    cards->setSpacing(12);
    cards->addWidget(
        createFault(m_empty, QStringLiteral("empty"), tr("Texts without words"), nullptr));
    cards->addWidget(createSentences(), 3);
    cards->addWidget(createLanguages(), 2);
    layout->addLayout(cards, 1);
    connect(&m_session, &ProjectSession::projectChanged, this, &ScreeningPane::reload);
    connect(&m_session, &ProjectSession::dataChanged, this, [this] {
        m_outdated = m_report.has_value();
        renew();
    });
    reload();
}

QWidget* ScreeningPane::createTools()
{
    auto* bar = new QFrame{this};
    bar->setProperty("role", QStringLiteral("toolbar"));
    auto* row = new QHBoxLayout{bar};
    m_look->setObjectName(QStringLiteral("screen"));
    m_summary->setObjectName(QStringLiteral("screenSummary"));
    m_summary->setProperty("role", QStringLiteral("muted"));
    m_summary->setTextFormat(Qt::PlainText);
    m_progress->setPausable(false);
    m_progress->setCancellable(true);
    m_progress->hide();
    connect(m_look, &QPushButton::clicked, this, &ScreeningPane::look);
    connect(m_progress, &ProgressLine::cancelRequested, this, [this] {
        if (m_job) {
            m_job->requestStop();
        }
    });
    row->addWidget(m_look);
    row->addWidget(m_summary, 1);
    row->addWidget(m_progress, 1);
    return bar;
}

QWidget* ScreeningPane::createFault(Fault& fault, const QString& name, const QString& title,
                                    QWidget* inside)
{
    auto* card = new QFrame{this};
    card->setProperty("role", QStringLiteral("card"));
    auto* heading = new QLabel{title, card};
    heading->setProperty("role", QStringLiteral("heading"));
    fault.summary = new QLabel{card};
    fault.summary->setObjectName(name % QStringLiteral("Summary"));
    fault.summary->setProperty("role", QStringLiteral("muted"));
    fault.show = new QPushButton{tr("Tag and show"), card};
    fault.show->setObjectName(name % QStringLiteral("Show"));
    fault.show->setToolTip(
        tr("Gives these reviews the tag “%1” and shows them in the table").arg(fault.tag));
    fault.exclude = new QPushButton{tr("Exclude"), card};
    fault.exclude->setObjectName(name % QStringLiteral("Exclude"));
    connect(fault.show, &QPushButton::clicked, this, [this, &fault] { showTagged(fault); });
    connect(fault.exclude, &QPushButton::clicked, this, [this, &fault] { exclude(fault); });
    auto* line = new QHBoxLayout;
    line->addWidget(heading);
    line->addWidget(fault.summary, 1);
    line->addWidget(fault.show);
    line->addWidget(fault.exclude);
    auto* layout = new QVBoxLayout{card};
    layout->addLayout(line);
    if (inside != nullptr) {
        layout->addWidget(inside, 1);
    }
    return card;
}

QWidget* ScreeningPane::createSentences()
{
    connect(m_sentenceView, &QTableView::activated, this, [this](const QModelIndex& index) {
        Q_EMIT reviewWanted(number(m_sentences->row(index.row()).first));
    });
    return createFault(m_boilerplate, QStringLiteral("boilerplate"), tr("Sentences of many users"),
                       m_sentenceView);
}

QWidget* ScreeningPane::createLanguages()
{
    auto* inside = new QWidget{this};
    auto* layout = new QVBoxLayout{inside};
    layout->setContentsMargins(0, 0, 0, 0);
    auto* line = new QHBoxLayout;
    auto* keep = new QLabel{tr("&Keep:"), inside};
    keep->setBuddy(m_language);
    m_language->setObjectName(QStringLiteral("keptLanguage"));
    m_language->addItem(tr("The language of most texts"));
    connect(m_language, &QComboBox::activated, this, &ScreeningPane::look);
    line->addWidget(keep);
    line->addWidget(m_language);
    line->addStretch();
    layout->addLayout(line);
    layout->addWidget(m_languageView, 1);
    return createFault(m_foreign, QStringLiteral("foreign"), tr("Languages"), inside);
}

void ScreeningPane::reload()
{
    if (m_job) {
        m_job->requestStop();
    }
    m_report.reset();
    m_outdated = false;
    m_language->setCurrentIndex(0);
    for (PagedListModelBase* model : {static_cast<PagedListModelBase*>(m_sentences),
                                      static_cast<PagedListModelBase*>(m_languages)}) {
        model->restart();
    }
    renew();
}

void ScreeningPane::start(Job* job)
{
    m_job = job;
    m_progress->begin(job->title());
    connect(job, &Job::progressed, this, [this](const ProgressReport& report) {
        m_progress->setProgress(report.done, report.total);
    });
    const auto end = [this] {
        m_job.clear();
        renew();
    };
    connect(job, &Job::stopped, this, end);
    connect(job, &Job::failed, this, end);
    renew();
}

void ScreeningPane::look()
{
    if (m_job || !m_session.isOpen()) {
        return;
    }
    curate::ScreeningSettings settings;
    settings.language = stored(m_language->currentData().toString());
    auto* job =
        m_session.read(tr("Reading texts"), this,
                       [settings](store::Project& project, StopToken stop, Progress& progress) {
                           return curate::screenTexts(project, settings, stop, progress);
                       });
    connect(job, &Job::done, this, [this, job] { showReport(job->takeValue()); });
    start(job);
}

void ScreeningPane::showReport(curate::ScreeningReport report)
{
    m_job.clear();
    m_report = std::move(report);
    m_outdated = false;
    m_sentences->restart();
    m_sentences->addPage(m_sentences->era(), m_report->sentences, true);
    m_languages->restart();
    m_languages->addPage(m_languages->era(), m_report->languages, true);
    const QVariant kept = m_language->currentData();
    const QSignalBlocker quiet{m_language};
    while (m_language->count() > 1) {
        m_language->removeItem(1);
    }
    for (const curate::LanguageCount& language : m_report->languages) {
        m_language->addItem(shown(language.name), shown(language.code));
    }
    m_language->setCurrentIndex(std::max(0, m_language->findData(kept)));
    renew();
}

void ScreeningPane::renewFault(const Fault& fault, const QString& summary)
{
    const bool any = m_report && !m_outdated && m_job.isNull() && !fault.reviews().empty() &&
                     !m_session.isReadOnly();
    fault.summary->setText(m_report ? summary : QString{});
    fault.show->setEnabled(any);
    fault.exclude->setEnabled(any);
    fault.exclude->setText(
        any ? tr("Exclude %Ln review(s)", nullptr, static_cast<int>(fault.reviews().size()))
            : tr("Exclude"));
}

void ScreeningPane::renew()
{
    const bool busy = !m_job.isNull();
    m_look->setEnabled(m_session.isOpen() && !busy);
    m_look->setText(m_report ? tr("&Look again") : tr("&Look"));
    m_progress->setVisible(busy);
    m_summary->setVisible(!busy);
    m_summary->setText(!m_report ? tr("Texts are read and counted; nothing is changed by looking.")
                       : m_outdated ? tr("The data has changed since: look again.")
                                    : tr("%Ln review(s) looked at.", nullptr,
                                         static_cast<int>(m_report->reviews)));
    const auto count = [](const std::vector<ReviewId>& reviews) {
        return tr("%Ln review(s)", nullptr, static_cast<int>(reviews.size()));
    };
    renewFault(m_empty, m_report ? count(m_report->empty) : QString{});
    renewFault(m_boilerplate,
               m_report ? tr("%1 mostly of these").arg(count(m_report->boilerplate)) : QString{});
    renewFault(m_foreign, m_report ? tr("%1 reliably in another language · not known reliably: %2")
                                         .arg(count(m_report->foreign),
                                              QLocale{}.toString(qlonglong{m_report->unsure}))
                                   : QString{});
}

store::Selection ScreeningPane::selectionOf(const Fault& fault)
{
    std::set<std::int64_t> ids;
    for (const ReviewId review : fault.reviews()) {
        ids.insert(number(review));
    }
    return store::Selection::rows(store::TableKind::Reviews, std::move(ids));
}

void ScreeningPane::showTagged(const Fault& fault)
{
    auto* job = m_session.change(tr("Tagging"), this,
                                 [selection = selectionOf(fault), tag = stored(fault.tag)](
                                     store::Project& project, StopToken stop, Progress& progress) {
                                     return store::TableCuration{project}.tag(selection, tag, stop,
                                                                              progress);
                                 });
    connect(job, &Job::done, this, [this, job, tag = stored(fault.tag)] {
        static_cast<void>(job->takeValue());
        m_job.clear();
        m_session.announceData();
        store::FilterExpression filter{store::TableKind::Reviews};
        filter.set("tags", store::onlyThis(tag));
        Q_EMIT filterWanted(shown(filter.toText()));
    });
    start(job);
}

void ScreeningPane::exclude(const Fault& fault)
{
    auto* job = m_session.change(tr("Excluding"), this,
                                 [selection = selectionOf(fault)](
                                     store::Project& project, StopToken stop, Progress& progress) {
                                     return store::TableCuration{project}.exclude(selection, stop,
                                                                                  progress);
                                 });
    connect(job, &Job::done, this, [this, job] {
        const auto count = static_cast<int>(job->takeValue().changes);
        m_job.clear();
        m_session.announceData();
        Q_EMIT m_session.noticed(tr("%Ln review(s) excluded.", nullptr, count), tr("Undo"),
                                 [this] { ActQueue::of(m_session).undo(); });
    });
    start(job);
}

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/privacy/EraseDialog.h"

#include "ui/histories/privacy/ErasureWords.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/ProgressLine.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QStyle>
#include <QVBoxLayout>

#include <utility>

namespace nextquill::ui {

namespace {

QLabel* wrappedLabel(QWidget* parent, const char* name)
{
    auto* label = new QLabel{parent};
    label->setObjectName(QString::fromLatin1(name));
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return label;
}

} // namespace

EraseDialog::EraseDialog(ProjectSession& session, std::optional<store::User> user, QWidget* parent)
    : QDialog{parent}
    , m_session{session}
    , m_user{std::move(user)}
    , m_pages{new QStackedWidget{this}}
    , m_heading{wrappedLabel(this, "eraseHeading")}
    , m_what{wrappedLabel(this, "eraseWhat")}
    , m_prompt{new QLabel{this}}
    , m_typed{new QLineEdit{this}}
    , m_verdict{wrappedLabel(this, "eraseVerdict")}
    , m_facts{wrappedLabel(this, "eraseFacts")}
    , m_progress{new ProgressLine{this}}
    , m_erase{new QPushButton{this}}
    , m_close{new QPushButton{tr("Cancel"), this}}
{
    setObjectName(QStringLiteral("eraseDialog"));
    setWindowTitle(m_user ? tr("Erase a user") : tr("Finish an erasure"));
    constexpr int wide = 560;
    constexpr int high = 350;
    resize(wide, high);
    m_heading->setProperty("role", QStringLiteral("heading"));
    m_progress->hide();
    m_progress->setCancellable(true);
    m_progress->setPausable(false);
    connect(m_progress, &ProgressLine::cancelRequested, this, [this] {
        if (m_job) {
            m_job->requestStop();
        }
    });
    createQuestion();
    createReport();
    m_erase->setObjectName(QStringLiteral("erase"));
    m_erase->setProperty("role", QStringLiteral("danger"));
    m_erase->setAutoDefault(false);
    connect(m_erase, &QPushButton::clicked, this, &EraseDialog::erase);
    m_close->setObjectName(QStringLiteral("eraseClose"));
    connect(m_close, &QPushButton::clicked, this, &EraseDialog::reject);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(m_erase);
    buttons->addWidget(m_close);
    auto* layout = new QVBoxLayout{this};
    layout->addWidget(m_heading);
    layout->addWidget(m_pages, 1);
    layout->addWidget(m_progress);
    layout->addLayout(buttons);
    m_typed->setFocus();
}

void EraseDialog::createQuestion()
{
    auto* page = new QWidget{this};
    auto* layout = new QVBoxLayout{page};
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_what);
    layout->addWidget(m_prompt);
    layout->addWidget(m_typed);
    layout->addStretch();
    m_typed->setObjectName(QStringLiteral("eraseTyped"));
    m_prompt->setBuddy(m_typed);
    m_prompt->setWordWrap(true);
    m_pages->addWidget(page);
    m_erase->setEnabled(false);
    if (!m_user) {
        m_heading->setText(tr("An erasure was begun and not finished"));
        m_what->setText(tr("The reviews are out of the project's tables. Their traces in free "
                           "space, the undo history and backups are taken away now, and every "
                           "file of the project is searched for what is left."));
        m_prompt->hide();
        m_typed->hide();
        m_erase->setText(tr("&Finish"));
        m_erase->setEnabled(true);
        return;
    }
    m_heading->setText(tr("Erase %1?").arg(shown(m_user->name)));
    m_erase->setText(tr("&Erase for good"));
    connect(m_typed, &QLineEdit::textChanged, this, [this](const QString& typed) {
        bool isNumber = false;
        const qlonglong number = QLocale{}.toLongLong(typed.trimmed(), &isNumber);
        m_erase->setEnabled(isNumber && m_reviews >= 0 && number == m_reviews);
    });
    auto* job = m_session.read(tr("Counting"), this,
                               [id = m_user->id](store::Project& project, StopToken, Progress&) {
                                   return store::Histories{project}.timeline(id).size();
                               });
    connect(job, &Job::done, this,
            [this, job] { askAbout(static_cast<std::int64_t>(job->takeValue())); });
}

void EraseDialog::askAbout(std::int64_t reviews)
{
    m_reviews = reviews;
    m_what->setText(
        tr("The user and all reviews go out of the project for good, with the undo history's "
           "changes of them, rejected lines, kept results and backups that have them. Splits are "
           "made anew without the user. This cannot be undone.\n\n"
           "Then every file of the project is searched, byte by byte, for pieces of the texts. "
           "Imported files, exports and trained weights are not touched."));
    m_prompt->setText(tr("%Ln review(s) would go. Type that number to confirm:", nullptr,
                         static_cast<int>(reviews)));
}

void EraseDialog::createReport()
{
    auto* page = new QWidget{this};
    auto* layout = new QVBoxLayout{page};
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_verdict);
    auto* scroll = new QScrollArea{page};
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    m_facts->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    scroll->setWidget(m_facts);
    layout->addWidget(scroll, 1);
    m_pages->addWidget(page);
}

void EraseDialog::erase()
{
    m_erase->setEnabled(false);
    m_typed->setEnabled(false);
    m_progress->show();
    m_progress->begin(m_user ? tr("Erasing") : tr("Finishing"));
    const std::optional<UserId> user = m_user ? std::optional{m_user->id} : std::nullopt;
    auto* job = m_session.change(tr("Erasing a user"), this,
                                 [user](store::Project& project, StopToken stop, Progress& report) {
                                     return user ? store::eraseUser(project, *user, stop, report)
                                                 : store::finishErasures(project, stop, report);
                                 });
    m_job = job;
    connect(job, &Job::progressed, this, [this](const ProgressReport& report) {
        m_progress->setProgress(report.done, report.total, shown(report.stage));
    });
    connect(job, &Job::done, this, [this, job] { showResult(job->takeValue()); });
    connect(job, &Job::failed, this, &EraseDialog::showFailure);
    connect(job, &Job::stopped, this, [this] {
        m_session.announceData();
        showFailure(
            {.problem = tr("The erasure was stopped."),
             .where = {},
             .remedy = tr("What is gone stays gone; the Privacy tab offers to finish it.")});
    });
}

void EraseDialog::showResult(const store::Erasure& erasure)
{
    if (m_user) {
        m_session.announceErased(shown(m_user->name));
    }
    m_session.announceData();
    m_progress->hide();
    m_heading->setText(erasure.isFinished() ? tr("Erased") : tr("Not erased everywhere"));
    m_verdict->setText(verdictOf(erasure));
    markVerdict(!erasure.isFinished());
    m_facts->setText(factsOf(erasure).join(QStringLiteral("\n\n")));
    m_pages->setCurrentIndex(1);
    m_erase->hide();
    m_close->setText(tr("Close"));
    m_close->setFocus();
    m_user.reset();
}

void EraseDialog::markVerdict(bool bad)
{
    m_verdict->setProperty("role", bad ? QVariant{QStringLiteral("error")} : QVariant{});
    m_verdict->style()->unpolish(m_verdict);
    m_verdict->style()->polish(m_verdict);
}

void EraseDialog::showFailure(const Failure& failure)
{
    m_progress->hide();
    m_heading->setText(tr("Not erased"));
    m_verdict->setText(failure.problem);
    markVerdict(true);
    m_facts->setText(
        QStringList{failure.where, failure.remedy}.join(QStringLiteral("\n\n")).trimmed());
    m_pages->setCurrentIndex(1);
    m_erase->hide();
    m_close->setText(tr("Close"));
    m_close->setFocus();
}

void EraseDialog::reject()
{
    if (m_job && m_job->isRunning()) {
        m_job->requestStop();
        return;
    }
    QDialog::reject();
}

} // namespace nextquill::ui

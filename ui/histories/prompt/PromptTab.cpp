// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/prompt/PromptTab.h"

#include "core/model/ModelFiles.h"
#include "core/store/Histories.h"
#include "core/workflow/ModelChoice.h"
#include "core/workflow/PromptSources.h"

#include "ui/histories/prompt/TemplateEditor.h"
#include "ui/project/ExamplePicker.h"
#include "ui/project/ModelBox.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/ProgressLine.h"
#include "ui/widgets/TokenView.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QLineEdit>
#include <QPointer>
#include <QPushButton>
#include <QShortcut>
#include <QSpinBox>
#include <QStackedWidget>
#include <QTabWidget>
#include <QTableView>
#include <QTimer>

#include <algorithm>
#include <mutex>
#include <utility>

namespace nextquill::ui {

/// A model's files stay open from one prompt to the next: a tokenizer takes a while to read.
class PromptTab::Files
{
public:
    std::shared_ptr<const model::ModelFiles> at(const std::filesystem::path& path)
    {
        const std::scoped_lock lock{m_mutex};
        if (!m_open || m_open->path() != path) {
            m_open = model::ModelFiles::open(path);
        }
        return m_open;
    }

private:
    std::mutex m_mutex;
    std::shared_ptr<const model::ModelFiles> m_open; // guarded by m_mutex
};

/// What the project offers to choose from.
struct PromptTab::Answer
{
    std::vector<workflow::NamedTemplate> templates;
    std::string used;
    text::SelectionRule rule;
};

namespace {

/// What a prompt is made from, by value: it is made on another thread.
struct PromptQuestion
{
    ExampleId example{};
    std::string item; ///< key of another item than the text's; empty: the text's own
    std::string model;
    workflow::ExampleSettings settings;
};

/// What the prompt is to ask for.
store::ExampleData exampleOf(store::Project& project, const PromptQuestion& question)
{
    const store::Histories histories{project};
    if (question.item.empty()) {
        return histories.example(question.example);
    }
    return histories.unwritten(histories.example(question.example).target.user,
                               histories.itemWithKey(question.item).id);
}

using PromptViewPtr = std::shared_ptr<const workflow::PromptView>;

} // namespace

PromptTab::~PromptTab() = default;

void PromptTab::connectAll()
{
    connect(m_picker, &ExamplePicker::chosen, this, &PromptTab::showExample);
    connect(m_model, &ModelBox::modelChosen, this, &PromptTab::ask);
    connect(m_template, &QComboBox::activated, this, &PromptTab::templateChosen);
    connect(m_select, &QComboBox::activated, this, [this] {
        renewControls();
        if (rule().kind == text::SelectionKind::Meaning && m_encoderFolder.isEmpty()) {
            chooseEncoder();
        }
        ask();
    });
    connect(m_diversity, &QDoubleSpinBox::valueChanged, this, &PromptTab::ask);
    connect(m_reviews, &QSpinBox::valueChanged, this, &PromptTab::ask);
    connect(m_tokens, &QSpinBox::valueChanged, this, &PromptTab::ask);
    connect(m_item, &QLineEdit::editingFinished, this, &PromptTab::ask);
    connect(m_encoder, &QPushButton::clicked, this, [this] {
        chooseEncoder();
        ask();
    });
    connect(m_use, &QPushButton::clicked, this, &PromptTab::useInProject);
    connect(m_soon, &QTimer::timeout, this, &PromptTab::make);
    connect(m_text, &TokenView::currentTokenChanged, this, &PromptTab::sayToken);
    connect(m_text, &TokenView::tokenHovered, this,
            [this](qsizetype token) { sayToken(token >= 0 ? token : m_text->currentToken()); });
    m_text->setDescription([this](qsizetype token) {
        sayToken(token);
        return m_tokenWords->text();
    });
    connect(m_table, &QTableView::activated, this,
            [this](const QModelIndex& index) { showInPrompt(index.row()); });
    createActions();
    connect(m_editor, &TemplateEditor::sourceTyped, this, [this](const QString& source) {
        m_typed = m_editor->isEdited() ? std::optional{stored(source)} : std::nullopt;
        ask();
    });
    connect(m_editor, &TemplateEditor::saved, this, [this](const QString& reference) {
        m_typed.reset();
        m_shownTemplate.clear(); // it is kept: nothing is lost
        m_wanted = reference;
        readChoices();
    });
    connect(m_empty, &EmptyState::actionRequested, this, &PromptTab::make);
    for (const auto& [key, step] : {std::pair{Qt::Key_BracketLeft, &ExamplePicker::goToPrevious},
                                    std::pair{Qt::Key_BracketRight, &ExamplePicker::goToNext}}) {
        for (QWidget* place : {static_cast<QWidget*>(m_table), static_cast<QWidget*>(m_text)}) {
            auto* shortcut = new QShortcut{key, place};
            shortcut->setContext(Qt::WidgetShortcut);
            connect(shortcut, &QShortcut::activated, m_picker, step);
        }
    }
    connect(&m_session, &ProjectSession::projectChanged, this, &PromptTab::reload);
    connect(&m_session, &ProjectSession::dataChanged, this, [this] {
        readChoices();
        ask();
    });
}

void PromptTab::reload()
{
    m_example.reset();
    m_item->clear();
    m_typed.reset();
    m_files = std::make_shared<Files>();
    m_wanted.clear();
    m_shownTemplate.clear();
    showView(nullptr);
    readChoices();
}

void PromptTab::readChoices()
{
    const quint64 question = ++m_question;
    if (!m_session.isOpen()) {
        takeChoices({});
        return;
    }
    auto* job = m_session.read(
        tr("Reading templates"), this, [](store::Project& project, StopToken, Progress&) {
            Answer answer;
            const store::PromptChoice choice = store::Templates{project}.choice();
            answer.used = workflow::templateOf(choice).reference;
            answer.rule = workflow::selectionOf(choice);
            answer.templates = workflow::templatesOf(project);
            return answer;
        });
    connect(job, &Job::done, this, [this, job, question] {
        if (question == m_question) {
            takeChoices(job->takeValue());
        }
        job->deleteLater();
    });
    connect(job, &Job::stopped, job, &QObject::deleteLater);
    connect(job, &Job::failed, job, &QObject::deleteLater);
}

void PromptTab::takeChoices(const Answer& answer)
{
    const bool isFirst = m_templates.empty() || shown(answer.used) != m_used;
    QString wanted = std::exchange(m_wanted, {});
    if (wanted.isEmpty()) {
        wanted = isFirst ? shown(answer.used) : m_template->currentText();
    }
    m_templates = answer.templates;
    m_used = shown(answer.used);
    m_template->clear();
    for (const workflow::NamedTemplate& one : m_templates) {
        m_template->addItem(shown(one.reference));
    }
    m_template->setCurrentIndex(std::max(m_template->findText(wanted), 0));
    if (isFirst || !(m_usedRule == answer.rule)) {
        const QSignalBlocker quiet{m_diversity};
        m_select->setCurrentIndex(m_select->findData(static_cast<int>(answer.rule.kind)));
        m_diversity->setValue(answer.rule.diversity);
        m_encoderFolder = shown(answer.rule.encoder);
    }
    m_usedRule = answer.rule;
    const bool staysOpen = m_editor->isEdited() && m_template->currentText() == m_shownTemplate;
    if (!m_templates.empty() && !staysOpen) {
        templateChosen();
    }
    renewControls();
}

void PromptTab::templateChosen()
{
    const int index = m_template->currentIndex();
    if (index < 0) {
        return;
    }
    const workflow::NamedTemplate& chosen = m_templates[static_cast<std::size_t>(index)];
    offerUnsaved();
    m_typed.reset();
    m_shownTemplate = shown(chosen.reference);
    m_editor->showTemplate(m_shownTemplate, chosen.source.source(),
                           text::PromptTemplate::isPreset(chosen.reference));
    renewControls();
    ask();
}

void PromptTab::offerUnsaved()
{
    if (!m_editor->isEdited() || m_shownTemplate.isEmpty()) {
        return;
    }
    const QPointer<PromptTab> tab{this};
    Q_EMIT m_session.noticed(
        tr("What was typed into %1 is not saved").arg(m_shownTemplate), tr("Bring it back"),
        [tab, reference = m_shownTemplate, typed = m_editor->typed()] {
            if (tab && tab->m_template->findText(reference) >= 0) {
                tab->m_template->setCurrentIndex(tab->m_template->findText(reference));
                tab->templateChosen();
                tab->m_editor->type(typed);
            }
        });
}

text::SelectionRule PromptTab::rule() const
{
    text::SelectionRule rule = m_usedRule;
    rule.kind = static_cast<text::SelectionKind>(m_select->currentData().toInt());
    rule.diversity = m_diversity->value();
    const bool mayHaveEncoder =
        rule.kind == text::SelectionKind::Meaning || rule.kind == text::SelectionKind::Diverse;
    rule.encoder = mayHaveEncoder ? stored(m_encoderFolder) : std::string{};
    return rule;
}

void PromptTab::renewControls()
{
    const text::SelectionKind kind = rule().kind;
    m_diversity->setVisible(kind == text::SelectionKind::Diverse);
    m_encoder->setVisible(kind == text::SelectionKind::Meaning ||
                          kind == text::SelectionKind::Diverse);
    m_encoder->setText(m_encoderFolder.isEmpty()
                           ? tr("Enco&der…")
                           : tr("Enco&der: %1").arg(m_encoderFolder.section(QLatin1Char{'/'}, -1)));
    m_encoder->setToolTip(m_encoderFolder.isEmpty()
                              ? tr("Folder of a BERT encoder, such as a MiniLM; without one the "
                                   "diverse choice compares words")
                              : m_encoderFolder);
    const bool isUsed = m_template->currentText() == m_used && rule() == m_usedRule;
    m_use->setEnabled(m_session.isOpen() && !m_session.isReadOnly() && !isUsed && !m_typed &&
                      !m_templates.empty());
    m_use->setText(isUsed && m_session.isOpen() ? tr("Used in this project")
                                                : tr("&Use in this project"));
}

void PromptTab::chooseEncoder()
{
    const QString folder =
        QFileDialog::getExistingDirectory(this, tr("Folder of an encoder"), m_encoderFolder);
    if (!folder.isEmpty()) {
        m_encoderFolder = folder;
    }
    renewControls();
}

void PromptTab::setEncoder(const QString& folder)
{
    m_encoderFolder = folder;
    renewControls();
}

void PromptTab::showExample(ExampleId example)
{
    m_example = example;
    if (m_picker->current() != example) {
        m_picker->choose(example); // comes back here once it is chosen
        return;
    }
    ask();
}

void PromptTab::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_due) {
        ask();
    }
}

void PromptTab::ask()
{
    renewControls();
    m_due = !isVisible(); // nothing is computed for a place that nobody looks at
    if (!m_due) {
        m_soon->start();
    }
}

void PromptTab::make()
{
    if (!m_session.isOpen() || !m_example || m_templates.empty()) {
        return;
    }
    if (m_model->model().isEmpty()) {
        showFailure(tr("There is no model to count tokens with"),
                    tr("Add one in Models, or choose one above."));
        return;
    }
    PromptQuestion question{.example = *m_example,
                            .item = stored(m_item->text().trimmed()),
                            .model = stored(m_model->model()),
                            .settings = {}};
    const auto index = static_cast<std::size_t>(std::max(m_template->currentIndex(), 0));
    question.settings.promptTemplate = m_templates.at(index);
    if (m_typed) {
        question.settings.promptTemplate = workflow::NamedTemplate{
            .reference = stored(tr("being edited")), .source = text::PromptTemplate{*m_typed}};
    }
    question.settings.selection = rule();
    question.settings.budget.maximumReviews = static_cast<std::size_t>(m_reviews->value());
    question.settings.budget.promptTokens = static_cast<std::size_t>(m_tokens->value());
    auto* job = startJob(
        tr("Making the prompt"), m_session.workers(), this,
        [file = m_session.file(), files = m_files, question](StopToken, Progress&) {
            const auto project = store::Project::open(file, store::OpenMode::ReadOnly);
            const store::ExampleData example = exampleOf(*project, question);
            const workflow::ModelChoice choice =
                workflow::chooseModel(question.model, project.get());
            return PromptViewPtr{std::make_shared<const workflow::PromptView>(workflow::promptView(
                example, choice.name, *files->at(choice.base), question.settings))};
        });
    start(job);
    connect(job, &Job::done, this, [this, job] {
        PromptViewPtr view = job->takeValue();
        if (m_job == job) {
            m_job = nullptr;
            m_progress->hide();
            showView(std::move(view));
        }
        job->deleteLater();
    });
}

void PromptTab::start(Job* job)
{
    if (m_job != nullptr) {
        m_job->requestStop(); // its answer is of yesterday
    }
    m_job = job;
    m_progress->begin(job->title());
    QTimer::singleShot(400, job, [this, job] { // most prompts are there before that
        if (m_job == job) {
            m_progress->show();
        }
    });
    connect(m_progress, &ProgressLine::cancelRequested, job, &Job::requestStop);
    const auto end = [this, job] {
        if (m_job == job) {
            m_job = nullptr;
            m_progress->hide();
        }
        job->deleteLater();
    };
    connect(job, &Job::stopped, this, end);
    connect(job, &Job::failed, this, [this, job, end](const Failure& failure) {
        if (m_job == job) {
            showFailure(failure.problem,
                        QString(failure.where % QStringLiteral(": ") % failure.remedy));
        }
        end();
    });
}

void PromptTab::useInProject()
{
    const QString name = m_template->currentText();
    auto* job = m_session.change(
        tr("Choosing how prompts are made"), this,
        [name = stored(name), rule = rule()](store::Project& project, StopToken, Progress&) {
            workflow::useForPrompts(project, name, rule);
            return true;
        });
    connect(job, &Job::done, this, [this, job, name] {
        Q_EMIT m_session.noticed(
            tr("New runs, inspections and comparisons make their prompts with %1").arg(name), {},
            {});
        readChoices();
        job->deleteLater();
    });
    connect(job, &Job::stopped, job, &QObject::deleteLater);
    connect(job, &Job::failed, job, &QObject::deleteLater);
}

} // namespace nextquill::ui

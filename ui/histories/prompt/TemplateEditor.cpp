// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/prompt/TemplateEditor.h"

#include "core/base/Error.h"
#include "core/text/PromptTemplate.h"
#include "core/workflow/PromptSources.h"

#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/ThemedIcon.h"

#include <QFontDatabase>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QShortcut>
#include <QTextBlock>
#include <QTimer>
#include <QVBoxLayout>

namespace nextquill::ui {

namespace {

constexpr int typingRest = 200; // milliseconds

int lineIn(const QString& where)
{
    static const QRegularExpression line{QStringLiteral("line ([0-9]+)")};
    const auto match = line.match(where);
    return match.hasMatch() ? match.captured(1).toInt() : 0;
}

} // namespace

TemplateEditor::TemplateEditor(ProjectSession& session, QWidget* parent)
    : QWidget{parent}
    , m_session{session}
    , m_text{new QPlainTextEdit{this}}
    , m_problem{new QLabel{this}}
    , m_name{new QLineEdit{this}}
    , m_save{new QPushButton{tr("&Save as a new version"), this}}
    , m_revert{new QPushButton{themedIcon(QStringLiteral("undo")), tr("Re&vert"), this}}
    , m_typing{new QTimer{this}}
{
    create();
    m_typing->setSingleShot(true);
    m_typing->setInterval(typingRest);
    connect(m_typing, &QTimer::timeout, this, &TemplateEditor::check);
    connect(m_text, &QPlainTextEdit::textChanged, m_typing, qOverload<>(&QTimer::start));
    connect(m_name, &QLineEdit::textChanged, this, &TemplateEditor::renewButtons);
    connect(m_save, &QPushButton::clicked, this, &TemplateEditor::save);
    connect(m_revert, &QPushButton::clicked, this, [this] { m_text->setPlainText(m_kept); });
    auto* saves = new QShortcut{QKeySequence::Save, this};
    saves->setContext(Qt::WidgetWithChildrenShortcut);
    connect(saves, &QShortcut::activated, this, &TemplateEditor::save);
    auto* jumps = new QShortcut{Qt::Key_F8, this};
    jumps->setContext(Qt::WidgetWithChildrenShortcut);
    connect(jumps, &QShortcut::activated, this, &TemplateEditor::goToProblem);
}

void TemplateEditor::create()
{
    m_text->setObjectName(QStringLiteral("templateText"));
    m_text->setAccessibleName(tr("Prompt template"));
    m_text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_text->setLineWrapMode(QPlainTextEdit::WidgetWidth);
    m_text->setTabChangesFocus(true);
    m_problem->setObjectName(QStringLiteral("templateProblem"));
    m_problem->setTextFormat(Qt::PlainText);
    m_problem->setWordWrap(true);
    m_name->setObjectName(QStringLiteral("templateName"));
    m_name->setMaximumWidth(m_name->fontMetrics().averageCharWidth() * 30);
    m_save->setObjectName(QStringLiteral("templateSave"));
    m_save->setProperty("role", QStringLiteral("primary"));
    m_revert->setObjectName(QStringLiteral("templateRevert"));
    auto* name = new QLabel{tr("&Name"), this};
    name->setBuddy(m_name);
    auto* row = new QHBoxLayout;
    row->addWidget(name);
    row->addWidget(m_name);
    row->addStretch(1);
    row->addWidget(m_revert);
    row->addWidget(m_save);
    auto* layout = new QVBoxLayout{this};
    layout->addWidget(m_text, 1);
    layout->addWidget(m_problem);
    layout->addLayout(row);
}

void TemplateEditor::showTemplate(const QString& reference, const std::string& source,
                                  bool isPreset)
{
    m_kept = shown(source);
    const QString name = reference.section(QLatin1Char{'@'}, 0, 0);
    m_name->setText(isPreset ? QStringLiteral("my-") + name : name);
    const QSignalBlocker quiet{m_text};
    m_text->setPlainText(m_kept);
    m_typing->stop();
    m_line = 0;
    m_problem->clear();
    renewButtons();
}

bool TemplateEditor::isEdited() const
{
    return m_text->toPlainText() != m_kept;
}

QString TemplateEditor::typed() const
{
    return m_text->toPlainText();
}

void TemplateEditor::type(const QString& source)
{
    m_text->setPlainText(source);
}

QString TemplateEditor::problem() const
{
    return m_problem->property("role") == QStringLiteral("error") ? m_problem->text() : QString{};
}

void TemplateEditor::check()
{
    const QString typed = m_text->toPlainText();
    QString role = QStringLiteral("muted");
    m_line = 0;
    try {
        static_cast<void>(text::PromptTemplate{stored(typed)});
        m_problem->setText(isEdited() ? tr("Whole. The prompt beside is made with what is typed.")
                                      : QString{});
    } catch (const Error& error) {
        role = QStringLiteral("error");
        m_line = lineIn(shown(error.where()));
        m_problem->setText(
            tr("Line %1: %2. F8 goes there.").arg(m_line).arg(shown(error.problem())));
    }
    m_problem->setProperty("role", role);
    m_problem->setStyleSheet(m_problem->styleSheet()); // rules by role are looked up anew
    renewButtons();
    if (m_line == 0) {
        Q_EMIT sourceTyped(typed);
    }
}

void TemplateEditor::renewButtons()
{
    m_save->setEnabled(isEdited() && m_line == 0 && !m_saving && !m_session.isReadOnly() &&
                       !m_name->text().trimmed().isEmpty());
    m_save->setToolTip(m_session.isReadOnly() ? tr("The project is open for reading only")
                                              : QString{});
    m_revert->setEnabled(isEdited());
}

void TemplateEditor::goToProblem()
{
    if (m_line > 0) {
        m_text->setTextCursor(QTextCursor{m_text->document()->findBlockByNumber(m_line - 1)});
        m_text->setFocus();
    }
}

void TemplateEditor::save()
{
    if (m_typing->isActive()) {
        m_typing->stop();
        check(); // what was typed last counts, too
    }
    if (!m_save->isEnabled()) {
        return;
    }
    m_saving = true;
    renewButtons();
    auto* job = m_session.change(
        tr("Keeping the template"), this,
        [name = stored(m_name->text().trimmed()),
         source = stored(m_text->toPlainText())](store::Project& project, StopToken, Progress&) {
            return workflow::keepTemplate(project, name, source).reference();
        });
    const auto end = [this, job] {
        m_saving = false;
        renewButtons();
        job->deleteLater();
    };
    connect(job, &Job::done, this, [this, job, end] {
        const QString reference = shown(job->takeValue());
        end();
        Q_EMIT m_session.noticed(tr("The template is kept as %1").arg(reference), {}, {});
        Q_EMIT saved(reference);
    });
    connect(job, &Job::stopped, this, end);
    connect(job, &Job::failed, this, [this, end](const Failure& failure) {
        end();
        m_problem->setProperty("role", QStringLiteral("error"));
        m_problem->setStyleSheet(m_problem->styleSheet());
        m_problem->setText(QString(asSentence(failure.problem) % QStringLiteral(". ") %
                                   asSentence(failure.remedy)));
    });
}

} // namespace nextquill::ui

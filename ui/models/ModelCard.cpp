// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/ModelCard.h"

#include "ui/project/ShownText.h"
#include "ui/widgets/ProgressLine.h"
#include "ui/widgets/ThemedIcon.h"

#include <QApplication>
#include <QGridLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace nextquill::ui {

namespace {

QLabel* plainLabel(const QString& text, const char* role, QWidget* parent)
{
    auto* label = new QLabel{text, parent};
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setProperty("role", QString::fromLatin1(role));
    return label;
}

QString known(const std::string& text)
{
    return text.empty() ? ModelCard::tr("not known") : shown(text);
}

QString counted(std::int64_t number, const QString& unit = {})
{
    const QString text = QLocale{}.toString(static_cast<qlonglong>(number));
    return number == 0 ? ModelCard::tr("not known")
                       : (unit.isEmpty() ? text : QString(text % QLatin1Char(' ') % unit));
}

QString estimated(std::uint64_t bytes)
{
    return bytes == 0 ? ModelCard::tr("not known")
                      : ModelCard::tr("about %1").arg(shownBytes(bytes));
}

QString parametersOf(const workflow::ModelSummary& summary)
{
    constexpr double million = 1e6;
    return summary.parameters == 0
               ? ModelCard::tr("not known")
               : ModelCard::tr("%1 million")
                     .arg(QLocale{}.toString(static_cast<double>(summary.parameters) / million, 'f',
                                             1));
}

} // namespace

ModelCard::ModelCard(QWidget* parent)
    : QWidget{parent}
    , m_name{plainLabel({}, "heading", this)}
    , m_source{plainLabel({}, "muted", this)}
    , m_state{plainLabel({}, "", this)}
    , m_problems{plainLabel({}, "error", this)}
    , m_facts{new QWidget{this}}
    , m_grid{nullptr}
    , m_progress{new ProgressLine{this}}
    , m_inspect{new QPushButton{themedIcon(QStringLiteral("inspect")), tr("&Inspect with it"),
                                this}}
    , m_compare{new QPushButton{themedIcon(QStringLiteral("compare")), tr("Co&mpare with it"),
                                this}}
    , m_train{new QPushButton{themedIcon(QStringLiteral("runs")), tr("&Train on it…"), this}}
    , m_fetch{new QPushButton{themedIcon(QStringLiteral("download")), tr("Fetch the rest"), this}}
    , m_verify{new QPushButton{themedIcon(QStringLiteral("check")), tr("Veri&fy"), this}}
    , m_copy{new QPushButton{themedIcon(QStringLiteral("copy")), tr("&Copy path"), this}}
    , m_remove{new QPushButton{themedIcon(QStringLiteral("remove")), tr("&Remove…"), this}}
{
    setObjectName(QStringLiteral("modelCard"));
    m_name->setObjectName(QStringLiteral("modelName"));
    m_state->setObjectName(QStringLiteral("modelState"));
    m_problems->setObjectName(QStringLiteral("modelProblems"));
    m_progress->setObjectName(QStringLiteral("verifyProgress"));
    for (QLabel* label : {m_name, m_problems}) {
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    auto* area = new QScrollArea{this};
    area->setWidgetResizable(true);
    area->setFocusPolicy(Qt::NoFocus);
    area->setWidget(createFacts());
    m_progress->hide();
    auto* column = new QVBoxLayout{this};
    column->addWidget(area, 1);
    column->addWidget(m_progress);
    column->addWidget(createButtons());
    clear();
}

QWidget* ModelCard::createFacts()
{
    auto* content = new QWidget{this};
    auto* column = new QVBoxLayout{content};
    column->setContentsMargins(8, 8, 8, 8);
    column->setSpacing(6);
    for (QWidget* part : {static_cast<QWidget*>(m_name), static_cast<QWidget*>(m_source),
                          static_cast<QWidget*>(m_state), static_cast<QWidget*>(m_problems)}) {
        column->addWidget(part);
    }
    column->addSpacing(8);
    column->addWidget(m_facts);
    column->addStretch(1);
    return content;
}

QWidget* ModelCard::createButtons()
{
    const std::pair<QPushButton*, const char*> names[] = {
        {m_inspect, "inspectWith"}, {m_compare, "compareWith"}, {m_train, "trainOn"},
        {m_fetch, "fetchRest"},     {m_verify, "verifyModel"},  {m_copy, "copyPath"},
        {m_remove, "removeModel"}};
    for (const auto& [button, name] : names) {
        button->setObjectName(QString::fromLatin1(name));
    }
    m_verify->setToolTip(tr("Checksums, weights, tokenizer and a forward pass (V)"));
    m_copy->setToolTip(tr("Its place on the disk (Ctrl+C)"));
    m_fetch->setToolTip(tr("Goes on where the fetch stopped"));
    auto* upper = new QHBoxLayout;
    for (QPushButton* button : {m_inspect, m_compare, m_train, m_fetch}) {
        upper->addWidget(button);
    }
    upper->addStretch(1);
    auto* lower = new QHBoxLayout;
    for (QPushButton* button : {m_verify, m_copy, m_remove}) {
        lower->addWidget(button);
    }
    lower->addStretch(1);
    auto* buttons = new QWidget{this};
    auto* rows = new QVBoxLayout{buttons};
    rows->setContentsMargins(8, 0, 8, 8);
    rows->addLayout(upper);
    rows->addLayout(lower);
    connect(m_inspect, &QPushButton::clicked, this,
            [this] { Q_EMIT useRequested(ModelUse::Inspect); });
    connect(m_compare, &QPushButton::clicked, this,
            [this] { Q_EMIT useRequested(ModelUse::Compare); });
    connect(m_train, &QPushButton::clicked, this, [this] { Q_EMIT useRequested(ModelUse::Train); });
    connect(m_fetch, &QPushButton::clicked, this, &ModelCard::fetchRequested);
    connect(m_verify, &QPushButton::clicked, this, &ModelCard::verifyRequested);
    connect(m_copy, &QPushButton::clicked, this, &ModelCard::copyRequested);
    connect(m_remove, &QPushButton::clicked, this, &ModelCard::removeRequested);
    return buttons;
}

void ModelCard::clear()
{
    m_entry.reset();
    for (QLabel* label : {m_name, m_source, m_state, m_problems}) {
        label->clear();
    }
    showFacts();
    renewButtons();
}

void ModelCard::setEntry(const ModelEntry& entry)
{
    m_entry = entry;
    m_name->setText(shown(entry.known.name));
    m_source->setText(tr("%1 · from %2").arg(shownKind(entry), shownSource(entry.known.source)));
    m_state->setText(sentenceOf(entry));
    QStringList problems;
    if (entry.summary && entry.isThere && entry.known.isWhole) {
        for (const Error& error : entry.summary->problems) {
            problems << shownError(error);
        }
    }
    m_problems->setText(problems.join(QLatin1Char('\n')));
    m_problems->setVisible(!problems.isEmpty());
    showFacts();
    renewButtons();
}

void ModelCard::setProjectOpen(bool open)
{
    m_projectOpen = open;
    renewButtons();
}

void ModelCard::setVerifying(const std::string& name)
{
    m_verifying = name;
    const bool hadFocus = m_verify->hasFocus();
    renewButtons(); // a button that is switched off hands its focus on
    if (hadFocus) {
        m_focusWent = QApplication::focusWidget();
    } else if (name.empty() && !m_focusWent.isNull() && m_focusWent->hasFocus()) {
        m_verify->setFocus(); // nobody has moved it since
    }
}

void ModelCard::addRow(const QString& name, const QString& value, const QString& note)
{
    const int row = m_grid->rowCount();
    auto* title = plainLabel(name, "muted", m_facts);
    title->setWordWrap(false);
    title->setTextInteractionFlags(Qt::TextSelectableByMouse); // one height with the value
    auto* text = plainLabel(value, "", m_facts);
    text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_grid->addWidget(title, row, 0, Qt::AlignTop);
    m_grid->addWidget(text, row, 1, Qt::AlignTop);
    if (!note.isEmpty()) {
        m_grid->addWidget(plainLabel(note, "muted", m_facts), row + 1, 1, Qt::AlignTop);
    }
}

void ModelCard::showFacts()
{
    qDeleteAll(m_facts->findChildren<QWidget*>(QString{}, Qt::FindDirectChildrenOnly));
    delete m_facts->layout();
    m_grid = new QGridLayout{m_facts};
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(20);
    m_grid->setVerticalSpacing(8);
    m_grid->setColumnStretch(1, 1);
    if (!m_entry) {
        return;
    }
    if (m_entry->summary && m_entry->isThere && m_entry->known.isWhole) {
        const workflow::ModelSummary& summary = *m_entry->summary;
        addRow(tr("Architecture"), known(summary.architecture));
        addRow(tr("Parameters"), parametersOf(summary));
        addRow(tr("Weights"), summary.bytes == 0 ? tr("not known")
                                                 : tr("%1, %2").arg(shownBytes(summary.bytes),
                                                                    known(summary.dtype)));
        addRow(tr("Context"), counted(summary.context, tr("tokens")));
        addRow(tr("Vocabulary"), counted(summary.vocabulary, tr("tokens")));
        addRow(tr("Tokenizer"), known(summary.tokenizer));
        addRow(tr("Chat markup"), known(summary.markup), shown(summary.markupProblem));
        addRow(tr("Licence"), summary.license.empty() ? tr("not stated") : shown(summary.license));
        addRow(tr("Memory"),
               tr("%1 to run\n%2 to train adapters\n%3 to train all weights")
                   .arg(estimated(summary.inferenceBytes), estimated(summary.lowRankBytes),
                        estimated(summary.fullBytes)),
               tr("float32, 2,048 tokens"));
        QStringList runs;
        for (const std::string& run : summary.runs) {
            runs << shown(run);
        }
        if (m_projectOpen) {
            addRow(tr("Runs"),
                   runs.isEmpty() ? tr("none of this project") : runs.join(QStringLiteral(", ")));
        }
    }
    addRow(tr("Place"), shownPath(m_entry->known.path));
    showChecks();
}

void ModelCard::showChecks()
{
    if (!m_entry->verified) {
        return;
    }
    QStringList lines;
    for (const workflow::ModelCheck& check : m_entry->verified->checks) {
        const QString mark = check.state == workflow::CheckState::Passed   ? QStringLiteral("✓")
                             : check.state == workflow::CheckState::Failed ? QStringLiteral("✗")
                                                                           : QStringLiteral("–");
        QString line = tr("%1 %2: %3").arg(mark, shown(check.name), shown(check.found));
        if (!check.remedy.empty()) {
            line = tr("%1; %2").arg(line, shown(check.remedy));
        }
        lines << line;
    }
    addRow(tr("Checks"), lines.join(QLatin1Char('\n')));
}

void ModelCard::renewButtons()
{
    const bool chosen = m_entry.has_value();
    const bool usable = chosen && m_projectOpen && m_entry->isUsable();
    const bool isPartial = chosen && !m_entry->known.isWhole;
    const QString why = !m_projectOpen ? tr("Open a project first") : QString{};
    for (QPushButton* button : {m_inspect, m_compare, m_train}) {
        button->setVisible(!isPartial);
        button->setEnabled(usable);
        button->setToolTip(why);
    }
    if (usable) {
        m_inspect->setToolTip(tr("A text of this project (Enter)"));
        m_train->setEnabled(!m_entry->isAdapter());
        m_train->setToolTip(m_entry->isAdapter() ? tr("A run needs a base model, no adapter")
                                                 : QString{});
    }
    m_fetch->setVisible(isPartial);
    const bool isDemo = chosen && m_entry->known.source == workflow::ModelSource::Demo;
    m_verify->setEnabled(chosen && m_entry->isThere && m_entry->known.isWhole &&
                         m_verifying.empty());
    m_copy->setEnabled(chosen);
    m_remove->setEnabled(chosen && !isDemo);
    m_remove->setToolTip(isDemo ? tr("It came with the setup") : tr("Asks first (Del)"));
    m_progress->setVisible(!m_verifying.empty());
}

} // namespace nextquill::ui

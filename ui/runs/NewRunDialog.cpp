// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/runs/NewRunDialog.h"

#include "core/base/Error.h"

#include "ui/project/ModelBox.h"
#include "ui/project/ShownText.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace nextquill::ui {

NewRunDialog::NewRunDialog(ProjectSession& session, QWidget* parent)
    : QDialog{parent}
    , m_model{new ModelBox{session, this}}
    , m_preset{new QComboBox{this}}
    , m_name{new QLineEdit{this}}
    , m_all{new QCheckBox{tr("&All settings"), this}}
    , m_apart{new QCheckBox{tr("In a process of its &own"), this}}
    , m_reason{new QLabel{this}}
    , m_start{new QPushButton{tr("&Start run"), this}}
    , m_enqueue{new QPushButton{tr("Add to &queue"), this}}
{
    setWindowTitle(tr("New run"));
    resize(640, 640);
    m_model->setRunsShown(false);
    m_preset->addItem(tr("CPU try-out: adapters, minutes on two cores"),
                      QStringLiteral("cpu-tryout"));
    m_preset->addItem(tr("Paper: all weights, the authors' recipe"), QStringLiteral("paper"));
    m_name->setPlaceholderText(tr("the objective's name and a number"));
    m_reason->setProperty("role", QStringLiteral("error"));
    m_start->setProperty("role", QStringLiteral("primary"));
    m_start->setDefault(true);
    m_start->setObjectName(QStringLiteral("startRun"));
    m_enqueue->setObjectName(QStringLiteral("addToQueue"));
    m_all->setObjectName(QStringLiteral("allSettings"));
    m_apart->setObjectName(QStringLiteral("ownProcess"));
    m_apart->setToolTip(
        tr("A GPU that is lost, or memory that runs out, ends the run alone and not "
           "this window. It cannot be paused, and may go on when the window is "
           "closed."));

    auto* fields = new QWidget{this};
    auto* form = new QFormLayout{fields};
    form->addRow(tr("&Preset"), m_preset);
    form->addRow(tr("Base &model"), m_model);
    form->addRow(tr("&Name"), m_name);
    createForm(*form);
    auto* area = new QScrollArea{this};
    area->setWidgetResizable(true);
    area->setWidget(fields);
    auto* buttons = new QDialogButtonBox{QDialogButtonBox::Cancel, this};
    // Before they are the box's buttons, which end the dialog.
    connect(m_enqueue, &QPushButton::clicked, this, [this] { m_starts = false; });
    connect(m_start, &QPushButton::clicked, this, [this] { m_starts = true; });
    buttons->addButton(m_start, QDialogButtonBox::AcceptRole);
    buttons->addButton(m_enqueue, QDialogButtonBox::AcceptRole);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* layout = new QVBoxLayout{this};
    layout->addWidget(area, 1);
    auto* switches = new QHBoxLayout;
    switches->addWidget(m_all);
    switches->addStretch(1);
    switches->addWidget(m_apart);
    layout->addLayout(switches);
    layout->addWidget(m_reason);
    layout->addWidget(buttons);
    connect(m_all, &QCheckBox::toggled, this, &NewRunDialog::renew);
    connect(m_model, &ModelBox::modelChosen, this, &NewRunDialog::renew);
    connect(m_preset, &QComboBox::currentIndexChanged, this,
            [this] { applyPreset(m_preset->currentData().toString()); });
    applyPreset(QStringLiteral("cpu-tryout"));
}

void NewRunDialog::createForm(QFormLayout& form)
{
    for (const train::TrainingField& about : train::trainingFields()) {
        Field& field = m_fields[about.name];
        field.about = about;
        field.row = new QWidget{this};
        field.editor = createEditor(about);
        field.error = new QLabel{field.row};
        field.error->setProperty("role", QStringLiteral("error"));
        field.error->hide();
        auto* help = new QLabel{shown(about.help), field.row};
        help->setProperty("role", QStringLiteral("muted"));
        help->setWordWrap(true);
        auto* column = new QVBoxLayout{field.row};
        column->setContentsMargins(0, 0, 0, 0);
        column->addWidget(field.editor);
        column->addWidget(help);
        column->addWidget(field.error);
        form.addRow(shown(about.name), field.row);
        if (QWidget* const label = form.labelForField(field.row)) {
            qobject_cast<QLabel*>(label)->setBuddy(field.editor);
        }
    }
}

QWidget* NewRunDialog::createEditor(const train::TrainingField& field)
{
    QWidget* editor = nullptr;
    if (field.kind == train::TrainingField::Kind::Switch) {
        auto* box = new QCheckBox{tr("on"), this};
        connect(box, &QCheckBox::toggled, this, [this, name = field.name](bool on) {
            check(name, on ? QStringLiteral("true") : QStringLiteral("false"));
        });
        editor = box;
    } else if (!field.choices.empty()) {
        auto* box = new QComboBox{this};
        for (const std::string& choice : field.choices) {
            box->addItem(shown(choice));
        }
        connect(box, &QComboBox::currentTextChanged, this,
                [this, name = field.name](const QString& value) { check(name, value); });
        editor = box;
    } else {
        auto* line = new QLineEdit{this};
        connect(line, &QLineEdit::textEdited, this,
                [this, name = field.name](const QString& value) { check(name, value); });
        editor = line;
    }
    editor->setObjectName(shown(field.name));
    return editor;
}

void NewRunDialog::showValue(const Field& field)
{
    const QSignalBlocker quiet{field.editor};
    const QString value = shown(train::valueOf(m_settings, field.about.name));
    if (auto* const box = qobject_cast<QCheckBox*>(field.editor)) {
        box->setChecked(value == QStringLiteral("true"));
    } else if (auto* const choices = qobject_cast<QComboBox*>(field.editor)) {
        choices->setCurrentText(value);
    } else if (auto* const line = qobject_cast<QLineEdit*>(field.editor)) {
        line->setText(value);
    }
}

void NewRunDialog::applyPreset(const QString& name)
{
    m_settings = train::preset(stored(name));
    for (auto& [key, field] : m_fields) {
        field.error->clear();
        showValue(field);
    }
    renew();
}

void NewRunDialog::check(const std::string& field, const QString& value)
{
    Field& entry = m_fields.at(field);
    try {
        train::setValue(m_settings, field, stored(value));
        entry.error->clear();
        if (field == "objective") {
            showValue(m_fields.at("alpha")); // each objective brings its own
        }
    } catch (const Error& error) {
        entry.error->setText(shown(error.remedy()));
    }
    renew();
}

void NewRunDialog::renew()
{
    QString reason;
    for (auto& [key, field] : m_fields) {
        const bool wrong = !field.error->text().isEmpty();
        field.error->setVisible(wrong);
        const bool visible = m_all->isChecked() || field.about.basic || wrong;
        field.row->setVisible(visible);
        if (auto* const form = qobject_cast<QFormLayout*>(field.row->parentWidget()->layout())) {
            form->labelForField(field.row)->setVisible(visible);
        }
        reason = wrong ? tr("%1: %2").arg(shown(key), field.error->text()) : reason;
    }
    if (reason.isEmpty()) {
        try {
            train::validate(m_settings);
        } catch (const Error& error) {
            reason = shown(error.problem());
        }
    }
    if (reason.isEmpty() && m_model->model().isEmpty()) {
        reason = tr("Choose a base model.");
    }
    m_reason->setText(reason);
    m_start->setEnabled(reason.isEmpty());
    m_enqueue->setEnabled(reason.isEmpty());
}

void NewRunDialog::setModel(const QString& model)
{
    if (!model.isEmpty()) {
        m_model->setModel(model);
        renew();
    }
}

workflow::RunRequest NewRunDialog::request() const
{
    return {.model = stored(m_model->model()),
            .name = stored(m_name->text().simplified()),
            .settings = m_settings,
            .ownProcess = m_apart->isChecked()};
}

} // namespace nextquill::ui

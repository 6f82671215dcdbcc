// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/project/ModelBox.h"

#include "core/store/RunLedger.h"
#include "core/workflow/KnownModels.h"

#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"

#include <QFileDialog>

namespace nextquill::ui {

namespace {

const QString browseEntry = QStringLiteral("\nbrowse");

/// What there is to choose from.
struct Choices
{
    std::vector<workflow::KnownModel> models;
    QStringList runs; ///< finished ones, the newest first
};

Choices choicesOf(store::Project& project)
{
    Choices choices{.models = workflow::knownModels(&project)};
    for (const store::RunRow& row : store::RunLedger{project}.all()) {
        if (row.state == store::RunState::Done) {
            choices.runs.append(shown(row.name));
        }
    }
    return choices;
}

} // namespace

ModelBox::ModelBox(ProjectSession& session, QWidget* parent)
    : QComboBox{parent}
    , m_session{session}
{
    setSizeAdjustPolicy(QComboBox::AdjustToContents);
    setMinimumContentsLength(14);
    setAccessibleName(tr("Model"));
    connect(this, &QComboBox::activated, this, [this](int index) {
        if (itemData(index).toString() == browseEntry) {
            browse();
            return;
        }
        m_touched = true;
        keep();
        Q_EMIT modelChosen(model());
    });
    connect(this, &QComboBox::currentIndexChanged, this, [this] {
        if (const QString chosen = model(); !chosen.isEmpty()) {
            m_last = chosen;
        }
    });
    connect(&m_session, &ProjectSession::projectChanged, this, [this] {
        m_touched = false;
        m_last.clear();
        clear();
        reload();
    });
    connect(&m_session, &ProjectSession::runsChanged, this, &ModelBox::reload);
    connect(&m_session, &ProjectSession::modelsChanged, this, &ModelBox::reload);
    reload();
}

QString ModelBox::model() const
{
    const QString chosen = currentData().toString();
    return chosen == browseEntry ? QString{} : chosen;
}

void ModelBox::setModel(const QString& model)
{
    m_touched = true;
    int index = findData(model);
    if (index < 0) {
        insertItem(0, shownPath(pathOf(model).filename()), model);
        index = 0;
    }
    setCurrentIndex(index);
    keep();
}

void ModelBox::keep()
{
    if (!m_place.isEmpty()) {
        m_session.remember(m_place, model());
    }
}

QString ModelBox::kept() const
{
    return m_place.isEmpty() ? QString{} : m_session.remembered(m_place).toString();
}

void ModelBox::reload()
{
    if (!m_session.isOpen()) {
        clear();
        return;
    }
    auto* job = m_session.read(
        tr("Listing models"), this,
        [](store::Project& project, StopToken, Progress&) { return choicesOf(project); });
    connect(job, &Job::done, this, [this, job] {
        const Choices choices = job->takeValue();
        const QString before = model();
        clear();
        for (const workflow::KnownModel& model : choices.models) {
            const bool isBase = !model.kind.starts_with("adapter");
            if (model.isWhole && (isBase || m_runsShown)) {
                const bool isDemo = model.source == workflow::ModelSource::Demo;
                insertItem(isDemo ? 0 : count(),
                           isDemo ? tr("Demo model (SmolLM2 135M)") : shown(model.name),
                           shown(model.name));
            }
        }
        for (const QString& name : m_runsShown ? choices.runs : QStringList{}) {
            addItem(tr("Run %1").arg(name), name);
        }
        addItem(tr("From the disk…"), browseEntry);
        const bool newest = m_preferRuns && !m_touched && !choices.runs.isEmpty();
        const QString last = m_touched ? QString{} : kept();
        if (m_touched && !before.isEmpty()) {
            setModel(before); // also one from the disk, which the project does not know
        } else if (!last.isEmpty() && findData(last) >= 0) {
            setModel(last);
        } else {
            setCurrentIndex(std::max(0, findData(newest ? choices.runs.first() : before)));
        }
        Q_EMIT modelChosen(model());
    });
}

void ModelBox::browse()
{
    const QString file = QFileDialog::getOpenFileName(
        this, tr("Model"), {},
        tr("GGUF files and configurations of folders (*.gguf config.json adapter_config.json)"));
    if (file.isEmpty()) {
        setModel(m_last);
        return;
    }
    setModel(file.endsWith(QStringLiteral(".gguf")) ? file : shownPath(pathOf(file).parent_path()));
    Q_EMIT modelChosen(model());
}

} // namespace nextquill::ui

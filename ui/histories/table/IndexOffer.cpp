// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/table/IndexOffer.h"

#include "core/store/table/TableIndices.h"

#include "ui/histories/table/HistoryTableModel.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

#include <algorithm>

namespace nextquill::ui {

namespace {

/// Names of the indices that would make the question fast: those of reviews may be missing.
std::vector<std::string> usedBy(const store::TableQuery& query)
{
    if (query.filter.table() != store::TableKind::Reviews) {
        return {};
    }
    std::vector<std::string> names = query.filter.columns(); // named as what they are for
    names.push_back(query.order.column);
    if (!query.filter.search().empty()) {
        names.emplace_back("search");
    }
    return names;
}

} // namespace

IndexOffer::IndexOffer(ProjectSession& session, HistoryTableModel& model, QWidget* parent)
    : QFrame{parent}
    , m_session{session}
    , m_model{model}
    , m_text{new QLabel{this}}
    , m_build{new QPushButton{tr("Build the index"), this}}
{
    setObjectName(QStringLiteral("indexOffer"));
    setProperty("role", QStringLiteral("toolbar"));
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    m_build->setObjectName(QStringLiteral("buildIndex"));
    auto* row = new QHBoxLayout{this};
    row->addWidget(m_text, 1);
    row->addWidget(m_build);
    hide();
    connect(&model, &HistoryTableModel::askingChanged, this, &IndexOffer::look);
    connect(m_build, &QPushButton::clicked, this, &IndexOffer::build);
}

void IndexOffer::look()
{
    if (!m_session.isOpen() || m_building) {
        setVisible(m_building);
        return;
    }
    const auto used = usedBy(m_model.nextQuery());
    if (used.empty()) {
        return;
    }
    auto* job = m_session.read(
        tr("Looking at indices"), this,
        [](store::Project& project, StopToken, Progress&) { return store::tableIndices(project); });
    connect(job, &Job::done, this, [this, job, used, look = ++m_look] {
        if (look != m_look || m_building) {
            return;
        }
        m_missing.clear();
        QStringList serves;
        for (const store::TableIndex& index : job->takeValue()) {
            if (!index.isThere && std::find(used.begin(), used.end(), index.name) != used.end()) {
                m_missing.push_back(index.name);
                serves.append(shown(index.serves));
            }
        }
        m_text->setText(tr("This reads the whole table. With an index it is quick to %1.")
                            .arg(serves.join(tr(", to "))));
        m_build->setEnabled(!m_session.isReadOnly());
        setVisible(!m_missing.empty());
    });
}

void IndexOffer::build()
{
    m_building = true;
    m_build->setEnabled(false);
    m_text->setText(tr("Building the index. The table can be used meanwhile."));
    auto* job = m_session.change(
        tr("Building an index"), this,
        [names = m_missing](store::Project& project, StopToken stop, Progress& progress) {
            for (const std::string& name : names) {
                store::buildIndex(project, name, stop, progress);
            }
            return names.size();
        });
    m_session.track(job);
    connect(job, &Job::done, this, [this] {
        m_building = false;
        hide();
        m_session.announceData();
    });
    const auto ended = [this] {
        m_building = false;
        look();
    };
    connect(job, &Job::failed, this, ended);
    connect(job, &Job::stopped, this, ended);
}

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/FetchList.h"

#include "ui/models/FetchRow.h"
#include "ui/models/ModelFetches.h"
#include "ui/widgets/ProgressLine.h"

#include <QVBoxLayout>

#include <algorithm>

namespace nextquill::ui {

FetchList::FetchList(ModelFetches& fetches, QWidget* parent)
    : QWidget{parent}
    , m_fetches{fetches}
    , m_rows{new QVBoxLayout{this}}
{
    setObjectName(QStringLiteral("fetchList"));
    setAccessibleName(tr("Fetches from the hub"));
    m_rows->setContentsMargins(16, 8, 16, 8);
    connect(&m_fetches, &ModelFetches::added, this, &FetchList::addRow);
    connect(&m_fetches, &ModelFetches::removed, this, &FetchList::removeRow);
    connect(&m_fetches, &ModelFetches::changed, this, [this](int id) {
        if (const auto row = m_rowOf.find(id); row != m_rowOf.end()) {
            row->second->setFetch(*m_fetches.find(id));
        }
    });
    hide();
}

void FetchList::addRow(int id)
{
    auto* row = new FetchRow{*m_fetches.find(id), this};
    m_rowOf[id] = row;
    m_rows->addWidget(row);
    connect(row, &FetchRow::pauseRequested, this, [this, id] { m_fetches.pause(id); });
    connect(row, &FetchRow::resumeRequested, this, [this, id] { m_fetches.resume(id); });
    connect(row, &FetchRow::cancelRequested, this, [this, id] { m_fetches.cancel(id); });
    align();
    show();
}

void FetchList::align()
{
    int width = 0;
    for (const auto& [id, row] : m_rowOf) {
        width = std::max(width, row->line().titleWidth());
    }
    for (const auto& [id, row] : m_rowOf) {
        row->line().alignIn(width);
    }
}

void FetchList::removeRow(int id)
{
    if (const auto row = m_rowOf.find(id); row != m_rowOf.end()) {
        row->second->deleteLater(); // it may be the one that asked
        row->second->hide();
        m_rowOf.erase(row);
    }
    align();
    setVisible(!m_rowOf.empty());
}

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/EffectMeasure.h"
#include "core/workflow/TextUnits.h"

#include "ui/inspect/InspectView.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"

#include <QComboBox>
#include <QJsonObject>
#include <QTabWidget>

#include <algorithm>

namespace nextquill::ui {

namespace {

const QString lookPlace = QStringLiteral("inspect/look");
const QString measureKey = QStringLiteral("measure");
const QString unitKey = QStringLiteral("unit");
const QString paneKey = QStringLiteral("pane");

} // namespace

void InspectView::keepLook()
{
    connect(&m_session, &ProjectSession::projectChanged, this, &InspectView::returnToLook);
    connect(m_measure, &QComboBox::currentIndexChanged, this, &InspectView::writeLook);
    connect(m_unit, &QComboBox::currentIndexChanged, this, &InspectView::writeLook);
    connect(m_tabs, &QTabWidget::currentChanged, this, &InspectView::writeLook);
}

void InspectView::writeLook() const
{
    m_session.remember(lookPlace,
                       QJsonObject{{measureKey, shown(workflow::measureInfo(chosenMeasure()).id)},
                                   {unitKey, shown(workflow::name(chosenUnit()))},
                                   {paneKey, m_tabs->currentIndex()}});
}

void InspectView::returnToLook()
{
    if (!m_session.isOpen()) {
        return;
    }
    const QJsonObject kept = m_session.remembered(lookPlace).toObject();
    const auto measure = workflow::measureCalled(stored(kept.value(measureKey).toString()));
    const auto unit = workflow::unitCalled(stored(kept.value(unitKey).toString()));
    if (measure) {
        m_measure->setCurrentIndex(m_measure->findData(static_cast<int>(*measure)));
    }
    if (unit) {
        m_unit->setCurrentIndex(m_unit->findData(static_cast<int>(*unit)));
    }
    m_tabs->setCurrentIndex(std::clamp(kept.value(paneKey).toInt(), 0, m_tabs->count() - 1));
}

} // namespace nextquill::ui

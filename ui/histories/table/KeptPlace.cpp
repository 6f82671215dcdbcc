// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/table/KeptPlace.h"

#include "core/base/Error.h"

#include "ui/project/ProjectMemory.h"
#include "ui/project/ShownText.h"

#include <QJsonObject>
#include <QTimer>

#include <utility>

namespace nextquill::ui {

namespace {

const QString filterKey = QStringLiteral("filter");
const QString orderKey = QStringLiteral("order");
const QString rowKey = QStringLiteral("row");
constexpr int writeRest = 500; // milliseconds after the last change

} // namespace

KeptPlace::KeptPlace(const QString& table, QObject* parent)
    : QObject{parent}
    , m_name{QStringLiteral("histories/") + table}
    , m_writeLater{new QTimer{this}}
{
    m_writeLater->setSingleShot(true);
    m_writeLater->setInterval(writeRest);
    connect(m_writeLater, &QTimer::timeout, this, &KeptPlace::write);
}

KeptPlace::~KeptPlace()
{
    write();
}

void KeptPlace::keep(const std::filesystem::path& project, const TablePlace& place)
{
    if (project != m_project) {
        write();
    }
    m_project = project;
    m_place = place;
    m_writeLater->start();
}

void KeptPlace::write()
{
    const std::filesystem::path project = std::exchange(m_project, {});
    if (!project.empty()) {
        ProjectMemory{project}.keep(m_name,
                                    QJsonObject{{filterKey, shown(m_place.filter.toText())},
                                                {orderKey, shown(store::toText(m_place.order))},
                                                {rowKey, qint64{m_place.row}}});
    }
}

TablePlace KeptPlace::of(const std::filesystem::path& project, const TablePlace& first) const
{
    const QJsonObject kept = ProjectMemory{project}.value(m_name).toObject();
    if (kept.isEmpty()) {
        return first;
    }
    try {
        const store::TableKind table = first.filter.table();
        return {.filter =
                    store::FilterExpression::parse(table, stored(kept.value(filterKey).toString())),
                .order = store::orderFrom(table, stored(kept.value(orderKey).toString())),
                .row = kept.value(rowKey).toInteger()};
    } catch (const Error&) { // of another version: what it asked for is not asked any more
        return first;
    }
}

} // namespace nextquill::ui

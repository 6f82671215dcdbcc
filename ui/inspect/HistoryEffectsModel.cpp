// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/HistoryEffectsModel.h"

#include "ui/project/EffectColorScale.h"
#include "ui/project/ShownText.h"

#include <QApplication>
#include <QBrush>
#include <QPalette>

#include <cmath>
#include <limits>
#include <utility>

namespace nextquill::ui {

namespace {

constexpr float tokenRange = 0.5F;
constexpr float textRange = 4; // sums over a text

} // namespace

void HistoryEffectsModel::setInspection(std::shared_ptr<const workflow::Inspection> inspection,
                                        bool keepToken)
{
    beginResetModel();
    m_inspection = std::move(inspection);
    m_growing = nullptr;
    m_token = keepToken ? m_token : -1;
    sumOverText();
    endResetModel();
}

void HistoryEffectsModel::showGrowing(std::shared_ptr<const causal::Attribution> effects)
{
    m_growing = std::move(effects);
    sumOverText();
    if (rowCount() > 0) {
        Q_EMIT dataChanged(index(0, Effect), index(rowCount() - 1, Effect));
    }
}

const causal::Attribution* HistoryEffectsModel::effects() const
{
    if (!m_inspection) {
        return nullptr;
    }
    return m_inspection->attribution ? &*m_inspection->attribution : m_growing.get();
}

void HistoryEffectsModel::sumOverText()
{
    m_onText.clear();
    const causal::Attribution* const measured = effects();
    if (measured == nullptr) {
        return;
    }
    m_onText.resize(m_inspection->history.size(), 0);
    for (std::size_t t = 0; t < m_inspection->effects.tokens.size(); ++t) {
        for (std::size_t review = 0; review < m_onText.size(); ++review) {
            m_onText[review] += measured->at(t, static_cast<int>(review));
        }
    }
}

void HistoryEffectsModel::setToken(qsizetype token)
{
    m_token = token;
    if (rowCount() > 0) {
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, Effect));
        Q_EMIT headerDataChanged(Qt::Horizontal, Effect, Effect);
    }
}

float HistoryEffectsModel::effectOf(int review) const
{
    const causal::Attribution* const measured = effects();
    if (measured == nullptr) {
        return std::numeric_limits<float>::quiet_NaN();
    }
    if (m_token >= 0) {
        return measured->at(static_cast<std::size_t>(m_token), review);
    }
    return m_onText[static_cast<std::size_t>(review)];
}

int HistoryEffectsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_inspection ? 0 : static_cast<int>(m_inspection->history.size());
}

int HistoryEffectsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(columns);
}

QVariant HistoryEffectsModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const store::ReviewRow& row = m_inspection->history[static_cast<std::size_t>(index.row())];
    const float effect = effectOf(index.row());
    if (index.column() == Effect && !std::isnan(effect)) {
        const EffectColorScale scale{m_token >= 0 ? tokenRange : textRange, 0};
        const Ground ground = groundOf(QApplication::palette());
        switch (role) {
        case Qt::DisplayRole:
            return QString((effect >= 0 ? QStringLiteral("+") : QStringLiteral("−")) %
                           QString::number(static_cast<double>(std::abs(effect)), 'f', 3));
        case Qt::BackgroundRole:
            return QBrush{scale.color(effect, ground)};
        case Qt::ForegroundRole:
            return QBrush{scale.ink(ground)};
        default:
            return {};
        }
    }
    if (role == Qt::ToolTipRole) {
        return shown(row.review.text);
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (index.column()) {
    case Effect:
        return QStringLiteral("…");
    case Date:
        return shownDate(row.review.time);
    case Item:
        return shown(row.itemTitle);
    default:
        return shown(row.review.text).simplified();
    }
}

QVariant HistoryEffectsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role != Qt::DisplayRole) {
        return {};
    }
    if (orientation == Qt::Vertical) {
        return section + 1;
    }
    switch (section) {
    case Effect:
        return m_token >= 0 ? tr("Effect on the word") : tr("Effect on the text");
    case Date:
        return tr("Date");
    case Item:
        return tr("Item");
    default:
        return tr("Text");
    }
}

} // namespace nextquill::ui

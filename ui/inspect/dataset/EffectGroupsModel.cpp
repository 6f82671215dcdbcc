// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/dataset/EffectGroupsModel.h"

#include "ui/project/ShownText.h"

#include <QLocale>

#include <algorithm>
#include <cmath>
#include <utility>

namespace nextquill::ui {

namespace {

QString signedNumber(double value, int digits)
{
    const QString number = QLocale{}.toString(value, 'f', digits);
    return value >= 0 ? QString(QLatin1Char('+') % number) : number;
}

} // namespace

EffectGroupsModel::EffectGroupsModel(const QString& title, QObject* parent)
    : QAbstractTableModel{parent}
    , m_title{title}
{
}

void EffectGroupsModel::setGroups(Groups groups)
{
    beginResetModel();
    m_groups = std::move(groups);
    m_longest = 0;
    for (const workflow::EffectGroup& group : *m_groups) {
        m_longest = std::max({m_longest, std::abs(group.pce.mean), std::abs(group.pce.low),
                              std::abs(group.pce.high)});
    }
    endResetModel();
}

int EffectGroupsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_groups->size());
}

int EffectGroupsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : columns;
}

QString EffectGroupsModel::shownCell(const workflow::EffectGroup& group, int column) const
{
    const QLocale locale;
    switch (column) {
    case Name:
        return shown(group.name);
    case MeanPce:
        return signedNumber(group.pce.mean, 4);
    case Above:
        return tr("%1 %").arg(locale.toString(100 * group.shareAbove, 'f', 1));
    case Tokens:
        return locale.toString(qlonglong{group.tokens});
    case Texts:
        return locale.toString(qlonglong{group.texts});
    case Bits:
        return signedNumber(group.bits, 1);
    default:
        return {};
    }
}

QString EffectGroupsModel::sentence(const workflow::EffectGroup& group) const
{
    const QString mean =
        tr("%1: mean PCE %2 over %n text(s)", nullptr, static_cast<int>(group.texts))
            .arg(shown(group.name), signedNumber(group.pce.mean, 4));
    return group.places.size() < 2
               ? mean
               : tr("%1, 95 % interval %2 to %3")
                     .arg(mean, signedNumber(group.pce.low, 4), signedNumber(group.pce.high, 4));
}

QVariant EffectGroupsModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount()) {
        return {};
    }
    const workflow::EffectGroup& of = group(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return shownCell(of, index.column());
    case Qt::ToolTipRole:
    case Qt::AccessibleTextRole:
        return index.column() == Bar || role == Qt::ToolTipRole ? sentence(of).toHtmlEscaped()
                                                                : shownCell(of, index.column());
    case Qt::TextAlignmentRole:
        return QVariant{index.column() <= Bar ? Qt::AlignLeft | Qt::AlignVCenter
                                              : Qt::AlignRight | Qt::AlignVCenter};
    case MeanRole:
        return of.pce.mean;
    case LowRole:
        return of.pce.low;
    case HighRole:
        return of.pce.high;
    case HasIntervalRole:
        return of.places.size() > 1;
    case LongestRole:
        return m_longest;
    default:
        return {};
    }
}

QVariant EffectGroupsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return QVariant{section <= Bar ? Qt::AlignLeft | Qt::AlignVCenter
                                       : Qt::AlignRight | Qt::AlignVCenter};
    }
    if (role == Qt::ToolTipRole && section == Bar) {
        return tr("Mean over the texts; the thin line is the 95 % interval of a bootstrap over "
                  "texts");
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
    case Name:
        return m_title;
    case Bar:
        return tr("Mean, 95 % interval");
    case MeanPce:
        return tr("Mean PCE");
    case Above:
        return tr("Above");
    case Tokens:
        return tr("Tokens");
    case Texts:
        return tr("Texts");
    case Bits:
        return tr("Bits");
    default:
        return {};
    }
}

} // namespace nextquill::ui

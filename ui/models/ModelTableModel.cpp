// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/ModelTableModel.h"

#include "ui/project/ShownText.h"
#include "ui/widgets/Theme.h"
#include "ui/widgets/ThemedIcon.h"

#include <QGuiApplication>
#include <QLocale>

#include <utility>

namespace nextquill::ui {

namespace {

/// "llama · 135 M"; what the list itself says until the model was looked at.
QString shownWhat(const ModelEntry& entry)
{
    if (!entry.summary) {
        return shown(entry.known.description);
    }
    const workflow::ModelSummary& summary = *entry.summary;
    QStringList parts{shown(summary.architecture)};
    if (summary.parameters > 0) {
        constexpr double million = 1e6;
        const double millions = static_cast<double>(summary.parameters) / million;
        parts << ModelTableModel::tr("%1 M").arg(
            QLocale{}.toString(millions, 'f', millions < 10 ? 1 : 0));
    }
    parts << shown(summary.dtype);
    parts.removeAll(QString{});
    return parts.join(QStringLiteral(" · "));
}

QVariant markOf(const ModelEntry& entry)
{
    const ThemeColors& colors = themeColors(QGuiApplication::palette());
    switch (stateOf(entry)) {
    case ModelState::Missing:
    case ModelState::Broken:
    case ModelState::Unsound:
        return tintedIcon(QStringLiteral("error"), colors.error);
    case ModelState::Partial:
    case ModelState::Changed:
        return tintedIcon(QStringLiteral("warning"), colors.warning);
    case ModelState::Sound:
        return tintedIcon(QStringLiteral("check"), colors.success);
    case ModelState::Unverified:
        break;
    }
    return {};
}

QVariant alignmentOf(int column)
{
    const bool isNumber = column == ModelTableModel::Size;
    return QVariant::fromValue((isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
}

} // namespace

void ModelTableModel::setEntries(std::vector<ModelEntry> entries)
{
    beginResetModel();
    m_entries = std::move(entries);
    endResetModel();
}

void ModelTableModel::setSummary(int row, std::shared_ptr<const workflow::ModelSummary> summary)
{
    m_entries.at(static_cast<std::size_t>(row)).summary = std::move(summary);
    announce(row);
}

void ModelTableModel::setVerified(int row, workflow::VerifiedModel verified)
{
    m_entries.at(static_cast<std::size_t>(row)).verified = std::move(verified);
    announce(row);
}

void ModelTableModel::announce(int row)
{
    Q_EMIT dataChanged(index(row, 0), index(row, columns - 1));
}

int ModelTableModel::rowOf(const std::string& name) const
{
    for (std::size_t i = 0; i < m_entries.size(); ++i) {
        if (m_entries[i].known.name == name) {
            return static_cast<int>(i);
        }
    }
    return -1;
}

int ModelTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_entries.size());
}

int ModelTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(columns);
}

QVariant ModelTableModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const ModelEntry& row = entry(index.row());
    if (role == Qt::TextAlignmentRole) {
        return alignmentOf(index.column());
    }
    if (role == Qt::ToolTipRole) {
        return shownPath(row.known.path);
    }
    if (role == Qt::DecorationRole && index.column() == State) {
        return markOf(row);
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (index.column()) {
    case Name:
        return shown(row.known.name);
    case What:
        return shownWhat(row);
    case Size:
        return row.summary && row.summary->bytes > 0 ? shownBytes(row.summary->bytes) : QString{};
    default:
        return shownState(row);
    }
}

QVariant ModelTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole) {
        return alignmentOf(section);
    }
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    const QStringList titles{tr("Name"), tr("Model"), tr("Size"), tr("State")};
    return titles.at(section);
}

} // namespace nextquill::ui

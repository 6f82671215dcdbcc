// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/dataset/EffectPlacesModel.h"

#include "ui/project/ShownText.h"

#include <QLocale>

#include <algorithm>
#include <utility>

namespace nextquill::ui {

namespace {

QString signedFigure(double value, int digits)
{
    const QString figure = QLocale{}.toString(value, 'f', digits);
    return value >= 0 ? QString(QLatin1Char('+') % figure) : figure;
}

} // namespace

void EffectPlacesModel::setTexts(Texts texts)
{
    beginResetModel();
    m_texts = std::move(texts);
    m_places.clear();
    m_indices.clear();
    for (std::size_t i = 0; m_texts && i < m_texts->size(); ++i) {
        m_indices.emplace((*m_texts)[i].example, i);
    }
    endResetModel();
}

void EffectPlacesModel::setPlaces(std::vector<workflow::EffectPlace> places)
{
    beginResetModel();
    m_places = std::move(places);
    endResetModel();
}

int EffectPlacesModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_places.size());
}

int EffectPlacesModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : columns;
}

const workflow::MeasuredText* EffectPlacesModel::textOf(const workflow::EffectPlace& place) const
{
    const auto found = m_indices.find(place.example);
    return found == m_indices.end() ? nullptr : &(*m_texts)[found->second];
}

/// "…the bass is »killer bass« and never…" on one line.
QString EffectPlacesModel::around(const workflow::MeasuredText& text, ByteRange bytes)
{
    constexpr qsizetype before = 16; // characters: what is marked is seen in a narrow column
    constexpr qsizetype behind = 60;
    const std::string_view whole{text.text};
    const QString front = shown(whole.substr(0, bytes.begin));
    const QString piece = shown(whole.substr(bytes.begin, bytes.size())).trimmed();
    const QString rest = shown(whole.substr(bytes.end));
    const QString marked = piece.isEmpty() ? QString{} : QString(u'»' % piece % u'«');
    const QString gap =
        bytes.size() > 0 && whole[bytes.begin] == ' ' ? QStringLiteral(" ") : QString{};
    QString line = front.right(before) % gap % marked % rest.left(behind);
    if (front.size() > before) {
        line.prepend(u'…');
    }
    if (rest.size() > behind) {
        line.append(u'…');
    }
    return line.simplified();
}

QVariant EffectPlacesModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount()) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return QVariant{index.column() <= Bits ? Qt::AlignRight | Qt::AlignVCenter
                                               : Qt::AlignLeft | Qt::AlignVCenter};
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    const workflow::EffectPlace& of = place(index.row());
    const workflow::MeasuredText* const text = textOf(of);
    switch (index.column()) {
    case MeanPce:
        return signedFigure(of.pce, 4);
    case Bits:
        return signedFigure(of.bits, 1);
    case User:
        return text != nullptr ? shown(text->userName) : QString{};
    case Item:
        return text != nullptr ? shown(text->itemTitle) : QString{};
    case Place:
        return text != nullptr ? around(*text, of.bytes) : QString{};
    default:
        return {};
    }
}

QVariant EffectPlacesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return QVariant{section <= Bits ? Qt::AlignRight | Qt::AlignVCenter
                                        : Qt::AlignLeft | Qt::AlignVCenter};
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
    case MeanPce:
        return tr("Mean PCE");
    case Bits:
        return tr("Bits");
    case User:
        return tr("User");
    case Item:
        return tr("Item");
    case Place:
        return tr("Text");
    default:
        return {};
    }
}

} // namespace nextquill::ui

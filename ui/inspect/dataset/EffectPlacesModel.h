// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/workflow/EffectSummary.h"

#include <QAbstractTableModel>

#include <map>
#include <memory>
#include <vector>

namespace nextquill::ui {

/// The texts behind a bar or row: whose, about what, the words around the place, its figures.
class EffectPlacesModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { MeanPce, Bits, User, Item, Place, columns };
    using Texts = std::shared_ptr<const std::vector<workflow::MeasuredText>>;

    using QAbstractTableModel::QAbstractTableModel;

    /// The texts that places are in; no place is listed any more.
    void setTexts(Texts texts);
    void setPlaces(std::vector<workflow::EffectPlace> places);
    [[nodiscard]] const workflow::EffectPlace& place(int row) const
    {
        return m_places[static_cast<std::size_t>(row)];
    }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

private:
    [[nodiscard]] const workflow::MeasuredText* textOf(const workflow::EffectPlace& place) const;
    [[nodiscard]] static QString around(const workflow::MeasuredText& text, ByteRange bytes);

    Texts m_texts;
    std::map<ExampleId, std::size_t> m_indices; ///< into the texts
    std::vector<workflow::EffectPlace> m_places;
};

} // namespace nextquill::ui

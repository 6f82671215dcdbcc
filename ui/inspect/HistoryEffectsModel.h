// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/workflow/Inspection.h"

#include <QAbstractTableModel>

#include <memory>
#include <vector>

namespace nextquill::ui {

/// The past reviews of an inspection with what each does to one token, or to the whole text.
class HistoryEffectsModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Effect, Date, Item, Text, columns };

    using QAbstractTableModel::QAbstractTableModel;

    /// `keepToken`: the same text, measured further.
    void setInspection(std::shared_ptr<const workflow::Inspection> inspection, bool keepToken);
    /// Effects that are being measured, in the place of the inspection's: NaN where not known yet.
    void showGrowing(std::shared_ptr<const causal::Attribution> effects);
    /// -1: sums over the whole text.
    void setToken(qsizetype token);

    /// The effect of a review on the chosen token or text; NaN before it is measured.
    [[nodiscard]] float effectOf(int review) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

private:
    [[nodiscard]] const causal::Attribution* effects() const; ///< nullptr: none are measured
    void sumOverText();

    std::shared_ptr<const workflow::Inspection> m_inspection;
    std::shared_ptr<const causal::Attribution> m_growing;
    std::vector<float> m_onText; // sum over the tokens, one per review; empty before measured
    qsizetype m_token = -1;
};

} // namespace nextquill::ui

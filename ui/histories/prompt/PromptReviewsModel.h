// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/workflow/PromptView.h"

#include <QAbstractTableModel>

#include <memory>
#include <optional>

namespace nextquill::ui {

/// The past reviews of a user by their rank, with what became of each when the prompt was made.
class PromptReviewsModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Place, Tokens, Score, Date, Item, Title, Fate, columns };

    using QAbstractTableModel::QAbstractTableModel;

    void setView(std::shared_ptr<const workflow::PromptView> view);
    [[nodiscard]] const workflow::PromptReview& review(int row) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

private:
    [[nodiscard]] QVariant cell(const workflow::PromptReview& review, int column) const;
    [[nodiscard]] QString fateOf(const workflow::PromptReview& review) const;

    std::shared_ptr<const workflow::PromptView> m_view;
};

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/prompt/PromptReviewsModel.h"

#include "ui/project/ShownText.h"
#include "ui/widgets/Theme.h"

#include <QApplication>
#include <QBrush>
#include <QLocale>

#include <algorithm>
#include <utility>

namespace nextquill::ui {

namespace {

QString shownCount(std::size_t count)
{
    return QLocale{}.toString(static_cast<qulonglong>(count));
}

bool isNumber(int column)
{
    return column == PromptReviewsModel::Place || column == PromptReviewsModel::Tokens ||
           column == PromptReviewsModel::Score;
}

} // namespace

void PromptReviewsModel::setView(std::shared_ptr<const workflow::PromptView> view)
{
    beginResetModel();
    m_view = std::move(view);
    endResetModel();
}

const workflow::PromptReview& PromptReviewsModel::review(int row) const
{
    return m_view->reviews.at(static_cast<std::size_t>(row));
}

int PromptReviewsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_view ? 0 : static_cast<int>(m_view->reviews.size());
}

int PromptReviewsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(columns);
}

QString PromptReviewsModel::fateOf(const workflow::PromptReview& review) const
{
    const std::size_t left = m_view->limit - std::min(m_view->limit, m_view->tokens.size());
    switch (review.fate) {
    case workflow::ReviewFate::Whole:
        return tr("in the prompt");
    case workflow::ReviewFate::Cut:
        return tr("in the prompt, cut at a word: whole it has no room");
    case workflow::ReviewFate::NoRoom:
        return review.tokens > left
                   ? tr("no room: %Ln token(s) left", nullptr, static_cast<int>(left))
                   : tr("behind one that had no room");
    case workflow::ReviewFate::BeyondCount:
        break;
    }
    return tr("beyond the %Ln review(s) that are taken", nullptr,
              static_cast<int>(m_view->maximumReviews));
}

QVariant PromptReviewsModel::cell(const workflow::PromptReview& review, int column) const
{
    switch (column) {
    case Place:
        return review.place ? shownCount(*review.place + 1) : QStringLiteral("–");
    case Tokens:
        return shownCount(review.tokens);
    case Score:
        return review.score ? QLocale{}.toString(*review.score, 'f', 3) : QStringLiteral("–");
    case Date:
        return shownDate(review.review.time);
    case Item:
        return shown(review.itemTitle);
    case Title:
        return shown(review.review.title).simplified();
    default:
        return fateOf(review);
    }
}

QVariant PromptReviewsModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const workflow::PromptReview& row = review(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return cell(row, index.column());
    case Qt::ToolTipRole:
        return shown(row.review.text);
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::Alignment{
            (isNumber(index.column()) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter});
    case Qt::ForegroundRole:
        return row.place ? QVariant{}
                         : QVariant{QBrush{themeColors(QApplication::palette()).muted}};
    default:
        return {};
    }
}

QVariant PromptReviewsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return QVariant::fromValue(
            Qt::Alignment{(isNumber(section) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter});
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
    case Place:
        return tr("Place");
    case Tokens:
        return tr("Tokens");
    case Score:
        return tr("Score");
    case Date:
        return tr("Date");
    case Item:
        return tr("Item");
    case Title:
        return tr("Title");
    default:
        return tr("In or out");
    }
}

} // namespace nextquill::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/PagedListModel.h"

namespace nextquill::ui {

void PagedListModelBase::restart()
{
    beginResetModel();
    ++m_era;
    m_complete = false;
    m_waiting = false;
    forgetRows();
    endResetModel();
    Q_EMIT rowsChanged();
    ask();
}

void PagedListModelBase::pageFailed(quint64 era)
{
    if (takesPage(era)) {
        m_waiting = false;
    }
}

bool PagedListModelBase::canFetchMore(const QModelIndex& parent) const
{
    return !parent.isValid() && !m_complete && !m_waiting;
}

void PagedListModelBase::fetchMore(const QModelIndex& parent)
{
    if (canFetchMore(parent)) {
        ask();
    }
}

int PagedListModelBase::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : heldRows();
}

void PagedListModelBase::pageTaken(bool last)
{
    m_waiting = false;
    m_complete = last;
    Q_EMIT rowsChanged();
}

void PagedListModelBase::ask()
{
    m_waiting = true;
    Q_EMIT pageWanted(m_era);
}

} // namespace nextquill::ui

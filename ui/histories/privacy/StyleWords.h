// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/curate/StyleProfile.h"
#include "core/store/Histories.h"

#include "ui/histories/privacy/MarkedCards.h"
#include "ui/widgets/PagedListModel.h"

#include <QList>
#include <QString>

#include <vector>

namespace nextquill::ui {

/// One line of the table of figures.
struct StyleRow
{
    QString what;
    QString user;
    QString others;
    QString ratio;      ///< "1.5 ×", "only the user", "as the others"
    bool tells = false; ///< half more, or a third less, than the others
};

[[nodiscard]] QList<StyleRow> rowsOf(const curate::StyleProfile& profile);

[[nodiscard]] std::vector<PagedListModel<curate::StylePhrase>::Column> phraseColumns();

/// A text of the user with the places of a phrase marked.
[[nodiscard]] MarkedCard cardOf(const store::ReviewRow& row, const curate::StylePhrase& phrase);

/// How many texts of the others were read.
[[nodiscard]] QString noteOf(const curate::StyleProfile& profile);

} // namespace nextquill::ui

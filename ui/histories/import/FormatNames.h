// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/import/Importer.h"

#include <QList>
#include <QString>

namespace nextquill::ui {

struct NamedFormat
{
    QString label;
    store::SourceFormat format;
};

/// The formats as a person reads them, in the order of choices.
[[nodiscard]] QList<NamedFormat> namedFormats();
[[nodiscard]] QString labelOf(store::SourceFormat format);

/// What a person reads for a field of mappedFields().
[[nodiscard]] QString labelOf(const store::MappedField& field);

} // namespace nextquill::ui

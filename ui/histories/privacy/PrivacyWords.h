// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/curate/Redaction.h"
#include "core/store/Histories.h"

#include "ui/histories/privacy/MarkedCards.h"

#include <QString>

#include <optional>

namespace nextquill::ui {

/// "E-mail addresses"
[[nodiscard]] QString kindName(curate::PersonalKind kind);

/// "12 in 9 reviews of 7 users"; behind masking also what is left.
[[nodiscard]] QString countsOf(const curate::RedactionReport& report, curate::PersonalKind kind,
                               bool masked);

/// Which users' names were found, and which are taken for words; empty without any.
[[nodiscard]] QString namesOf(const curate::RedactionReport& report);

/// What was looked at, what was done, and how far that can be trusted.
[[nodiscard]] QString summaryOf(const std::optional<curate::RedactionReport>& report, bool masked,
                                bool outdated, bool readOnly);

/// The text around a place as it is, and as it is masked.
[[nodiscard]] MarkedCard cardOf(const curate::PersonalExample& example);

/// "A2K4 · 34 reviews"
[[nodiscard]] QString userLine(const store::User& user);

} // namespace nextquill::ui

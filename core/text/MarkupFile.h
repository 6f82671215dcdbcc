// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"
#include "core/text/ChatMarkup.h"

#include <string>

namespace nextquill::text {

/// A chat markup from the form that people write (docs/formats.md). What is left out is empty.
///
/// Throws Error(BadInput) with the key for one that is not known, for a value of the wrong kind, a
/// text over 64 KiB, and for a markup that divides the user's text from nothing.
[[nodiscard]] ChatMarkup readMarkup(const Json& json, const std::string& where);

/// The same form, whole.
[[nodiscard]] OrderedJson toJson(const ChatMarkup& markup);

} // namespace nextquill::text

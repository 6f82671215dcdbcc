// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace nextquill::store {

class Connection;

/// Gives a connection the functions that filters use: nq_contains(text, part), without regard to
/// case, and nq_matches(text, expression), where the expression's first character is "i" (whatever
/// the case) or "-". Nothing in a file's schema can call them. Once is enough; again does no harm.
void addTextFunctions(Connection& connection);

} // namespace nextquill::store

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace nextquill::store {

class Connection;

/// Takes steps out of all funnels, and out of those that splits were made of, whose filters or
/// searches have these words: for the name of a user who is erased. Inside a transaction.
void forgetFunnelWords(Connection& connection, const std::string& words);

} // namespace nextquill::store

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace nextquill::store {

class Connection;

/// Makes what queryWords() needs, in a database in memory.
void createQueryWords(Connection& memory);

/// The different words of a text as the full-text index has them (folded, without accents), sorted;
/// the `most` first ones of it.
[[nodiscard]] std::vector<std::string> queryWords(Connection& memory, const std::string& text,
                                                  std::size_t most);

/// A query of the full-text index that any of the words satisfies.
[[nodiscard]] std::string anyOf(const std::vector<std::string>& words);

} // namespace nextquill::store

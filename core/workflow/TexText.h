// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::workflow {

/// A text as LaTeX sets it, with no command of its own. What pdfLaTeX has no letters for stands as
/// \nqcjk{U+4E66}{书}, or \nqrtl, \nqsymbol, \nqletter: named there, set by XeLaTeX and LuaLaTeX,
/// where texPreamble() finds a font for each.
[[nodiscard]] std::string escapedForTex(std::string_view text);

/// From \documentclass to before \begin{document}.
[[nodiscard]] std::string texPreamble();

/// Whether a paragraph is read from right to left, as its first letter says.
[[nodiscard]] bool isParagraphRightToLeft(std::string_view paragraph);

/// The same of a piece of one, as its first letter or digit says; `otherwise` where it has none.
[[nodiscard]] bool isRightToLeft(std::string_view text, bool otherwise);

/// Whether two neighbouring letters are joined by their script (Arabic): they cannot stand in two
/// boxes. `at` is where the second begins.
[[nodiscard]] bool joinsBefore(std::string_view text, std::size_t at);

} // namespace nextquill::workflow

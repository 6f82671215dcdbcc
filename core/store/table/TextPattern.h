// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace nextquill::store {

/// A regular expression (ICU's), looked for anywhere in a text. One that would take too long for a
/// text does not match it.
///
/// Threads  one at a time
class TextPattern
{
public:
    struct Fault
    {
        std::size_t position = 0; ///< in bytes
        std::string problem;
    };

    /// What is wrong with an expression; none when it can be used.
    [[nodiscard]] static std::optional<Fault> faultOf(std::string_view expression, bool anyCase);

    /// Throws Error(BadInput) when it cannot be read.
    TextPattern(std::string_view expression, bool anyCase);
    ~TextPattern();
    TextPattern(const TextPattern&) = delete;
    TextPattern& operator=(const TextPattern&) = delete;

    [[nodiscard]] bool matches(std::string_view text);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// Texts without regard to case: what folds to the same is the same.
[[nodiscard]] std::string caseFolded(std::string_view text);

/// Whether a text contains another one, whatever the case.
///
/// Threads  a value; one at a time
class TextPart
{
public:
    explicit TextPart(std::string_view part);

    [[nodiscard]] bool isIn(std::string_view text) const;

private:
    std::string m_folded;
    bool m_ascii;
};

} // namespace nextquill::store

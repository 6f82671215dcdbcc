// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ByteRange.h"

#include <string>
#include <string_view>
#include <vector>

namespace nextquill::store {

/// Finds what a search matched inside a text, to be shown. Words are compared as the full-text
/// index does: without case and accents; a phrase as its words in a row; prefix* at a word's
/// beginning. What stands behind NOT is not looked for.
class SearchHits
{
public:
    /// Throws Error(BadInput) for a search that cannot be read.
    explicit SearchHits(std::string_view search);

    /// Ranges of bytes of `text`, in order, not overlapping.
    [[nodiscard]] std::vector<ByteRange> in(std::string_view text) const;

private:
    struct Term
    {
        std::vector<std::string> words;
        bool prefix = false; ///< of the last one
    };
    std::vector<Term> m_terms;
};

} // namespace nextquill::store

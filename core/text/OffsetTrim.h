// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/Tokenizer.h"
#include "core/text/Vocabulary.h"

#include <cstddef>
#include <string_view>

namespace nextquill::text {

/// Takes white space at the ends of tokens out of their places, as many characters as the token's
/// own text has there.
///
/// Threads  immutable.
/// Source   tokenizers 0.23, ByteLevel as a post-processor
class OffsetTrim
{
public:
    /// `vocabulary` must live as long.
    OffsetTrim(const Vocabulary& vocabulary, bool keepsFirstSpace)
        : m_vocabulary{vocabulary}
        , m_keepsFirstSpace{keepsFirstSpace}
    {
    }

    /// Of the tokens from `first` on, all those of `text`.
    void apply(std::string_view text, std::size_t first, Encoding& encoding) const;

private:
    const Vocabulary& m_vocabulary;
    bool m_keepsFirstSpace;
};

} // namespace nextquill::text

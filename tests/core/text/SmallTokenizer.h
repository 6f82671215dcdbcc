// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/ByteSpelling.h"
#include "core/text/TokenizerDefinition.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace nextquill::text::testing {

/// A vocabulary of the 256 bytes, what `merges` make of them, and ChatML's special tokens behind.
inline TokenizerDefinition
smallDefinition(const std::vector<std::pair<std::string, std::string>>& merges = {})
{
    TokenizerDefinition definition;
    for (unsigned byte = 0; byte < 256; ++byte) {
        definition.pieces.emplace_back(spellingOf(static_cast<unsigned char>(byte)));
    }
    for (const auto& [left, right] : merges) {
        definition.pieces.push_back(left + right);
    }
    const auto idOf = [&definition](const std::string& piece) {
        const auto found = std::find(definition.pieces.begin(), definition.pieces.end(), piece);
        return static_cast<TokenId>(found - definition.pieces.begin());
    };
    for (const auto& [left, right] : merges) {
        definition.merges.push_back({.left = idOf(left),
                                     .right = idOf(right),
                                     .result = idOf(left + right),
                                     .rank = static_cast<std::uint32_t>(definition.merges.size())});
    }
    for (const char* content : {"<|im_start|>", "<|im_end|>"}) {
        const auto id = static_cast<int>(definition.pieces.size() + definition.addedTokens.size());
        definition.addedTokens.push_back(
            {.id = static_cast<TokenId>(id), .content = content, .special = true});
    }
    return definition;
}

/// How a tokenizer of the family that GGUF calls so cuts text.
inline std::vector<PreTokenizerStep> stepsOf(const char* ggufName)
{
    return preTokenizerNamed(ggufName).value();
}

inline TokenId byteToken(char byte)
{
    return static_cast<TokenId>(static_cast<unsigned char>(byte));
}

} // namespace nextquill::text::testing

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/Vocabulary.h"

#include "core/base/Error.h"
#include "core/base/Utf8.h"

#include <algorithm>

namespace nextquill::text {

namespace {

Error contradiction(const std::string& problem)
{
    return {ErrorKind::BadInput, problem, "tokenizer",
            "download the model's tokenizer again or ask its author"};
}

std::string inQuotes(std::string_view text)
{
    return '"' + escapedForDisplay(text, 60) + '"';
}

/// Of all texts together, and of the largest id plus one.
struct Extent
{
    std::size_t bytes = 0;
    std::size_t ids = 0;
};

Extent extentOf(const TokenizerDefinition& definition)
{
    Extent extent{.bytes = 0, .ids = definition.pieces.size()};
    for (const std::string& piece : definition.pieces) {
        extent.bytes += piece.size();
    }
    for (const AddedToken& token : definition.addedTokens) {
        if (token.id < TokenId{}) {
            throw contradiction("token " + inQuotes(token.content) + " has a negative id");
        }
        extent.bytes += token.content.size();
        extent.ids = std::max(extent.ids, static_cast<std::size_t>(token.id) + 1);
    }
    return extent;
}

} // namespace

Vocabulary::Vocabulary(const TokenizerDefinition& definition)
    : m_ids{definition.pieces.size() + definition.addedTokens.size()}
{
    const Extent extent = extentOf(definition);
    m_texts.reserve(extent.bytes); // views point into it
    m_entries.resize(extent.ids);
    for (std::size_t id = 0; id < definition.pieces.size(); ++id) {
        if (!definition.pieces[id].empty()) {
            take(id, definition.pieces[id]);
        }
    }
    for (const AddedToken& token : definition.addedTokens) {
        if (token.content.empty()) {
            continue;
        }
        const auto id = static_cast<std::size_t>(token.id);
        take(id, token.content);
        std::uint8_t& flags = m_entries[id].flags;
        flags = static_cast<std::uint8_t>(flags | (token.special ? special : 0U) |
                                          (isOrdinary(token) ? 0U : markup));
    }
    const auto markAsMarkup = [this](std::optional<TokenId> id) {
        if (id && isKnown(*id)) {
            std::uint8_t& flags = m_entries[static_cast<std::size_t>(*id)].flags;
            flags = static_cast<std::uint8_t>(flags | markup);
        }
    };
    markAsMarkup(definition.unknown);
    for (unsigned byte = 0; definition.byteFallback && byte < 256; ++byte) {
        markAsMarkup(find(byteName(static_cast<unsigned char>(byte))));
    }
}

void Vocabulary::take(std::size_t id, std::string_view text)
{
    Entry& entry = m_entries[id];
    if (entry.flags != 0 && entry.text != text) {
        throw contradiction("id " + std::to_string(id) + " stands for " + inQuotes(entry.text) +
                            " and for " + inQuotes(text));
    }
    if (entry.flags == 0) {
        const std::size_t begin = m_texts.size();
        m_texts.append(text);
        entry = {.text = std::string_view{m_texts}.substr(begin), .flags = known};
    }
    const auto other = m_ids.insert(entry.text, static_cast<TokenId>(id));
    if (other && *other != static_cast<TokenId>(id)) {
        throw contradiction("token " + inQuotes(text) + " has the ids " +
                            std::to_string(static_cast<int>(*other)) + " and " +
                            std::to_string(id));
    }
}

std::uint8_t Vocabulary::flagsOf(TokenId id) const
{
    const auto index = static_cast<std::size_t>(id);
    return id < TokenId{} || index >= m_entries.size() ? std::uint8_t{0} : m_entries[index].flags;
}

std::optional<TokenId> Vocabulary::findPlain(std::string_view text) const
{
    const auto id = find(text);
    return id && isMarkup(*id) ? std::nullopt : id;
}

std::string_view Vocabulary::textOf(TokenId id) const
{
    return isKnown(id) ? m_entries[static_cast<std::size_t>(id)].text : std::string_view{};
}

} // namespace nextquill::text

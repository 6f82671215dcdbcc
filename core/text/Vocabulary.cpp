// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/Vocabulary.h"

#include "core/base/Error.h"
#include "core/base/Utf8.h"
#include "core/text/ByteSpelling.h"

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

} // namespace

Vocabulary::Vocabulary(const TokenizerDefinition& definition)
{
    std::size_t size = definition.pieces.size();
    for (const AddedToken& token : definition.addedTokens) {
        if (token.id < TokenId{}) {
            throw contradiction("token " + inQuotes(token.content) + " has a negative id");
        }
        size = std::max(size, static_cast<std::size_t>(token.id) + 1);
    }
    m_entries.resize(size);
    m_ids.reserve(size);
    for (std::size_t id = 0; id < definition.pieces.size(); ++id) {
        if (!definition.pieces[id].empty()) {
            take(id, definition.pieces[id]);
        }
    }
    for (const AddedToken& token : definition.addedTokens) {
        if (!token.content.empty()) {
            take(static_cast<std::size_t>(token.id), token.content);
            m_entries[static_cast<std::size_t>(token.id)].special = token.special;
        }
    }
}

void Vocabulary::take(std::size_t id, const std::string& text)
{
    Entry& entry = m_entries[id];
    if (entry.known && entry.text != text) {
        throw contradiction("id " + std::to_string(id) + " stands for " + inQuotes(entry.text) +
                            " and for " + inQuotes(text));
    }
    if (!entry.known) {
        entry = {.text = text, .bytes = bytesSpelled(text).value_or(text), .known = true};
    }
    const auto [found, isNew] = m_ids.emplace(entry.text, static_cast<TokenId>(id));
    if (!isNew && found->second != static_cast<TokenId>(id)) {
        throw contradiction("token " + inQuotes(text) + " has the ids " +
                            std::to_string(static_cast<int>(found->second)) + " and " +
                            std::to_string(id));
    }
}

const Vocabulary::Entry* Vocabulary::entry(TokenId id) const
{
    if (id < TokenId{} || static_cast<std::size_t>(id) >= m_entries.size()) {
        return nullptr;
    }
    return &m_entries[static_cast<std::size_t>(id)];
}

std::optional<TokenId> Vocabulary::find(std::string_view text) const
{
    const auto found = m_ids.find(text);
    return found == m_ids.end() ? std::nullopt : std::optional{found->second};
}

std::string_view Vocabulary::bytesOf(TokenId id) const
{
    const Entry* found = entry(id);
    return found != nullptr ? std::string_view{found->bytes} : std::string_view{};
}

bool Vocabulary::isSpecial(TokenId id) const
{
    const Entry* found = entry(id);
    return found != nullptr && found->special;
}

bool Vocabulary::isKnown(TokenId id) const
{
    const Entry* found = entry(id);
    return found != nullptr && found->known;
}

} // namespace nextquill::text

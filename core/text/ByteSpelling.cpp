// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/ByteSpelling.h"

#include "core/base/Utf8.h"

#include <array>

namespace nextquill::text {

namespace {

constexpr std::size_t byteCount = 256;
constexpr char32_t spellingEnd = 0x144; ///< one behind the last character used

struct Spelling
{
    std::array<std::string, byteCount> characters;
    std::array<std::int16_t, spellingEnd> bytes{}; ///< by character; -1: spells none
};

bool standsForItself(unsigned byte)
{
    return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
}

const Spelling& spelling()
{
    static const Spelling table = [] {
        Spelling made;
        made.bytes.fill(-1);
        char32_t next = byteCount;
        for (unsigned byte = 0; byte < byteCount; ++byte) {
            const char32_t character = standsForItself(byte) ? char32_t{byte} : next++;
            appendCodePoint(made.characters.at(byte), character);
            made.bytes.at(character) = static_cast<std::int16_t>(byte);
        }
        return made;
    }();
    return table;
}

} // namespace

std::string_view spellingOf(unsigned char byte) noexcept
{
    return spelling().characters[byte];
}

void spell(std::string_view bytes, std::string& spelled)
{
    const Spelling& table = spelling();
    for (const char byte : bytes) {
        spelled += table.characters[static_cast<unsigned char>(byte)];
    }
}

std::optional<std::string> bytesSpelled(std::string_view piece)
{
    const Spelling& table = spelling();
    std::string bytes;
    bytes.reserve(piece.size());
    for (std::size_t i = 0; i < piece.size();) {
        const char32_t character = nextCodePoint(piece, i);
        if (character >= spellingEnd || table.bytes.at(character) < 0) {
            return std::nullopt;
        }
        bytes += static_cast<char>(table.bytes.at(character));
    }
    return bytes;
}

} // namespace nextquill::text

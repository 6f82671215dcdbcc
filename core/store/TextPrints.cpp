// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/TextPrints.h"

#include "core/base/Error.h"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

namespace nextquill::store {

namespace {

constexpr std::size_t longWindow = 32;
constexpr std::size_t shortWindow = 12;
constexpr std::size_t stepOfPieces = 16;
constexpr std::size_t bytesAtOnce = std::size_t{1} << 20;
constexpr unsigned filterBits = 20;
constexpr std::uint64_t base = 0x5851'F42D'4C95'7F2DU; // odd

/// M. Rabin's rolling digest: that of the next window costs two multiplications.
class RollingPrint
{
public:
    explicit RollingPrint(std::size_t window)
        : m_window{window}
    {
        for (std::size_t i = 1; i < window; ++i) {
            m_outgoing *= base;
        }
    }

    [[nodiscard]] std::uint64_t start(std::string_view text, std::size_t begin)
    {
        m_sum = 0;
        for (std::size_t i = 0; i < m_window; ++i) {
            m_sum = m_sum * base + value(text[begin + i]);
        }
        return finished();
    }

    /// Of the window that begins one byte later than the last one.
    [[nodiscard]] std::uint64_t next(char leaves, char comes)
    {
        m_sum = (m_sum - value(leaves) * m_outgoing) * base + value(comes);
        return finished();
    }

private:
    static std::uint64_t value(char c) { return static_cast<unsigned char>(c) + 1U; }

    [[nodiscard]] std::uint64_t finished() const
    {
        const std::uint64_t mix = (m_sum ^ (m_sum >> 32U)) * 0x9E37'79B9'7F4A'7C15U;
        return mix ^ (mix >> 29U);
    }

    std::size_t m_window;
    std::uint64_t m_outgoing = 1;
    std::uint64_t m_sum = 0;
};

std::size_t filterPlace(std::uint64_t print)
{
    return static_cast<std::size_t>(print >> (64U - filterBits));
}

void sortOnce(std::vector<std::uint64_t>& prints)
{
    std::ranges::sort(prints);
    const auto again = std::ranges::unique(prints);
    prints.erase(again.begin(), again.end());
}

} // namespace

TextPrints::TextPrints(const std::vector<std::string>& texts)
{
    RollingPrint longPrint{longWindow};
    RollingPrint shortPrint{shortWindow};
    for (const std::string& text : texts) {
        if (text.size() >= longWindow) {
            for (std::size_t begin = 0; begin + longWindow <= text.size(); begin += stepOfPieces) {
                m_long.push_back(longPrint.start(text, begin));
            }
            m_long.push_back(longPrint.start(text, text.size() - longWindow));
        } else if (text.size() >= shortWindow) {
            m_short.push_back(shortPrint.start(text, 0));
            m_short.push_back(shortPrint.start(text, text.size() - shortWindow));
        } else {
            m_tooShort += text.empty() ? 0 : 1;
        }
    }
    prepare();
}

void TextPrints::prepare()
{
    sortOnce(m_long);
    sortOnce(m_short);
    m_maybe.assign(std::size_t{1} << filterBits, false);
    for (const Prints* prints : {&m_long, &m_short}) {
        for (const std::uint64_t print : *prints) {
            m_maybe[filterPlace(print)] = true;
        }
    }
}

template<typename Visit>
void TextPrints::forEachKnown(std::string_view text, std::size_t window, const Prints& prints,
                              Visit visit) const
{
    if (prints.empty() || text.size() < window) {
        return;
    }
    RollingPrint rolling{window};
    std::uint64_t print = rolling.start(text, 0);
    for (std::size_t begin = 0;; ++begin) {
        if (m_maybe[filterPlace(print)] && std::ranges::binary_search(prints, print) &&
            !visit(begin, print)) {
            return;
        }
        if (begin + window >= text.size()) {
            return;
        }
        print = rolling.next(text[begin], text[begin + window]);
    }
}

void TextPrints::leaveOut(std::string_view text)
{
    Prints foundLong;
    Prints foundShort;
    forEachKnown(text, longWindow, m_long, [&](std::size_t, std::uint64_t print) {
        foundLong.push_back(print);
        return true;
    });
    forEachKnown(text, shortWindow, m_short, [&](std::size_t, std::uint64_t print) {
        foundShort.push_back(print);
        return true;
    });
    const auto forget = [](Prints& prints, Prints& found) {
        std::ranges::sort(found);
        std::erase_if(
            prints, [&](std::uint64_t print) { return std::ranges::binary_search(found, print); });
    };
    if (!foundLong.empty()) {
        forget(m_long, foundLong);
    }
    if (!foundShort.empty()) {
        forget(m_short, foundShort);
    }
}

std::int64_t TextPrints::firstPlace(std::string_view text) const
{
    std::int64_t place = -1;
    const auto note = [&place](std::size_t begin, std::uint64_t) {
        const auto found = static_cast<std::int64_t>(begin);
        place = place < 0 ? found : std::min(place, found);
        return false;
    };
    forEachKnown(text, longWindow, m_long, note);
    forEachKnown(text, shortWindow, m_short, note);
    return place;
}

std::int64_t TextPrints::placeIn(const std::filesystem::path& file,
                                 const std::function<void(std::int64_t)>& onRead,
                                 const StopToken& stop) const
{
    std::ifstream stream{file, std::ios::binary};
    std::string held;
    std::int64_t before = 0; // bytes of the file in front of `held`
    const auto failed = [&file] {
        return Error{ErrorKind::Storage,
                     "the file cannot be looked through (" +
                         std::generic_category().message(errno) + ")",
                     file.string(), "check its rights, then finish the erasure"};
    };
    if (!stream) {
        throw failed();
    }
    while (stream) {
        stopPoint(stop);
        const std::size_t kept = held.size();
        held.resize(kept + bytesAtOnce);
        stream.read(held.data() + kept, bytesAtOnce);
        const auto count = static_cast<std::size_t>(stream.gcount());
        held.resize(kept + count);
        if (stream.bad()) {
            throw failed();
        }
        onRead(static_cast<std::int64_t>(count));
        if (const std::int64_t place = firstPlace(held); place >= 0) {
            return before + place;
        }
        // A piece may lie across the end of what was read.
        const std::size_t done = held.size() - std::min(held.size(), longWindow - 1);
        before += static_cast<std::int64_t>(done);
        held.erase(0, done);
    }
    return -1;
}

std::string TextPrints::toBytes() const
{
    std::string bytes;
    const auto append = [&bytes](std::uint64_t number) {
        for (unsigned shift = 0; shift < 64; shift += 8) {
            bytes += static_cast<char>((number >> shift) & 0xFFU);
        }
    };
    append(m_long.size());
    for (const Prints* prints : {&m_long, &m_short}) {
        for (const std::uint64_t print : *prints) {
            append(print);
        }
    }
    return bytes;
}

TextPrints TextPrints::fromBytes(std::string_view bytes)
{
    Prints numbers;
    for (std::size_t begin = 0; begin + 8 <= bytes.size(); begin += 8) {
        std::uint64_t number = 0;
        for (std::size_t i = 0; i < 8; ++i) {
            number |= std::uint64_t{static_cast<unsigned char>(bytes[begin + i])} << (8 * i);
        }
        numbers.push_back(number);
    }
    if (numbers.empty() || bytes.size() % 8 != 0 || numbers.front() > numbers.size() - 1) {
        throw Error{ErrorKind::BadInput, "what is known of an erasure cannot be read", "erasures",
                    "go back to a backup"};
    }
    TextPrints prints;
    const auto middle = numbers.begin() + 1 + static_cast<std::ptrdiff_t>(numbers.front());
    prints.m_long.assign(numbers.begin() + 1, middle);
    prints.m_short.assign(middle, numbers.end());
    prints.prepare();
    return prints;
}

} // namespace nextquill::store

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curate/PersonalData.h"

#include "core/curate/PersonalPatterns.h"

#include <algorithm>
#include <utility>

namespace nextquill::curate {

namespace {

constexpr std::array<std::string_view, 4> kindNames{"email", "phone", "url", "user"};
constexpr std::array<std::string_view, 4> masks{"[email]", "[phone]", "[url]", "[user]"};

/// The parts of a text that are no masks.
std::vector<ByteRange> partsBetweenMasks(std::string_view text)
{
    std::vector<ByteRange> parts;
    std::size_t begin = 0;
    for (std::size_t at = text.find('['); at != std::string_view::npos;) {
        const auto mask = std::ranges::find_if(
            masks, [&](std::string_view each) { return text.substr(at).starts_with(each); });
        if (mask == masks.end()) {
            at = text.find('[', at + 1);
            continue;
        }
        parts.push_back({.begin = begin, .end = at});
        begin = at + mask->size();
        at = text.find('[', begin);
    }
    parts.push_back({.begin = begin, .end = text.size()});
    std::erase_if(parts, [](const ByteRange& part) { return part.size() == 0; });
    return parts;
}

/// Of those that overlap, the one that begins first and, of these, the longest.
void keepDisjoint(std::vector<PersonalMatch>& matches)
{
    std::ranges::sort(matches, {}, [](const PersonalMatch& match) {
        return std::tuple{match.range.begin, -static_cast<std::int64_t>(match.range.end),
                          match.kind};
    });
    std::size_t free = 0;
    std::erase_if(matches, [&free](const PersonalMatch& match) {
        if (match.range.begin < free) {
            return true;
        }
        free = match.range.end;
        return false;
    });
}

/// Where a place of a masked text lies in the text itself.
class MaskedPlaces
{
public:
    explicit MaskedPlaces(const std::vector<PersonalMatch>& matches)
        : m_matches{matches}
    {
    }

    [[nodiscard]] std::size_t original(std::size_t place) const
    {
        std::size_t grown = 0;  // by masks in front
        std::size_t shrunk = 0; // by what they stand for
        for (const PersonalMatch& match : m_matches) {
            if (match.range.begin + grown - shrunk >= place) {
                break;
            }
            grown += maskOf(match.kind).size();
            shrunk += match.range.size();
        }
        return place + shrunk - grown;
    }

private:
    const std::vector<PersonalMatch>& m_matches;
};

} // namespace

std::string_view nameOf(PersonalKind kind) noexcept
{
    return kindNames[static_cast<std::size_t>(kind)];
}

std::string_view maskOf(PersonalKind kind) noexcept
{
    return masks[static_cast<std::size_t>(kind)];
}

PersonalDataFinder::PersonalDataFinder(std::set<PersonalKind> kinds, UserNames names)
    : m_kinds{std::move(kinds)}
    , m_names{std::move(names)}
{
}

std::vector<PersonalMatch> PersonalDataFinder::findOnce(std::string_view text) const
{
    std::vector<PersonalMatch> matches;
    for (const ByteRange& part : partsBetweenMasks(text)) {
        const TextPiece piece{.text = text, .range = part};
        std::vector<ByteRange> found;
        const auto take = [&](PersonalKind kind, const auto& look) {
            if (m_kinds.contains(kind)) {
                found.clear();
                look();
                for (const ByteRange& range : found) {
                    matches.push_back({.kind = kind, .range = range});
                }
            }
        };
        take(PersonalKind::Email, [&] { findEmails(piece, found); });
        take(PersonalKind::Phone, [&] { findPhones(piece, found); });
        take(PersonalKind::Url, [&] { findUrls(piece, found); });
        take(PersonalKind::UserName, [&] {
            findHandles(piece, found);
            m_names.find(text, part, found);
        });
    }
    keepDisjoint(matches);
    return matches;
}

std::vector<PersonalMatch> PersonalDataFinder::find(std::string_view text) const
{
    std::vector<PersonalMatch> matches = findOnce(text);
    // What is next to a mask may look otherwise than it did next to what the mask stands for. Each
    // round leaves less of the text, so there is a last one.
    for (bool more = !matches.empty(); more;) {
        const std::string left = masked(text, matches);
        const MaskedPlaces places{matches};
        std::vector<PersonalMatch> next = findOnce(left);
        more = !next.empty();
        for (PersonalMatch& match : next) {
            match.range = {.begin = places.original(match.range.begin),
                           .end = places.original(match.range.end)};
        }
        matches.insert(matches.end(), next.begin(), next.end());
        std::ranges::sort(matches, {},
                          [](const PersonalMatch& match) { return match.range.begin; });
    }
    return matches;
}

std::string masked(std::string_view text, const std::vector<PersonalMatch>& matches)
{
    std::string result;
    std::size_t done = 0;
    for (const PersonalMatch& match : matches) {
        result += text.substr(done, match.range.begin - done);
        result += maskOf(match.kind);
        done = match.range.end;
    }
    result += text.substr(done);
    return result;
}

} // namespace nextquill::curate

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/Segments.h"

#include "core/base/Error.h"

namespace nextquill::model {

namespace {

/// "a" … "z", "aa", "ab" …: the name of segment `index` in messages.
std::string letters(std::size_t index)
{
    constexpr std::size_t alphabet = 26;
    std::string name;
    for (std::size_t rest = index + 1; rest > 0; rest = (rest - 1) / alphabet) {
        name.insert(name.begin(), static_cast<char>('a' + (rest - 1) % alphabet));
    }
    return name;
}

} // namespace

int SegmentedBatch::add(int parent, std::span<const text::TokenId> ids)
{
    if (parent < -1 || parent >= static_cast<int>(segments.size())) {
        throw Error{ErrorKind::Internal,
                    "segment " + std::to_string(parent) + " was named as a parent among " +
                        std::to_string(segments.size()),
                    "core/model/Segments", "report this"};
    }
    Segment segment{.parent = parent,
                    .begin = static_cast<std::int64_t>(tokens.size()),
                    .length = static_cast<std::int64_t>(ids.size())};
    if (parent >= 0) {
        const Segment& above = segments[static_cast<std::size_t>(parent)];
        segment.position = above.position + above.length;
    }
    tokens.insert(tokens.end(), ids.begin(), ids.end());
    segments.push_back(segment);
    return static_cast<int>(segments.size()) - 1;
}

std::int64_t SegmentedBatch::end(int segment) const
{
    const Segment& s = segments.at(static_cast<std::size_t>(segment));
    return s.begin + s.length;
}

std::string render(const SegmentedBatch& batch)
{
    std::string text;
    for (std::size_t i = 0; i < batch.segments.size(); ++i) {
        const Segment& s = batch.segments[i];
        text += i == 0 ? "" : " | ";
        text += letters(i) + ' ' + std::to_string(s.begin) + ".." +
                std::to_string(s.begin + s.length) + " @" + std::to_string(s.position);
        if (s.parent >= 0) {
            text += " <- " + letters(static_cast<std::size_t>(s.parent));
        }
    }
    return text;
}

} // namespace nextquill::model

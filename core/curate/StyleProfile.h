// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ByteRange.h"
#include "core/base/Id.h"
#include "core/base/Progress.h"
#include "core/curate/PhraseOdds.h"
#include "core/curate/StyleFigures.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace nextquill::store {
class Project;
}

namespace nextquill::curate {

/// Where a phrase stands in a text of the user.
struct PhrasePlace
{
    ReviewId review{};
    ByteRange range; ///< in its text
};

/// Words that a user writes more often than the others.
struct StylePhrase
{
    std::string text; ///< in lower case
    std::size_t words = 0;
    PhraseCount user;
    PhraseCount others;
    PhraseOdds odds;
    std::int64_t texts = 0;          ///< of the user that have it
    std::vector<PhrasePlace> places; ///< by review
};

struct StyleProfile
{
    UserId user{};
    std::string userName;
    StyleFigures own;
    StyleFigures others; ///< of `othersRead` texts
    std::int64_t othersRead = 0;
    std::int64_t othersAll = 0;       ///< texts by others; more than were read: a sample was
    std::vector<StylePhrase> phrases; ///< those that tell most first
};

struct StyleSettings
{
    std::int64_t othersTexts = 10'000; ///< at most; a sample where there are more
    std::size_t phraseWords = 4;       ///< longest phrase
    std::int64_t leastTimes = 3;       ///< a phrase is written at least so often
    std::int64_t leastTexts = 2;       ///< and in so many texts
    double leastZ = 3;                 ///< standard deviations from what the others write
    std::size_t phrases = 60;          ///< at most
    std::uint64_t seed = 42;           ///< of the sample
};

/// How a user writes, against how the others do: length, signs, vocabulary, phrases (phraseOdds()).
/// Of phrases that stand within each other only the one that says it is kept: the longer one where
/// the shorter hardly stands alone, else the one with the greater z. Excluded reviews take no part.
///
/// Speed    of the user's texts and of `othersTexts`, whatever the project's size
/// Stops    between two reviews
/// Throws   Error(BadInput) when there is no such user, or the user has no text; Error(Storage)
[[nodiscard]] StyleProfile styleProfile(store::Project& project, UserId user,
                                        const StyleSettings& settings, const StopToken& stop,
                                        Progress& progress);

} // namespace nextquill::curate

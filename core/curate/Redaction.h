// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ByteRange.h"
#include "core/base/Id.h"
#include "core/base/Progress.h"
#include "core/curate/PersonalData.h"
#include "core/store/table/FilterExpression.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace nextquill::store {
class Project;
}

namespace nextquill::curate {

struct RedactionSettings
{
    std::set<PersonalKind> kinds{allPersonalKinds.begin(), allPersonalKinds.end()};
    store::FilterExpression where{store::TableKind::Reviews}; ///< which reviews
    /// A name that stands in more texts than this is a word, and left alone: so many texts, or one
    /// in a hundred where that is more. 0: no name is.
    std::int64_t commonNameTexts = 10;
    std::size_t examples = 50; ///< to list of each kind
};

/// How often something of a kind was found.
struct PersonalCount
{
    std::int64_t places = 0;
    std::int64_t reviews = 0; ///< that have it in their text or title
    std::int64_t users = 0;   ///< who wrote these
};

/// One place with the text around it.
struct PersonalExample
{
    PersonalKind kind{};
    ReviewId review{};
    std::string userName;
    bool inTitle = false;
    std::string before; ///< with some words on both sides
    ByteRange match;    ///< in `before`
    std::string after;  ///< the same with masks for everything that was found
};

/// A name of a user in the texts.
struct FoundName
{
    std::string name; ///< as it stands in the first of them
    std::int64_t texts = 0;
};

struct RedactionReport
{
    std::int64_t reviews = 0; ///< looked at
    std::int64_t withAny = 0; ///< reviews with something of some kind
    std::map<PersonalKind, PersonalCount> found;
    std::vector<PersonalExample> examples; ///< in the order of kinds, then of reviews
    std::vector<FoundName> names;          ///< masked ones, those in most texts first; 50 at most
    std::vector<FoundName> leftAlone;      ///< too common to be names; the same
    std::int64_t changed = 0;              ///< reviews, by redact()
    std::map<PersonalKind, PersonalCount> left; ///< found by a second look, by redact()
};

/// Looks for personal data in titles and texts, excluded reviews included unless the filter says
/// otherwise. Changes nothing.
///
/// A best effort: see PersonalDataFinder for what is looked for. Names are those of the project's
/// users, in everybody's texts. Deleted reviews, items, rejected lines and the files that were
/// imported are not looked at.
///
/// Speed    linear in the texts; once more where names are looked for
/// Memory   some bytes for each user of the project
/// Stops    between two reviews
/// Throws   Error(Storage)
[[nodiscard]] RedactionReport findPersonalData(store::Project& project,
                                               const RedactionSettings& settings,
                                               const StopToken& stop, Progress& progress);

/// Masks what findPersonalData() finds, as one step that can be undone, and looks again. What was
/// masked stays in the undo history, and in backups, until these are gone.
///
/// Stops    between two reviews; nothing was changed then, but while it looks again everything is
RedactionReport redact(store::Project& project, const RedactionSettings& settings,
                       const StopToken& stop, Progress& progress);

} // namespace nextquill::curate

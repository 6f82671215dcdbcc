// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curate/Duplicates.h"

#include "core/base/Counted.h"
#include "core/base/Error.h"
#include "core/curate/BandTable.h"
#include "core/curate/DuplicateGroups.h"
#include "core/curate/FoldedText.h"
#include "core/curate/MinHash.h"
#include "core/curate/ReviewStream.h"
#include "core/store/Histories.h"
#include "core/store/Project.h"

#include <fmt/format.h>

namespace nextquill::curate {

namespace {

constexpr std::size_t signatureRows = 128;

void requireSensible(const DuplicateSettings& settings)
{
    if (!(settings.threshold > 0 && settings.threshold <= 1) || settings.shingleWords == 0) {
        throw Error{ErrorKind::BadInput,
                    fmt::format("{} is no similarity to look for", settings.threshold),
                    "duplicates", "take a number above 0 and up to 1"};
    }
}

/// Fills the bands with what a text has in each: band 0 has all its words, the others parts of its
/// signature.
class Digester
{
public:
    Digester(const DuplicateSettings& settings, std::size_t bytes, std::filesystem::path folder)
        : m_settings{settings}
        , m_bands{settings.search == DuplicateSearch::Text && settings.threshold < 1
                      ? bandsFor(settings.threshold, signatureRows)
                      : Bands{}}
        , m_hash{signatureRows, settings.seed}
        , m_table{m_bands.count + 1, bytes, std::move(folder)}
    {
    }

    void add(const store::Review& review)
    {
        const auto user = static_cast<std::uint64_t>(number(review.user));
        const auto item = static_cast<std::uint64_t>(number(review.item));
        if (m_settings.search == DuplicateSearch::UserItem) {
            m_table.add(0, mixed(user, item), addReview(review.id));
            return;
        }
        const FoldedText folded{review.text};
        if (folded.wordCount() < m_settings.minimumWords) {
            return;
        }
        const std::uint32_t text = addReview(review.id);
        const std::uint64_t scope = m_settings.scope == DuplicateScope::SameUser   ? user
                                    : m_settings.scope == DuplicateScope::SameItem ? item
                                                                                   : 0;
        m_table.add(0, mixed(textHash(folded.text()), scope), text);
        if (m_bands.count == 0) {
            return;
        }
        m_hash.sign(folded.shingles(m_settings.shingleWords), m_signature);
        for (std::size_t band = 0; band < m_bands.count; ++band) {
            m_table.add(band + 1, mixed(MinHash::band(m_signature, m_bands, band), scope), text);
        }
    }

    [[nodiscard]] const std::vector<ReviewId>& reviews() const { return m_reviews; }
    [[nodiscard]] BandTable& table() { return m_table; }

private:
    std::uint32_t addReview(ReviewId review)
    {
        m_reviews.push_back(review);
        return static_cast<std::uint32_t>(m_reviews.size() - 1);
    }

    const DuplicateSettings& m_settings;
    Bands m_bands;
    MinHash m_hash;
    BandTable m_table;
    std::vector<ReviewId> m_reviews;
    std::vector<std::uint32_t> m_signature;
};

} // namespace

std::vector<DuplicateGroup> findDuplicates(store::Project& project,
                                           const DuplicateSettings& settings, const StopToken& stop,
                                           Progress& progress)
{
    requireSensible(settings);
    const auto folder = std::filesystem::absolute(project.file()).parent_path();
    Digester digester{settings, settings.tableMemory, folder};
    forEachReview(
        project, "reading texts", [&](const store::ReviewRow& row) { digester.add(row.review); },
        stop, progress);
    DuplicateGroups groups{project, digester.reviews(), settings};
    const std::size_t bands = digester.table().bands();
    for (std::size_t band = 0; band < bands; ++band) {
        groups.joinAlike(digester.table().take(band), band == 0, stop);
        progress.report({.done = static_cast<std::int64_t>(band) + 1,
                         .total = static_cast<std::int64_t>(bands),
                         .stage = "comparing texts"});
    }
    return groups.finish(stop);
}

std::int64_t excludeDuplicates(store::Project& project, const std::vector<DuplicateGroup>& groups)
{
    std::vector<ReviewId> copies;
    for (const DuplicateGroup& group : groups) {
        for (std::size_t i = 1; i < group.members.size(); ++i) {
            copies.push_back(group.members[i].review);
        }
    }
    const auto count = static_cast<std::int64_t>(copies.size());
    store::Histories{project}.setExcluded(copies, true,
                                          "Exclude " + counted(count, "duplicate", "duplicates"));
    return count;
}

} // namespace nextquill::curate

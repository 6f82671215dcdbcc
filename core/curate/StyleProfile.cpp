// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curate/StyleProfile.h"

#include "core/base/Error.h"
#include "core/store/Histories.h"
#include "core/store/Project.h"
#include "core/store/ReviewSample.h"

#include <algorithm>
#include <fmt/format.h>
#include <unordered_map>

namespace nextquill::curate {

namespace {

/// A phrase of the user that may tell something.
struct Candidate
{
    StylePhrase phrase;
    ReviewId lastText{}; ///< in which it was seen
};

/// The user's phrases, then how often the others write them.
class PhraseTable
{
public:
    explicit PhraseTable(const StyleSettings& settings)
        : m_settings{settings}
        , m_user(settings.phraseWords + 1)
        , m_others(settings.phraseWords + 1)
    {
    }

    void addOfUser(ReviewId review, const StyleText& text)
    {
        forEachPhrase(text, m_user, [&](std::size_t first, std::size_t words, std::uint64_t key) {
            Candidate& candidate = m_candidates[key];
            StylePhrase& phrase = candidate.phrase;
            if (phrase.words == 0) {
                phrase.words = words;
                phrase.text = text.phraseText(first, words);
            }
            ++phrase.user.times;
            phrase.texts += candidate.lastText == review ? 0 : 1;
            candidate.lastText = review;
            phrase.places.push_back({.review = review,
                                     .range = {.begin = text.words()[first].range.begin,
                                               .end = text.words()[first + words - 1].range.end}});
        });
    }

    /// Forgets what is too rare; the user's last text was added.
    void prune()
    {
        std::erase_if(m_candidates, [this](const auto& entry) {
            const StylePhrase& phrase = entry.second.phrase;
            return phrase.user.times < m_settings.leastTimes ||
                   phrase.texts < m_settings.leastTexts;
        });
    }

    void addOfOthers(const StyleText& text)
    {
        forEachPhrase(text, m_others, [this](std::size_t, std::size_t, std::uint64_t key) {
            if (const auto found = m_candidates.find(key); found != m_candidates.end()) {
                ++found->second.phrase.others.times;
            }
        });
    }

    [[nodiscard]] std::vector<StylePhrase> takeDistinctive();

private:
    template<typename Visit>
    void forEachPhrase(const StyleText& text, std::vector<std::int64_t>& totals, Visit visit) const
    {
        const std::size_t count = text.words().size();
        for (std::size_t first = 0; first < count; ++first) {
            for (std::size_t words = 1;
                 words <= m_settings.phraseWords && text.isPhrase(first, words); ++words) {
                ++totals[words];
                visit(first, words, text.phrase(first, words));
            }
        }
    }

    const StyleSettings& m_settings;
    std::vector<std::int64_t> m_user; ///< phrases of so many words
    std::vector<std::int64_t> m_others;
    std::unordered_map<std::uint64_t, Candidate> m_candidates;
};

bool isWithin(const StylePhrase& inner, const StylePhrase& outer)
{
    return inner.words < outer.words &&
           (' ' + outer.text + ' ').find(' ' + inner.text + ' ') != std::string::npos;
}

/// Whether a phrase hardly stands anywhere but within a longer one.
bool isCoveredBy(const StylePhrase& inner, const StylePhrase& outer)
{
    constexpr double hardlyMore = 1.25;
    return isWithin(inner, outer) && static_cast<double>(inner.user.times) <=
                                         hardlyMore * static_cast<double>(outer.user.times);
}

std::vector<StylePhrase> PhraseTable::takeDistinctive()
{
    std::vector<StylePhrase> phrases;
    for (auto& [key, candidate] : m_candidates) {
        StylePhrase& phrase = candidate.phrase;
        phrase.user.of = m_user[phrase.words];
        phrase.others.of = m_others[phrase.words];
        phrase.odds = phraseOdds(phrase.user, phrase.others);
        if (phrase.odds.z >= m_settings.leastZ) {
            phrases.push_back(std::move(phrase));
        }
    }
    // The text decides between equals, so that the order is the same everywhere.
    std::ranges::sort(phrases, [](const StylePhrase& a, const StylePhrase& b) {
        return a.odds.z != b.odds.z ? a.odds.z > b.odds.z : a.text < b.text;
    });
    constexpr std::size_t looked = 1'000; // what comes behind is not shown in any case
    phrases.resize(std::min(phrases.size(), looked));
    std::vector<StylePhrase> kept;
    for (const StylePhrase& phrase : phrases) {
        const bool covered = std::ranges::any_of(
            phrases, [&](const StylePhrase& longer) { return isCoveredBy(phrase, longer); });
        const bool said = std::ranges::any_of(
            kept, [&](const StylePhrase& better) { return isWithin(better, phrase); });
        if (!covered && !said && kept.size() < m_settings.phrases) {
            kept.push_back(phrase);
        }
    }
    return kept;
}

store::User requiredUser(const store::Histories& histories, const store::Project& project,
                         UserId id)
{
    const auto user = histories.findUser(id);
    if (!user || user->reviews == 0) {
        throw Error{ErrorKind::BadInput,
                    user ? "the user has no text that takes part"
                         : fmt::format("there is no user {}", number(id)),
                    project.file().string(), "choose another one, see `nextquill data list`"};
    }
    return *user;
}

} // namespace

StyleProfile styleProfile(store::Project& project, UserId user, const StyleSettings& settings,
                          const StopToken& stop, Progress& progress)
{
    const store::Histories histories{project};
    const store::User who = requiredUser(histories, project, user);
    StyleProfile profile;
    profile.user = user;
    profile.userName = who.name;
    PhraseTable phrases{settings};
    StyleTally own;
    for (const store::ReviewRow& row : histories.timeline(user)) {
        stopPoint(stop);
        if (!row.review.excluded) {
            const StyleText text{row.review.text};
            own.add(text);
            phrases.addOfUser(row.review.id, text);
        }
    }
    phrases.prune();
    StyleTally others;
    const store::SampleSize size = store::forEachSampled(
        project, settings.othersTexts, settings.seed, "reading the others' texts",
        [&](const store::Review& review) {
            if (review.user != user) {
                const StyleText text{review.text};
                others.add(text);
                phrases.addOfOthers(text);
            }
        },
        stop, progress);
    profile.own = own.figures();
    profile.others = others.figures();
    profile.othersRead = profile.others.texts;
    profile.othersAll = size.isWhole() ? profile.othersRead : size.of - profile.own.texts;
    profile.phrases = phrases.takeDistinctive();
    return profile;
}

} // namespace nextquill::curate

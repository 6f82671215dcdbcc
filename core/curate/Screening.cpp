// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curate/Screening.h"

#include "core/base/Utf8.h"
#include "core/curate/BandTable.h"
#include "core/curate/FoldedText.h"
#include "core/curate/Language.h"
#include "core/curate/ReviewStream.h"
#include "core/curate/StyleText.h"
#include "core/store/Histories.h"
#include "core/store/Project.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <unordered_map>

namespace nextquill::curate {

namespace {

/// A sentence: some words in a row of a StyleText.
struct SentenceRun
{
    std::size_t first = 0;
    std::size_t words = 0;
    std::uint64_t hash = 0;
};

/// The stretches between full stops and the like, as far as they have words.
std::vector<SentenceRun> sentencesOf(std::string_view text, const StyleText& style)
{
    std::vector<SentenceRun> runs;
    const auto& words = style.words();
    for (std::size_t i = 0; i < words.size(); ++i) {
        const bool ends = i > 0 && text.substr(words[i - 1].range.end,
                                               words[i].range.begin - words[i - 1].range.end)
                                           .find_first_of(".!?\n") != std::string_view::npos;
        if (runs.empty() || ends) {
            runs.push_back({.first = i, .words = 0, .hash = 0});
        }
        ++runs.back().words;
    }
    for (SentenceRun& run : runs) {
        run.hash = style.phrase(run.first, run.words);
    }
    return runs;
}

/// First pass: what each text has.
class FirstLook
{
public:
    FirstLook(const ScreeningSettings& settings, std::filesystem::path folder)
        : m_settings{settings}
        , m_table{1, settings.tableMemory, std::move(folder)}
    {
    }

    void add(const store::Review& review)
    {
        const auto index = static_cast<std::uint32_t>(m_users.size());
        m_users.push_back(number(review.user));
        const StyleText style{review.text};
        if (std::cmp_less(style.words().size(), m_settings.leastWords)) {
            m_empty.push_back(review.id);
            return;
        }
        for (const SentenceRun& run : sentencesOf(review.text, style)) {
            if (std::cmp_greater_equal(run.words, m_settings.sentenceWords)) {
                m_table.add(0, run.hash, index);
            }
        }
        addLanguage(review);
    }

    void finish(ScreeningReport& report)
    {
        report.reviews = static_cast<std::int64_t>(m_users.size());
        report.empty = std::move(m_empty);
        report.unsure = m_unsure;
        for (const auto& [code, count] : m_languages) {
            report.languages.push_back(count);
        }
        std::ranges::sort(report.languages, [](const LanguageCount& a, const LanguageCount& b) {
            return a.reviews != b.reviews ? a.reviews > b.reviews : a.code < b.code;
        });
        report.kept = !m_settings.language.empty() || report.languages.empty()
                          ? m_settings.language
                          : report.languages.front().code;
        for (const auto& [review, code] : m_languageOf) {
            if (m_codes[code] != report.kept) {
                report.foreign.push_back(review);
            }
        }
    }

    /// Digests of sentences that enough users wrote.
    [[nodiscard]] std::unordered_map<std::uint64_t, CommonSentence> commonSentences()
    {
        std::unordered_map<std::uint64_t, CommonSentence> common;
        const std::vector<BandTable::Entry> entries = m_table.take(0);
        for (auto begin = entries.begin(); begin != entries.end();) {
            const auto end = std::find_if(begin, entries.end(), [&](const BandTable::Entry& entry) {
                return entry.hash != begin->hash;
            });
            std::set<std::int64_t> users;
            std::set<std::uint32_t> texts;
            for (auto entry = begin; entry != end; ++entry) {
                users.insert(m_users[entry->text]);
                texts.insert(entry->text);
            }
            if (std::cmp_greater_equal(users.size(), m_settings.boilerplateUsers)) {
                common[begin->hash] = {.text = {},
                                       .users = static_cast<std::int64_t>(users.size()),
                                       .reviews = static_cast<std::int64_t>(texts.size()),
                                       .first = {}};
            }
            begin = end;
        }
        return common;
    }

private:
    void addLanguage(const store::Review& review)
    {
        const Language language = languageOf(review.text);
        if (language.code.empty() || !language.reliable) {
            ++m_unsure;
            return;
        }
        LanguageCount& count = m_languages[language.code];
        count.code = language.code;
        count.name = language.name;
        ++count.reviews;
        auto code = std::ranges::find(m_codes, language.code);
        if (code == m_codes.end()) {
            m_codes.push_back(language.code);
            code = m_codes.end() - 1;
        }
        m_languageOf.emplace_back(review.id, static_cast<std::uint16_t>(code - m_codes.begin()));
    }

    const ScreeningSettings& m_settings;
    BandTable m_table;
    std::vector<std::int64_t> m_users; ///< by the text's number
    std::vector<ReviewId> m_empty;
    std::int64_t m_unsure = 0;
    std::map<std::string, LanguageCount> m_languages;
    std::vector<std::string> m_codes;
    std::vector<std::pair<ReviewId, std::uint16_t>> m_languageOf;
};

/// Second pass: which texts are mostly common sentences, and how these read.
class SecondLook
{
public:
    SecondLook(const ScreeningSettings& settings,
               std::unordered_map<std::uint64_t, CommonSentence> common)
        : m_settings{settings}
        , m_common{std::move(common)}
    {
    }

    void add(const store::Review& review)
    {
        const StyleText style{review.text};
        std::size_t words = 0;
        for (const SentenceRun& run : sentencesOf(review.text, style)) {
            const auto found = m_common.find(run.hash);
            if (found == m_common.end()) {
                continue;
            }
            words += run.words;
            if (found->second.text.empty()) {
                const std::size_t begin = style.words()[run.first].range.begin;
                const std::size_t end = style.words()[run.first + run.words - 1].range.end;
                found->second.text = collapseWhitespace(review.text.substr(begin, end - begin));
                found->second.first = review.id;
            }
        }
        if (words > 0 &&
            static_cast<double>(words) >=
                m_settings.boilerplateShare * static_cast<double>(style.words().size())) {
            m_boilerplate.push_back(review.id);
        }
    }

    void finish(ScreeningReport& report)
    {
        report.boilerplate = std::move(m_boilerplate);
        for (auto& [hash, sentence] : m_common) {
            report.sentences.push_back(std::move(sentence));
        }
        std::ranges::sort(report.sentences, [](const CommonSentence& a, const CommonSentence& b) {
            return a.users != b.users ? a.users > b.users : a.first < b.first;
        });
        report.sentences.resize(std::min(report.sentences.size(), m_settings.sentences));
    }

private:
    const ScreeningSettings& m_settings;
    std::unordered_map<std::uint64_t, CommonSentence> m_common;
    std::vector<ReviewId> m_boilerplate;
};

} // namespace

ScreeningReport screenTexts(store::Project& project, const ScreeningSettings& settings,
                            const StopToken& stop, Progress& progress)
{
    ScreeningReport report;
    const auto folder = std::filesystem::absolute(project.file()).parent_path();
    FirstLook first{settings, folder};
    forEachReview(
        project, "reading texts", [&](const store::ReviewRow& row) { first.add(row.review); }, stop,
        progress);
    first.finish(report);
    SecondLook second{settings, first.commonSentences()};
    forEachReview(
        project, "looking for common sentences",
        [&](const store::ReviewRow& row) { second.add(row.review); }, stop, progress);
    second.finish(report);
    return report;
}

} // namespace nextquill::curate

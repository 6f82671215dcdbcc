// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curate/Redaction.h"

#include "core/base/Utf8.h"
#include "core/store/Histories.h"
#include "core/store/Project.h"
#include "core/store/TextEdits.h"
#include "core/store/table/TableReader.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <functional>
#include <unordered_map>

namespace nextquill::curate {

namespace {

constexpr int rowsOfPage = 500;
constexpr std::size_t namesListed = 50;
constexpr std::int64_t textsPerCommonName = 100; ///< a name in one of so many is a word
constexpr std::size_t bytesAround = 60;          ///< shown on both sides of a match

/// All reviews that a filter matches, by id; what is changed on the way does not move them.
void forEachFiltered(store::Project& project, const store::FilterExpression& where,
                     const char* stage, const std::function<void(const store::ReviewRow&)>& visit,
                     const StopToken& stop, Progress& progress)
{
    const store::Histories histories{project};
    const store::TableReader reader{project};
    const store::Counts counts = histories.counts();
    const std::int64_t total = where.isEmpty() ? counts.reviews + counts.excluded : 0;
    const store::TableQuery query{
        .filter = where, .order = {}, .columns = {"id", "user"}, .longestText = 0};
    store::PageRequest request{.from = store::PageFrom::Start, .key = {}, .limit = rowsOfPage};
    std::int64_t done = 0;
    NoProgress quiet;
    for (bool more = true; more;) {
        const store::TablePage page = reader.page(query, request, stop, quiet);
        for (const store::TableRow& row : page.rows) {
            stopPoint(stop);
            if (auto review = histories.findReview(ReviewId{row.id})) {
                visit({.review = std::move(*review),
                       .userName = std::get<std::string>(row.cells[1]),
                       .itemTitle = {}});
            }
        }
        done += static_cast<std::int64_t>(page.rows.size());
        progress.report({.done = done, .total = total, .stage = stage});
        more = !page.atEnd && !page.rows.empty();
        if (more) {
            request.from = store::PageFrom::After;
            request.key = page.rows.back().key;
        }
    }
}

UserNames namesOfUsers(store::Project& project, const StopToken& stop)
{
    constexpr int namesOfPage = 5'000;
    const store::Histories histories{project};
    UserNames names;
    store::UserPage page;
    page.order = store::UserOrder::Name;
    page.limit = namesOfPage;
    for (auto users = histories.users(page); !users.empty(); users = histories.users(page)) {
        stopPoint(stop);
        for (const store::User& user : users) {
            names.add(user.name);
        }
        page.after = users.back();
    }
    names.prepare();
    return names;
}

/// In how many texts each name stands.
class NameCensus
{
public:
    explicit NameCensus(const UserNames& names)
        : m_names{names}
    {
    }

    void add(const store::Review& review)
    {
        ++m_texts;
        std::set<std::uint64_t> seen;
        for (const std::string* text : {&review.title, &review.text}) {
            for (const auto& find : m_names.findAll(*text, {.begin = 0, .end = text->size()})) {
                if (seen.insert(find.name).second) {
                    FoundName& found = m_found[find.name];
                    found.texts += 1;
                    if (found.name.empty()) {
                        found.name = text->substr(find.range.begin, find.range.size());
                    }
                }
            }
        }
    }

    /// Those that are words, taken out of `names`; both lists into the report.
    void judge(UserNames& names, std::int64_t commonTexts, RedactionReport& report) const
    {
        const std::int64_t most = std::max(commonTexts, m_texts / textsPerCommonName);
        std::vector<std::uint64_t> words;
        for (const auto& [number, found] : m_found) {
            const bool common = commonTexts > 0 && found.texts > most;
            (common ? report.leftAlone : report.names).push_back(found);
            if (common) {
                words.push_back(number);
            }
        }
        names.leaveOut(words);
        for (std::vector<FoundName>* list : {&report.names, &report.leftAlone}) {
            std::ranges::sort(*list, [](const FoundName& a, const FoundName& b) {
                return std::tie(b.texts, a.name) < std::tie(a.texts, b.name);
            });
            list->resize(std::min(list->size(), namesListed));
        }
    }

private:
    const UserNames& m_names;
    std::int64_t m_texts = 0;
    std::unordered_map<std::uint64_t, FoundName> m_found;
};

PersonalDataFinder finderFor(store::Project& project, const RedactionSettings& settings,
                             RedactionReport& report, const StopToken& stop, Progress& progress)
{
    if (!settings.kinds.contains(PersonalKind::UserName)) {
        return PersonalDataFinder{settings.kinds};
    }
    UserNames names = namesOfUsers(project, stop);
    NameCensus census{names};
    forEachFiltered(
        project, settings.where, "looking for names",
        [&](const store::ReviewRow& row) { census.add(row.review); }, stop, progress);
    census.judge(names, settings.commonNameTexts, report);
    return PersonalDataFinder{settings.kinds, std::move(names)};
}

/// Counts finds, and keeps the first of each kind.
class Tally
{
public:
    explicit Tally(std::size_t examples)
        : m_examples{examples}
    {
    }

    void add(const store::ReviewRow& row, const std::vector<PersonalMatch>& inTitle,
             const std::vector<PersonalMatch>& inText)
    {
        std::set<PersonalKind> kinds;
        for (const bool title : {true, false}) {
            const auto& matches = title ? inTitle : inText;
            for (const PersonalMatch& match : matches) {
                Found& found = m_found[match.kind];
                ++found.count.places;
                kinds.insert(match.kind);
                if (found.examples.size() < m_examples) {
                    found.examples.push_back(exampleOf(row, title, match, matches));
                }
            }
        }
        for (const PersonalKind kind : kinds) {
            ++m_found[kind].count.reviews;
            m_found[kind].users.insert(number(row.review.user));
        }
        m_withAny += kinds.empty() ? 0 : 1;
    }

    [[nodiscard]] std::map<PersonalKind, PersonalCount> counts() const
    {
        std::map<PersonalKind, PersonalCount> counts;
        for (const auto& [kind, found] : m_found) {
            counts[kind] = found.count;
            counts[kind].users = static_cast<std::int64_t>(found.users.size());
        }
        return counts;
    }

    [[nodiscard]] std::int64_t withAny() const { return m_withAny; }

    [[nodiscard]] std::vector<PersonalExample> takeExamples()
    {
        std::vector<PersonalExample> examples;
        for (auto& [kind, found] : m_found) {
            std::ranges::move(found.examples, std::back_inserter(examples));
        }
        return examples;
    }

private:
    struct Found
    {
        PersonalCount count;
        std::set<std::int64_t> users;
        std::vector<PersonalExample> examples;
    };

    static PersonalExample exampleOf(const store::ReviewRow& row, bool title,
                                     const PersonalMatch& match,
                                     const std::vector<PersonalMatch>& matches);

    std::size_t m_examples;
    std::int64_t m_withAny = 0;
    std::map<PersonalKind, Found> m_found;
};

bool isContinuation(char c)
{
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// The words around a place, and every match that reaches into them whole.
ByteRange wordsAround(const std::string& text, ByteRange place,
                      const std::vector<PersonalMatch>& matches)
{
    ByteRange range{.begin = place.begin - std::min(place.begin, bytesAround),
                    .end = std::min(text.size(), place.end + bytesAround)};
    if (range.begin > 0) { // not in the middle of a word, where there is another one
        const std::size_t space = text.find(' ', range.begin);
        range.begin = space < place.begin ? space + 1 : range.begin;
    }
    if (range.end < text.size()) {
        const std::size_t space = text.rfind(' ', range.end);
        range.end = space != std::string::npos && space > place.end ? space : range.end;
    }
    while (range.begin < place.begin && isContinuation(text[range.begin])) {
        ++range.begin;
    }
    while (range.end > place.end && range.end < text.size() && isContinuation(text[range.end])) {
        --range.end;
    }
    for (const PersonalMatch& each : matches) {
        if (each.range.begin < range.begin && each.range.end > range.begin) {
            range.begin = each.range.begin;
        }
        if (each.range.begin < range.end && each.range.end > range.end) {
            range.end = each.range.end;
        }
    }
    return range;
}

PersonalExample Tally::exampleOf(const store::ReviewRow& row, bool title,
                                 const PersonalMatch& match,
                                 const std::vector<PersonalMatch>& matches)
{
    const std::string& text = title ? row.review.title : row.review.text;
    const ByteRange range = wordsAround(text, match.range, matches);
    const std::string front = range.begin > 0 ? "… " : "";
    const std::string back = range.end < text.size() ? " …" : "";
    const std::size_t moved = front.size();
    std::vector<PersonalMatch> inside;
    for (const PersonalMatch& each : matches) {
        if (each.range.begin >= range.begin && each.range.end <= range.end) {
            inside.push_back({.kind = each.kind,
                              .range = {.begin = each.range.begin - range.begin + moved,
                                        .end = each.range.end - range.begin + moved}});
        }
    }
    const std::string before = front + text.substr(range.begin, range.size()) + back;
    return {.kind = match.kind,
            .review = row.review.id,
            .userName = row.userName,
            .inTitle = title,
            .before = before,
            .match = {.begin = match.range.begin - range.begin + moved,
                      .end = match.range.end - range.begin + moved},
            .after = masked(before, inside)};
}

} // namespace

RedactionReport findPersonalData(store::Project& project, const RedactionSettings& settings,
                                 const StopToken& stop, Progress& progress)
{
    RedactionReport report;
    const PersonalDataFinder finder = finderFor(project, settings, report, stop, progress);
    Tally tally{settings.examples};
    forEachFiltered(
        project, settings.where, "looking for personal data",
        [&](const store::ReviewRow& row) {
            ++report.reviews;
            tally.add(row, finder.find(row.review.title), finder.find(row.review.text));
        },
        stop, progress);
    report.found = tally.counts();
    report.withAny = tally.withAny();
    report.examples = tally.takeExamples();
    return report;
}

RedactionReport redact(store::Project& project, const RedactionSettings& settings,
                       const StopToken& stop, Progress& progress)
{
    RedactionReport report;
    const PersonalDataFinder finder = finderFor(project, settings, report, stop, progress);
    Tally tally{settings.examples};
    {
        store::TextEdits edits{project};
        forEachFiltered(
            project, settings.where, "masking personal data",
            [&](const store::ReviewRow& row) {
                ++report.reviews;
                const auto inTitle = finder.find(row.review.title);
                const auto inText = finder.find(row.review.text);
                if (inTitle.empty() && inText.empty()) {
                    return;
                }
                tally.add(row, inTitle, inText);
                edits.change(row.review, masked(row.review.title, inTitle),
                             masked(row.review.text, inText));
            },
            stop, progress);
        report.changed = edits.changed();
        edits.commit(fmt::format("Mask personal data in {} review{}", report.changed,
                                 report.changed == 1 ? "" : "s"));
    }
    report.found = tally.counts();
    report.withAny = tally.withAny();
    report.examples = tally.takeExamples();
    Tally again{0};
    forEachFiltered(
        project, settings.where, "looking again",
        [&](const store::ReviewRow& row) {
            again.add(row, finder.find(row.review.title), finder.find(row.review.text));
        },
        stop, progress);
    report.left = again.counts();
    return report;
}

} // namespace nextquill::curate

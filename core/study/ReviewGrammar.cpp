// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/ReviewGrammar.h"

#include "core/base/Error.h"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>

namespace nextquill::study {

namespace {

enum class Choice {
    Fixed,
    Kind,
    Verb,
    Opening,
    Degree,
    Join,
    Closing,
    ClosingRest,
    Verdict,
    FirstAspect,
    SecondAspect,
    FirstQuality,
    SecondQuality,
};

struct Place
{
    Choice choice = Choice::Fixed;
    std::string_view word = {};
};

constexpr std::size_t firstAspectPlace = 10;
constexpr std::size_t secondAspectPlace = 16;
constexpr std::size_t closingPlace = 20;

/// "Honestly, I bought this kettle and am really pleased. The price is really fair while the design
/// is really clever. Hope this helps."
constexpr std::array<Place, 23> places{
    {{Choice::Opening},      {Choice::Fixed, "I"},   {Choice::Verb},        {Choice::Fixed, "this"},
     {Choice::Kind},         {Choice::Fixed, "and"}, {Choice::Fixed, "am"}, {Choice::Degree},
     {Choice::Verdict},      {Choice::Fixed, "The"}, {Choice::FirstAspect}, {Choice::Fixed, "is"},
     {Choice::Degree},       {Choice::FirstQuality}, {Choice::Join},        {Choice::Fixed, "the"},
     {Choice::SecondAspect}, {Choice::Fixed, "is"},  {Choice::Degree},      {Choice::SecondQuality},
     {Choice::Closing},      {Choice::ClosingRest},  {Choice::ClosingRest}}};

/// A choice between words of equal weight but for the one that a type prefers.
constexpr int weightOfOwnVoice = 7;  // of 10: 0.7, the other three 0.1 each
constexpr int weightOfOwnAspect = 6; // of 10: 0.6, the other four 0.1 each
constexpr int weightOfOther = 1;

using VoiceWords = std::array<std::string_view, voiceCount>;
using ThreeWords = std::array<std::string_view, 3>;

constexpr VoiceWords voices{"frank", "brisk", "warm", "dry"};
constexpr VoiceWords openings{"Honestly,", "Overall,", "Well,", "Look,"};
constexpr VoiceWords degrees{"really", "rather", "truly", "pretty"};
constexpr VoiceWords joins{"while", "and", "though", "plus"};
constexpr std::array<ThreeWords, voiceCount> closings{{{"Just", "my", "opinion."},
                                                       {"Nothing", "to", "add."},
                                                       {"Hope", "this", "helps."},
                                                       {"Take", "my", "word."}}};
constexpr ThreeWords verbs{"bought", "ordered", "chose"};
constexpr std::array<ThreeWords, 3> verdicts{{{"disappointed.", "unhappy.", "annoyed."},
                                              {"undecided.", "neutral.", "lukewarm."},
                                              {"pleased.", "happy.", "satisfied."}}};
constexpr std::array<std::string_view, aspectCount> aspects{"price", "finish", "design", "manual",
                                                            "packaging"};

struct Qualities
{
    ThreeWords poor;
    ThreeWords good;
};

constexpr std::array<Qualities, aspectCount> qualities{
    {{{"high", "steep", "excessive"}, {"fair", "low", "modest"}},
     {{"rough", "uneven", "shabby"}, {"smooth", "clean", "tidy"}},
     {{"clumsy", "dull", "ugly"}, {"elegant", "clever", "handsome"}},
     {{"vague", "confusing", "useless"}, {"clear", "helpful", "thorough"}},
     {{"flimsy", "wasteful", "bulky"}, {"neat", "sturdy", "compact"}}}};

/// Words, each with the weight that a type gives it.
template<typename Words, typename WeightOf>
std::vector<NextWord> weighted(const Words& words, const WeightOf& weightOf)
{
    std::vector<NextWord> next(words.size());
    for (std::size_t type = 0; type < typeCount; ++type) {
        int total = 0;
        for (std::size_t i = 0; i < words.size(); ++i) {
            total += weightOf(i, WriterType::of(type));
        }
        for (std::size_t i = 0; i < words.size(); ++i) {
            next[i].byType[type] =
                static_cast<double>(weightOf(i, WriterType::of(type))) / static_cast<double>(total);
        }
    }
    for (std::size_t i = 0; i < words.size(); ++i) {
        next[i].word = words[i];
    }
    return next;
}

template<typename Words>
std::vector<NextWord> equal(const Words& words)
{
    return weighted(words, [](std::size_t, WriterType) { return 1; });
}

std::vector<NextWord> only(std::string_view word)
{
    return equal(std::array{word});
}

std::vector<NextWord> byVoice(const VoiceWords& words)
{
    return weighted(words, [](std::size_t i, WriterType type) {
        return i == type.voice ? weightOfOwnVoice : weightOfOther;
    });
}

/// `without`: an aspect that was spoken of; aspectCount: none.
std::vector<NextWord> byAspect(std::size_t without)
{
    std::vector<NextWord> next = weighted(aspects, [without](std::size_t i, WriterType type) {
        return i == without ? 0 : i == type.aspect ? weightOfOwnAspect : weightOfOther;
    });
    if (without < next.size()) {
        next.erase(next.begin() + static_cast<std::ptrdiff_t>(without));
    }
    return next;
}

Error notOurs(std::string_view word, std::size_t place)
{
    return Error{ErrorKind::BadInput,
                 fmt::format("the grammar has no \"{}\" as word {}", word, place + 1),
                 "a synthetic review", "take the texts as `nextquill synth` wrote them"};
}

std::size_t aspectAt(std::span<const std::string_view> words, std::size_t place)
{
    const auto* const found = std::ranges::find(aspects, words[place]);
    if (found == aspects.end()) {
        throw notOurs(words[place], place);
    }
    return static_cast<std::size_t>(found - aspects.begin());
}

VoiceWords firstWordsOfClosings()
{
    VoiceWords firsts;
    std::ranges::transform(closings, firsts.begin(),
                           [](const ThreeWords& closing) { return closing.front(); });
    return firsts;
}

std::vector<NextWord> closingRest(std::span<const std::string_view> before)
{
    for (const ThreeWords& closing : closings) {
        if (closing.front() == before[closingPlace]) {
            return only(closing[before.size() - closingPlace]);
        }
    }
    throw notOurs(before[closingPlace], closingPlace);
}

/// Words for how an item does in an aspect; they end the sentence the second time.
std::vector<NextWord> qualityOf(const ReviewSubject& subject, std::size_t aspect, bool endsSentence)
{
    const ThreeWords& words =
        subject.good[aspect] ? qualities[aspect].good : qualities[aspect].poor;
    std::vector<NextWord> next = equal(words);
    for (NextWord& word : next) {
        word.word += endsSentence ? "." : "";
    }
    return next;
}

const ThreeWords& verdictsOn(int rating)
{
    constexpr int middle = 3;
    return verdicts[rating < middle ? 0 : rating == middle ? 1 : 2];
}

bool differsByType(const NextWord& word)
{
    return std::ranges::any_of(word.byType, [&word](double p) { return p != word.byType[0]; });
}

} // namespace

std::string_view voiceName(std::size_t voice)
{
    return voices.at(voice);
}

std::string_view aspectName(std::size_t aspect)
{
    return aspects.at(aspect);
}

std::vector<NextWord> ReviewGrammar::nextWords(const ReviewSubject& subject,
                                               std::span<const std::string_view> before)
{
    if (before.size() >= places.size()) {
        return {};
    }
    const Place& place = places[before.size()];
    switch (place.choice) {
    case Choice::Fixed:
        return only(place.word);
    case Choice::Kind:
        return only(subject.kind);
    case Choice::Verb:
        return equal(verbs);
    case Choice::Opening:
        return byVoice(openings);
    case Choice::Degree:
        return byVoice(degrees);
    case Choice::Join:
        return byVoice(joins);
    case Choice::Closing:
        return byVoice(firstWordsOfClosings());
    case Choice::ClosingRest:
        return closingRest(before);
    case Choice::Verdict:
        return equal(verdictsOn(subject.rating));
    case Choice::FirstAspect:
        return byAspect(aspectCount);
    case Choice::SecondAspect:
        return byAspect(aspectAt(before, firstAspectPlace));
    case Choice::FirstQuality:
        return qualityOf(subject, aspectAt(before, firstAspectPlace), false);
    case Choice::SecondQuality:
        return qualityOf(subject, aspectAt(before, secondAspectPlace), true);
    }
    return {};
}

std::string ReviewGrammar::write(const ReviewSubject& subject, WriterType type,
                                 const std::function<double()>& uniform)
{
    std::vector<std::string> words;
    for (;;) {
        const std::vector<std::string_view> before{words.begin(), words.end()};
        const std::vector<NextWord> next = nextWords(subject, before);
        if (next.empty()) {
            return fmt::format("{}", fmt::join(words, " "));
        }
        double rest = uniform();
        std::size_t chosen = 0;
        while (chosen + 1 < next.size() && rest >= next[chosen].byType[type.index()]) {
            rest -= next[chosen].byType[type.index()];
            ++chosen;
        }
        words.push_back(next[chosen].word);
    }
}

std::vector<DrawnWord> ReviewGrammar::read(const ReviewSubject& subject, std::string_view text)
{
    std::vector<DrawnWord> drawn;
    std::vector<std::string_view> words;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find(' ', begin), text.size());
        const std::string_view word = text.substr(begin, end - begin);
        const std::vector<NextWord> next = nextWords(subject, words);
        const auto found = std::ranges::find(next, word, &NextWord::word);
        if (found == next.end()) {
            throw notOurs(word, words.size());
        }
        drawn.push_back({.bytes = {.begin = begin, .end = end},
                         .byType = {found->byType.begin(), found->byType.end()},
                         .preference = std::ranges::any_of(next, differsByType)});
        words.push_back(word);
        begin = end + 1;
    }
    if (words.size() != places.size()) {
        throw Error{ErrorKind::BadInput,
                    fmt::format("the text has {} words, reviews of the grammar have {}",
                                words.size(), places.size()),
                    "a synthetic review", "take the texts as `nextquill synth` wrote them"};
    }
    return drawn;
}

} // namespace nextquill::study

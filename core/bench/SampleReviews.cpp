// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/SampleReviews.h"

#include "core/base/Error.h"
#include "core/base/Json.h"
#include "core/base/Random.h"
#include "core/base/Resources.h"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <string_view>

namespace nextquill::bench {

namespace {

constexpr std::int64_t reviewsOfUser = 9;
constexpr std::int64_t reviewsOfItem = 12;

std::vector<std::string> sentencesOf(const std::vector<std::string>& texts)
{
    std::vector<std::string> sentences;
    for (const std::string& text : texts) {
        for (std::size_t begin = 0; begin < text.size();) {
            const std::size_t end = std::min(text.find(". ", begin), text.size());
            sentences.push_back(text.substr(begin, end - begin));
            begin = end + 2;
        }
    }
    return sentences;
}

/// Numbered draws.
class Draw
{
public:
    [[nodiscard]] std::size_t below(std::size_t limit) { return m_random.bits(m_place++) % limit; }

private:
    Random m_random{1, 3};
    std::uint64_t m_place = 0;
};

std::string review(std::int64_t row, std::int64_t items, const std::vector<std::string>& sentences,
                   Draw& draw)
{
    constexpr std::size_t mostSentences = 10;
    std::string text;
    for (std::size_t left = 2 + draw.below(mostSentences - 1); left > 0; --left) {
        text += sentences[draw.below(sentences.size())] + (left > 1 ? ". " : ".");
    }
    const std::string_view title = sentences[draw.below(sentences.size())];
    const std::string item = fmt::format(
        "B{:09}", draw.below(static_cast<std::size_t>(std::max<std::int64_t>(1, items))));
    return toLine({{"rating", static_cast<double>(1 + draw.below(5))},
                   {"title", title.substr(0, title.find(' ', 24))},
                   {"text", text},
                   {"images", OrderedJson::array()},
                   {"asin", item},
                   {"parent_asin", item},
                   {"user_id", fmt::format("U{:08}", row / reviewsOfUser)},
                   {"timestamp", 1'300'000'000'000 + row * 7'000},
                   {"helpful_vote", draw.below(4)},
                   {"verified_purchase", true}});
}

} // namespace

std::vector<std::string> sampleTexts()
{
    std::vector<std::string> texts;
    std::string_view rest = resource("samples/reviews.jsonl");
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        const Json line = parseJson(rest.substr(0, end), {}, "the built-in sample");
        texts.push_back(line.at("text").get<std::string>());
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return texts;
}

std::uint64_t writeReviews(const std::filesystem::path& file, std::int64_t rows,
                           const StopToken& stop, Progress& progress)
{
    const std::vector<std::string> sentences = sentencesOf(sampleTexts());
    std::ofstream out{file, std::ios::binary};
    Draw draw;
    std::uint64_t bytes = 0;
    for (std::int64_t row = 0; row < rows; ++row) {
        if (row % 1000 == 0) {
            stopPoint(stop);
            progress.report({.done = row, .total = rows, .stage = "making reviews"});
        }
        const std::string line = review(row, rows / reviewsOfItem, sentences, draw) + "\n";
        out << line;
        bytes += line.size();
    }
    out.close();
    if (!out) {
        throw Error{ErrorKind::Storage, "the reviews cannot be written", file.string(),
                    "free some space, or name another folder"};
    }
    return bytes;
}

} // namespace nextquill::bench

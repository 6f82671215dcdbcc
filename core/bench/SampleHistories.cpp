// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/SampleHistories.h"

#include "core/base/Error.h"
#include "core/base/Json.h"
#include "core/base/Random.h"
#include "core/bench/SampleReviews.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fstream>
#include <string>
#include <vector>

namespace nextquill::bench {

namespace {

constexpr std::int64_t reviewsOfSteadyUser = 90;
constexpr std::int64_t rowsBetweenRareWords = 50'000;
constexpr double firstSecond = 1'104'537'600; // 2005
constexpr double secondsOfUsers = 560e6;
constexpr double secondsBetweenReviews = 9e6;

class HistoryDraw
{
public:
    [[nodiscard]] double uniform() { return m_random.uniform(m_place++); }
    [[nodiscard]] std::size_t below(std::size_t limit) { return m_random.bits(m_place++) % limit; }
    [[nodiscard]] double exponential(double mean) { return -mean * std::log1p(-uniform()); }

private:
    Random m_random{1, 7};
    std::uint64_t m_place = 0;
};

/// Sentences as they stand between quotation marks in JSON.
std::vector<std::string> escapedSentences()
{
    std::vector<std::string> sentences;
    for (const std::string& text : sampleTexts()) {
        for (std::size_t begin = 0; begin < text.size();) {
            const std::size_t end = std::min(text.find(". ", begin), text.size());
            const std::string quoted = toLine(text.substr(begin, end - begin));
            sentences.push_back(quoted.substr(1, quoted.size() - 2));
            begin = end + 2;
        }
    }
    return sentences;
}

int rating(HistoryDraw& draw)
{
    const double share = draw.uniform();
    return share < 0.55 ? 5 : share < 0.75 ? 4 : share < 0.85 ? 3 : share < 0.91 ? 2 : 1;
}

std::string line(const std::string& user, double begins, std::int64_t row, std::int64_t items,
                 const std::vector<std::string>& sentences, HistoryDraw& draw)
{
    constexpr double meanSentences = 5;
    constexpr double mostSentences = 40;
    std::string text;
    for (auto left = static_cast<int>(std::min(1 + draw.exponential(meanSentences), mostSentences));
         left > 0; --left) {
        text += sentences[draw.below(sentences.size())] + (left > 1 ? ". " : ".");
    }
    text += row % rowsBetweenRareWords == 7 ? " petrichor" : "";
    const auto item =
        static_cast<std::int64_t>(std::pow(draw.uniform(), 2) * static_cast<double>(items));
    const auto time = static_cast<std::int64_t>(begins + draw.exponential(secondsBetweenReviews));
    return fmt::format(R"({{"rating":{}.0,"title":"No. {}","text":"{}","asin":"B{:07}",)"
                       R"("parent_asin":"B{:07}","user_id":"{}","timestamp":{}}})"
                       "\n",
                       rating(draw), draw.below(1'000), text, item, item, user, time * 1'000);
}

} // namespace

void writeHistories(const std::filesystem::path& file, std::int64_t rows, const StopToken& stop,
                    Progress& progress)
{
    constexpr double fewest = 2;
    constexpr double most = 400;
    const std::vector<std::string> sentences = escapedSentences();
    const std::int64_t items = std::max<std::int64_t>(rows / 12, 1);
    std::ofstream out{file, std::ios::binary};
    HistoryDraw draw;
    std::int64_t row = 0;
    for (std::int64_t user = 0; row < rows; ++user) {
        const bool steady = user == 1;
        const auto reviews = steady ? reviewsOfSteadyUser
                                    : static_cast<std::int64_t>(std::min(
                                          fewest + 3 * std::pow(1 - draw.uniform(), -0.9), most));
        const std::string name = steady ? steadyUser : fmt::format("U{:08}", user);
        const double begins = firstSecond + draw.uniform() * secondsOfUsers;
        for (std::int64_t i = 0; i < reviews && row < rows; ++i, ++row) {
            out << line(name, begins, row, items, sentences, draw);
        }
        stopPoint(stop);
        progress.report({.done = row, .total = rows, .stage = "making reviews"});
    }
    out.close();
    if (!out) {
        throw Error{ErrorKind::Storage, "the reviews cannot be written", file.string(),
                    "free some space, or name another folder"};
    }
}

} // namespace nextquill::bench

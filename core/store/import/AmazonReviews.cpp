// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/AmazonReviews.h"

#include "core/store/Totals.h"
#include "core/store/import/HtmlEntities.h"

namespace nextquill::store {

namespace {

constexpr double highestRating = 10;
constexpr double secondsBelow = 1e11;
constexpr double latestTime = 253'402'300'799'999; // the end of the year 9999
constexpr std::size_t longestKey = 256;

bool isKey(const std::string& key)
{
    return !key.empty() && key.size() <= longestKey && countWords(key) > 0;
}

} // namespace

double millisecondsFrom(double time)
{
    return time < secondsBelow ? time * 1'000 : time;
}

std::optional<double> millisecondsFrom(std::optional<double> time)
{
    return time ? std::optional{millisecondsFrom(*time)} : std::nullopt;
}

void checkReview(IncomingReview& review, std::optional<double> rating,
                 std::optional<double> milliseconds)
{
    review.rating = rating.value_or(0);
    if (!isKey(review.user)) {
        review.reason = "it names no user";
    } else if (!isKey(review.item.asin)) {
        review.reason = "it names no item";
    } else if (!hasWord(review.text)) {
        review.reason = "its text is empty";
    } else if (!rating || !(*rating >= 0 && *rating <= highestRating)) {
        review.reason = "its rating is no number from 0 to 10";
    } else if (!milliseconds || !(*milliseconds >= 0 && *milliseconds <= latestTime)) {
        review.reason = "its time is missing or out of range";
    } else {
        review.time = std::llround(*milliseconds);
    }
}

IncomingReview amazon2023(const JsonObject& line)
{
    IncomingReview review;
    review.user = textField(line, {"user_id"});
    review.item.asin = textField(line, {"parent_asin", "asin"});
    review.title = textField(line, {"title"});
    review.text = textField(line, {"text"});
    checkReview(review, numberField(line, {"rating"}),
                millisecondsFrom(numberField(line, {"timestamp"})));
    return review;
}

IncomingReview amazon2018(const JsonObject& line)
{
    IncomingReview review;
    review.user = textField(line, {"reviewerID"});
    review.item.asin = textField(line, {"asin"});
    review.title = withoutHtmlEntities(textField(line, {"summary"}));
    review.text = withoutHtmlEntities(textField(line, {"reviewText"}));
    checkReview(review, numberField(line, {"overall"}),
                millisecondsFrom(numberField(line, {"unixReviewTime"})));
    return review;
}

ItemLine amazonItem(const JsonObject& line)
{
    ItemLine result;
    IncomingItem& item = result.item;
    const std::string parent = textField(line, {"parent_asin"});
    item.asin = parent.empty() ? textField(line, {"asin"}) : parent;
    item.title = textField(line, {"title"});
    item.description = paragraphsField(line, "description");
    if (item.description.empty()) {
        item.description = paragraphsField(line, "features");
    }
    if (parent.empty()) {
        item.title = withoutHtmlEntities(item.title);
        item.description = withoutHtmlEntities(item.description);
    }
    if (!isKey(item.asin)) {
        result.reason = "it names no item";
    }
    return result;
}

} // namespace nextquill::store

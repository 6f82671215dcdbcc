// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/NextQuillRecords.h"

#include "core/store/import/AmazonReviews.h"
#include "core/store/import/TimeText.h"

namespace nextquill::store {

namespace {

IncomingReview reviewOf(const JsonElement& element, const std::string& user)
{
    IncomingReview review;
    JsonObject object;
    if (element.get(object) != simdjson::SUCCESS) {
        review.reason = "a review in the record is no JSON object";
        return review;
    }
    review.user = user;
    review.item.asin = textField(object, {"asin", "parent_asin", "item_id"});
    review.item.title = textField(object, {"item_title"});
    review.item.description = paragraphsField(object, "item_description");
    review.title = textField(object, {"title"});
    review.text = textField(object, {"text"});
    const std::string time = textField(object, {"time"});
    checkReview(review, numberField(object, {"rating"}),
                time.empty() ? millisecondsFrom(numberField(object, {"timestamp"}))
                             : millisecondsOf(time));
    return review;
}

} // namespace

std::vector<IncomingReview> nextQuillRecord(const JsonObject& record)
{
    std::vector<IncomingReview> reviews;
    const std::string user = textField(record, {"user_id"});
    simdjson::dom::array profile;
    if (record["profile"].get(profile) == simdjson::SUCCESS) {
        for (const JsonElement element : profile) {
            reviews.push_back(reviewOf(element, user));
        }
    }
    JsonElement data;
    if (record["data"].get(data) == simdjson::SUCCESS && !data.is_null()) {
        reviews.push_back(reviewOf(data, user));
    }
    if (reviews.empty()) {
        reviews.push_back({.reason = "the record has no reviews"});
    }
    return reviews;
}

} // namespace nextquill::store

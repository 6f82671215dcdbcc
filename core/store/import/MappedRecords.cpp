// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/MappedRecords.h"

#include "core/base/Digest.h"
#include "core/store/import/AmazonReviews.h"
#include "core/store/import/TimeText.h"

namespace nextquill::store {

namespace {

constexpr double millisecondsOfMinute = 60'000;
constexpr std::size_t digitsOfKey = 16;

std::optional<double> timeField(const JsonObject& record, const std::string& name)
{
    const std::string text = keyField(record, {name}); // whole numbers, too
    return text.empty() ? millisecondsFrom(numberField(record, {name})) : millisecondsOf(text);
}

} // namespace

double timeOfPosition(std::int64_t position)
{
    return static_cast<double>(position) * millisecondsOfMinute;
}

std::string keyOfText(std::string_view text)
{
    return "text-" + sha256(text).substr(0, digitsOfKey);
}

IncomingReview mappedReview(const JsonObject& record, const FieldMap& map, std::int64_t position)
{
    const auto text = [&record](const std::string& column) {
        return column.empty() ? std::string{} : paragraphsField(record, column);
    };
    const auto key = [&record](const std::string& column) {
        return column.empty() ? std::string{} : keyField(record, {column});
    };
    IncomingReview review;
    review.user = key(map.user);
    review.text = text(map.text);
    review.title = text(map.title);
    review.item.asin = map.item.empty() ? keyOfText(review.text) : key(map.item);
    review.item.title = text(map.itemTitle);
    review.item.description = text(map.itemDescription);
    review.excluded = flagField(record, "excluded");
    checkReview(review,
                map.rating.empty() ? std::optional<double>{0} : numberField(record, {map.rating}),
                map.time.empty() ? timeOfPosition(position) : timeField(record, map.time));
    return review;
}

} // namespace nextquill::store

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/export/LampTasks.h"

#include "core/base/Digest.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>

namespace nextquill::store {

namespace {

constexpr std::array<std::string_view, 3> longLampNames{"product_review", "abstract_generation",
                                                        "topic_writing"};

constexpr std::array<std::string_view, 7> meanings{
    "which of two items the user wrote about",
    "the text as a tag of the item's description",
    "the rating of the text, from 1 to 5",
    "the title of the text as the headline of an article",
    "the title of the text as that of an abstract",
    "the title of the text as the subject of a message",
    "the text itself",
};

/// What a review is headed by, and what that heads.
struct Headline
{
    std::string headline;
    std::string body;
};

std::optional<Headline> headlineOf(const Review& review, const Item& item)
{
    Headline made{.headline = review.title, .body = review.text};
    if (review.title.empty()) {
        made = {.headline = review.text, .body = item.description};
    }
    return made.body.empty() ? std::nullopt : std::optional{std::move(made)};
}

/// 1 to 5 as a digit; none for a review that was not rated.
std::optional<std::string> stars(double rating)
{
    const auto rounded = std::lround(rating);
    if (rounded < 1 || rounded > 5) {
        return std::nullopt;
    }
    return fmt::format("{}", rounded);
}

OrderedJson pastWith(const Item& item, std::string_view name, std::string value,
                     std::string_view second, std::string secondValue)
{
    return {{"id", item.asin},
            {std::string{name}, std::move(value)},
            {std::string{second}, std::move(secondValue)}};
}

std::optional<OrderedJson> headlinePast(const Review& review, const Item& item,
                                        std::string_view body)
{
    auto made = headlineOf(review, item);
    if (!made) {
        return std::nullopt;
    }
    return pastWith(item, "title", std::move(made->headline), body, std::move(made->body));
}

/// The two stand in an order that does not tell which is the right one.
std::optional<LampQuestion> questionOfTwo(const ExportRow& row, const std::optional<Item>& other)
{
    if (!other) {
        return std::nullopt;
    }
    const bool isFirst = sha256(row.user + '\n' + row.item.asin).front() < '8';
    const std::string own = titleOf(row.item);
    const std::string foreign = titleOf(*other);
    return LampQuestion{
        .input = fmt::format("Someone wrote the texts of the profile. About which of these two did "
                             "the same person write, too? Answer with [1] or [2]. [1]: \"{}\" "
                             "[2]: \"{}\"",
                             isFirst ? own : foreign, isFirst ? foreign : own),
        .output = isFirst ? "[1]" : "[2]"};
}

/// An imported question has its instruction as the item's description.
bool isInstruction(const Item& item)
{
    return item.asin.starts_with("question-");
}

std::string asked(std::string_view what, const Item& item, const std::string& body)
{
    return isInstruction(item) ? body : fmt::format("{} {}", what, body);
}

std::optional<LampQuestion> headlineQuestion(const ExportRow& row, std::string_view what)
{
    const auto made = headlineOf(row.review, row.item);
    if (!made) {
        return std::nullopt;
    }
    return LampQuestion{.input = asked(what, row.item, made->body), .output = made->headline};
}

std::optional<LampQuestion> tagQuestion(const ExportRow& row)
{
    if (row.item.description.empty()) {
        return std::nullopt;
    }
    return LampQuestion{.input =
                            asked("With which tag would this person mark this? Answer with the "
                                  "tag alone. description:",
                                  row.item, row.item.description),
                        .output = row.review.text};
}

std::optional<LampQuestion> ratingQuestion(const ExportRow& row)
{
    const auto rating = stars(row.review.rating);
    if (!rating) {
        return std::nullopt;
    }
    return LampQuestion{.input = "How many stars, from 1 to 5, did this person give with this "
                                 "review? Answer with the digit alone. review: " +
                                 row.review.text,
                        .output = *rating};
}

LampQuestion textQuestion(const ExportRow& row)
{
    return {.input = fmt::format("Write the review that this user would write. item: {} "
                                 "description: {} rating: {} title: {}",
                                 titleOf(row.item), row.item.description, row.review.rating,
                                 row.review.title),
            .output = row.review.text};
}

} // namespace

std::span<const std::string_view> longLampTaskNames()
{
    return longLampNames;
}

std::string_view name(LongLampTask task)
{
    return longLampNames.at(static_cast<std::size_t>(task));
}

std::string_view lampTaskMeaning(int task)
{
    return meanings.at(static_cast<std::size_t>(task - 1));
}

std::optional<OrderedJson> lampPast(int task, const Review& review, const Item& item)
{
    switch (task) {
    case 1:
        return pastWith(item, "title", titleOf(item), "abstract", review.text);
    case 2:
        if (item.description.empty()) {
            return std::nullopt;
        }
        return pastWith(item, "description", item.description, "tag", review.text);
    case 3:
        if (const auto rating = stars(review.rating)) {
            return pastWith(item, "text", review.text, "score", *rating);
        }
        return std::nullopt;
    case 4:
    case 6:
        return headlinePast(review, item, "text");
    case 5:
        return headlinePast(review, item, "abstract");
    default:
        return OrderedJson{{"id", item.asin}, {"text", review.text}};
    }
}

std::optional<LampQuestion> lampQuestion(int task, const ExportRow& row,
                                         const std::optional<Item>& other)
{
    switch (task) {
    case 1:
        return questionOfTwo(row, other);
    case 2:
        return tagQuestion(row);
    case 3:
        return ratingQuestion(row);
    case 4:
        return headlineQuestion(row, "Write the headline of this article. article:");
    case 5:
        return headlineQuestion(row, "Write the title for this abstract. abstract:");
    case 6:
        return headlineQuestion(row, "Write the subject of this message. email:");
    default:
        return textQuestion(row);
    }
}

std::string_view longLampTaskMeaning(LongLampTask task)
{
    switch (task) {
    case LongLampTask::AbstractGeneration:
        return "the text as the abstract of its title";
    case LongLampTask::TopicWriting:
        return "the text as a post of which the title is the summary";
    case LongLampTask::ProductReview:
        break;
    }
    return "the text as the review of the item's description, with rating and title";
}

std::string_view longLampUserField(LongLampTask task)
{
    switch (task) {
    case LongLampTask::AbstractGeneration:
        return "name";
    case LongLampTask::TopicWriting:
        return "author";
    case LongLampTask::ProductReview:
        break;
    }
    return "reviewerId";
}

OrderedJson longLampPast(LongLampTask task, const Review& review, const Item& item)
{
    const std::string& heading = review.title.empty() ? titleOf(item) : review.title;
    switch (task) {
    case LongLampTask::AbstractGeneration:
        return {{"title", heading}, {"abstract", review.text}};
    case LongLampTask::TopicWriting:
        return {{"summary", heading}, {"content", review.text}};
    case LongLampTask::ProductReview:
        break;
    }
    return {{"overall", review.rating},
            {"summary", review.title},
            {"description", item.description.empty() ? item.title : item.description},
            {"reviewText", review.text}};
}

std::string longLampInput(LongLampTask task, const ExportRow& row)
{
    const std::string& heading = row.review.title.empty() ? titleOf(row.item) : row.review.title;
    switch (task) {
    case LongLampTask::AbstractGeneration:
        return fmt::format("Write the abstract that this person would write under the title "
                           "\"{}\". items: {}",
                           heading, row.item.description);
    case LongLampTask::TopicWriting:
        return fmt::format("Write the post that this person would write, of which this is the "
                           "summary: {}",
                           heading);
    case LongLampTask::ProductReview:
        break;
    }
    return fmt::format("Write the review that this person would write, with {} of 5 stars and the "
                       "summary \"{}\", of a product with the description \"{}\".",
                       row.review.rating, row.review.title,
                       row.item.description.empty() ? titleOf(row.item) : row.item.description);
}

} // namespace nextquill::store

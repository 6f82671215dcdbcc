// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/LampRecords.h"

#include "core/base/Error.h"
#include "core/store/import/AmazonReviews.h"
#include "core/store/import/MappedRecords.h"
#include "core/store/import/TimeText.h"

#include <algorithm>
#include <limits>
#include <system_error>

namespace nextquill::store {

namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t largestGolds = std::uintmax_t{256} << 20;

/// Which fields of a past text hold what; the first set whose `text` and `about` are there counts.
struct PastFields
{
    std::string_view text;
    std::string_view about; ///< what it was written about
    std::string_view title;
    std::string_view itemTitle;
    std::string_view rating;
};

constexpr PastFields lampFields[] = {
    {"text", "item_description", "title", "item_title", "score"}, // our own export
    {"tag", "description", "", "", ""},                           // 2: tags of movies
    {"category", "text", "", "title", ""},                        // 2 as it was: categories of news
    {"text", "score", "", "", "score"},                           // 3: ratings of products
    {"title", "abstract", "", "", ""},                            // 1 and 5: scholarly titles
    {"title", "text", "", "", ""},                                // 4 and 6: headlines, subjects
    {"text", "", "", "", ""},                                     // 7: tweets
};

constexpr PastFields longLampFields[] = {
    {"reviewText", "description", "summary", "", "overall"},
    {"abstract", "title", "", "title", ""},
    {"content", "summary", "summary", "", ""},
    {"output", "input", "", "", ""}, // topics as the benchmark's own code has them
    {"reviewText", "", "summary", "", "overall"},
};

bool holdsField(const JsonObject& object, std::string_view name)
{
    return object[name].error() == simdjson::SUCCESS;
}

template<std::size_t Count>
const PastFields* fieldsOf(const JsonObject& past, const PastFields (&sets)[Count])
{
    const auto* const found = std::ranges::find_if(sets, [&past](const PastFields& fields) {
        return holdsField(past, fields.text) &&
               (fields.about.empty() || holdsField(past, fields.about));
    });
    return found == std::end(sets) ? nullptr : found;
}

std::string textOf(const JsonObject& object, std::string_view name)
{
    return name.empty() ? std::string{} : paragraphsField(object, name);
}

/// What a record is made of, whatever its benchmark calls it.
struct Parts
{
    std::string user;
    std::string output;    ///< empty: there is none
    IncomingReview target; ///< but for its user, text and time
};

IncomingReview pastText(const JsonObject& past, const PastFields& fields, const std::string& user,
                        std::int64_t position)
{
    IncomingReview review;
    review.user = user;
    review.text = textOf(past, fields.text);
    review.title = textOf(past, fields.title);
    review.item.title = textOf(past, fields.itemTitle);
    if (fields.about != fields.rating && fields.about != fields.itemTitle) {
        review.item.description = textOf(past, fields.about);
    }
    const std::string id = keyField(past, {"id", "asin"});
    review.item.asin =
        id.empty() ? keyOfText(review.item.title + review.item.description + '\n' + review.text)
                   : id;
    const auto rating =
        fields.rating.empty() ? std::optional<double>{} : numberField(past, {fields.rating});
    const std::string date = keyField(past, {"time", "date"});
    checkReview(review, rating.value_or(0),
                date.empty() ? timeOfPosition(position) : millisecondsOf(date));
    return review;
}

template<std::size_t Count>
std::vector<IncomingReview> reviewsOf(const JsonObject& record, const Parts& parts,
                                      const PastFields (&sets)[Count])
{
    std::vector<IncomingReview> reviews;
    std::int64_t position = 0;
    std::int64_t latest = -std::llround(timeOfPosition(1));
    simdjson::dom::array profile;
    if (record["profile"].get(profile) == simdjson::SUCCESS) {
        for (const JsonElement element : profile) {
            JsonObject past;
            const PastFields* fields =
                element.get(past) == simdjson::SUCCESS ? fieldsOf(past, sets) : nullptr;
            reviews.push_back(fields == nullptr
                                  ? IncomingReview{.reason = "a past text in the record has none "
                                                             "of the fields of its benchmark"}
                                  : pastText(past, *fields, parts.user, position));
            latest = std::max(latest, reviews.back().time);
            ++position;
        }
    }
    if (!parts.output.empty()) {
        IncomingReview target = parts.target;
        target.user = parts.user;
        target.text = parts.output;
        const std::string date = keyField(record, {"time", "date"});
        // Behind all of its history, whose dates may be whole days.
        checkReview(target, target.rating,
                    date.empty() ? static_cast<double>(latest) + timeOfPosition(1)
                                 : millisecondsOf(date));
        reviews.push_back(std::move(target));
    }
    if (reviews.empty()) {
        reviews.push_back({.reason = "the record has no past texts and no output"});
    }
    return reviews;
}

} // namespace

GoldOutputs readGoldOutputs(const fs::path& file)
{
    std::error_code failed;
    if (fs::file_size(file, failed) > largestGolds || failed) {
        throw Error{failed ? ErrorKind::Storage : ErrorKind::BadInput,
                    failed ? "the file of outputs cannot be opened"
                           : "the file of outputs is larger than 256 MiB",
                    file.filename().string(), "check the file"};
    }
    simdjson::dom::parser parser;
    simdjson::dom::array golds;
    if (parser.load(file.string())["golds"].get(golds) != simdjson::SUCCESS) {
        throw Error{ErrorKind::BadInput, "it has no list \"golds\" of outputs",
                    file.filename().string(), "give LaMP's file of outputs as it is"};
    }
    GoldOutputs outputs;
    for (const JsonElement element : golds) {
        JsonObject gold;
        if (element.get(gold) == simdjson::SUCCESS) {
            outputs.insert_or_assign(keyField(gold, {"id"}), keyField(gold, {"output"}));
        }
    }
    return outputs;
}

fs::path goldOutputsBeside(const fs::path& questions)
{
    constexpr std::string_view word = "questions";
    std::string name = questions.filename().string();
    const std::size_t at = name.rfind(word);
    if (at == std::string::npos) {
        return {};
    }
    fs::path outputs = questions.parent_path() / name.replace(at, word.size(), "outputs");
    std::error_code failed;
    return fs::exists(outputs, failed) ? outputs : fs::path{};
}

std::vector<IncomingReview> lampQuestion(const JsonObject& question, const GoldOutputs& golds)
{
    const std::string id = keyField(question, {"id"});
    const std::string user = keyField(question, {"user_id"});
    Parts parts{
        .user = user.empty() ? id : user, .output = keyField(question, {"output"}), .target = {}};
    parts.target.item = {
        .asin = "question-" + id, .title = {}, .description = textField(question, {"input"})};
    if (holdsField(question, "item_id")) { // our own export
        parts.target.item = {.asin = keyField(question, {"item_id"}),
                             .title = textField(question, {"item_title"}),
                             .description = textField(question, {"item_description"})};
        parts.target.title = textField(question, {"title"});
        parts.target.rating = numberField(question, {"score"}).value_or(0);
    }
    if (const auto gold = golds.find(id); gold != golds.end()) {
        parts.output = gold->second;
    }
    return reviewsOf(question, parts, lampFields);
}

std::vector<IncomingReview> longLampRecord(const JsonObject& record)
{
    Parts parts{.user = keyField(record, {"name", "reviewerId", "author"}),
                .output = textField(record, {"output"}),
                .target = {}};
    const std::string input = textField(record, {"input"});
    parts.target.item = {.asin = keyOfText(input), .title = {}, .description = input};
    return reviewsOf(record, parts, longLampFields);
}

} // namespace nextquill::store

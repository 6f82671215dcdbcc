// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Utf8.h"
#include "core/store/Project.h"
#include "core/store/SimilarReviews.h"
#include "core/workflow/SimilarByMeaning.h"

#include "app/cli/ExitStatus.h"
#include "app/cli/ProjectCommand.h"
#include "app/cli/PromptCommands.h"

#include <filesystem>
#include <fmt/format.h>
#include <memory>

namespace nextquill::app {

namespace {

struct SimilarOptions
{
    std::filesystem::path project;
    store::SimilarityQuery query;
    std::int64_t review = 0;
    std::filesystem::path encoder;
    std::int64_t compare = 2'000;
};

void saySimilar(const store::SimilarReview& similar, Context& context, OrderedJson& rows)
{
    const store::ReviewRow& row = similar.row;
    context.out.text(fmt::format("{:>6.3f}  {:>3.0f} %  {:>8}  {}  {}{}\n                   {}",
                                 similar.score, 100 * similar.likeness, number(row.review.id),
                                 escapedForDisplay(row.userName), escapedForDisplay(row.itemTitle),
                                 row.review.excluded ? "  (excluded)" : "",
                                 escapedForDisplay(row.review.text, 160)));
    rows.push_back({{"id", number(row.review.id)},
                    {"score", similar.score},
                    {"likeness", similar.likeness},
                    {"user", row.userName},
                    {"item", row.itemTitle},
                    {"rating", row.review.rating},
                    {"title", row.review.title},
                    {"text", row.review.text},
                    {"time", row.review.time},
                    {"excluded", row.review.excluded}});
}

int similar(const SimilarOptions& options, Context& context)
{
    const auto project = store::Project::open(options.project, store::OpenMode::ReadOnly);
    store::SimilarityQuery query = options.query;
    query.review = ReviewId{options.review};
    workflow::SimilarByMeaning found;
    const StopToken stop = context.interrupt.token();
    const bool byMeaning = !options.encoder.empty();
    if (byMeaning) {
        found = workflow::similarByMeaning(*project, query, options.encoder, stop, context.out,
                                           options.compare);
        context.out.endProgress();
    } else {
        found.reviews = store::similarByWords(*project, query, stop);
    }
    OrderedJson rows = OrderedJson::array();
    for (const store::SimilarReview& one : found.reviews) {
        saySimilar(one, context, rows);
    }
    if (found.reviews.empty()) {
        context.out.text("no other review is like it");
    }
    OrderedJson document{{"review", options.review},
                         {"by", byMeaning ? "embeddings" : "bm25"},
                         {"reviews", std::move(rows)}};
    if (byMeaning) {
        context.out.text(fmt::format(
            "compared with {} of {} reviews{}", found.compared, found.total,
            found.compared + 1 < found.total ? ": those most alike in words (--compare takes more)"
                                             : ""));
        document["compared"] = found.compared;
        document["total"] = found.total;
    }
    context.out.document(document);
    return exitDone;
}

} // namespace

void addDataSimilar(CLI::App& data, Context& context)
{
    const auto options = std::make_shared<SimilarOptions>();
    CLI::App* const command =
        addProjectCommand(data, options, context, "similar",
                          "Reviews that are like one: in words (BM25), or with an encoder in "
                          "meaning",
                          similar);
    command->add_option("--review", options->review, "Its id")->required();
    command->add_option("--limit", options->query.limit, "Reviews at most")
        ->check(CLI::Range(1, 10'000))
        ->capture_default_str();
    CLI::Option* const encoder =
        command->add_option("--encoder", options->encoder, "Folder of a BERT encoder (MiniLM)");
    command
        ->add_option("--compare", options->compare,
                     "With an encoder: of a larger project the so many most alike in words")
        ->check(CLI::Range(1, 10'000'000))
        ->capture_default_str()
        ->needs(encoder);
    command->add_flag("--with-excluded", options->query.withExcluded, "Excluded reviews, too");
}

} // namespace nextquill::app

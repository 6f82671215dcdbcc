// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/base/Utf8.h"
#include "core/store/Histories.h"
#include "core/store/Project.h"
#include "core/store/Provenance.h"
#include "core/store/import/TimeText.h"

#include "app/cli/ExchangeCommands.h"
#include "app/cli/ExitStatus.h"
#include "app/cli/ProjectCommand.h"

#include <filesystem>
#include <fmt/format.h>
#include <memory>

namespace nextquill::app {

namespace {

struct ShowOptions
{
    std::filesystem::path project;
    std::int64_t review = 0;
};

/// A time that may not be known.
OrderedJson timeOrNull(std::int64_t time)
{
    return time == 0 ? OrderedJson(nullptr) : OrderedJson(store::timeText(time));
}

void sayOrigin(const store::ReviewOrigin& origin, Context& context)
{
    const std::string line =
        origin.line > 0 ? fmt::format(", line {}", origin.line) : ", line not kept then";
    context.out.text(fmt::format(
        "from     {}{}\nimported {}\nSHA-256  {}", escapedForDisplay(origin.source.name), line,
        store::timeText(origin.source.imported),
        origin.source.digest.empty() ? "not known" : origin.source.digest));
}

void sayChange(const store::ReviewChange& change, Context& context)
{
    context.out.text(
        fmt::format("{}  {}{}", change.time > 0 ? store::timeText(change.time) : "time not kept",
                    escapedForDisplay(change.step), change.undone ? "  (taken back)" : ""));
    if (change.field == "text") {
        context.out.text("    before: " + escapedForDisplay(change.before, 160));
        context.out.text("    after:  " + escapedForDisplay(change.after, 160));
    }
}

OrderedJson changeOf(const store::ReviewChange& change)
{
    const auto value = [&change](const std::string& text) {
        return change.field == "excluded" ? OrderedJson(text == "1") : OrderedJson(text);
    };
    return {{"step", change.step},          {"time", timeOrNull(change.time)},
            {"field", change.field},        {"before", value(change.before)},
            {"after", value(change.after)}, {"undone", change.undone}};
}

int show(const ShowOptions& options, Context& context)
{
    const auto project = store::Project::open(options.project, store::OpenMode::ReadOnly);
    const store::Provenance provenance{*project};
    const ReviewId id{options.review};
    const store::ReviewOrigin origin = provenance.origin(id); // says where there is no such review
    const store::Histories histories{*project};
    const store::Review review = histories.findReview(id).value_or(store::Review{});
    const std::string user = histories.findUser(review.user).value_or(store::User{}).name;
    const store::Item item = histories.findItem(review.item).value_or(store::Item{});
    context.out.text(fmt::format("review   {}{}\nuser     {}\nitem     {}  {}\nrating   {}\n"
                                 "time     {}\ntitle    {}\ntext     {}",
                                 options.review, review.excluded ? "  (excluded)" : "",
                                 escapedForDisplay(user), escapedForDisplay(item.asin),
                                 escapedForDisplay(item.title), review.rating,
                                 store::timeText(review.time), escapedForDisplay(review.title),
                                 escapedForDisplay(review.text, 2'000)));
    sayOrigin(origin, context);
    OrderedJson changes = OrderedJson::array();
    for (const store::ReviewChange& change : provenance.changes(id)) {
        sayChange(change, context);
        changes.push_back(changeOf(change));
    }
    context.out.document(
        {{"id", options.review},
         {"user", user},
         {"item", item.asin},
         {"item_title", item.title},
         {"rating", review.rating},
         {"title", review.title},
         {"text", review.text},
         {"time", review.time},
         {"excluded", review.excluded},
         {"source",
          {{"file", origin.source.name},
           {"line", origin.line > 0 ? OrderedJson(origin.line) : OrderedJson(nullptr)},
           {"sha256", origin.source.digest.empty() ? OrderedJson(nullptr)
                                                   : OrderedJson(origin.source.digest)},
           {"imported", timeOrNull(origin.source.imported)}}},
         {"changes", std::move(changes)}});
    return exitDone;
}

} // namespace

void addDataShow(CLI::App& data, Context& context)
{
    const auto options = std::make_shared<ShowOptions>();
    CLI::App* const command =
        addProjectCommand(data, options, context, "show",
                          "One review: where it came from, and what became of it", show);
    command->add_option("REVIEW", options->review, "Its id")->required();
}

} // namespace nextquill::app

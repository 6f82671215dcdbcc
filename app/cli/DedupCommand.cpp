// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Counted.h"
#include "core/base/Utf8.h"
#include "core/curate/Duplicates.h"
#include "core/store/Histories.h"
#include "core/store/Project.h"

#include "app/cli/CurateCommands.h"
#include "app/cli/ExitStatus.h"
#include "app/cli/ProjectCommand.h"

#include <filesystem>
#include <fmt/format.h>
#include <map>
#include <memory>

namespace nextquill::app {

namespace {

struct DedupOptions
{
    std::filesystem::path project;
    std::string keep = "list";
    int limit = 20;
    curate::DuplicateSettings settings;
};

OrderedJson memberJson(const curate::Duplicate& member, const store::Histories& histories)
{
    OrderedJson json{{"id", number(member.review)}, {"similarity", member.similarity}};
    if (const auto review = histories.findReview(member.review)) {
        const auto user = histories.findUser(review->user);
        const auto item = histories.findItem(review->item);
        json["user"] = user ? user->name : "";
        json["item"] = item ? item->asin : "";
        json["time"] = review->time;
        json["text"] = review->text;
    }
    return json;
}

void sayGroup(const curate::DuplicateGroup& group, const store::Histories& histories,
              Context& context, OrderedJson& groups)
{
    OrderedJson members = OrderedJson::array();
    context.out.text(group.exact ? fmt::format("{} texts of the same words", group.members.size())
                                 : fmt::format("{} texts, from {:.2f} alike", group.members.size(),
                                               group.leastSimilarity()));
    for (const curate::Duplicate& member : group.members) {
        OrderedJson json = memberJson(member, histories);
        context.out.text(fmt::format("  {} {:>8}  {:.2f}  {}  {}\n               {}",
                                     &member == group.members.data() ? "keep" : "    ",
                                     number(member.review), member.similarity,
                                     json.value("user", ""), json.value("item", ""),
                                     escapedForDisplay(json.value("text", ""), 100)));
        members.push_back(std::move(json));
    }
    groups.push_back({{"exact", group.exact},
                      {"similarity", group.leastSimilarity()},
                      {"reviews", std::move(members)}});
}

int dedup(const DedupOptions& options, Context& context)
{
    const bool changes = options.keep != "list";
    curate::DuplicateSettings settings = options.settings;
    settings.keep =
        options.keep == "longest" ? curate::KeepRule::Longest : curate::KeepRule::Earliest;
    const auto project = store::Project::open(options.project, changes ? store::OpenMode::ReadWrite
                                                                       : store::OpenMode::ReadOnly);
    const auto found =
        curate::findDuplicates(*project, settings, context.interrupt.token(), context.out);
    context.out.endProgress();
    const store::Histories histories{*project};
    OrderedJson groups = OrderedJson::array();
    std::int64_t copies = 0;
    std::int64_t equal = 0;
    for (const curate::DuplicateGroup& group : found) {
        const auto more = static_cast<std::int64_t>(group.members.size()) - 1;
        copies += more;
        equal += group.exact ? more : 0;
        if (std::cmp_less(groups.size(), options.limit)) {
            sayGroup(group, histories, context, groups);
        }
    }
    if (std::cmp_greater(found.size(), groups.size())) {
        context.out.text(fmt::format(
            "… and {} more (--limit)",
            counted(static_cast<std::int64_t>(found.size() - groups.size()), "group", "groups")));
    }
    const std::int64_t excluded = changes ? curate::excludeDuplicates(*project, found) : 0;
    context.out.text(
        fmt::format("{}, {} beside the ones to keep ({} in groups of the "
                    "same words){}",
                    counted(static_cast<std::int64_t>(found.size()), "group", "groups"),
                    counted(copies, "text", "texts"), equal,
                    changes ? fmt::format("; {} excluded, `nextquill data undo` takes "
                                          "that back",
                                          excluded)
                            : std::string{}));
    context.out.document({{"groups", found.size()},
                          {"duplicates", copies},
                          {"exact_duplicates", equal},
                          {"excluded", excluded},
                          {"threshold", settings.threshold},
                          {"listed", std::move(groups)}});
    return exitDone;
}

} // namespace

void addDedup(CLI::App& data, Context& context)
{
    const auto options = std::make_shared<DedupOptions>();
    curate::DuplicateSettings& settings = options->settings;
    CLI::App* const command = addProjectCommand(
        data, options, context, "dedup",
        "Reviews that say the same, or nearly; lists them, or excludes all but one", dedup);
    command
        ->add_option("--keep", options->keep,
                     "list: change nothing; earliest, longest: exclude the others of each group, "
                     "as one step that can be undone")
        ->check(CLI::IsMember({"list", "earliest", "longest"}))
        ->capture_default_str();
    const std::map<std::string, curate::DuplicateSearch> searches{
        {"text", curate::DuplicateSearch::Text}, {"user-item", curate::DuplicateSearch::UserItem}};
    command
        ->add_option("--by", settings.search,
                     "text: by what they say; user-item: the same user about the same item, which "
                     "with --keep earliest is the rule of Amazon Reviews 2023's benchmark [text]")
        ->transform(CLI::CheckedTransformer(searches).description("text|user-item"));
    const std::map<std::string, curate::DuplicateScope> scopes{
        {"all", curate::DuplicateScope::All},
        {"user", curate::DuplicateScope::SameUser},
        {"item", curate::DuplicateScope::SameItem}};
    command
        ->add_option("--within", settings.scope,
                     "Compare all, those of one user, or those about one item [all]")
        ->transform(CLI::CheckedTransformer(scopes).description("all|user|item"));
    command
        ->add_option("--threshold", settings.threshold,
                     "Least share of runs of words in common (Jaccard); 1: the same words only")
        ->check(CLI::Range(0.1, 1.0))
        ->capture_default_str();
    command->add_option("--shingle", settings.shingleWords, "Words of a run")
        ->check(CLI::Range(1, 20))
        ->capture_default_str();
    command->add_option("--min-words", settings.minimumWords, "Shorter texts are left alone")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command->add_option("--seed", settings.seed, "Of the signatures")->capture_default_str();
    command->add_option("--limit", options->limit, "Groups to list at most")
        ->check(CLI::Range(0, 1'000'000))
        ->capture_default_str();
}

} // namespace nextquill::app

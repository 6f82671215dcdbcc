// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/base/Utf8.h"
#include "core/store/Project.h"
#include "core/store/import/RejectList.h"

#include "app/cli/DataCommands.h"
#include "app/cli/ExitStatus.h"
#include "app/cli/ProjectCommand.h"

#include <filesystem>
#include <fmt/format.h>
#include <memory>

namespace nextquill::app {

namespace {

struct RejectsOptions
{
    std::filesystem::path project;
    store::RejectFilter filter;
    int limit = 20;
    std::int64_t after = 0;
    bool summary = false;
    std::filesystem::path to;
    bool force = false;
};

store::RejectFormat rejectFormatOf(const std::filesystem::path& file)
{
    if (file.extension() == ".csv") {
        return store::RejectFormat::Csv;
    }
    if (file.extension() == ".jsonl") {
        return store::RejectFormat::Jsonl;
    }
    throw Error{ErrorKind::BadInput, "the name does not say in which format it is to be",
                file.string(), "let it end in .jsonl or .csv"};
}

OrderedJson sayGroups(const char* title, const std::vector<store::RejectGroup>& groups,
                      std::int64_t others, Context& context)
{
    OrderedJson rows = OrderedJson::array();
    context.out.text(title);
    for (const store::RejectGroup& group : groups) {
        context.out.text(fmt::format("{:>8}  {}", group.lines, escapedForDisplay(group.what, 120)));
        rows.push_back({{"what", group.what}, {"lines", group.lines}});
    }
    if (others > 0) {
        context.out.text(fmt::format("{:>8}  others", others));
    }
    return rows;
}

int sayRejectSummary(const store::RejectList& rejects, Context& context)
{
    const store::RejectSummary summary = rejects.summary(context.interrupt.token(), context.out);
    context.out.text(
        fmt::format("{} rejected line{}", summary.lines, summary.lines == 1 ? "" : "s"));
    const store::ImportTotals& imports = summary.imports;
    context.out.text(fmt::format("imports read {} = {} kept + {} rejected + {} duplicates",
                                 imports.read, imports.kept, imports.rejected, imports.duplicates));
    OrderedJson reasons = sayGroups("by reason", summary.reasons, summary.otherReasons, context);
    OrderedJson files = sayGroups("by file", summary.files, summary.otherFiles, context);
    context.out.document({{"lines", summary.lines},
                          {"imports",
                           {{"read", imports.read},
                            {"kept", imports.kept},
                            {"rejected", imports.rejected},
                            {"duplicates", imports.duplicates}}},
                          {"reasons", std::move(reasons)},
                          {"other_reasons", summary.otherReasons},
                          {"files", std::move(files)},
                          {"other_files", summary.otherFiles}});
    return exitDone;
}

int writeRejects(const store::RejectList& rejects, const RejectsOptions& options, Context& context)
{
    const std::int64_t lines = rejects.write(options.to, rejectFormatOf(options.to), options.filter,
                                             options.force, context.interrupt.token(), context.out);
    context.out.text(
        fmt::format("{}: {} line{}", options.to.string(), lines, lines == 1 ? "" : "s"));
    context.out.document({{"path", options.to.string()}, {"lines", lines}});
    return exitDone;
}

int rejects(const RejectsOptions& options, Context& context)
{
    const auto project = store::Project::open(options.project, store::OpenMode::ReadOnly);
    const store::RejectList list{*project};
    if (options.summary) {
        return sayRejectSummary(list, context);
    }
    if (!options.to.empty()) {
        return writeRejects(list, options, context);
    }
    OrderedJson rows = OrderedJson::array();
    for (const store::Reject& reject :
         list.page(options.filter, options.after, options.limit, context.interrupt.token())) {
        context.out.text(fmt::format("{}, line {}, byte {}: {}\n    {}", reject.file, reject.line,
                                     reject.byte, reject.reason,
                                     escapedForDisplay(reject.text, 120)));
        rows.push_back({{"row", reject.row},
                        {"file", reject.file},
                        {"line", reject.line},
                        {"byte", reject.byte},
                        {"reason", reject.reason},
                        {"text", reject.text}});
    }
    context.out.document({{"rejects", std::move(rows)}});
    return exitDone;
}

} // namespace

void addRejects(CLI::App& data, Context& context)
{
    const auto options = std::make_shared<RejectsOptions>();
    CLI::App* const command = addProjectCommand(data, options, context, "rejects",
                                                "Lines that were not taken, and why", rejects);
    command->add_option("--file", options->filter.file, "Of this file alone");
    command->add_option("--reason", options->filter.reason, "For this reason alone");
    command->add_option("--contains", options->filter.contains, "With this in their text");
    command->add_option("--after", options->after, "Go on behind this row");
    command->add_option("--limit", options->limit, "Rows at most")->check(CLI::Range(1, 1'000'000));
    CLI::Option* const summary = command->add_flag(
        "--summary", options->summary, "Instead how many there are, by reason and by file");
    CLI::Option* const to =
        command->add_option("--to", options->to, "New file for all of them, .jsonl or .csv")
            ->excludes(summary);
    command->add_flag("--force", options->force, "Replace a file of that name")->needs(to);
}

} // namespace nextquill::app

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Utf8.h"
#include "core/model/Decoder.h"
#include "core/workflow/Failure.h"

#include "app/cli/Commands.h"
#include "app/cli/ExitStatus.h"

#include <cstdio>
#include <fmt/format.h>
#include <sys/stat.h>

namespace nextquill::app {
namespace {

std::string versionText()
{
    std::string text =
        fmt::format("nextquill {}\nLibTorch {}", NEXTQUILL_VERSION, model::torchVersion());
    for (const model::Device& device : model::devices()) {
        text += fmt::format("\n{}: {}", device.name, device.description);
    }
    return text;
}

void declare(CLI::App& app, Context& context)
{
    app.require_subcommand(1);
    app.fallthrough(); // --json and its like may stand behind the command, too
    app.set_help_all_flag("--help-all", "Help on all commands");
    app.set_version_flag("--version", versionText, "Version, LibTorch's version, devices");
    app.add_flag("--json", context.out.json, "Results as JSON on standard output");
    app.add_flag("-q,--quiet", context.out.quiet, "No progress, no notices");
    app.add_flag("-v,--verbose", context.out.verbose, "More on standard error");
    app.add_option("--color", "Colours on the terminal")
        ->check(CLI::IsMember({"auto", "always", "never"}))
        ->default_str("auto");
    for (const auto add : {addDemo, addImport, addData, addModel, addTrain, addRuns, addPce,
                           addInspect, addGenerate, addCompare, addEvaluate, addEffects, addScore,
                           addSynth, addTokenize, addBench, addDoctor, addCompletion}) {
        add(app, context);
    }
}

/// Wrong usage in the same form as other errors: one line. The parser's own may have several.
std::string usageMessage(const CLI::App* app, const CLI::Error& error)
{
    const CLI::App* command = app;
    std::string path;
    while (command != nullptr) { // the command that was named, down to its last word
        path += (path.empty() ? "" : " ") + command->get_name();
        const std::vector<CLI::App*> named = command->get_subcommands();
        command = named.empty() ? nullptr : named.front();
    }
    const std::string_view what = error.what();
    const std::vector<std::string> unknown = app->remaining(/*recurse=*/true);
    if (what.starts_with("A subcommand is required") && !unknown.empty()) {
        return fmt::format("nextquill: error: no command is called \"{}\"; see `{} --help`\n",
                           escapedForDisplay(unknown.front(), 100), path);
    }
    return fmt::format("nextquill: error: {}; see `{} --help`\n",
                       escapedForDisplay(what.substr(0, what.find('\n')), 500), path);
}

/// One line, as CLI.md fixes it.
int failed(Output& out, const std::string& message)
{
    out.endProgress();
    fmt::print(stderr, "nextquill: error: {}\n", message);
    return exitFailed;
}

int runAction(Context& context)
{
    try {
        return context.action();
    } catch (const Stopped&) {
        context.out.notice("stopped; everything finished so far is kept");
        return exitInterrupted;
    } catch (const std::exception& error) {
        return failed(context.out, workflow::asError(error, "this work").what());
    }
}

int runProgram(int argc, char** argv)
{
    ::umask(S_IRWXG | S_IRWXO); // texts of people: nobody else reads what we write
    Interrupt interrupt;
    Output out;
    Context context{.out = out, .interrupt = interrupt, .action = {}};
    CLI::App app{"Personalization of language models by causal preference modeling (NextQuill).",
                 "nextquill"};
    app.footer("Begin with `nextquill demo`. More on a command: `nextquill COMMAND --help`.");
    declare(app, context);
    app.failure_message(usageMessage);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int status = app.exit(error);
        return status == exitDone ? exitDone : exitUsage;
    }
    return runAction(context);
}

} // namespace
} // namespace nextquill::app

int main(int argc, char** argv)
{
    try {
        return nextquill::app::runProgram(argc, argv);
    } catch (const std::exception& error) { // too little memory to begin or to end with
        std::fprintf(stderr, "nextquill: error: %s\n",
                     nextquill::workflow::asError(error, "this program").what());
        return nextquill::app::exitFailed;
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hub/HubReference.h"
#include "core/hub/ModelFetch.h"

#include "app/cli/ExitStatus.h"
#include "app/cli/ModelCommands.h"

#include <fmt/format.h>
#include <memory>

namespace nextquill::app {

namespace {

struct FetchOptions
{
    std::string name;
    std::string revision;
    std::string file;
    std::vector<std::string> include;
};

int fetch(const FetchOptions& options, Context& context)
{
    const hub::HubSettings settings = hub::hubSettings();
    const hub::HubReference named = hub::requireHubReference(options.name);
    const hub::FetchedModel model =
        hub::fetchModel({.name = named.name,
                         .revision = options.revision.empty() ? named.revision : options.revision,
                         .file = options.file.empty() ? named.file : options.file,
                         .include = options.include},
                        settings, context.interrupt.token(), context.out);
    constexpr double mebibyte = 1024.0 * 1024.0;
    context.out.text(fmt::format(
        "{}\n  commit   {}\n  files    {}, {:.1f} MiB, checksums right{}\n"
        "  folder   {}",
        options.name, model.commit, model.files.size(), static_cast<double>(model.bytes) / mebibyte,
        model.fetched == 0 ? "; all were here already" : "", model.path.string()));
    context.out.document({{"model", options.name},
                          {"commit", model.commit},
                          {"path", model.path.string()},
                          {"files", model.files},
                          {"bytes", model.bytes},
                          {"fetched_bytes", model.fetched}});
    return exitDone;
}

} // namespace

void addModelFetch(CLI::App& model, Context& context)
{
    CLI::App* const command = model.add_subcommand(
        "fetch", "Fetch a model by its name on the hub: goes on where an earlier fetch stopped, "
                 "compares checksums; configuration, tokenizer and safetensors, or one .gguf file");
    const auto options = std::make_shared<FetchOptions>();
    command
        ->add_option("NAME", options->name,
                     "OWNER/NAME, OWNER/NAME@REVISION, OWNER/NAME/FILE.gguf, or its page's address")
        ->required();
    command->add_option("--revision", options->revision,
                        "Branch, tag or commit; main where none is named");
    CLI::Option* const file = command->add_option("--file", options->file,
                                                  "Only this file, such as one .gguf of several");
    command
        ->add_option("--include", options->include,
                     "Only files whose names match the pattern; may stand several times")
        ->excludes(file);
    command->footer(
        "Into the hub's own cache (HF_HUB_CACHE, or HF_HOME/hub, or ~/.cache/huggingface/hub),\n"
        "where its other programs find it, too. HF_TOKEN holds the token for models that need "
        "one,\n"
        "HF_ENDPOINT another hub's address. OWNER/NAME is then a MODEL for all commands.");
    command->callback([options, &context] {
        context.action = [options, &context] { return fetch(*options, context); };
    });
}

} // namespace nextquill::app

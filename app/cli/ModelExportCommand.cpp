// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/model/AdapterMerge.h"
#include "core/store/Project.h"
#include "core/workflow/ModelChoice.h"

#include "app/cli/ExitStatus.h"
#include "app/cli/ModelCommands.h"

#include <filesystem>
#include <fmt/format.h>
#include <map>
#include <memory>

namespace nextquill::app {

namespace {

struct ExportOptions
{
    std::filesystem::path project;
    std::string model;
    std::filesystem::path to;
    std::string format = "hf";
    std::string dtype;
    bool merge = false;
};

const std::map<std::string, model::DType> types{{"f32", model::DType::F32},
                                                {"f16", model::DType::F16},
                                                {"bf16", model::DType::BF16},
                                                {"q8_0", model::DType::Q8_0}};

int say(const ExportOptions& options, const std::string& kind, Context& context)
{
    context.out.endProgress();
    context.out.text(fmt::format("{}: {}", options.to.string(), kind));
    context.out.document({{"path", options.to.string()}, {"kind", kind}});
    return exitDone;
}

int exportIt(const ExportOptions& options, Context& context)
{
    const auto project = options.project.empty()
                             ? nullptr
                             : store::Project::open(options.project, store::OpenMode::ReadOnly);
    const auto choice = workflow::chooseModel(options.model, project.get());
    const bool isGguf = options.format == "gguf";
    if (choice.adapter && !options.merge) {
        if (isGguf) {
            throw Error{ErrorKind::BadInput, "a GGUF file holds a whole model, this is an adapter",
                        options.model, "add --merge to put it into its base model"};
        }
        model::exportAdapter(*choice.adapter, options.to);
        return say(options, "PEFT adapter", context);
    }
    if (!choice.adapter && options.merge) {
        throw Error{ErrorKind::BadInput, "there is no adapter to merge", options.model,
                    "leave --merge out, or name a PEFT folder or a run with adapters"};
    }
    const auto files = model::ModelFiles::open(choice.base);
    const model::WeightRows weights =
        choice.adapter ? model::mergedWeights(files, *choice.adapter)
                       : [files](std::string_view name, model::TensorRows rows, model::DType type,
                                 std::byte* out) { files->readRows(name, rows, type, out); };
    const model::DType dtype =
        options.dtype.empty() ? model::usualExportType(*files) : types.at(options.dtype);
    model::exportModel(*files, weights,
                       isGguf ? model::ExportFormat::Gguf : model::ExportFormat::HuggingFace, dtype,
                       options.to, context.interrupt.token(), context.out);
    return say(options, fmt::format("{} model, {}", isGguf ? "GGUF" : "Hugging Face", name(dtype)),
               context);
}

} // namespace

void addModelExport(CLI::App& model, Context& context)
{
    const auto options = std::make_shared<ExportOptions>();
    CLI::App* const command = model.add_subcommand(
        "export", "Write a model as a Hugging Face folder, GGUF file or adapter");
    command->add_option("MODEL", options->model, "Folder, .gguf file, run or name")->required();
    command->add_option("--to", options->to, "New folder or file")->required();
    command
        ->add_option("--format", options->format,
                     "hf: what Transformers loads, of an adapter what PEFT loads; gguf")
        ->check(CLI::IsMember({"hf", "gguf"}))
        ->capture_default_str();
    std::vector<std::string> names;
    for (const auto& [typeName, type] : types) {
        names.push_back(typeName);
    }
    command
        ->add_option("--dtype", options->dtype,
                     "Type of the matrices; by default the model's own, bf16 if that is quantised")
        ->check(CLI::IsMember(names));
    command->add_flag("--merge", options->merge, "Put the adapter into its base model's weights");
    command->add_option("--project", options->project, "Project whose names are known");
    command->callback([options, &context] {
        context.action = [options, &context] { return exportIt(*options, context); };
    });
}

} // namespace nextquill::app

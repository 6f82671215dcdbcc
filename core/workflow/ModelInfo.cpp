// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/ModelInfo.h"

#include "core/model/GgufFile.h"
#include "core/model/HuggingFaceSettings.h"
#include "core/model/ModelFiles.h"
#include "core/model/SafeTensorsFile.h"
#include "core/store/RunLedger.h"
#include "core/train/TrainingMemory.h"
#include "core/workflow/Failure.h"
#include "core/workflow/KnownModels.h"

#include <algorithm>
#include <fmt/format.h>

namespace nextquill::workflow {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t largestTokenizer = std::size_t{256} << 20;

/// The markup's name, or why there is none; all else of the model is known then, too.
void describeMarkup(ModelSummary& summary, const model::ModelFiles& files)
{
    try {
        summary.markup = files.markup().name;
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::Unsupported) {
            throw;
        }
        summary.markup = "not recognised";
        summary.markupProblem = error.problem() + ": " + error.remedy();
    }
}

void describeConfig(ModelSummary& summary, const model::ModelConfig& config)
{
    constexpr std::int64_t contextTokens = 2048;
    constexpr std::uint64_t wordBytes = 4; // float32
    const auto parameters = static_cast<std::uint64_t>(config.parameters());
    const auto cacheRow = 2 * static_cast<std::uint64_t>(config.keyValueHeads * config.headSize) *
                          static_cast<std::uint64_t>(config.layers);
    const auto training = [&](bool full) {
        train::TrainingSettings settings;
        settings.full = full;
        constexpr train::PassSize pass{.tokens = contextTokens, .targetTokens = contextTokens / 8};
        return train::trainingMemory(config, settings, wordBytes, pass, /*recompute=*/false).peak();
    };
    summary.architecture = config.modelType;
    summary.parameters = config.parameters();
    summary.context = config.contextLength;
    summary.vocabulary = config.vocabularySize;
    summary.inferenceBytes =
        parameters * wordBytes + std::uint64_t{contextTokens} * cacheRow * wordBytes;
    summary.lowRankBytes = training(false);
    summary.fullBytes = training(true);
}

std::string textOf(const Json& object, const char* key)
{
    const auto found = object.is_object() ? object.find(key) : object.end();
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::int64_t wholeOf(const Json& object, const char* key)
{
    const auto found = object.is_object() ? object.find(key) : object.end();
    const bool isWhole = found != object.end() && found->is_number_integer();
    return isWhole ? found->get<std::int64_t>() : 0;
}

std::string kindOfTokenizer(const Json& tokenizer)
{
    const auto model = tokenizer.is_object() ? tokenizer.find("model") : tokenizer.end();
    const std::string type = model != tokenizer.end() ? textOf(*model, "type") : std::string{};
    const auto decoder = tokenizer.is_object() ? tokenizer.find("decoder") : tokenizer.end();
    const bool isByteLevel =
        decoder != tokenizer.end() && decoder->dump().find("ByteLevel") != std::string::npos;
    if (type == "BPE" || (type.empty() && model != tokenizer.end() && model->contains("merges"))) {
        return isByteLevel ? "byte-level BPE" : "SentencePiece BPE";
    }
    return type == "Unigram" ? "SentencePiece unigram" : type;
}

std::string kindOfTokenizer(const model::GgufMetadata& metadata)
{
    const std::string_view named = metadata.text("tokenizer.ggml.model").value_or("");
    if (named == "gpt2") {
        return "byte-level BPE";
    }
    if (named == "llama") {
        return "SentencePiece BPE";
    }
    return named == "t5" ? "SentencePiece unigram" : std::string{named};
}

/// Runs `part`; what it throws is one more thing that is wrong, told once.
template<typename Part>
void attempt(ModelSummary& summary, const fs::path& where, Part part)
{
    try {
        part();
    } catch (const std::exception& error) {
        const Error told = asError(error, where.string());
        const bool isKnown = std::ranges::any_of(summary.problems, [&](const Error& known) {
            return known.problem() == told.problem();
        });
        if (!isKnown) {
            summary.problems.push_back(told);
        }
    }
}

void describeTokenizer(ModelSummary& summary, const fs::path& path)
{
    if (fs::is_directory(path)) {
        if (fs::exists(path / "tokenizer.json")) {
            summary.tokenizer = kindOfTokenizer(
                readJsonFile(path / "tokenizer.json", {.bytes = largestTokenizer, .depth = 64}));
        }
    } else {
        summary.tokenizer = kindOfTokenizer(model::GgufFile{path}.metadata());
    }
}

/// Elements and bytes of a folder's safetensors files, from their headers alone.
void describeWeights(ModelSummary& summary, const fs::path& folder)
{
    std::int64_t elements = 0;
    for (const fs::directory_entry& entry : fs::directory_iterator{folder}) {
        if (entry.path().extension() != ".safetensors") {
            continue;
        }
        summary.bytes += fs::file_size(entry.path());
        attempt(summary, entry.path(), [&] {
            const model::SafeTensorsFile file{entry.path()};
            for (const auto& [name, view] : file.tensors()) {
                elements += view.elements();
            }
        });
    }
    summary.parameters = summary.parameters == 0 ? elements : summary.parameters;
}

/// What single files of a folder say, each for itself.
void describeFolder(ModelSummary& summary, const fs::path& folder)
{
    Json config;
    attempt(summary, folder, [&] {
        config = readJsonFile(folder / "config.json", {});
        summary.architecture = textOf(config, "model_type");
        summary.context = wholeOf(config, "max_position_embeddings");
        summary.vocabulary = wholeOf(config, "vocab_size");
        summary.dtype = textOf(config, "torch_dtype");
        summary.dtype = summary.dtype.empty() ? textOf(config, "dtype") : summary.dtype;
    });
    attempt(summary, folder, [&] { describeWeights(summary, folder); });
    attempt(summary, folder, [&] {
        describeConfig(summary, model::readModelConfig(config, (folder / "config.json").string()));
    });
    attempt(summary, folder,
            [&] { summary.license = model::readHuggingFaceSettings(folder, config).license; });
}

void describeGguf(ModelSummary& summary, const fs::path& path)
{
    attempt(summary, path, [&] {
        summary.bytes = fs::file_size(path);
        const model::GgufFile file{path};
        const model::GgufMetadata& metadata = file.metadata();
        summary.architecture = metadata.text("general.architecture").value_or("");
        summary.license = metadata.text("general.license").value_or("");
        summary.context = static_cast<std::int64_t>(
            metadata.whole(summary.architecture + ".context_length").value_or(0));
        for (const auto& [name, view] : file.tensors()) {
            summary.parameters += view.elements();
        }
        if (const auto tokens = metadata.texts("tokenizer.ggml.tokens")) {
            summary.vocabulary = static_cast<std::int64_t>(tokens->size());
        }
    });
}

ModelSummary named(const ModelChoice& choice)
{
    const std::string file = fs::is_directory(choice.base) ? "huggingface" : "gguf";
    return {.name = choice.name,
            .path = choice.adapter.value_or(choice.base),
            .kind = choice.adapter ? "adapter on " + file : file};
}

/// Runs whose model, as they name it, is this one.
std::vector<std::string> runsWith(const ModelChoice& choice, store::Project& project)
{
    std::vector<std::string> runs;
    for (const store::RunRow& run : store::RunLedger{project}.all()) {
        bool isSame = run.model == choice.name || run.name == choice.name;
        try {
            isSame = isSame || chooseModel(run.model, &project).base == choice.base;
        } catch (const Error&) { // that run's model is gone: it is not this one
        }
        if (isSame && run.name != choice.name) {
            runs.push_back(run.name);
        }
    }
    return runs;
}

std::string mebibytes(std::uint64_t bytes)
{
    constexpr double mebibyte = 1024.0 * 1024.0;
    return bytes == 0 ? "not known"
                      : fmt::format("{:.0f} MiB", static_cast<double>(bytes) / mebibyte);
}

} // namespace

ModelSummary summarise(const ModelChoice& choice)
{
    const auto files = model::ModelFiles::open(choice.base);
    ModelSummary summary = named(choice);
    summary.kind = choice.adapter ? "adapter on " + files->kind() : files->kind();
    summary.bytes = files->bytes();
    summary.dtype = files->dtypeName();
    summary.license = files->license();
    describeConfig(summary, files->config());
    describeMarkup(summary, *files);
    describeTokenizer(summary, choice.base);
    return summary;
}

ModelSummary describe(const ModelChoice& choice, store::Project* project)
{
    ModelSummary summary = named(choice);
    attempt(summary, choice.base, [&] { summary = summarise(choice); });
    if (!summary.problems.empty()) {
        std::error_code error;
        fs::is_directory(choice.base, error) ? describeFolder(summary, choice.base)
                                             : describeGguf(summary, choice.base);
        attempt(summary, choice.base, [&] { describeTokenizer(summary, choice.base); });
    }
    if (project != nullptr) {
        summary.runs = runsWith(choice, *project);
    }
    return summary;
}

ModelSummary describe(const KnownModel& known, store::Project* project)
{
    try {
        return describe(chooseModel(known.name, project), project);
    } catch (const Error& error) { // what it stands on is not here
        ModelSummary summary{.name = known.name, .path = known.path, .kind = known.kind};
        summary.problems.push_back(error);
        return summary;
    }
}

OrderedJson toJson(const ModelSummary& s)
{
    OrderedJson problems = OrderedJson::array();
    for (const Error& error : s.problems) {
        problems.push_back(
            {{"problem", error.problem()}, {"where", error.where()}, {"remedy", error.remedy()}});
    }
    return {{"name", s.name},
            {"path", s.path.string()},
            {"kind", s.kind},
            {"architecture", s.architecture},
            {"parameters", s.parameters},
            {"bytes", s.bytes},
            {"dtype", s.dtype},
            {"context", s.context},
            {"vocabulary", s.vocabulary},
            {"tokenizer", s.tokenizer},
            {"markup", s.markup},
            {"markup_problem", s.markupProblem},
            {"license", s.license},
            {"memory",
             {{"inference", s.inferenceBytes}, {"lora", s.lowRankBytes}, {"full", s.fullBytes}}},
            {"runs", s.runs},
            {"problems", std::move(problems)}};
}

std::string toText(const ModelSummary& s)
{
    const auto shown = [](const std::string& text) { return text.empty() ? "not known" : text; };
    const auto number = [](std::int64_t value) {
        return value == 0 ? std::string{"not known"} : std::to_string(value);
    };
    std::string text = fmt::format(
        "{}\n  kind          {}\n  architecture  {}, {:.1f} million parameters\n"
        "  file          {:.1f} MiB, {}\n  context       {} tokens\n  vocabulary    {}\n"
        "  tokenizer     {}\n  chat markup   {}\n  licence       {}\n"
        "  memory        about {} to run, {} to train adapters, {} to train all weights (float32, "
        "2,048 tokens)\n  place         {}",
        s.name, s.kind, shown(s.architecture), static_cast<double>(s.parameters) / 1e6,
        static_cast<double>(s.bytes) / (1024.0 * 1024.0), shown(s.dtype), number(s.context),
        number(s.vocabulary), shown(s.tokenizer),
        shown(s.markup) + (s.markupProblem.empty() ? "" : ": " + s.markupProblem),
        s.license.empty() ? "not stated" : s.license, mebibytes(s.inferenceBytes),
        mebibytes(s.lowRankBytes), mebibytes(s.fullBytes), s.path.string());
    for (std::size_t i = 0; i < s.runs.size(); ++i) {
        text += (i == 0 ? "\n  used by       " : ", ") + s.runs[i];
    }
    for (const Error& error : s.problems) {
        text += fmt::format("\n  problem       {}", error.what());
    }
    return text;
}

} // namespace nextquill::workflow

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/HuggingFaceModelFiles.h"

#include "core/base/AtomicFile.h"
#include "core/model/FileErrors.h"
#include "core/model/GgufQuantization.h"
#include "core/model/MappedFile.h"
#include "core/model/ModelLimits.h"
#include "core/model/ShardIndex.h"
#include "core/text/TokenizerDefinition.h"

#include <algorithm>

namespace nextquill::model {

namespace {

namespace fs = std::filesystem;

constexpr const char* singleFile = "model.safetensors";
constexpr const char* indexFile = "model.safetensors.index.json";

Json readConfig(const fs::path& folder)
{
    const fs::path file = folder / "config.json";
    if (fs::exists(file)) {
        return readJsonFile(file, {.bytes = limits::configBytes, .depth = limits::configDepth});
    }
    if (fs::exists(folder / "adapter_config.json")) {
        throw Error{ErrorKind::BadInput, "this folder holds an adapter, not a whole model",
                    folder.string(), "open its base model and give this folder as its adapter"};
    }
    throw Error{ErrorKind::BadInput, "the folder has no config.json", folder.string(),
                "name the folder of a Hugging Face model, or a .gguf file"};
}

/// The name of a text model's tensor in a model with pictures, in both forms that such files have;
/// none for the tensors of pictures.
std::optional<std::string> textTensorName(std::string_view name)
{
    constexpr std::string_view model = "model.";
    constexpr std::string_view language = "language_model.";
    if (name.starts_with(language)) { // language_model.model.X, language_model.lm_head.X
        return std::string{name.substr(language.size())};
    }
    if (name.starts_with(model) && name.substr(model.size()).starts_with(language)) {
        return std::string{model}.append(name.substr(model.size() + language.size()));
    }
    if (name.starts_with("lm_head.")) {
        return std::string{name};
    }
    return std::nullopt;
}

[[noreturn]] void refuseWithoutWeights(const fs::path& folder)
{
    std::error_code error;
    for (const auto& entry : fs::directory_iterator{folder, error}) {
        if (isPickle(entry.path())) {
            throw pickleError(entry.path());
        }
    }
    throw Error{ErrorKind::BadInput, "the folder has no weights", (folder / singleFile).string(),
                "download the model's safetensors files into the folder"};
}

} // namespace

bool isPickle(const fs::path& file)
{
    const std::string ending = file.extension().string();
    return ending == ".bin" || ending == ".pt" || ending == ".pth" || ending == ".ckpt";
}

Error pickleError(const fs::path& file)
{
    return {ErrorKind::Unsupported,
            "the weights are a pickle file, which can run any code when it is read", file.string(),
            "get the model as safetensors or GGUF, or convert it on a machine that you can lose"};
}

HuggingFaceModelFiles::HuggingFaceModelFiles(const fs::path& folder)
{
    m_path = folder;
    m_kind = "huggingface";
    const Json config = readConfig(folder);
    m_config = readModelConfig(config, (folder / "config.json").string());
    m_settings = readHuggingFaceSettings(folder, config);
    m_license = m_settings.license;
    openWeights();
    if (isPartOfModelWithPictures(config)) {
        keepTextTensors();
    }
    if (!fs::exists(folder / "tokenizer.json")) {
        throw Error{ErrorKind::Unsupported, "the folder has no tokenizer.json", folder.string(),
                    "download it, or save the tokenizer anew with a current Transformers"};
    }
    m_tokenizer =
        std::make_shared<text::Tokenizer>(text::readTokenizerFile(folder / "tokenizer.json"));
    setMarkup(m_settings.chatTemplate, m_settings.tokens.beginning, m_settings.tokens.end);
    std::optional<text::TokenId> end;
    if (m_settings.tokens.end) {
        end = m_tokenizer->find(*m_settings.tokens.end);
        if (!end) {
            throw damaged("the tokenizer has no token " + inQuotes(*m_settings.tokens.end) +
                              " (eos_token)",
                          (folder / "tokenizer_config.json").string());
        }
    } else if (!m_settings.endIds.empty()) {
        end = m_settings.endIds.front();
    } else {
        throw damaged("no file names the token that ends a text (eos_token)", folder.string());
    }
    finish(*end, m_settings.endIds);
}

void HuggingFaceModelFiles::openWeights()
{
    if (fs::exists(m_path / singleFile)) {
        const auto& file = m_files.emplace(singleFile, m_path / singleFile).first->second;
        m_tensors = file.tensors();
    } else if (fs::exists(m_path / indexFile)) {
        openShards(m_path / indexFile);
    } else {
        refuseWithoutWeights(m_path);
    }
}

void HuggingFaceModelFiles::openShards(const fs::path& index)
{
    for (const auto& [tensor, shard] : readShardIndex(index)) {
        if (!m_files.contains(shard)) {
            if (!fs::exists(m_path / shard)) {
                throw damaged("the weights " + inQuotes(shard) + " are missing", m_path.string());
            }
            m_files.emplace(shard, m_path / shard);
        }
        auto view = m_files.at(shard).find(tensor);
        if (!view) {
            throw damaged("by the index the tensor " + inQuotes(tensor) + " is here, but it is not",
                          (m_path / shard).string());
        }
        m_tensors.emplace(tensor, std::move(*view));
    }
}

void HuggingFaceModelFiles::keepTextTensors()
{
    SafeTensorsFile::Tensors kept;
    for (const auto& [name, view] : m_tensors) {
        if (auto own = textTensorName(name)) {
            kept.emplace(std::move(*own), view);
        }
    }
    m_tensors = std::move(kept);
}

std::vector<std::string> HuggingFaceModelFiles::tensorNames() const
{
    std::vector<std::string> names;
    names.reserve(m_tensors.size());
    for (const auto& [name, view] : m_tensors) {
        names.push_back(name);
    }
    return names;
}

std::optional<TensorView> HuggingFaceModelFiles::find(std::string_view name) const
{
    const auto found = m_tensors.find(name);
    return found == m_tensors.end() ? std::nullopt : std::optional{found->second};
}

void HuggingFaceModelFiles::readRows(std::string_view name, TensorRows rows, DType type,
                                     std::byte* out) const
{
    const auto found = m_tensors.find(name);
    if (found == m_tensors.end()) {
        throw damaged("there is no tensor " + inQuotes(name), m_path.string());
    }
    const TensorView& view = found->second;
    const auto rowElements = static_cast<std::size_t>(view.rowElements());
    const std::size_t elements = static_cast<std::size_t>(rows.count) * rowElements;
    const std::byte* const first =
        view.data + byteSize(view.dtype, static_cast<std::size_t>(rows.first) * rowElements);
    convertElements(view.dtype, first, elements, type, out);
    for (const auto& [fileName, file] : m_files) {
        file.file()->release(first, byteSize(view.dtype, elements));
    }
}

std::vector<std::shared_ptr<const MappedFile>> HuggingFaceModelFiles::weightFiles() const
{
    std::vector<std::shared_ptr<const MappedFile>> files;
    for (const auto& [name, file] : m_files) {
        files.push_back(file.file());
    }
    return files;
}

Companions HuggingFaceModelFiles::companions() const
{
    Companions companions;
    companions.tokenizer = readFile(m_path / "tokenizer.json");
    companions.tokens = m_settings.tokens;
    Json tokenizer = m_settings.tokenizerConfig;
    tokenizer.erase("auto_map"); // code
    tokenizer.erase("name_or_path");
    tokenizer.erase("tokenizer_file");
    // PreTrainedTokenizerFast takes tokenizer.json as it is; classes of single models rebuild the
    // pre-tokenizer and lose what they do not know (SmolLM2's digits).
    tokenizer["tokenizer_class"] = "PreTrainedTokenizerFast";
    if (!m_settings.chatTemplate.empty()) {
        tokenizer["chat_template"] = m_settings.chatTemplate;
    }
    companions.tokenizerConfig = tokenizer;
    companions.generationConfig = m_settings.generationConfig;
    if (m_settings.generationConfig.empty()) {
        companions.generationConfig["eos_token_id"] = static_cast<int>(endOfText());
    }
    return companions;
}

} // namespace nextquill::model

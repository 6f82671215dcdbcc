// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/ModelFiles.h"

#include "core/base/Digest.h"
#include "core/model/CompanionFiles.h"
#include "core/model/FileErrors.h"
#include "core/model/GgufModelFiles.h"
#include "core/model/HuggingFaceModelFiles.h"
#include "core/model/MappedFile.h"
#include "core/model/WeightNames.h"

#include <algorithm>
#include <map>

namespace nextquill::model {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t digestChunk = std::size_t{4} << 20; // about 10 ms

/// The type that most elements have.
std::string mostUsedType(const ModelFiles& files)
{
    std::map<std::string_view, std::int64_t> elements;
    for (const std::string& tensor : files.tensorNames()) {
        const auto view = files.find(tensor);
        elements[name(view->dtype)] += view->elements();
    }
    const auto most =
        std::max_element(elements.begin(), elements.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    return most == elements.end() ? std::string{} : std::string{most->first};
}

[[noreturn]] void refuseOtherFile(const fs::path& path)
{
    if (isPickle(path)) {
        throw pickleError(path);
    }
    if (path.extension() == ".safetensors") {
        throw Error{ErrorKind::BadInput, "weights alone are no model", path.string(),
                    "name the folder that holds them together with config.json"};
    }
    throw Error{ErrorKind::BadInput, "this is no model", path.string(),
                "name a Hugging Face folder or a .gguf file"};
}

} // namespace

std::shared_ptr<const ModelFiles> ModelFiles::open(const fs::path& path)
{
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (!fs::exists(status)) {
        throw Error{ErrorKind::BadInput, "there is no such file or folder", path.string(),
                    "check the path of the model"};
    }
    if (fs::is_directory(status)) {
        return std::make_shared<HuggingFaceModelFiles>(path);
    }
    if (path.extension() == ".gguf") {
        return std::make_shared<GgufModelFiles>(path);
    }
    refuseOtherFile(path);
}

void ModelFiles::setMarkup(std::string_view chatTemplate,
                           const std::optional<std::string>& beginningToken,
                           const std::optional<std::string>& endToken)
{
    try {
        m_markup = text::recogniseMarkup(chatTemplate, beginningToken.value_or(""),
                                         endToken.value_or(""));
    } catch (const Error& error) {
        m_markupError = Error{error.kind(), error.problem(), m_path.string() + ", " + error.where(),
                              error.remedy()};
    }
}

const text::ChatMarkup& ModelFiles::markup() const
{
    if (m_markupError) {
        throw Error{*m_markupError};
    }
    return m_markup;
}

void ModelFiles::checkWeights() const
{
    for (const ExpectedWeight& weight : expectedWeights(m_config)) {
        const auto view = find(weight.name);
        const std::string where = m_path.string() + ", tensor " + weight.name;
        if (!view) {
            throw damaged("the weight is missing", where);
        }
        if (view->shape != weight.shape) {
            throw damaged("the shape is " + render(view->shape) +
                              ", by the configuration it should be " + render(weight.shape),
                          where);
        }
        if (!isFloat(view->dtype)) {
            throw damaged("the weight has the whole-number type " + std::string{name(view->dtype)},
                          where);
        }
    }
}

void ModelFiles::readFloat32(std::string_view name, float* out) const
{
    const auto view = find(name);
    if (!view) {
        throw damaged("there is no tensor " + inQuotes(name), m_path.string());
    }
    readRows(name, {.first = 0, .count = view->rows()}, DType::F32,
             reinterpret_cast<std::byte*>(out));
}

void ModelFiles::checkToken(text::TokenId id) const
{
    const auto number = static_cast<std::int64_t>(id);
    if (number < 0 || number >= m_config.vocabularySize) {
        throw damaged("the end token " + std::to_string(number) + " is not in the vocabulary of " +
                          std::to_string(m_config.vocabularySize),
                      m_path.string());
    }
}

void ModelFiles::finish(text::TokenId endOfText, const std::vector<text::TokenId>& furtherStops)
{
    checkWeights();
    if (static_cast<std::int64_t>(m_tokenizer->size()) > m_config.vocabularySize) {
        throw damaged("the tokenizer has " + std::to_string(m_tokenizer->size()) +
                          " tokens, the embedding " + std::to_string(m_config.vocabularySize) +
                          " rows",
                      m_path.string());
    }
    m_endOfText = endOfText;
    m_stopTokens = {endOfText};
    for (const text::TokenId id : furtherStops) {
        if (std::find(m_stopTokens.begin(), m_stopTokens.end(), id) == m_stopTokens.end()) {
            m_stopTokens.push_back(id);
        }
    }
    std::for_each(m_stopTokens.begin(), m_stopTokens.end(),
                  [this](text::TokenId id) { checkToken(id); });
    m_dtypeName = mostUsedType(*this);
    for (const auto& file : weightFiles()) {
        m_bytes += file->size();
    }
}

std::string ModelFiles::digest(StopToken stop, Progress& progress) const
{
    Digest digest;
    std::uint64_t done = 0;
    for (const auto& file : weightFiles()) {
        for (std::size_t begin = 0; begin < file->size(); begin += digestChunk) {
            stopPoint(stop);
            const std::size_t count = std::min(digestChunk, file->size() - begin);
            digest.add(file->data() + begin, count);
            file->release(file->data() + begin, count);
            done += count;
            progress.report({.done = static_cast<std::int64_t>(done),
                             .total = static_cast<std::int64_t>(m_bytes),
                             .stage = "reading the weights"});
        }
    }
    return digest.hex();
}

void ModelFiles::writeCompanionFiles(const fs::path& folder, const std::string& dtype) const
{
    const Companions beside = companions();
    OrderedJson config = toHuggingFaceConfig(m_config, dtype);
    const auto put = [&](const char* key, const std::optional<std::string>& token) {
        if (const auto id = token ? m_tokenizer->find(*token) : std::nullopt) {
            config[key] = static_cast<int>(*id);
        }
    };
    config["eos_token_id"] = static_cast<int>(m_endOfText);
    put("bos_token_id", beside.tokens.beginning);
    put("pad_token_id", beside.tokens.padding);
    writeCompanions(folder, config, beside);
}

} // namespace nextquill::model

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/GgufModelFiles.h"

#include "core/model/FileErrors.h"
#include "core/model/GgufConfig.h"
#include "core/model/GgufQuantization.h"
#include "core/model/GgufTokenizer.h"
#include "core/model/MappedFile.h"
#include "core/model/ModelFamily.h"
#include "core/model/ModelLimits.h"
#include "core/model/WeightNames.h"

namespace nextquill::model {

namespace {

constexpr std::string_view headName = "lm_head.weight";

/// Where a row of `llama` q and k weights stands in GGUF: of every head, the two halves that rotate
/// together lie interleaved; Hugging Face has the first half before the second.
std::int64_t rowInFile(std::int64_t row, std::int64_t headRows)
{
    const std::int64_t half = headRows / 2;
    const std::int64_t inHead = row % headRows;
    return row - inHead + 2 * (inHead % half) + inHead / half;
}

/// A norm that scales by 1 + w stands in GGUF as 1 + w.
void readOffset(const TensorView& view, DType type, std::byte* out)
{
    std::vector<float> values(static_cast<std::size_t>(view.elements()));
    toFloat32(view.dtype, view.data, values.size(), values.data());
    for (float& value : values) {
        value -= 1;
    }
    fromFloat32(type, values.data(), values.size(), out);
}

} // namespace

GgufModelFiles::GgufModelFiles(const std::filesystem::path& path)
    : GgufModelFiles{std::make_shared<const MappedFile>(path)}
{
}

GgufModelFiles::GgufModelFiles(std::shared_ptr<const MappedFile> file)
    : m_file{std::move(file)}
{
    m_path = m_file.file()->path();
    m_kind = "gguf";
    m_config = readGgufConfig(m_file);
    for (const auto& [name, view] : m_file.tensors()) {
        const auto known = huggingFaceName(name, m_config); // else a table: the configuration's
        if (known && (*known != headName || !m_config.tiedHead)) {
            m_tensors.emplace(*known, Entry{.view = view,
                                            .permutedHeads = permutedHeadsOf(*known),
                                            .isOffset = hasOffset(*known, m_config)});
        }
    }
    m_tokenizer = std::make_shared<text::Tokenizer>(readGgufTokenizer(m_file));
    m_license = m_file.metadata().text("general.license").value_or("");
    setMarkup(chatTemplate(), namedTokens().beginning, namedTokens().end);
    std::vector<text::TokenId> stops;
    for (const char* key : {"tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id",
                            "tokenizer.ggml.eom_token_id"}) {
        if (const auto id = m_file.metadata().whole(key)) {
            if (*id >= static_cast<std::uint64_t>(m_config.vocabularySize)) {
                throw damaged(std::string{key} + " is " + std::to_string(*id) +
                                  ", the vocabulary has " +
                                  std::to_string(m_config.vocabularySize) + " tokens",
                              m_path.string());
            }
            stops.push_back(static_cast<text::TokenId>(*id));
        }
    }
    if (!m_file.metadata().has("tokenizer.ggml.eos_token_id")) {
        throw damaged("the metadata key tokenizer.ggml.eos_token_id is missing", m_path.string());
    }
    finish(stops.front(), stops);
}

std::int64_t GgufModelFiles::permutedHeadsOf(std::string_view name) const
{
    if (!familyNamed(m_config.modelType, m_path.string()).permutesGgufRows) {
        return 0;
    }
    if (name.find(".self_attn.q_proj.") != std::string_view::npos) {
        return m_config.heads;
    }
    return name.find(".self_attn.k_proj.") != std::string_view::npos ? m_config.keyValueHeads : 0;
}

std::vector<std::string> GgufModelFiles::tensorNames() const
{
    std::vector<std::string> names;
    names.reserve(m_tensors.size());
    for (const auto& [name, entry] : m_tensors) {
        names.push_back(name);
    }
    return names;
}

std::optional<TensorView> GgufModelFiles::find(std::string_view name) const
{
    const auto found = m_tensors.find(name);
    return found == m_tensors.end() ? std::nullopt : std::optional{found->second.view};
}

/// A bias is one row of the file, and its elements are what is permuted.
void GgufModelFiles::readPermuted(const Entry& entry, TensorRows rows, DType type,
                                  std::byte* out) const
{
    const TensorView& view = entry.view;
    const std::int64_t headRows = view.shape.front() / entry.permutedHeads;
    if (view.shape.size() == 1) {
        const auto size = static_cast<std::size_t>(view.elements());
        std::vector<float> inFile(size);
        std::vector<float> values(size);
        toFloat32(view.dtype, view.data, size, inFile.data());
        for (std::size_t i = 0; i < size; ++i) {
            values[i] =
                inFile[static_cast<std::size_t>(rowInFile(static_cast<std::int64_t>(i), headRows))];
        }
        fromFloat32(type, values.data(), size, out);
        return;
    }
    const auto elements = static_cast<std::size_t>(view.rowElements());
    const std::size_t bytes = byteSize(view.dtype, elements);
    for (std::int64_t i = 0; i < rows.count; ++i) {
        const auto source = static_cast<std::size_t>(rowInFile(rows.first + i, headRows));
        convertElements(view.dtype, view.data + source * bytes, elements, type,
                        out + static_cast<std::size_t>(i) * byteSize(type, elements));
    }
}

void GgufModelFiles::readRows(std::string_view name, TensorRows rows, DType type,
                              std::byte* out) const
{
    const auto found = m_tensors.find(name);
    if (found == m_tensors.end()) {
        throw damaged("there is no tensor " + inQuotes(name), m_path.string());
    }
    const TensorView& view = found->second.view;
    const auto rowElements = static_cast<std::size_t>(view.rowElements());
    const std::size_t elements = static_cast<std::size_t>(rows.count) * rowElements;
    const std::byte* const first =
        view.data + byteSize(view.dtype, static_cast<std::size_t>(rows.first) * rowElements);
    if (found->second.isOffset) {
        readOffset(view, type, out);
    } else if (found->second.permutedHeads != 0) {
        readPermuted(found->second, rows, type, out);
    } else {
        convertElements(view.dtype, first, elements, type, out);
    }
    m_file.file()->release(first, byteSize(view.dtype, elements));
}

std::vector<std::shared_ptr<const MappedFile>> GgufModelFiles::weightFiles() const
{
    return {m_file.file()};
}

std::string_view GgufModelFiles::chatTemplate() const
{
    const std::string_view text = m_file.metadata().text("tokenizer.chat_template").value_or("");
    if (text.size() > limits::chatTemplateBytes) {
        throw overLimit("the length of the chat template", text.size(), limits::chatTemplateBytes,
                        m_path.string());
    }
    return text;
}

NamedTokens GgufModelFiles::namedTokens() const
{
    const auto texts = m_file.metadata().texts("tokenizer.ggml.tokens").value();
    const auto named = [&](const char* key) -> std::optional<std::string> {
        const auto id = m_file.metadata().whole(key);
        return id && *id < texts.size() ? std::optional{std::string{texts[*id]}} : std::nullopt;
    };
    return {.beginning = named("tokenizer.ggml.bos_token_id"),
            .end = named("tokenizer.ggml.eos_token_id"),
            .padding = named("tokenizer.ggml.padding_token_id"),
            .unknown = named("tokenizer.ggml.unknown_token_id")};
}

Companions GgufModelFiles::companions() const
{
    Companions companions;
    companions.tokenizer = text::toTokenizerJson(readGgufTokenizer(m_file));
    companions.tokens = namedTokens();
    const NamedTokens& tokens = companions.tokens;
    const auto textOrNull = [](const std::optional<std::string>& token) {
        return token ? OrderedJson(*token) : OrderedJson{};
    };
    // PreTrainedTokenizerFast takes tokenizer.json as it is; classes of single models rebuild the
    // pre-tokenizer and lose what they do not know (SmolLM2's digits).
    companions.tokenizerConfig = {
        {"tokenizer_class", "PreTrainedTokenizerFast"}, {"bos_token", textOrNull(tokens.beginning)},
        {"eos_token", textOrNull(tokens.end)},          {"pad_token", textOrNull(tokens.padding)},
        {"unk_token", textOrNull(tokens.unknown)},      {"clean_up_tokenization_spaces", false},
        {"model_max_length", m_config.contextLength}};
    if (!chatTemplate().empty()) {
        companions.tokenizerConfig["chat_template"] = chatTemplate();
    }
    OrderedJson stops = OrderedJson::array();
    for (const text::TokenId id : stopTokens()) {
        stops.push_back(static_cast<int>(id));
    }
    companions.generationConfig = {{"eos_token_id", stops}};
    if (const auto id = m_file.metadata().whole("tokenizer.ggml.bos_token_id")) {
        companions.generationConfig["bos_token_id"] = *id;
    }
    if (const auto id = m_file.metadata().whole("tokenizer.ggml.padding_token_id")) {
        companions.generationConfig["pad_token_id"] = *id;
    }
    return companions;
}

} // namespace nextquill::model

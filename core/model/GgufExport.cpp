// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/GgufExport.h"

#include "core/base/Error.h"
#include "core/model/CompanionFiles.h"
#include "core/model/GgufConfigWriter.h"
#include "core/model/GgufQuantization.h"
#include "core/model/GgufTokenizerWriter.h"
#include "core/model/GgufWriter.h"
#include "core/model/ModelFamily.h"
#include "core/model/WeightNames.h"

namespace nextquill::model {

namespace {

/// general.file_type: what most of the weights are.
std::uint32_t fileType(DType dtype)
{
    switch (dtype) {
    case DType::F32:
        return 0;
    case DType::F16:
        return 1;
    case DType::Q8_0:
        return 7;
    case DType::BF16:
        return 32;
    default:
        throw Error{ErrorKind::BadInput,
                    "GGUF files are not written in the type " + std::string{name(dtype)}, "export",
                    "choose f32, f16, bf16 or q8_0"};
    }
}

/// Norms and biases are few and are added to: they stay float32. Rows of quantised matrices are
/// whole blocks.
DType storedType(const ExpectedWeight& weight, DType dtype)
{
    if (weight.shape.size() < 2) {
        return DType::F32;
    }
    const auto block = static_cast<std::int64_t>(blockElements(dtype));
    return weight.shape.back() % block == 0 ? dtype : DType::F16;
}

/// Which row of Hugging Face's q and k weights a row of the file is: see readRows() of GGUF files.
std::int64_t rowInFolder(std::int64_t row, std::int64_t headRows)
{
    const std::int64_t half = headRows / 2;
    const std::int64_t inHead = row % headRows;
    return row - inHead + inHead % 2 * half + inHead / 2;
}

std::int64_t permutedHeads(std::string_view name, const ModelConfig& config)
{
    if (!familyNamed(config.modelType, "config.json").permutesGgufRows) {
        return 0;
    }
    if (name.find(".self_attn.q_proj.") != std::string_view::npos) {
        return config.heads;
    }
    return name.find(".self_attn.k_proj.") != std::string_view::npos ? config.keyValueHeads : 0;
}

/// A vector, which is stored as float32: permuted, or with its offset.
void readVector(const ExpectedWeight& weight, const ModelConfig& config, const WeightRows& weights,
                std::byte* out)
{
    const auto size = static_cast<std::size_t>(weight.shape.front());
    std::vector<float> values(size);
    weights(weight.name, {.first = 0, .count = 1}, DType::F32,
            reinterpret_cast<std::byte*>(values.data()));
    std::vector<float> stored = values;
    if (const std::int64_t heads = permutedHeads(weight.name, config)) {
        const std::int64_t headRows = weight.shape.front() / heads;
        for (std::size_t i = 0; i < size; ++i) {
            stored[i] = values[static_cast<std::size_t>(
                rowInFolder(static_cast<std::int64_t>(i), headRows))];
        }
    }
    if (hasOffset(weight.name, config)) {
        for (float& value : stored) {
            value += 1;
        }
    }
    fromFloat32(DType::F32, stored.data(), size, out);
}

GgufTensor tensorOf(const ExpectedWeight& weight, const ModelConfig& config,
                    const WeightRows& weights, DType dtype)
{
    const DType stored = storedType(weight, dtype);
    const std::int64_t heads = permutedHeads(weight.name, config);
    const auto read = [=, &config, &weights](TensorRows rows, std::byte* out) {
        if (weight.shape.size() < 2) {
            readVector(weight, config, weights, out);
            return;
        }
        if (heads == 0) {
            weights(weight.name, rows, stored, out);
            return;
        }
        const std::int64_t headRows = weight.shape.front() / heads;
        const std::size_t rowBytes =
            byteSize(stored, static_cast<std::size_t>(weight.shape.back()));
        for (std::int64_t i = 0; i < rows.count; ++i) {
            weights(weight.name, {.first = rowInFolder(rows.first + i, headRows), .count = 1},
                    stored, out + static_cast<std::size_t>(i) * rowBytes);
        }
    };
    return {.name = ggufName(weight.name, config).value(),
            .dtype = stored,
            .shape = weight.shape,
            .rows = read};
}

} // namespace

void exportGguf(const ModelFiles& files, const WeightRows& weights, DType dtype,
                const std::filesystem::path& to, const StopToken& stop, Progress& progress)
{
    requireNothingAt(to);
    const ModelConfig& config = files.config();
    const Companions companions = files.companions();
    GgufPairs pairs;
    std::vector<GgufTensor> tensors = appendConfig(pairs, config);
    pairs.text("general.type", "model");
    pairs.text("general.name", files.path().filename().empty()
                                   ? files.path().parent_path().filename().string()
                                   : files.path().filename().string());
    if (!files.license().empty()) {
        pairs.text("general.license", files.license());
    }
    pairs.whole("general.file_type", fileType(dtype));
    pairs.whole("general.quantization_version", 2);
    const auto chatTemplate = companions.tokenizerConfig.find("chat_template");
    const bool hasTemplate =
        chatTemplate != companions.tokenizerConfig.end() && chatTemplate->is_string();
    appendTokenizer(pairs, text::parseTokenizer(companions.tokenizer, files.path().string()),
                    companions.tokens, files.stopTokens(), config.vocabularySize, hasTemplate);
    if (hasTemplate) {
        pairs.text("tokenizer.chat_template", chatTemplate->get<std::string>());
    }
    for (const ExpectedWeight& weight : expectedWeights(config)) {
        tensors.push_back(tensorOf(weight, config, weights, dtype));
    }
    writeGguf(to, pairs, tensors, stop, progress);
}

} // namespace nextquill::model

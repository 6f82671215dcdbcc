// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/CompanionFiles.h"
#include "core/model/GgufFile.h"
#include "core/model/GgufQuantization.h"
#include "core/model/ModelExport.h"
#include "core/text/TokenizerDefinition.h"

#include "tests/core/model/ExpectError.h"
#include "tests/core/model/TinyGguf.h"
#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

// tests/peers/compare_gguf.py compares with Transformers and the gguf package.

namespace nextquill::model {
namespace {

namespace fs = std::filesystem;
using nextquill::testing::TinyGguf;

WeightRows rowsOf(const std::shared_ptr<const ModelFiles>& files)
{
    return [files](std::string_view name, TensorRows rows, DType type, std::byte* out) {
        files->readRows(name, rows, type, out);
    };
}

std::vector<float> read(const ModelFiles& files, const std::string& name)
{
    std::vector<float> values(static_cast<std::size_t>(files.find(name)->elements()));
    files.readFloat32(name, values.data());
    return values;
}

class ModelExport : public ::testing::Test
{
protected:
    std::shared_ptr<const ModelFiles> open(const TinyGguf& model)
    {
        return ModelFiles::open(m_folder.write("tiny.gguf", model.bytes()));
    }
    fs::path write(const std::shared_ptr<const ModelFiles>& files, ExportFormat format, DType dtype,
                   const std::string& name)
    {
        NoProgress progress;
        exportModel(*files, rowsOf(files), format, dtype, m_folder / name, {}, progress);
        return m_folder / name;
    }

    nextquill::testing::TemporaryFolder m_folder;
};

class ModelExportOf : public ModelExport, public ::testing::WithParamInterface<const char*>
{
};

TEST_P(ModelExportOf, IsTheSameModelAgain)
{
    const auto files = open(TinyGguf{GetParam()});
    for (const ExportFormat format : {ExportFormat::Gguf, ExportFormat::HuggingFace}) {
        const bool isGguf = format == ExportFormat::Gguf;
        const auto again =
            ModelFiles::open(write(files, format, DType::F32, isGguf ? "copy.gguf" : "copy"));

        EXPECT_EQ(toHuggingFaceConfig(again->config(), "float32"),
                  toHuggingFaceConfig(files->config(), "float32"));
        EXPECT_EQ(again->tensorNames(), files->tensorNames());
        for (const std::string& name : files->tensorNames()) {
            EXPECT_EQ(read(*again, name), read(*files, name)) << name;
        }
        EXPECT_EQ(text::toTokenizerJson(text::parseTokenizer(again->companions().tokenizer, "")),
                  text::toTokenizerJson(text::parseTokenizer(files->companions().tokenizer, "")));
        EXPECT_EQ(again->stopTokens(), files->stopTokens());
        EXPECT_EQ(again->companions().tokens.beginning, files->companions().tokens.beginning);
    }
}

INSTANTIATE_TEST_SUITE_P(Families, ModelExportOf, ::testing::Values("llama", "qwen2", "qwen3"),
                         [](const auto& test) { return std::string{test.param}; });

TEST_F(ModelExport, StoresMatricesInTheTypeAndVectorsAsFloat32)
{
    const auto files = open(TinyGguf{"qwen2"});
    for (const DType dtype : {DType::F16, DType::BF16, DType::Q8_0}) {
        const fs::path path =
            write(files, ExportFormat::Gguf, dtype, std::string{name(dtype)} + ".gguf");
        const GgufFile file{path};
        for (const auto& [tensor, view] : file.tensors()) {
            EXPECT_EQ(view.dtype, view.shape.size() > 1 ? dtype : DType::F32) << tensor;
        }
        const auto again = ModelFiles::open(path);
        EXPECT_EQ(again->dtypeName(), name(dtype));
        const std::string query = "model.layers.0.self_attn.q_proj.weight";
        const std::vector<float> before = read(*files, query);
        std::vector<std::byte> stored(byteSize(dtype, before.size()));
        fromFloat32(dtype, before.data(), before.size(), stored.data());
        std::vector<float> expected(before.size());
        toFloat32(dtype, stored.data(), before.size(), expected.data());
        EXPECT_EQ(read(*again, query), expected);
    }
}

TEST_F(ModelExport, TakesF16WhereARowIsNoWholeNumberOfBlocks)
{
    TinyGguf model;
    model.numbers["feed_forward_length"] = 48;
    model.addTensor("blk.0.ffn_gate.weight", {32, 48});
    model.addTensor("blk.0.ffn_up.weight", {32, 48});
    model.addTensor("blk.0.ffn_down.weight", {48, 32});
    const GgufFile file{write(open(model), ExportFormat::Gguf, DType::Q8_0, "q8.gguf")};

    EXPECT_EQ(file.find("blk.0.ffn_up.weight")->dtype, DType::Q8_0);
    EXPECT_EQ(file.find("blk.0.ffn_down.weight")->dtype, DType::F16);
}

TEST_F(ModelExport, KeepsScaledRotaryPositions)
{
    TinyGguf model;
    model.numbers["rope.scaling.original_context_length"] = 32;
    const auto yarn = model.builder()
                          .words("llama.rope.scaling.type", "yarn")
                          .real("llama.rope.scaling.factor", 4)
                          .bytes();
    const auto scaled = ModelFiles::open(m_folder.write("yarn.gguf", yarn));
    EXPECT_EQ(scaled->config().ropeScaling.kind, RotaryScaling::Kind::Yarn);
    EXPECT_EQ(scaled->config().ropeScaling.originalLength, 32);
    EXPECT_NEAR(scaled->config().ropeScaling.attentionFactor, 1 + 0.1 * std::log(4.0), 1e-12);

    TinyGguf withTable;
    withTable.addTensor("rope_freqs.weight", {4});
    for (const auto& files : {scaled, open(withTable)}) {
        const auto again =
            ModelFiles::open(write(files, ExportFormat::Gguf, DType::F32,
                                   files->path().filename().string() + ".copy.gguf"));
        EXPECT_EQ(toHuggingFaceConfig(again->config(), "float32"),
                  toHuggingFaceConfig(files->config(), "float32"));
    }
}

TEST_F(ModelExport, DamagedTablesOfRotaryFactorsAreRefused)
{
    TinyGguf model;
    model.addTensor("rope_freqs.weight", {5});
    EXPECT_ERROR((void)open(model), BadInput, "shape [5], [4] expected");
    model = TinyGguf{};
    model.addTensor("rope_freqs.weight", {4});
    model.tensors["rope_freqs.weight"].data.assign(16, '\0');
    EXPECT_ERROR((void)open(model), BadInput, "out of range");
    model = TinyGguf{};
    model.addTensor("rope_factors_long.weight", {4});
    EXPECT_ERROR((void)open(model), BadInput, "one is missing");
}

TEST_F(ModelExport, WritesNothingOverWhatIsThere)
{
    const auto files = open(TinyGguf{});
    (void)m_folder.write("there", "mine");
    for (const ExportFormat format : {ExportFormat::Gguf, ExportFormat::HuggingFace}) {
        EXPECT_ERROR((void)write(files, format, DType::F32, "there"), BadInput,
                     "something of that name");
    }
    EXPECT_EQ(fs::file_size(m_folder / "there"), 4U);
}

TEST_F(ModelExport, LeavesNothingBehindWhenItIsStopped)
{
    const auto files = open(TinyGguf{});
    std::stop_source stop;
    stop.request_stop();
    NoProgress progress;
    for (const ExportFormat format : {ExportFormat::Gguf, ExportFormat::HuggingFace}) {
        EXPECT_THROW(exportModel(*files, rowsOf(files), format, DType::F32, m_folder / "stopped",
                                 stop.get_token(), progress),
                     Stopped);
    }
    std::size_t count = 0;
    for (const auto& entry : fs::directory_iterator{m_folder.path()}) {
        count += entry.path().filename() == "tiny.gguf" ? 0 : 1;
    }
    EXPECT_EQ(count, 0U);
}

TEST_F(ModelExport, AFolderOfQuantisedWeightsIsRefused)
{
    const auto files = open(TinyGguf{});
    EXPECT_ERROR((void)write(files, ExportFormat::HuggingFace, DType::Q8_0, "q8"), BadInput,
                 "Q8_0");
    EXPECT_FALSE(fs::exists(m_folder / "q8"));
}

TEST_F(ModelExport, NamesWhatGgufCannotSayOfATokenizer)
{
    // In a folder the tokenizer may be anything; the export says what is lost.
    const auto files = open(TinyGguf{});
    const fs::path folder = write(files, ExportFormat::HuggingFace, DType::F32, "hf");
    Json tokenizer = Json::parse(files->companions().tokenizer);
    tokenizer["added_tokens"][0]["lstrip"] = true;
    fs::remove(folder / "tokenizer.json");
    (void)m_folder.write("hf/tokenizer.json", tokenizer.dump());
    EXPECT_ERROR((void)write(ModelFiles::open(folder), ExportFormat::Gguf, DType::F32, "x.gguf"),
                 Unsupported, "lstrip");
    EXPECT_FALSE(fs::exists(m_folder / "x.gguf"));
}

} // namespace
} // namespace nextquill::model

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/AtomicFile.h"
#include "core/base/Error.h"
#include "core/base/Json.h"
#include "core/model/AdapterDirectory_torch.h"
#include "core/model/AdapterMerge.h"
#include "core/model/ModelExport_torch.h"
#include "core/model/SafeTensorsFile.h"
#include "core/model/SafeTensorsWriter.h"

#include "tests/core/model/SmallNetworks_torch.h"
#include "tests/support/Fixtures.h"
#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>
#include <functional>
#include <gmock/gmock.h>
#include <map>

namespace nextquill::model {

namespace {

namespace fs = std::filesystem;
using nextquill::testing::TemporaryFolder;
using testing::difference;
using testing::loadFrom;
using torch::Tensor;

const SegmentedBatch& batch()
{
    static const SegmentedBatch value = testing::tree({{-1, 9}, {0, 4}, {0, 3}});
    return value;
}

std::unique_ptr<Decoder> adapted(const fs::path& folder, ComputeType type,
                                 const std::vector<std::string>& targets)
{
    auto decoder = loadFrom(folder, type);
    decoder->addAdapters({.rank = 4, .alpha = 12, .dropout = 0.1, .targets = targets}, 5);
    const torch::NoGradGuard noGrad;
    torch::manual_seed(8);
    for (const NamedParameter& parameter : decoder->network().adapterParameters()) {
        Tensor{parameter.tensor}.add_(torch::randn(parameter.tensor.sizes()) * 0.05);
    }
    return decoder;
}

std::unique_ptr<Decoder> loadWith(const fs::path& folder, const fs::path& adapter)
{
    NoProgress progress;
    return Decoder::load(ModelFiles::open(folder), {.device = "cpu", .dtype = ComputeType::Float32},
                         adapter, {}, progress);
}

TEST(AdapterDirectory, WhatIsWrittenIsReadAgain)
{
    NEXTQUILL_NEED_SHARED(folder, "fixtures/models/tiny-qwen2");
    const TemporaryFolder temporary;
    for (const std::vector<std::string>& targets :
         {std::vector<std::string>{"down_proj", "q_proj"}, LowRankSettings{}.targets}) {
        const auto decoder = adapted(folder, ComputeType::Float32, targets);
        const Tensor logits = testing::logitsOf(decoder->network(), batch());
        writeAdapter(*decoder, temporary / "adapter", "some/base");
        const auto again = loadWith(folder, temporary / "adapter");
        EXPECT_TRUE(torch::equal(testing::logitsOf(again->network(), batch()), logits));
        EXPECT_EQ(again->adapters()->rank, 4);
        EXPECT_EQ(again->adapters()->alpha, 12);
        EXPECT_EQ(again->adapters()->dropout, 0.1);
        EXPECT_THAT(again->adapters()->targets, ::testing::UnorderedElementsAreArray(targets));
        again->enableAdapters(false);
        EXPECT_GT(difference(testing::logitsOf(again->network(), batch()), logits), 1e-3);
    }
}

TEST(AdapterDirectory, HasPeftsNamesAndKeys)
{
    NEXTQUILL_NEED_SHARED(folder, "fixtures/models/tiny-qwen2");
    const TemporaryFolder temporary;
    writeAdapter(*adapted(folder, ComputeType::BFloat16, {"q_proj"}), temporary / "adapter", "b");
    const SafeTensorsFile file{temporary / "adapter/adapter_model.safetensors"};
    const std::string name = "base_model.model.model.layers.1.self_attn.q_proj.lora_A.weight";
    ASSERT_TRUE(file.find(name));
    EXPECT_EQ(file.find(name)->dtype, DType::F32);
    EXPECT_EQ(file.tensors().size(), 4U);
    const Json config = readJsonFile(temporary / "adapter/adapter_config.json", {});
    EXPECT_EQ(config["peft_type"], "LORA");
    EXPECT_EQ(config["task_type"], "CAUSAL_LM");
    EXPECT_EQ(config["base_model_name_or_path"], "b");
    EXPECT_EQ(config["r"], 4);
    EXPECT_EQ(config["lora_alpha"], 12);
    EXPECT_TRUE(config["lora_alpha"].is_number_integer());
    EXPECT_EQ(config["target_modules"], Json{"q_proj"});
}

TEST(AdapterDirectory, ADecoderWithoutAdaptersHasNoneToWrite)
{
    NEXTQUILL_NEED_SHARED(folder, "fixtures/models/tiny-qwen2");
    const TemporaryFolder temporary;
    const auto decoder = loadFrom(folder, ComputeType::Float32);
    EXPECT_THROW(writeAdapter(*decoder, temporary / "adapter", "b"), Error);
    EXPECT_FALSE(fs::exists(temporary / "adapter"));
}

/// Loads an adapter whose configuration went through `change`.
class ChangedAdapter : public ::testing::Test
{
protected:
    void SetUp() override
    {
        NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
        m_base = model;
        m_decoder = adapted(m_base, ComputeType::Float32, {"q_proj", "up_proj"});
        writeAdapter(*m_decoder, m_temporary / "adapter", "b");
    }

    void change(const std::function<void(Json&)>& edit)
    {
        Json config = readJsonFile(m_temporary / "adapter/adapter_config.json", {});
        edit(config);
        writeFileAtomically(m_temporary / "adapter/adapter_config.json", config.dump());
    }

    void changeTensors(const std::function<void(std::vector<NamedBlock>&)>& edit)
    {
        const fs::path path = m_temporary / "adapter/adapter_model.safetensors";
        const fs::path old = m_temporary / "old.safetensors";
        fs::rename(path, old);
        const SafeTensorsFile file{old};
        std::vector<NamedBlock> blocks;
        for (const auto& [name, view] : file.tensors()) {
            blocks.push_back({.name = name,
                              .dtype = view.dtype,
                              .shape = view.shape,
                              .data = view.data,
                              .bytes = view.bytes});
        }
        edit(blocks);
        writeSafeTensors(path, blocks);
    }

    [[nodiscard]] std::optional<ErrorKind> refusal() const
    {
        try {
            (void)loadWith(m_base, m_temporary / "adapter");
        } catch (const Error& error) {
            return error.kind();
        }
        return std::nullopt;
    }

    TemporaryFolder m_temporary;
    fs::path m_base;
    std::unique_ptr<Decoder> m_decoder;
};

TEST_F(ChangedAdapter, OtherMathematicsIsRefused)
{
    for (const auto& [key, value] :
         std::vector<std::pair<std::string, Json>>{{"peft_type", "IA3"},
                                                   {"use_dora", true},
                                                   {"bias", "all"},
                                                   {"fan_in_fan_out", true},
                                                   {"modules_to_save", {"lm_head"}},
                                                   {"rank_pattern", {{"(q|k)_proj", 4}}},
                                                   {"alpha_pattern", {{".*", 8}}},
                                                   {"target_parameters", {"mlp.up_proj.weight"}},
                                                   {"layer_replication", {{0, 2}}},
                                                   {"init_lora_weights", "pissa"}}) {
        Json before;
        change([&](Json& config) {
            before = config;
            config[key] = value;
        });
        EXPECT_EQ(refusal(), ErrorKind::Unsupported) << key;
        change([&](Json& config) { config = before; });
    }
    EXPECT_EQ(refusal(), std::nullopt);
}

TEST_F(ChangedAdapter, ValuesOutOfRangeAreRefused)
{
    for (const auto& [key, value] :
         std::vector<std::pair<std::string, Json>>{{"r", 0},
                                                   {"r", -4},
                                                   {"r", 1e12},
                                                   {"r", "4"},
                                                   {"r", nullptr},
                                                   {"lora_alpha", "x"},
                                                   {"lora_alpha", -1},
                                                   {"lora_dropout", 1.5},
                                                   {"lora_dropout", "no"},
                                                   {"r", 5}}) {
        Json before;
        change([&](Json& config) {
            before = config;
            config[key] = value;
        });
        EXPECT_EQ(refusal(), ErrorKind::BadInput) << key << " = " << value;
        change([&](Json& config) { config = before; });
    }
    writeFileAtomically(m_temporary / "adapter/adapter_config.json", "[]");
    EXPECT_EQ(refusal(), ErrorKind::Unsupported);
    writeFileAtomically(m_temporary / "adapter/adapter_config.json", "{");
    EXPECT_EQ(refusal(), ErrorKind::BadInput);
}

TEST_F(ChangedAdapter, RankStabilizedScaleIsKept)
{
    const Tensor before = testing::logitsOf(m_decoder->network(), batch());
    change([](Json& config) {
        config["use_rslora"] = true; // alpha / sqrt(4) = 3: the scale that it had
        config["lora_alpha"] = 6;
    });
    const auto again = loadWith(m_base, m_temporary / "adapter");
    EXPECT_LE(difference(testing::logitsOf(again->network(), batch()), before), 1e-5);
}

TEST_F(ChangedAdapter, RanksThatContradictTheTensorsAreRefused)
{
    change([](Json& config) { config["rank_pattern"] = {{"q_proj", 8}}; });
    EXPECT_EQ(refusal(), ErrorKind::BadInput);
    change([](Json& config) {
        config["r"] = 8; // of all layers but those with a pattern, and these are all
        config["rank_pattern"] = {{"up_proj", 4}, {"self_attn.q_proj", 4}};
        config["lora_alpha"] = 12;
    });
    EXPECT_EQ(refusal(), std::nullopt);
}

TEST_F(ChangedAdapter, APatternOfAlphasScalesItsLayersAlone)
{
    change([](Json& config) {
        config["alpha_pattern"] = {{"layers.0.self_attn.q_proj", 6},
                                   {"^model.layers.1.mlp.up_proj", 24},
                                   {"proj", 100}}; // no layer's whole name
    });
    const auto again = loadWith(m_base, m_temporary / "adapter");
    std::map<std::string, double> scales;
    for (const LowRankModule& module : again->adapters()->modules) {
        scales[module.name] = module.alpha;
    }
    EXPECT_EQ(scales.at("model.layers.0.self_attn.q_proj"), 6);
    EXPECT_EQ(scales.at("model.layers.1.mlp.up_proj"), 24);
    EXPECT_EQ(scales.at("model.layers.1.self_attn.q_proj"), 12);
    EXPECT_GT(difference(testing::logitsOf(again->network(), batch()),
                         testing::logitsOf(m_decoder->network(), batch())),
              1e-3);

    writeAdapter(*again, m_temporary / "again", "b");
    const auto third = loadWith(m_base, m_temporary / "again");
    EXPECT_EQ(third->adapters()->modules, again->adapters()->modules);
    EXPECT_TRUE(torch::equal(testing::logitsOf(third->network(), batch()),
                             testing::logitsOf(again->network(), batch())));
}

TEST_F(ChangedAdapter, SomeLayersAloneMayHaveOne)
{
    changeTensors([](auto& blocks) {
        std::erase_if(blocks, [](const NamedBlock& block) {
            return block.name.find("layers.0.self_attn") != std::string::npos;
        });
    });
    const auto again = loadWith(m_base, m_temporary / "adapter");
    EXPECT_EQ(again->adapters()->modules.size(), 3U);
    writeAdapter(*again, m_temporary / "again", "b");
    const auto third = loadWith(m_base, m_temporary / "again");
    EXPECT_TRUE(torch::equal(testing::logitsOf(third->network(), batch()),
                             testing::logitsOf(again->network(), batch())));
}

TEST_F(ChangedAdapter, MergedAsItIsReadTheModelSaysTheSame)
{
    change([](Json& config) { config["alpha_pattern"] = {{"q_proj", 30}}; });
    const auto files = ModelFiles::open(m_base);
    NoProgress progress;
    for (const ExportFormat format : {ExportFormat::HuggingFace, ExportFormat::Gguf}) {
        const fs::path to = m_temporary / (format == ExportFormat::Gguf ? "merged.gguf" : "merged");
        exportModel(*files, mergedWeights(files, m_temporary / "adapter"), format, DType::F32, to,
                    {}, progress);
        const auto merged = loadFrom(to, ComputeType::Float32);
        const auto beside = loadWith(m_base, m_temporary / "adapter");
        EXPECT_LE(difference(testing::logitsOf(merged->network(), batch()),
                             testing::logitsOf(beside->network(), batch())),
                  1e-4);
    }
    NEXTQUILL_NEED_SHARED(other, "fixtures/models/tiny-qwen3");
    EXPECT_THROW((void)mergedWeights(ModelFiles::open(other), m_temporary / "adapter"), Error);
}

TEST_F(ChangedAdapter, ExportedTheAdapterIsTheSame)
{
    exportAdapter(m_temporary / "adapter", m_temporary / "copy");
    const auto again = loadWith(m_base, m_temporary / "copy");
    EXPECT_TRUE(torch::equal(testing::logitsOf(again->network(), batch()),
                             testing::logitsOf(m_decoder->network(), batch())));
    EXPECT_THROW(exportAdapter(m_temporary / "adapter", m_temporary / "copy"), Error);
}

TEST_F(ChangedAdapter, MissingLeftOverAndMisshapenTensorsAreRefused)
{
    const fs::path path = m_temporary / "adapter/adapter_model.safetensors";
    const std::string whole = readFile(path);
    changeTensors([](auto& blocks) { blocks.pop_back(); });
    EXPECT_EQ(refusal(), ErrorKind::BadInput);
    writeFileAtomically(path, whole);
    changeTensors([](auto& blocks) {
        NamedBlock extra = blocks.front();
        extra.name = "base_model.model.model.layers.7.self_attn.q_proj.lora_B.weight";
        blocks.push_back(extra);
    });
    EXPECT_EQ(refusal(), ErrorKind::BadInput);
    writeFileAtomically(path, whole);
    changeTensors(
        [](auto& blocks) { std::swap(blocks.front().shape[0], blocks.front().shape[1]); });
    EXPECT_EQ(refusal(), ErrorKind::BadInput);
    writeFileAtomically(path, whole);
    EXPECT_EQ(refusal(), std::nullopt);
    fs::remove(path);
    EXPECT_NE(refusal(), std::nullopt);
}

TEST_F(ChangedAdapter, AnotherModelsAdapterIsRefused)
{
    NEXTQUILL_NEED_SHARED(other, "fixtures/models/tiny-qwen3");
    EXPECT_THROW((void)loadWith(other, m_temporary / "adapter"), Error);
}

TEST_F(ChangedAdapter, ExportedWholeTheModelHasItMerged)
{
    writeModel(*m_decoder, m_temporary / "merged");
    const auto merged = loadFrom(m_temporary / "merged", ComputeType::Float32);
    EXPECT_LE(difference(testing::logitsOf(merged->network(), batch()),
                         testing::logitsOf(m_decoder->network(), batch())),
              1e-4);
    EXPECT_FALSE(merged->adapters());
}

} // namespace

} // namespace nextquill::model

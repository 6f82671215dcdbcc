// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/AtomicFile.h"
#include "core/base/Error.h"
#include "core/model/Decoder.h"
#include "core/model/Devices_torch.h"
#include "core/model/ModelExport_torch.h"
#include "core/model/SafeTensorsFile.h"
#include "core/model/SafeTensorsWriter.h"
#include "core/model/TensorBytes_torch.h"

#include "tests/core/model/SmallNetworks_torch.h"
#include "tests/support/Fixtures.h"
#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <gmock/gmock.h>

namespace nextquill::model {

namespace {

namespace fs = std::filesystem;
using testing::difference;
using testing::loadFrom;
using testing::sequence;
using torch::Tensor;

const std::vector<std::string> tinyModels{"tiny-qwen2", "tiny-llama", "tiny-qwen3"};

Tensor fixture(const SafeTensorsFile& file, const std::string& name)
{
    return borrowed(file.find(name).value()).clone();
}

class TinyDecoder : public ::testing::TestWithParam<std::string>
{
};
INSTANTIATE_TEST_SUITE_P(Families, TinyDecoder, ::testing::ValuesIn(tinyModels),
                         [](const auto& tested) {
                             return "Is" + std::string{tested.param.substr(5)};
                         });

TEST_P(TinyDecoder, LogitsEqualTheReferenceInFloat32)
{
    NEXTQUILL_NEED_SHARED(folder, "fixtures/models/" + GetParam());
    NEXTQUILL_NEED_SHARED(logits, "fixtures/logits/" + GetParam() + ".safetensors");
    const auto decoder = loadFrom(folder, ComputeType::Float32);
    const SafeTensorsFile reference{logits};
    int cases = 0;
    for (int i = 0; reference.find("ids." + std::to_string(i)); ++i, ++cases) {
        const auto ids = testing::idsOf(fixture(reference, "ids." + std::to_string(i)));
        EXPECT_LE(difference(testing::logitsOf(decoder->network(), sequence(ids)),
                             fixture(reference, "logits_fp32." + std::to_string(i))),
                  1e-4)
            << "case " << i;
    }
    EXPECT_EQ(cases, 7);
}

TEST_P(TinyDecoder, LogitsEqualTheIndependentReferenceInFloat64)
{
    NEXTQUILL_NEED_SHARED(folder, "fixtures/models/" + GetParam());
    NEXTQUILL_NEED_SHARED(logits, "fixtures/logits/" + GetParam() + ".safetensors");
    const auto decoder = loadFrom(folder, ComputeType::Float64);
    const SafeTensorsFile reference{logits};
    for (const char* i : {"1", "2"}) {
        const auto ids = testing::idsOf(fixture(reference, std::string{"ids."} + i));
        EXPECT_LE(difference(testing::logitsOf(decoder->network(), sequence(ids)),
                             fixture(reference, std::string{"logits_fp64."} + i)),
                  1e-9)
            << "case " << i;
    }
}

TEST_P(TinyDecoder, HiddenStatesEqualTheReference)
{
    NEXTQUILL_NEED_SHARED(folder, "fixtures/models/" + GetParam());
    NEXTQUILL_NEED_SHARED(logits, "fixtures/logits/" + GetParam() + ".safetensors");
    const auto decoder = loadFrom(folder, ComputeType::Float32);
    const torch::NoGradGuard noGrad;
    const SafeTensorsFile reference{logits};
    const std::string last = std::to_string(decoder->config().layers);
    for (const std::string i : {"1", "2"}) {
        const auto ids = testing::idsOf(fixture(reference, "ids." + i));
        EXPECT_LE(difference(decoder->network().forward(sequence(ids)),
                             fixture(reference, "hidden." + i + "." + last)),
                  1e-4)
            << "case " << i;
    }
}

TEST_P(TinyDecoder, ExportedWholeItIsTheSameModel)
{
    NEXTQUILL_NEED_SHARED(folder, "fixtures/models/" + GetParam());
    const auto decoder = loadFrom(folder, ComputeType::Float32);
    const nextquill::testing::TemporaryFolder temporary;
    writeModel(*decoder, temporary / "model");
    const auto again = loadFrom(temporary / "model", ComputeType::Float32);
    const auto before = decoder->network().parameters();
    const auto after = again->network().parameters();
    ASSERT_EQ(before.size(), after.size());
    for (std::size_t i = 0; i < before.size(); ++i) {
        EXPECT_TRUE(torch::equal(before[i].tensor, after[i].tensor)) << before[i].name;
    }
    EXPECT_EQ(again->files().endOfText(), decoder->files().endOfText());
}

TEST(Decoder, ShardedBFloat16ModelsLoad)
{
    NEXTQUILL_NEED_SHARED(folder, "fixtures/models/tiny-qwen2-bf16-sharded");
    NEXTQUILL_NEED_SHARED(whole, "fixtures/models/tiny-qwen2");
    const auto sharded = loadFrom(folder, ComputeType::BFloat16);
    EXPECT_EQ(sharded->dtype(), ComputeType::BFloat16);
    EXPECT_EQ(sharded->device(), "cpu");
    const auto original = loadFrom(whole, ComputeType::BFloat16);
    const auto a = sharded->network().parameters();
    const auto b = original->network().parameters();
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        EXPECT_TRUE(torch::equal(a[i].tensor, b[i].tensor)) << a[i].name;
    }
    const auto widened = loadFrom(folder, ComputeType::Float32);
    EXPECT_TRUE(torch::equal(widened->network().headWeight().to(torch::kBFloat16),
                             sharded->network().headWeight()));
}

TEST(Decoder, BFloat16LogitsStayNearTheReference)
{
    NEXTQUILL_NEED_SHARED(folder, "fixtures/models/tiny-qwen2");
    NEXTQUILL_NEED_SHARED(logits, "fixtures/logits/tiny-qwen2.safetensors");
    const auto decoder = loadFrom(folder, ComputeType::BFloat16);
    const SafeTensorsFile reference{logits};
    const auto ids = testing::idsOf(fixture(reference, "ids.2"));
    const Tensor ours = testing::logitsOf(decoder->network(), sequence(ids));
    EXPECT_LE(difference(ours, fixture(reference, "logits_fp32.2")), 0.8)
        << "Transformers' own bfloat16 run is up to 0.78 away";
}

/// A copy of a model's folder whose weights went through `change`.
fs::path changedModel(const nextquill::testing::TemporaryFolder& temporary, const fs::path& folder,
                      const std::function<void(std::vector<NamedBlock>&)>& change)
{
    const fs::path copy = temporary / "changed";
    fs::copy(folder, copy);
    fs::permissions(copy, fs::perms::owner_all);
    const SafeTensorsFile original{folder / "model.safetensors"};
    std::vector<NamedBlock> blocks;
    for (const auto& [name, view] : original.tensors()) {
        blocks.push_back({.name = name,
                          .dtype = view.dtype,
                          .shape = view.shape,
                          .data = view.data,
                          .bytes = view.bytes});
    }
    change(blocks);
    fs::remove(copy / "model.safetensors");
    writeSafeTensors(copy / "model.safetensors", blocks);
    return copy;
}

void expectRefused(const fs::path& folder, ErrorKind kind, const std::string& where)
{
    try {
        (void)loadFrom(folder, ComputeType::Float32);
        FAIL() << "the model was loaded";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), kind) << error.what();
        EXPECT_THAT(error.where(), ::testing::HasSubstr(where));
    }
}

TEST(Decoder, MissingUnknownAndMisshapenTensorsAreRefusedByName)
{
    NEXTQUILL_NEED_SHARED(folder, "fixtures/models/tiny-qwen2");
    const std::string name = "model.layers.1.mlp.up_proj.weight";
    const auto find = [&](std::vector<NamedBlock>& blocks) {
        return std::ranges::find(blocks, name, &NamedBlock::name);
    };
    {
        const nextquill::testing::TemporaryFolder temporary;
        expectRefused(
            changedModel(temporary, folder, [&](auto& blocks) { blocks.erase(find(blocks)); }),
            ErrorKind::BadInput, name);
    }
    {
        const nextquill::testing::TemporaryFolder temporary;
        expectRefused(changedModel(temporary, folder,
                                   [&](auto& blocks) {
                                       std::swap(find(blocks)->shape[0], find(blocks)->shape[1]);
                                   }),
                      ErrorKind::BadInput, name);
    }
    {
        const nextquill::testing::TemporaryFolder temporary;
        expectRefused(changedModel(temporary, folder,
                                   [&](auto& blocks) {
                                       NamedBlock extra = *find(blocks);
                                       extra.name = "model.layers.1.mlp.up_proj.extra";
                                       blocks.push_back(extra);
                                   }),
                      ErrorKind::Unsupported, "model.layers.1.mlp.up_proj.extra");
    }
}

TEST(Decoder, DevicesThatAreNotThereAreRefused)
{
    NEXTQUILL_NEED_SHARED(folder, "fixtures/models/tiny-qwen2");
    NoProgress progress;
    const auto files = ModelFiles::open(folder);
    const auto kindOf = [&](const std::string& device) {
        try {
            (void)Decoder::load(files, {.device = device, .dtype = {}}, std::nullopt, {}, progress);
        } catch (const Error& error) {
            return error.kind();
        }
        return ErrorKind::Internal;
    };
    EXPECT_EQ(kindOf("cuda:97"), ErrorKind::Unsupported);
    EXPECT_EQ(kindOf("cuda:x"), ErrorKind::BadInput);
    EXPECT_EQ(kindOf("cuda:-1"), ErrorKind::BadInput);
    EXPECT_EQ(kindOf("tpu"), ErrorKind::BadInput);
}

TEST(Decoder, StopsWhenAsked)
{
    NEXTQUILL_NEED_SHARED(folder, "fixtures/models/tiny-qwen2");
    std::stop_source source;
    source.request_stop();
    NoProgress progress;
    EXPECT_THROW((void)Decoder::load(ModelFiles::open(folder), {.device = "cpu", .dtype = {}},
                                     std::nullopt, source.get_token(), progress),
                 Stopped);
}

TEST(Decoder, ReportsProgressUpToTheEnd)
{
    struct Recorder final : Progress
    {
        void report(const ProgressReport& report) noexcept override
        {
            EXPECT_GE(report.done, last.done);
            last = report;
        }
        ProgressReport last;
    };
    NEXTQUILL_NEED_SHARED(folder, "fixtures/models/tiny-qwen2");
    Recorder recorder;
    const auto decoder = Decoder::load(ModelFiles::open(folder), {.device = "cpu", .dtype = {}},
                                       std::nullopt, {}, recorder);
    EXPECT_EQ(recorder.last.done, recorder.last.total);
    EXPECT_EQ(recorder.last.total, decoder->config().parameters());
}

TEST(Devices, TheProcessorComesFirst)
{
    const std::vector<Device> all = devices();
    ASSERT_FALSE(all.empty());
    EXPECT_EQ(all.front().name, "cpu");
    EXPECT_THAT(all.front().description, ::testing::HasSubstr("thread"));
    EXPECT_EQ(findDevice("cpu"), torch::Device{torch::kCPU});
    EXPECT_THAT(torchVersion(), ::testing::StartsWith("2."));
}

TEST(Devices, ThreadsAreThoseAskedFor)
{
    const int before = at::get_num_threads();
    setThreads(1);
    EXPECT_EQ(at::get_num_threads(), 1);
    setThreads(0);
    EXPECT_GE(at::get_num_threads(), 1);
    setThreads(before);
}

} // namespace

} // namespace nextquill::model

// SPDX-License-Identifier: GPL-3.0-or-later
//
// The half of tests/peers/compare_peft.py that is ours:
//
//   model_peer write BASE OUT      OUT/adapter, OUT/full, OUT/logits.safetensors with what they say
//   model_peer read BASE ADAPTER OUT     OUT/logits.safetensors: "adapter", of a foreign adapter
//   model_peer rewrite BASE ADAPTER OUT  the foreign adapter, written anew
//   model_peer logits MODEL OUT          OUT/logits.safetensors: "model"
//   model_peer export MODEL hf|gguf TYPE TO [ADAPTER]     a copy, with the adapter merged into it
//   model_peer load MODEL TYPE     loads it and prints, as JSON: bytes of its weights in memory, of
//   the
//                                  process before, of its peak, and the seconds
//
// Logits are float32, of the ids (37 i + 11) mod V, i < 40.
#include "core/base/Error.h"
#include "core/model/AdapterDirectory_torch.h"
#include "core/model/AdapterMerge.h"
#include "core/model/ModelExport_torch.h"
#include "core/model/SafeTensorsWriter.h"
#include "core/model/TensorBytes_torch.h"

#include "tests/core/model/SmallNetworks_torch.h"

#include <torch/torch.h>

#include <chrono>
#include <fstream>
#include <iostream>

namespace nextquill::model {

namespace {

namespace fs = std::filesystem;
using torch::Tensor;

Tensor logits(Decoder& decoder)
{
    testing::Ids ids;
    for (std::int64_t i = 0; i < 40; ++i) {
        ids.push_back(text::TokenId{
            static_cast<std::int32_t>((37 * i + 11) % decoder.config().vocabularySize)});
    }
    return testing::logitsOf(decoder.network(), testing::sequence(ids)).contiguous();
}

void disturb(const std::vector<NamedParameter>& parameters, double strength)
{
    const torch::NoGradGuard noGrad;
    torch::manual_seed(13);
    for (const NamedParameter& parameter : parameters) {
        Tensor{parameter.tensor}.add_(torch::randn(parameter.tensor.sizes()) * strength);
    }
}

void write(const fs::path& base, const fs::path& out)
{
    const auto adapted = testing::loadFrom(base, ComputeType::Float32);
    adapted->addAdapters({.rank = 8, .alpha = 12, .dropout = 0.05}, 3);
    disturb(adapted->network().adapterParameters(), 0.02);
    writeAdapter(*adapted, out / "adapter", base.string());
    const Tensor withAdapter = logits(*adapted);

    const auto full = testing::loadFrom(base, ComputeType::Float32);
    disturb(full->network().parameters(), 1e-3);
    writeModel(*full, out / "full");
    const Tensor whole = logits(*full);
    writeSafeTensors(out / "logits.safetensors",
                     {namedBlock("adapter", withAdapter), namedBlock("full", whole)});
}

void read(const fs::path& base, const fs::path& adapter, const fs::path& out)
{
    NoProgress progress;
    const auto decoder =
        Decoder::load(ModelFiles::open(base), {.device = "cpu", .dtype = ComputeType::Float32},
                      adapter, {}, progress);
    const Tensor withAdapter = logits(*decoder);
    writeSafeTensors(out / "logits.safetensors", {namedBlock("adapter", withAdapter)});
}

void rewrite(const fs::path& base, const fs::path& adapter, const fs::path& out)
{
    NoProgress progress;
    const auto decoder =
        Decoder::load(ModelFiles::open(base), {.device = "cpu", .dtype = ComputeType::Float32},
                      adapter, {}, progress);
    writeAdapter(*decoder, out, base.string());
}

void logitsOf(const fs::path& path, const fs::path& out)
{
    const auto decoder = testing::loadFrom(path, ComputeType::Float32);
    const Tensor all = logits(*decoder);
    writeSafeTensors(out / "logits.safetensors", {namedBlock("model", all)});
}

void exportTo(const std::vector<std::string>& arguments)
{
    NoProgress progress;
    const auto files = ModelFiles::open(arguments[1]);
    const auto dtype = dtypeNamed(arguments[3]).value();
    const WeightRows weights =
        arguments.size() > 5 ? mergedWeights(files, arguments[5])
                             : [files](std::string_view name, TensorRows rows, DType type,
                                       std::byte* out) { files->readRows(name, rows, type, out); };
    exportModel(*files, weights,
                arguments[2] == "gguf" ? ExportFormat::Gguf : ExportFormat::HuggingFace, dtype,
                arguments[4], {}, progress);
}

/// A line of /proc/self/status, in bytes.
std::int64_t memory(const std::string& key)
{
    std::ifstream status{"/proc/self/status"};
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with(key + ":")) {
            return std::stoll(line.substr(key.size() + 1)) * 1024;
        }
    }
    return 0;
}

void load(const fs::path& path, ComputeType type)
{
    NoProgress progress;
    (void)torch::randn({512, 512}).mm(torch::randn({512, 512})); // LibTorch's threads and tables
    const std::int64_t before = memory("VmRSS");
    const auto begin = std::chrono::steady_clock::now();
    const auto files = ModelFiles::open(path);
    const std::chrono::duration<double> opened = std::chrono::steady_clock::now() - begin;
    const auto decoder = Decoder::load(files, {.device = "cpu", .dtype = type}, {}, {}, progress);
    const std::chrono::duration<double> loaded = std::chrono::steady_clock::now() - begin;
    std::size_t weights = 0;
    for (const NamedParameter& parameter : decoder->network().parameters()) {
        weights += parameter.tensor.nbytes();
    }
    std::cout << "{\"weights\": " << weights << ", \"before\": " << before
              << ", \"peak\": " << memory("VmHWM") << ", \"opened\": " << opened.count()
              << ", \"seconds\": " << loaded.count() << "}\n";
}

int run(const std::vector<std::string>& arguments)
{
    if (arguments.size() == 4 && arguments[0] == "rewrite") {
        rewrite(arguments[1], arguments[2], arguments[3]);
        return 0;
    }
    if (arguments.size() == 3 && arguments[0] == "logits") {
        logitsOf(arguments[1], arguments[2]);
        return 0;
    }
    if (arguments.size() >= 5 && arguments[0] == "export") {
        exportTo(arguments);
        return 0;
    }
    if (arguments.size() == 3 && arguments[0] == "load") {
        load(arguments[1],
             arguments[2] == "bfloat16" ? ComputeType::BFloat16 : ComputeType::Float32);
        return 0;
    }
    if (arguments.size() == 3 && arguments[0] == "write") {
        write(arguments[1], arguments[2]);
        return 0;
    }
    if (arguments.size() == 4 && arguments[0] == "read") {
        read(arguments[1], arguments[2], arguments[3]);
        return 0;
    }
    std::cerr
        << "usage: model_peer write|read|rewrite|logits|export|load, see the head of the source\n";
    return 2;
}

} // namespace

} // namespace nextquill::model

int main(int count, char** values)
{
    try {
        return nextquill::model::run({values + 1, values + count});
    } catch (const nextquill::Error& error) {
        std::cerr << "model_peer: " << error.what() << '\n';
        return 1;
    }
}

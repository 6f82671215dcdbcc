// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/Devices_torch.h"

#include "core/base/Error.h"
#include "core/model/TorchErrors_torch.h"

#include <ATen/Parallel.h>
#include <ATen/Version.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <thread>

namespace nextquill::model {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t gibibyte = std::uint64_t{1} << 30;

bool processorHasBFloat16()
{
#if defined(__x86_64__)
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512bf16") != 0 || __builtin_cpu_supports("amx-bf16") != 0;
#else
    return false;
#endif
}

/// "NVIDIA H200" for each card in the order of its bus address, from what the driver publishes:
/// LibTorch's own headers for that exist in its CUDA build alone.
std::vector<std::string> cardNames()
{
    std::vector<fs::path> folders;
    std::error_code none; // no driver: no folder
    for (const auto& entry : fs::directory_iterator{"/proc/driver/nvidia/gpus", none}) {
        folders.push_back(entry.path());
    }
    std::ranges::sort(folders);
    std::vector<std::string> names;
    for (const fs::path& folder : folders) {
        std::ifstream file{folder / "information"};
        std::string line;
        std::string name = "CUDA device";
        while (std::getline(file, line)) {
            if (line.starts_with("Model:")) {
                const std::size_t begin =
                    line.find_first_not_of(" \t", std::string{"Model:"}.size());
                name = begin == std::string::npos ? name : line.substr(begin);
            }
        }
        names.push_back(name);
    }
    return names;
}

std::string memoryOf(torch::DeviceIndex index)
{
    try {
        const auto [free, total] = at::accelerator::getMemoryInfo(index);
        return ", " + std::to_string(static_cast<std::uint64_t>(total) / gibibyte) + " GiB";
    } catch (const c10::Error&) {
        return ", memory not known"; // an allocator that does not tell; the device still computes
    }
}

[[noreturn]] void refuseDevice(ErrorKind kind, const std::string& problem)
{
    std::string names;
    for (const Device& device : devices()) {
        names += (names.empty() ? "" : ", ") + device.name;
    }
    throw Error{kind, problem, "device", "choose one of auto, " + names};
}

} // namespace

torch::Device findDevice(const std::string& name)
{
    const auto cards = static_cast<int>(torch::cuda::device_count());
    if (name == "cpu" || (name == "auto" && cards == 0)) {
        return torch::kCPU;
    }
    int index = 0;
    const std::string prefix = "cuda:";
    if (name.starts_with(prefix)) {
        const char* end = name.data() + name.size();
        const auto [stop, error] = std::from_chars(name.data() + prefix.size(), end, index);
        if (error != std::errc{} || stop != end || index < 0) {
            refuseDevice(ErrorKind::BadInput, "there is no device called " + name);
        }
    } else if (name != "auto" && name != "cuda") {
        refuseDevice(ErrorKind::BadInput, "there is no device called " + name);
    }
    if (index >= cards) {
        refuseDevice(ErrorKind::Unsupported,
                     "device " + name + " is not there: this machine and this build have " +
                         std::to_string(cards) + " CUDA devices");
    }
    return {torch::kCUDA, static_cast<torch::DeviceIndex>(index)};
}

bool multipliesBFloat16(torch::Device device)
{
    return !device.is_cpu() || processorHasBFloat16();
}

torch::ScalarType scalarType(ComputeType type)
{
    switch (type) {
    case ComputeType::BFloat16:
        return torch::kBFloat16;
    case ComputeType::Float64:
        return torch::kDouble;
    case ComputeType::Float32:
        break;
    }
    return torch::kFloat;
}

ComputeType computeType(torch::ScalarType type)
{
    return type == torch::kBFloat16 ? ComputeType::BFloat16
           : type == torch::kDouble ? ComputeType::Float64
                                    : ComputeType::Float32;
}

std::vector<Device> devices()
{
    return translated("listing devices", [] {
        const int threads = at::get_num_threads();
        std::vector<Device> all{{.name = "cpu",
                                 .description = std::to_string(threads) +
                                                (threads == 1 ? " thread, " : " threads, ") +
                                                (processorHasBFloat16() ? "bfloat16" : "float32")}};
        const std::vector<std::string> names = cardNames();
        const auto cards = static_cast<std::size_t>(torch::cuda::device_count());
        for (std::size_t i = 0; i < cards; ++i) {
            // Environment settings can hide cards; names are given where all are seen.
            const std::string name = names.size() == cards ? names[i] : "CUDA device";
            all.push_back({.name = "cuda:" + std::to_string(i),
                           .description = name + memoryOf(static_cast<torch::DeviceIndex>(i))});
        }
        return all;
    });
}

std::string torchVersion()
{
    return TORCH_VERSION;
}

void setThreads(int threads)
{
    const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    at::set_num_threads(threads > 0 ? threads : cores);
}

} // namespace nextquill::model

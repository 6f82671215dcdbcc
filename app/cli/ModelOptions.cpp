// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/ModelOptions.h"

namespace nextquill::app {

void ModelOptions::declare(CLI::App& command)
{
    command.add_option("--device", device, "auto, cpu, cuda or cuda:N")
        ->envname("NEXTQUILL_DEVICE")
        ->capture_default_str();
    command.add_option("--dtype", dtype, "Number format of the weights")
        ->check(CLI::IsMember({"auto", "float32", "bfloat16", "float64"}))
        ->envname("NEXTQUILL_DTYPE")
        ->capture_default_str();
    command.add_option("--threads", threads, "Processor threads; 0: one per core")
        ->check(CLI::Range(0, 4096))
        ->envname("NEXTQUILL_THREADS");
    command.add_option("--seed", seed, "Of everything that is drawn")
        ->envname("NEXTQUILL_SEED")
        ->capture_default_str();
}

model::DecoderOptions ModelOptions::decoder() const
{
    model::setThreads(threads);
    model::DecoderOptions options{.device = device};
    if (dtype == "float32") {
        options.dtype = model::ComputeType::Float32;
    } else if (dtype == "bfloat16") {
        options.dtype = model::ComputeType::BFloat16;
    } else if (dtype == "float64") {
        options.dtype = model::ComputeType::Float64;
    }
    return options;
}

} // namespace nextquill::app

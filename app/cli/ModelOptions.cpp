// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/ModelOptions.h"

#include "core/workflow/ModelChoice.h"

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
    return workflow::decoderOptions(device, dtype, threads);
}

} // namespace nextquill::app

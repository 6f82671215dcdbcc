// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Json.h"
#include "core/model/ModelConfig.h"
#include "core/model/ModelLimits.h"
#include "core/model/ShardIndex.h"
#include "core/model/WeightNames.h"

#include "tests/fuzz/FuzzedInput.h"

namespace nextquill::fuzz {

namespace {

void readConfig(std::string_view text)
{
    namespace limits = model::limits;
    const Json json =
        parseJson(text, {.bytes = limits::configBytes, .depth = limits::configDepth}, "fuzzed");
    const model::ModelConfig config = model::readModelConfig(json, "fuzzed");
    if (config.layers <= 64) { // many are slow, and no different
        require(config.parameters() > 0);
        require(!model::expectedWeights(config).empty());
    }
    // What is written is read again, and says the same.
    const std::string written = model::toHuggingFaceConfig(config, "float32").dump();
    const model::ModelConfig again = model::readModelConfig(Json::parse(written), "written");
    require(model::toHuggingFaceConfig(again, "float32").dump() == written);
}

} // namespace

} // namespace nextquill::fuzz

/// config.json, and the other small files that say what a folder holds.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace nextquill;
    const std::string_view text = fuzz::textOf(data, size);
    fuzz::allowErrors([&] { fuzz::readConfig(text); });
    fuzz::allowErrors([&] { (void)model::parseShardIndex(text, "fuzzed"); });
    return 0;
}

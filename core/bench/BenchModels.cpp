// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/BenchModels.h"

#include "core/base/Error.h"

namespace nextquill::bench {

const std::vector<std::string>& modelNames()
{
    static const std::vector<std::string> names{"smollm2-135m", "qwen2.5-0.5b", "tiny"};
    return names;
}

model::ModelConfig modelNamed(std::string_view name)
{
    if (name == "smollm2-135m") {
        return {.modelType = "llama",
                .hiddenSize = 576,
                .intermediateSize = 1536,
                .layers = 30,
                .heads = 9,
                .keyValueHeads = 3,
                .headSize = 64,
                .vocabularySize = 49152,
                .contextLength = 8192,
                .normEpsilon = 1e-5,
                .ropeTheta = 100000,
                .tiedHead = true};
    }
    if (name == "qwen2.5-0.5b") {
        return {.modelType = "qwen2",
                .hiddenSize = 896,
                .intermediateSize = 4864,
                .layers = 24,
                .heads = 14,
                .keyValueHeads = 2,
                .headSize = 64,
                .vocabularySize = 151936,
                .contextLength = 32768,
                .normEpsilon = 1e-6,
                .ropeTheta = 1e6,
                .tiedHead = true,
                .queryKeyValueBias = true};
    }
    if (name == "tiny") {
        return {.modelType = "llama",
                .hiddenSize = 128,
                .intermediateSize = 160,
                .layers = 4,
                .heads = 4,
                .keyValueHeads = 2,
                .headSize = 32,
                .vocabularySize = 1008,
                .contextLength = 8192,
                .normEpsilon = 1e-5,
                .ropeTheta = 100000,
                .tiedHead = true};
    }
    throw Error{ErrorKind::BadInput, "there is no bench model called " + std::string{name},
                "--shape", "choose smollm2-135m, qwen2.5-0.5b or tiny"};
}

} // namespace nextquill::bench

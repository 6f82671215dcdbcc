// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/ModelConfig.h"

#include "core/model/FileErrors.h"
#include "core/model/ModelFamily.h"
#include "core/model/ModelLimits.h"
#include "core/model/WeightNames.h"

#include <cmath>

namespace nextquill::model {

namespace {

void checkRange(const char* what, std::int64_t value, std::int64_t limit, const std::string& where)
{
    if (value < 1) {
        throw damaged(std::string{what} + " is " + std::to_string(value), where);
    }
    if (value > limit) {
        throw overLimit(what, static_cast<std::uint64_t>(value), static_cast<std::uint64_t>(limit),
                        where);
    }
}

void checkNumber(const char* what, double value, double least, double most,
                 const std::string& where)
{
    if (!(value >= least && value <= most)) { // also what is no number
        throw damaged(std::string{what} + " is out of range", where);
    }
}

void checkHeads(const ModelConfig& config, const std::string& where)
{
    if (config.heads % config.keyValueHeads != 0) {
        throw damaged("the key-value heads (" + std::to_string(config.keyValueHeads) +
                          ") do not divide the heads (" + std::to_string(config.heads) + ")",
                      where);
    }
    if (config.headSize % 2 != 0) {
        throw damaged("the size of a head is odd: " + std::to_string(config.headSize), where);
    }
    if (config.rotarySize % 2 != 0 || config.rotarySize < 0 ||
        config.rotarySize > config.headSize) {
        throw damaged("of a head's " + std::to_string(config.headSize) + " numbers " +
                          std::to_string(config.rotarySize) + " turn",
                      where);
    }
}

} // namespace

void checkModelConfig(const ModelConfig& config, const std::string& where)
{
    checkRange("the hidden size", config.hiddenSize, limits::hidden, where);
    checkRange("the intermediate size", config.intermediateSize, limits::intermediate, where);
    checkRange("the number of layers", config.layers, limits::layers, where);
    checkRange("the number of heads", config.heads, limits::heads, where);
    checkRange("the number of key-value heads", config.keyValueHeads, config.heads, where);
    checkRange("the size of a head", config.headSize, limits::headSize, where);
    checkRange("the vocabulary", config.vocabularySize, limits::vocabulary, where);
    checkRange("the context length", config.contextLength, limits::context, where);
    checkHeads(config, where);
    if (!std::isfinite(config.normEpsilon) || config.normEpsilon < 0 || config.normEpsilon > 1) {
        throw damaged("the norm's epsilon is not between 0 and 1", where);
    }
    if (!std::isfinite(config.ropeTheta) || config.ropeTheta < 1 || config.ropeTheta > 1e12) {
        throw damaged("the rotary base is not between 1 and 1e12", where);
    }
    if (config.slidingRopeTheta != 0) {
        checkNumber("the rotary base of sliding layers", config.slidingRopeTheta, 1, 1e12, where);
    }
    checkNumber("the scalar of queries", config.queryScalar, 0, 1e9, where);
    checkNumber("the cap of scores", config.attentionCap, 0, 1e9, where);
    checkNumber("the cap of logits", config.logitCap, 0, 1e9, where);
    if (config.slidingWindow != 0) {
        checkRange("the sliding window", config.slidingWindow, limits::context, where);
    }
}

double ModelConfig::attentionScale() const
{
    return 1 / std::sqrt(queryScalar != 0 ? queryScalar : static_cast<double>(headSize));
}

std::int64_t ModelConfig::parameters() const
{
    std::int64_t sum = 0;
    for (const ExpectedWeight& weight : expectedWeights(*this)) {
        std::int64_t elements = 1;
        for (const std::int64_t size : weight.shape) {
            elements *= size;
        }
        sum += elements;
    }
    return sum;
}

} // namespace nextquill::model

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/RotaryScaling.h"

#include "core/model/ConfigFields.h"
#include "core/model/FileErrors.h"
#include "core/model/ModelLimits.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>

namespace nextquill::model {

namespace {

using Kind = RotaryScaling::Kind;

constexpr std::array<std::pair<std::string_view, Kind>, 6> kinds{{{"default", Kind::None},
                                                                  {"linear", Kind::Linear},
                                                                  {"dynamic", Kind::Dynamic},
                                                                  {"llama3", Kind::Llama3},
                                                                  {"yarn", Kind::Yarn},
                                                                  {"longrope", Kind::LongRope}}};

Kind kindOf(const ConfigFields& rope, const ConfigFields& whole)
{
    std::string name = rope.text("rope_type", rope.text("type", "default"));
    if (name == "su" || (name == "yarn" && whole.text("model_type", "") == "phi3")) {
        name = "longrope"; // as the first Phi-3 files call it
    }
    for (const auto& [known, kind] : kinds) {
        if (name == known) {
            return kind;
        }
    }
    throw rope.unsupported("rotary positions are scaled by " + inQuotes(name),
                           "use a model whose rope_type is default, linear, dynamic, llama3, yarn "
                           "or longrope");
}

double inRange(const ConfigFields& rope, const char* key, double otherwise, double least,
               double most)
{
    const double value = rope.number(key, otherwise);
    if (!(value >= least && value <= most)) {
        throw damaged(std::string{key} + (rope.has(key) ? " is out of range" : " is missing"),
                      rope.where());
    }
    return value;
}

std::vector<double> factors(const ConfigFields& rope, const char* key, std::int64_t rotarySize)
{
    std::vector<double> all = rope.numbers(key, static_cast<std::size_t>(rotarySize / 2));
    if (!std::ranges::all_of(all, [](double value) { return value > 1e-6 && value < 1e6; })) {
        throw damaged(std::string{key} + " has a value that is out of range", rope.where());
    }
    return all;
}

/// What the mixture of YaRN makes of the softmax's temperature.
double yarnAttention(const ConfigFields& rope, double factor)
{
    const auto part = [factor](double share) {
        return factor <= 1 ? 1.0 : 0.1 * share * std::log(factor) + 1;
    };
    const double one = rope.number("mscale", 0);
    const double all = rope.number("mscale_all_dim", 0);
    return one != 0 && all != 0 ? part(one) / part(all) : part(1);
}

double longRopeAttention(double factor, std::int64_t originalLength)
{
    return factor <= 1
               ? 1
               : std::sqrt(1 + std::log(factor) / std::log(static_cast<double>(originalLength)));
}

} // namespace

RotaryScaling readRotaryScaling(const ConfigFields& rope, const ConfigFields& whole,
                                std::int64_t rotarySize, std::int64_t positions)
{
    constexpr double never = 0; // no default
    constexpr double most = 1e6;
    RotaryScaling result{.kind = kindOf(rope, whole)};
    if (result.kind == Kind::None) {
        return result;
    }
    constexpr const char* original = "original_max_position_embeddings";
    result.originalLength = result.kind == Kind::Dynamic ? positions
                            : whole.has(original)
                                ? whole.integer(original, {}, limits::context)
                                : rope.integer(original, positions, limits::context);
    const bool mayBeImplied = result.kind == Kind::Yarn || result.kind == Kind::LongRope;
    const double implied =
        static_cast<double>(positions) / static_cast<double>(result.originalLength);
    result.factor = mayBeImplied ? inRange(rope, "factor", implied, 1e-3, most)
                                 : inRange(rope, "factor", never, 1e-3, most);
    switch (result.kind) {
    case Kind::Llama3:
        result.lowFrequencyFactor = inRange(rope, "low_freq_factor", never, 1e-3, most);
        result.highFrequencyFactor = inRange(rope, "high_freq_factor", never, 1e-3, most);
        if (result.highFrequencyFactor <= result.lowFrequencyFactor) {
            throw damaged("high_freq_factor is not above low_freq_factor", rope.where());
        }
        break;
    case Kind::Yarn:
        result.betaFast = inRange(rope, "beta_fast", 32, 1e-3, most);
        result.betaSlow = inRange(rope, "beta_slow", 1, 1e-3, most);
        result.truncates = !rope.has("truncate") || rope.flag("truncate");
        result.attentionFactor =
            inRange(rope, "attention_factor", yarnAttention(rope, result.factor), 1e-3, most);
        break;
    case Kind::LongRope:
        result.shortFactors = factors(rope, "short_factor", rotarySize);
        result.longFactors = factors(rope, "long_factor", rotarySize);
        result.attentionFactor =
            inRange(rope, "attention_factor",
                    longRopeAttention(result.factor, result.originalLength), 1e-3, most);
        break;
    default:
        break;
    }
    return result;
}

OrderedJson toHuggingFace(const RotaryScaling& scaling)
{
    if (scaling.kind == Kind::None) {
        return {};
    }
    OrderedJson json;
    for (const auto& [name, kind] : kinds) {
        if (kind == scaling.kind) {
            json["rope_type"] = name;
        }
    }
    json["factor"] = scaling.factor;
    switch (scaling.kind) {
    case Kind::Llama3:
        json["low_freq_factor"] = scaling.lowFrequencyFactor;
        json["high_freq_factor"] = scaling.highFrequencyFactor;
        break;
    case Kind::Yarn:
        json["beta_fast"] = scaling.betaFast;
        json["beta_slow"] = scaling.betaSlow;
        json["truncate"] = scaling.truncates;
        json["attention_factor"] = scaling.attentionFactor;
        break;
    case Kind::LongRope:
        json["short_factor"] = scaling.shortFactors;
        json["long_factor"] = scaling.longFactors;
        json["attention_factor"] = scaling.attentionFactor;
        break;
    default:
        return json;
    }
    json["original_max_position_embeddings"] = scaling.originalLength;
    return json;
}

} // namespace nextquill::model

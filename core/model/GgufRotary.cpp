// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/GgufRotary.h"

#include "core/model/GgufKeys.h"
#include "core/model/GgufQuantization.h"
#include "core/model/ModelLimits.h"

#include <algorithm>
#include <cmath>

namespace nextquill::model {

namespace {

using Kind = RotaryScaling::Kind;

std::vector<double> readTable(const GgufKeys& keys, std::string_view name, std::int64_t size)
{
    const TensorView view = keys.file().find(name).value();
    const std::string where = keys.file().where() + ", tensor " + std::string{name};
    if (!isFloat(view.dtype) || blockElements(view.dtype) != 1 ||
        view.shape != std::vector<std::int64_t>{size}) {
        throw damaged("the table has the shape " + render(view.shape) + ", " + render({size}) +
                          " expected",
                      where);
    }
    std::vector<float> values(static_cast<std::size_t>(size));
    toFloat32(view.dtype, view.data, values.size(), values.data());
    constexpr float least = 1e-3F;
    constexpr float most = 1e6F;
    if (!std::ranges::all_of(values, [](float v) { return v >= least && v <= most; })) {
        throw damaged("the table has a factor that is out of range", where);
    }
    return {values.begin(), values.end()};
}

double attentionByLength(std::int64_t length, std::int64_t original)
{
    const double scale = static_cast<double>(length) / static_cast<double>(original);
    return scale <= 1 || original <= 1
               ? 1
               : std::sqrt(1 + std::log(scale) / std::log(static_cast<double>(original)));
}

RotaryScaling fromTables(const GgufKeys& keys, const ModelConfig& config, std::int64_t size)
{
    RotaryScaling scaling{.kind = Kind::LongRope};
    if (keys.file().find(rotaryTable)) { // the same for every length
        scaling.originalLength = config.contextLength;
        scaling.shortFactors = readTable(keys, rotaryTable, size);
        scaling.longFactors = scaling.shortFactors;
        return scaling;
    }
    if (!keys.file().find(longRotaryTable) || !keys.file().find(shortRotaryTable)) {
        throw damaged("of the two tables of rotary factors one is missing", keys.file().where());
    }
    scaling.originalLength =
        keys.whole("rope.scaling.original_context_length", {}, limits::context);
    scaling.shortFactors = readTable(keys, shortRotaryTable, size);
    scaling.longFactors = readTable(keys, longRotaryTable, size);
    scaling.attentionFactor =
        keys.factor("rope.scaling.attn_factor",
                    attentionByLength(config.contextLength, scaling.originalLength));
    scaling.factor = std::max(1.0, static_cast<double>(config.contextLength) /
                                       static_cast<double>(scaling.originalLength));
    return scaling;
}

} // namespace

double yarnAttention(double factor)
{
    return factor <= 1 ? 1 : 0.1 * std::log(factor) + 1;
}

RotaryScaling readGgufRotary(const GgufKeys& keys, const ModelConfig& config)
{
    const std::string_view kind = keys.text("rope.scaling.type").value_or("none");
    const std::int64_t turning = config.rotarySize != 0 ? config.rotarySize : config.headSize;
    const auto hasTable = [&](std::string_view name) { return keys.file().find(name).has_value(); };
    if (hasTable(rotaryTable) || hasTable(longRotaryTable) || hasTable(shortRotaryTable)) {
        if (kind != "none" && kind != "longrope") {
            throw Error{ErrorKind::Unsupported,
                        "rotary positions are scaled by a table and by " + inQuotes(kind),
                        keys.file().where(), "use the model's Hugging Face folder"};
        }
        return fromTables(keys, config, turning / 2);
    }
    RotaryScaling scaling;
    const double old = keys.factor("rope.scale_linear", 1); // files of 2023
    if (kind == "linear" || (kind == "none" && old != 1)) {
        scaling.kind = Kind::Linear;
        scaling.factor = keys.factor("rope.scaling.factor", old);
    } else if (kind == "yarn") {
        scaling.kind = Kind::Yarn;
        scaling.factor = keys.factor("rope.scaling.factor", 1);
        scaling.originalLength = keys.whole("rope.scaling.original_context_length",
                                            config.contextLength, limits::context);
        scaling.attentionFactor =
            keys.factor("rope.scaling.yarn_attn_factor", 1) * yarnAttention(scaling.factor);
        scaling.betaFast = keys.factor("rope.scaling.yarn_beta_fast", 32);
        scaling.betaSlow = keys.factor("rope.scaling.yarn_beta_slow", 1);
    } else if (kind == "longrope") {
        throw damaged("the tables of rotary factors are missing", keys.file().where());
    } else if (kind != "none") {
        throw Error{ErrorKind::Unsupported, "rotary positions are scaled by " + inQuotes(kind),
                    keys.file().where(),
                    "use a model without it, or with linear, yarn or longrope"};
    }
    return scaling;
}

} // namespace nextquill::model

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ByteRange.h"
#include "core/base/Id.h"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::store {

class Project;

/// What was measured on one token of a text; symbols as in METHOD.md.
struct KeptToken
{
    std::int32_t token = 0;         ///< in the model's vocabulary
    std::optional<ByteRange> bytes; ///< in the text; none for end-of-sequence
    float logp_h = 0;               ///< nats
    float logp_0 = 0;               ///< nats
    float js = 0;                   ///< nats
    std::int32_t rank_h = 1;
    std::int32_t rank_0 = 1;

    bool operator==(const KeptToken&) const = default;
};

/// The effects of a history on one text, as they were measured.
struct KeptEffects
{
    ExampleId example{};
    std::string content; ///< digest of what was measured; another one: the text or history changed
    std::int64_t created = 0; ///< milliseconds since 1970, UTC; put() sets it
    std::vector<KeptToken> tokens;
};

/// One way to measure: a model and how prompts are made for it.
struct EffectSeries
{
    std::int64_t id = 0;
    std::string modelName; ///< as last called
    std::string model;     ///< digest of its weights
    std::string settings;  ///< digest of all else that the figures depend on
    std::int64_t created = 0;
    std::int64_t texts = 0; ///< kept ones
};

/// Effects measured over a data set, kept in the project: figures and places, none of the words.
/// They go with their review (an erasure, an import taken back).
///
/// Numbers  float32, exactly those that were put
/// Threads  as the project
/// Speed    32 bytes a token; a text of 200 tokens is read in some 20 µs
/// Throws   Error(Storage)
class EffectStore
{
public:
    explicit EffectStore(Project& project)
        : m_project{project}
    {
    }

    /// The series of these digests, made where there is none; it is called `modelName` from now on.
    EffectSeries open(const std::string& modelName, const std::string& model,
                      const std::string& settings);
    [[nodiscard]] std::optional<EffectSeries> find(const std::string& model,
                                                   const std::string& settings) const;
    /// All series, the newest first.
    [[nodiscard]] std::vector<EffectSeries> all() const;

    /// Keeps effects, in place of older ones of the same texts; all or nothing, on the disk when it
    /// returns.
    void put(const EffectSeries& series, std::span<const KeptEffects> effects);

    /// Digests of what was measured, for all texts of a series.
    [[nodiscard]] std::map<ExampleId, std::string> contents(const EffectSeries& series) const;

    /// None where there are none or they are damaged: then they are to be measured anew.
    [[nodiscard]] std::optional<KeptEffects> effects(const EffectSeries& series,
                                                     ExampleId example) const;

    /// Takes a series with its effects away; returns how many texts it had.
    std::int64_t remove(const EffectSeries& series);

private:
    Project& m_project;
};

/// The column `tokens` of the table (docs/formats.md), and back; none for bytes that are not such.
[[nodiscard]] std::string toBytes(std::span<const KeptToken> tokens);
[[nodiscard]] std::optional<std::vector<KeptToken>> keptTokens(std::string_view bytes);

} // namespace nextquill::store

// SPDX-License-Identifier: GPL-3.0-or-later
//
// The column `tokens`, little-endian: u32 version (1), u32 T, then T records of 32 bytes: i32
// token, u32 begin, u32 end (both 0xFFFFFFFF: no bytes), f32 logp_h, f32 logp_0, f32 js, u32
// rank_h, u32 rank_0.
#include "core/store/EffectStore.h"

#include "core/store/Connection.h"
#include "core/store/Project.h"

#include <bit>
#include <cmath>
#include <limits>

namespace nextquill::store {

namespace {

constexpr std::uint32_t effectsVersion = 1;
constexpr std::uint32_t noBytes = std::numeric_limits<std::uint32_t>::max();
constexpr std::size_t effectsHead = 8;
constexpr std::size_t tokenRecord = 32;
constexpr std::size_t mostTokens = 1'000'000; ///< of one text

void appendWord(std::string& bytes, std::uint32_t value)
{
    for (int shift = 0; shift < 32; shift += 8) {
        bytes += static_cast<char>((value >> shift) & 0xFFU);
    }
}

std::uint32_t wordAt(std::string_view bytes, std::size_t offset)
{
    std::uint32_t value = 0;
    for (std::size_t i = 4; i-- > 0;) {
        value = (value << 8U) | static_cast<unsigned char>(bytes[offset + i]);
    }
    return value;
}

float floatAt(std::string_view bytes, std::size_t offset)
{
    return std::bit_cast<float>(wordAt(bytes, offset));
}

std::int32_t integerAt(std::string_view bytes, std::size_t offset)
{
    return std::bit_cast<std::int32_t>(wordAt(bytes, offset));
}

KeptToken tokenAt(std::string_view bytes, std::size_t offset)
{
    KeptToken token{.token = integerAt(bytes, offset),
                    .logp_h = floatAt(bytes, offset + 12),
                    .logp_0 = floatAt(bytes, offset + 16),
                    .js = floatAt(bytes, offset + 20),
                    .rank_h = integerAt(bytes, offset + 24),
                    .rank_0 = integerAt(bytes, offset + 28)};
    if (const std::uint32_t begin = wordAt(bytes, offset + 4); begin != noBytes) {
        token.bytes = ByteRange{.begin = begin, .end = wordAt(bytes, offset + 8)};
    }
    return token;
}

/// A file may come from anywhere: figures that nothing measures are not shown as measured.
bool isPossible(const KeptToken& token)
{
    const auto isLogP = [](float value) { return std::isfinite(value) && value <= 0; };
    return token.token >= 0 && isLogP(token.logp_h) && isLogP(token.logp_0) &&
           std::isfinite(token.js) && token.js >= 0 && token.rank_h >= 1 && token.rank_0 >= 1 &&
           (!token.bytes || token.bytes->begin <= token.bytes->end);
}

constexpr const char* seriesColumns =
    "SELECT id, name, model, settings, created, (SELECT count(*) FROM effects "
    "WHERE series_id = effect_series.id) FROM effect_series ";

EffectSeries seriesFrom(const Query& query)
{
    return {.id = query.integer(0),
            .modelName = query.text(1),
            .model = query.text(2),
            .settings = query.text(3),
            .created = query.integer(4),
            .texts = query.integer(5)};
}

} // namespace

std::string toBytes(std::span<const KeptToken> tokens)
{
    std::string bytes;
    bytes.reserve(effectsHead + tokens.size() * tokenRecord);
    appendWord(bytes, effectsVersion);
    appendWord(bytes, static_cast<std::uint32_t>(tokens.size()));
    for (const KeptToken& token : tokens) {
        appendWord(bytes, std::bit_cast<std::uint32_t>(token.token));
        appendWord(bytes, token.bytes ? static_cast<std::uint32_t>(token.bytes->begin) : noBytes);
        appendWord(bytes, token.bytes ? static_cast<std::uint32_t>(token.bytes->end) : noBytes);
        for (const float value : {token.logp_h, token.logp_0, token.js}) {
            appendWord(bytes, std::bit_cast<std::uint32_t>(value));
        }
        appendWord(bytes, std::bit_cast<std::uint32_t>(token.rank_h));
        appendWord(bytes, std::bit_cast<std::uint32_t>(token.rank_0));
    }
    return bytes;
}

std::optional<std::vector<KeptToken>> keptTokens(std::string_view bytes)
{
    if (bytes.size() < effectsHead || wordAt(bytes, 0) != effectsVersion) {
        return std::nullopt;
    }
    const std::size_t count = wordAt(bytes, 4);
    if (count > mostTokens || bytes.size() != effectsHead + count * tokenRecord) {
        return std::nullopt;
    }
    std::vector<KeptToken> tokens;
    tokens.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        tokens.push_back(tokenAt(bytes, effectsHead + i * tokenRecord));
        if (!isPossible(tokens.back())) {
            return std::nullopt;
        }
    }
    return tokens;
}

EffectSeries EffectStore::open(const std::string& modelName, const std::string& model,
                               const std::string& settings)
{
    Connection& connection = m_project.connection();
    Transaction transaction{connection};
    Query{connection, "INSERT INTO effect_series (name, model, settings, created) "
                      "VALUES (?, ?, ?, ?) ON CONFLICT (model, settings) "
                      "DO UPDATE SET name = excluded.name"}
        .with(modelName, model, settings, now())
        .run();
    const std::optional<EffectSeries> series = find(model, settings);
    transaction.commit();
    return series.value();
}

std::optional<EffectSeries> EffectStore::find(const std::string& model,
                                              const std::string& settings) const
{
    Query query{m_project.connection(),
                std::string{seriesColumns} + "WHERE model = ? AND settings = ?"};
    query.with(model, settings);
    return query.next() ? std::optional{seriesFrom(query)} : std::nullopt;
}

std::vector<EffectSeries> EffectStore::all() const
{
    Query query{m_project.connection(),
                std::string{seriesColumns} + "ORDER BY created DESC, id DESC"};
    std::vector<EffectSeries> all;
    while (query.next()) {
        all.push_back(seriesFrom(query));
    }
    return all;
}

void EffectStore::put(const EffectSeries& series, std::span<const KeptEffects> effects)
{
    Connection& connection = m_project.connection();
    Transaction transaction{connection};
    Query query{connection, "INSERT INTO effects (series_id, review_id, created, content, tokens) "
                            "VALUES (?, ?, ?, ?, ?) ON CONFLICT (series_id, review_id) DO UPDATE "
                            "SET created = excluded.created, content = excluded.content, "
                            "tokens = excluded.tokens"};
    for (const KeptEffects& kept : effects) {
        query.with(series.id, number(kept.example), now())
            .bindBlob(kept.content)
            .bindBlob(toBytes(kept.tokens))
            .run();
    }
    transaction.commit();
}

std::map<ExampleId, std::string> EffectStore::contents(const EffectSeries& series) const
{
    Query query{m_project.connection(),
                "SELECT review_id, content FROM effects WHERE series_id = ? ORDER BY review_id"};
    query.with(series.id);
    std::map<ExampleId, std::string> contents;
    while (query.next()) {
        contents.emplace_hint(contents.end(), ExampleId{query.integer(0)}, query.text(1));
    }
    return contents;
}

std::optional<KeptEffects> EffectStore::effects(const EffectSeries& series, ExampleId example) const
{
    Query query{m_project.connection(), "SELECT content, created, tokens FROM effects "
                                        "WHERE series_id = ? AND review_id = ?"};
    query.with(series.id, number(example));
    if (!query.next()) {
        return std::nullopt;
    }
    auto tokens = keptTokens(query.text(2));
    if (!tokens) {
        return std::nullopt;
    }
    return KeptEffects{.example = example,
                       .content = query.text(0),
                       .created = query.integer(1),
                       .tokens = std::move(*tokens)};
}

std::int64_t EffectStore::remove(const EffectSeries& series)
{
    Connection& connection = m_project.connection();
    Transaction transaction{connection};
    const int texts =
        Query{connection, "DELETE FROM effects WHERE series_id = ?"}.with(series.id).run();
    Query{connection, "DELETE FROM effect_series WHERE id = ?"}.with(series.id).run();
    transaction.commit();
    return texts;
}

} // namespace nextquill::store

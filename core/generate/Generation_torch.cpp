// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/generate/Generation.h"
#include "core/generate/Sampler.h"
#include "core/model/Decoder.h"
#include "core/model/Network_torch.h"
#include "core/model/TorchErrors_torch.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <memory>
#include <utility>

namespace nextquill::generate {

namespace {

using torch::Tensor;
using Ids = std::vector<text::TokenId>;
using Clock = std::chrono::steady_clock;

constexpr std::size_t promptTokensAtOnce = 256; // so that a stop is noticed soon

/// The last token's log-probabilities over the vocabulary, float32 on the CPU.
class NextToken
{
public:
    NextToken() = default;
    explicit NextToken(Tensor logProbabilities)
        : m_values{std::move(logProbabilities)}
    {
    }

    [[nodiscard]] std::span<const float> values() const
    {
        return {m_values.const_data_ptr<float>(), static_cast<std::size_t>(m_values.numel())};
    }
    [[nodiscard]] const Tensor& tensor() const { return m_values; }

private:
    Tensor m_values;
};

/// Sequences that grow token by token; several share the cost of reading the weights.
class Sequences
{
public:
    explicit Sequences(model::Network& network)
        : m_network{network}
        , m_head{network.headWeight().to(torch::kFloat), network.config().logitCap}
    {
    }

    /// Reads a prompt into a cache; with `last`, returns the distribution behind its last token.
    NextToken read(std::span<const text::TokenId> prompt, model::KeyValueCache& cache,
                   const StopToken& stop)
    {
        NextToken next;
        while (!prompt.empty()) {
            stopPoint(stop);
            const std::size_t count = std::min(promptTokensAtOnce, prompt.size());
            model::SegmentedBatch batch;
            batch.add(-1, prompt.first(count));
            const Tensor row = torch::tensor({static_cast<std::int64_t>(count) - 1}, torch::kLong)
                                   .to(m_network.device());
            const Tensor hidden = m_network.forward(batch, row, &cache);
            prompt = prompt.subspan(count);
            if (prompt.empty()) {
                next = NextToken{logProbabilities(hidden)[0]};
            }
        }
        return next;
    }

    /// Adds a token to each sequence and returns the distributions behind them.
    std::vector<NextToken> step(std::span<const text::TokenId> tokens,
                                std::span<model::KeyValueCache* const> caches)
    {
        model::SegmentedBatch batch;
        for (std::size_t i = 0; i < caches.size(); ++i) {
            batch.add(-1, tokens.subspan(i, 1));
        }
        const Tensor all = logProbabilities(m_network.forwardCached(batch, std::nullopt, caches));
        std::vector<NextToken> next;
        for (std::int64_t i = 0; i < all.size(0); ++i) {
            next.emplace_back(all[i]);
        }
        return next;
    }

private:
    /// [n, V] of hidden states [n, D]: the head is read once for all of them.
    [[nodiscard]] Tensor logProbabilities(const Tensor& hidden) const
    {
        Tensor logits = hidden.to(torch::kFloat).matmul(m_head.weight.t());
        m_head.capInPlace(logits);
        return torch::log_softmax(logits, 1).to(torch::kCPU).contiguous();
    }

    model::Network& m_network;
    model::OutputHead m_head; ///< float32: arithmetic is in float32 from the head on
};

/// Collects what is written, until a stop token or the limit.
class Writer
{
public:
    Writer(const model::Decoder& decoder, const GenerationSettings& settings, const TextSink& sink,
           const EffectSink& effects = {})
        : m_decoder{decoder}
        , m_settings{settings}
        , m_sink{sink}
        , m_effects{effects}
        , m_stream{decoder.tokenizer()}
        , m_start{Clock::now()}
    {
    }

    /// True while more may follow.
    bool add(text::TokenId token)
    {
        m_result.ids.push_back(token);
        m_result.ended = std::ranges::find(m_decoder.files().stopTokens(), token) !=
                         m_decoder.files().stopTokens().end();
        const std::string piece = m_result.ended ? std::string{} : m_stream.push(token);
        if (m_effects && m_result.effects.size() == m_result.ids.size()) {
            m_effects(m_result.effects.back(), piece);
        }
        say(piece);
        return !m_result.ended && m_result.ids.size() < m_settings.maxNewTokens;
    }

    /// Before its token.
    void add(causal::TokenEffect effect)
    {
        const text::Tokenizer& tokenizer = m_decoder.tokenizer();
        if (!tokenizer.isSpecial(effect.token)) {
            const std::size_t end = m_bytes + tokenizer.bytesOf(effect.token, m_bytes == 0).size();
            effect.bytes = ByteRange{m_bytes, end};
            m_bytes = end;
        }
        m_result.effects.push_back(std::move(effect));
    }

    /// The token that is to come next, where the text is to begin with it.
    [[nodiscard]] std::optional<text::TokenId> given() const
    {
        const std::size_t at = m_result.ids.size();
        return at < m_settings.beginning.size() ? std::optional{m_settings.beginning[at]}
                                                : std::nullopt;
    }

    Generated finish()
    {
        say(m_stream.finish());
        const double seconds = std::chrono::duration<double>(Clock::now() - m_start).count();
        m_result.tokensPerSecond =
            static_cast<double>(m_result.ids.size()) / std::max(seconds, 1e-9);
        m_result.text = m_decoder.tokenizer().decode(m_result.ids, /*skipSpecial=*/true);
        if (m_result.text.size() != m_bytes) {
            for (causal::TokenEffect& effect : m_result.effects) {
                effect.bytes.reset(); // some are written as U+FFFD
            }
        }
        return std::move(m_result);
    }

private:
    void say(const std::string& piece)
    {
        if (m_sink && !piece.empty()) {
            m_sink(piece);
        }
    }

    const model::Decoder& m_decoder;
    const GenerationSettings& m_settings;
    const TextSink& m_sink;
    EffectSink m_effects;
    text::StreamDecoder m_stream;
    Generated m_result;
    std::size_t m_bytes = 0; ///< of the tokens with an effect
    Clock::time_point m_start;
};

void requireRoom(const model::Decoder& decoder, std::size_t promptTokens,
                 const GenerationSettings& settings)
{
    const auto context = static_cast<std::size_t>(decoder.config().contextLength);
    if (promptTokens == 0) {
        throw Error{ErrorKind::BadInput, "the prompt has no tokens", "generation",
                    "give a prompt with text"};
    }
    if (settings.maxNewTokens == 0) {
        throw Error{ErrorKind::BadInput, "no new token is asked for", "generation",
                    "set max-new-tokens to 1 or more"};
    }
    if (settings.beginning.size() >= settings.maxNewTokens) {
        throw Error{ErrorKind::BadInput,
                    "the text is to begin with " + std::to_string(settings.beginning.size()) +
                        " tokens, and " + std::to_string(settings.maxNewTokens) +
                        " new ones are allowed",
                    "generation", "raise max-new-tokens"};
    }
    for (const text::TokenId token : settings.beginning) {
        const auto id = static_cast<std::int64_t>(token);
        if (id < 0 || id >= decoder.config().vocabularySize) {
            throw Error{ErrorKind::BadInput, "the text is to begin with a token that is none",
                        "token " + std::to_string(id), "take tokens of this model"};
        }
    }
    if (promptTokens > context || settings.maxNewTokens > context - promptTokens) {
        throw Error{ErrorKind::BadInput,
                    std::to_string(promptTokens) + " tokens of prompt and " +
                        std::to_string(settings.maxNewTokens) +
                        " new ones exceed the model's context of " + std::to_string(context),
                    "generation", "shorten the prompt or lower max-new-tokens"};
    }
}

double jensenShannon(const Tensor& lp_h, const Tensor& lp_0)
{
    const Tensor lm = torch::logaddexp(lp_h, lp_0) - std::log(2.0);
    const Tensor terms =
        lp_h.exp() * (lp_h - lm).nan_to_num(0, 0, 0) + lp_0.exp() * (lp_0 - lm).nan_to_num(0, 0, 0);
    return std::clamp(terms.sum().item<double>() / 2, 0.0, std::log(2.0));
}

std::vector<causal::Alternative> likeliest(const NextToken& next, int count)
{
    const std::int64_t k = std::min<std::int64_t>(count, next.tensor().numel());
    const auto [values, ids] = next.tensor().topk(k);
    std::vector<causal::Alternative> alternatives;
    for (std::int64_t i = 0; i < k; ++i) {
        alternatives.push_back(
            {.token = text::TokenId{static_cast<std::int32_t>(ids[i].item<std::int64_t>())},
             .p = std::exp(values[i].item<float>())});
    }
    return alternatives;
}

causal::TokenEffect effectOf(text::TokenId token, const NextToken& with, const NextToken& without,
                             int alternatives)
{
    const auto index = static_cast<std::size_t>(token);
    const auto rank = [index](std::span<const float> values) {
        const float own = values[index];
        return static_cast<std::int32_t>(
            1 + std::ranges::count_if(values, [own](float value) { return value > own; }));
    };
    causal::TokenEffect effect{.token = token};
    effect.logp_h = with.values()[index];
    effect.logp_0 = without.values()[index];
    effect.p_h = std::exp(effect.logp_h);
    effect.p_0 = std::exp(effect.logp_0);
    effect.js = static_cast<float>(jensenShannon(with.tensor(), without.tensor()));
    effect.rank_h = rank(with.values());
    effect.rank_0 = rank(without.values());
    if (alternatives > 0) {
        effect.top_h = likeliest(with, alternatives);
        effect.top_0 = likeliest(without, alternatives);
    }
    return effect;
}

Generated generateOne(model::Decoder& decoder, std::span<const text::TokenId> prompt,
                      const GenerationSettings& settings, const StopToken& stop,
                      const TextSink& sink)
{
    const torch::NoGradGuard noGrad;
    Sampler sampler{settings};
    Sequences sequences{decoder.network()};
    model::KeyValueCache cache;
    cache.reserve(static_cast<std::int64_t>(prompt.size() + settings.maxNewTokens));
    NextToken next = sequences.read(prompt, cache, stop);
    Writer writer{decoder, settings, sink};
    const std::array<model::KeyValueCache*, 1> caches{&cache};
    while (true) {
        stopPoint(stop);
        const auto given = writer.given();
        const text::TokenId token = given ? sampler.take(*given) : sampler.choose(next.values());
        if (!writer.add(token)) {
            return writer.finish();
        }
        next = std::move(sequences.step({&token, 1}, caches)[0]);
    }
}

/// s = 1 and s = 0 are the plain worlds, to the last bit.
text::TokenId chosen(Sampler& sampler, const NextToken& with, const NextToken& without,
                     double strength)
{
    return strength == 1   ? sampler.choose(with.values())
           : strength == 0 ? sampler.choose(without.values())
                           : sampler.choose(steered(with.values(), without.values(), strength));
}

Generated generateBoth(model::Decoder& decoder, std::span<const text::TokenId> with,
                       std::span<const text::TokenId> without, const GenerationSettings& settings,
                       const StopToken& stop, const TextSink& sink, const EffectSink& effects)
{
    const torch::NoGradGuard noGrad;
    Sampler sampler{settings};
    Sequences sequences{decoder.network()};
    // What both prompts begin with is read once.
    const auto [a, b] = std::ranges::mismatch(with, without);
    const auto shared = std::min<std::size_t>(static_cast<std::size_t>(a - with.begin()),
                                              std::min(with.size(), without.size()) - 1);
    model::KeyValueCache cache_h;
    static_cast<void>(sequences.read(with.first(shared), cache_h, stop));
    model::KeyValueCache cache_0 = cache_h.fork();
    NextToken next_h = sequences.read(with.subspan(shared), cache_h, stop);
    NextToken next_0 = sequences.read(without.subspan(shared), cache_0, stop);

    Writer writer{decoder, settings, sink, effects};
    const std::array<model::KeyValueCache*, 2> caches{&cache_h, &cache_0};
    while (true) {
        stopPoint(stop);
        const auto given = writer.given();
        const text::TokenId token =
            given ? sampler.take(*given) : chosen(sampler, next_h, next_0, settings.strength);
        writer.add(effectOf(token, next_h, next_0, settings.alternatives));
        if (!writer.add(token)) {
            return writer.finish();
        }
        const std::array both{token, token};
        std::vector<NextToken> next = sequences.step(both, caches);
        next_h = std::move(next[0]);
        next_0 = std::move(next[1]);
    }
}

/// A sample that is not finished.
struct Sample
{
    Sampler sampler;
    Writer writer;
    model::KeyValueCache cache;
    NextToken next;
    std::size_t index = 0;
};

std::vector<Generated> generateSeveral(model::Decoder& decoder,
                                       std::span<const text::TokenId> prompt,
                                       const GenerationSettings& settings, std::size_t samples,
                                       const StopToken& stop)
{
    const torch::NoGradGuard noGrad;
    Sequences sequences{decoder.network()};
    model::KeyValueCache read;
    read.reserve(static_cast<std::int64_t>(prompt.size() + settings.maxNewTokens));
    const NextToken first = sequences.read(prompt, read, stop);
    const TextSink nobody;
    std::vector<Generated> results(samples);
    std::vector<std::unique_ptr<Sample>> running;
    for (std::size_t i = 0; i < samples; ++i) {
        GenerationSettings own = settings;
        own.seed += i;
        running.push_back(std::make_unique<Sample>(Sample{.sampler = Sampler{own},
                                                          .writer = {decoder, settings, nobody},
                                                          .cache = read.fork(),
                                                          .next = first,
                                                          .index = i}));
    }
    while (true) {
        stopPoint(stop);
        std::vector<text::TokenId> tokens;
        std::vector<model::KeyValueCache*> caches;
        std::erase_if(running, [&](const std::unique_ptr<Sample>& sample) {
            const auto given = sample->writer.given();
            const text::TokenId token = given ? sample->sampler.take(*given)
                                              : sample->sampler.choose(sample->next.values());
            if (!sample->writer.add(token)) {
                results[sample->index] = sample->writer.finish();
                return true;
            }
            tokens.push_back(token);
            caches.push_back(&sample->cache);
            return false;
        });
        if (running.empty()) {
            return results;
        }
        std::vector<NextToken> next = sequences.step(tokens, caches);
        for (std::size_t i = 0; i < running.size(); ++i) {
            running[i]->next = std::move(next[i]);
        }
    }
}

} // namespace

Generated generate(model::Decoder& decoder, std::span<const text::TokenId> prompt,
                   const GenerationSettings& settings, StopToken stop, const TextSink& sink)
{
    requireRoom(decoder, prompt.size(), settings);
    return model::translated("generation",
                             [&] { return generateOne(decoder, prompt, settings, stop, sink); });
}

std::vector<Generated> generateSamples(model::Decoder& decoder,
                                       std::span<const text::TokenId> prompt,
                                       const GenerationSettings& settings, std::size_t samples,
                                       StopToken stop)
{
    requireRoom(decoder, prompt.size(), settings);
    if (samples == 0) {
        throw Error{ErrorKind::BadInput, "no sample is asked for", "generation",
                    "ask for 1 or more"};
    }
    return model::translated(
        "generation", [&] { return generateSeveral(decoder, prompt, settings, samples, stop); });
}

Generated generateTwin(model::Decoder& decoder, std::span<const text::TokenId> with,
                       std::span<const text::TokenId> without, const GenerationSettings& settings,
                       StopToken stop, const TextSink& sink, const EffectSink& effects)
{
    requireRoom(decoder, std::min(with.size(), without.size()), settings);
    requireRoom(decoder, std::max(with.size(), without.size()), settings);
    if (!settings.effects && settings.strength == 1) {
        return generate(decoder, with, settings, std::move(stop), sink);
    }
    return model::translated("generation", [&] {
        return generateBoth(decoder, with, without, settings, stop, sink, effects);
    });
}

} // namespace nextquill::generate

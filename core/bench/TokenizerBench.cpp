// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/TokenizerBench.h"

#include "core/base/Error.h"
#include "core/bench/PlainBytePairs.h"
#include "core/bench/Turns.h"
#include "core/text/Tokenizer.h"

#include <algorithm>
#include <atomic>
#include <fmt/format.h>
#include <future>
#include <thread>

namespace nextquill::bench {

namespace {

using Texts = std::vector<std::string>;

/// Tokens of all texts; nothing in them is taken for markup, as in what users write.
std::size_t encodeAll(const text::Tokenizer& tokenizer, const Texts& texts, int threads,
                      const StopToken& stop)
{
    constexpr std::size_t textsAtOnce = 16;
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
        std::size_t tokens = 0;
        for (std::size_t begin; (begin = next.fetch_add(textsAtOnce)) < texts.size();) {
            stopPoint(stop);
            for (std::size_t i = begin; i < std::min(begin + textsAtOnce, texts.size()); ++i) {
                tokens += tokenizer.encode(texts[i], std::span<const ByteRange>{}).ids.size();
            }
        }
        return tokens;
    };
    std::vector<std::future<std::size_t>> others;
    for (int i = 1; i < threads; ++i) {
        others.push_back(std::async(std::launch::async, work));
    }
    std::size_t tokens = work();
    for (std::future<std::size_t>& other : others) {
        tokens += other.get();
    }
    return tokens;
}

std::size_t encodePlainly(const PlainBytePairs& plain, const Texts& texts, const StopToken& stop)
{
    std::size_t tokens = 0;
    for (const std::string& text : texts) {
        stopPoint(stop);
        tokens += plain.encode(text).size();
    }
    return tokens;
}

void requireEqual(const text::Tokenizer& tokenizer, const PlainBytePairs& plain, const Texts& texts,
                  const StopToken& stop, Progress& progress)
{
    for (std::size_t i = 0; i < texts.size(); ++i) {
        stopPoint(stop);
        progress.report({.done = static_cast<std::int64_t>(i),
                         .total = static_cast<std::int64_t>(texts.size()),
                         .stage = "comparing tokens"});
        if (tokenizer.encode(texts[i], std::span<const ByteRange>{}).ids !=
            plain.encode(texts[i])) {
            throw Error{ErrorKind::Internal, "the plain path gives other tokens",
                        fmt::format("text {}", i + 1), "report this, with the text"};
        }
    }
}

/// The first way is one thread's, the second where there are several of them that of all.
BenchReport reportOf(const std::vector<TimedWay>& ways, const std::string& name, const Texts& texts,
                     const TokenizerBenchSettings& settings)
{
    std::size_t bytes = 0;
    for (const std::string& text : texts) {
        bytes += text.size();
    }
    BenchReport report{
        .title = "tokenize, " + name,
        .conditions = fmt::format("{} texts, {:.1f} MB, {}; memory is the process's; medians of {} "
                                  "interleaved runs",
                                  texts.size(), static_cast<double>(bytes) / 1e6,
                                  settings.reference ? "all ways give the same tokens"
                                                     : "not compared with the plain path",
                                  settings.repeats)};
    report.facts = {{"texts", texts.size()},
                    {"bytes", bytes},
                    {"tokens", static_cast<std::int64_t>(ways[0].runs[0].items)}};
    for (const TimedWay& done : ways) {
        report.rows.push_back(rowOf(done));
        if (done.unit == "tokens") {
            report.rows.back().bytesPerSecond =
                static_cast<double>(bytes) / report.rows.back().seconds;
        }
    }
    const bool hasSeveral = report.rows[1].name.ends_with("threads");
    if (settings.reference) {
        compare(report.rows[0], report.rows[hasSeveral ? 2 : 1]);
    }
    if (hasSeveral) {
        compare(report.rows[1], report.rows[0]);
    }
    return report;
}

} // namespace

BenchReport benchTokenizer(const std::function<text::TokenizerDefinition()>& load,
                           const std::string& name, const std::vector<std::string>& texts,
                           const TokenizerBenchSettings& settings, const StopToken& stop,
                           Progress& progress)
{
    if (texts.empty()) {
        throw Error{ErrorKind::BadInput, "there is no text", "--text", "name a file with texts"};
    }
    const int threads = settings.threads > 0
                            ? settings.threads
                            : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    const text::TokenizerDefinition definition = load();
    const text::Tokenizer tokenizer{definition};
    if (settings.reference && definition.model != text::TokenModel::BytePairs) {
        throw Error{ErrorKind::Unsupported, "there is no plain path for Unigram tokenizers",
                    "--no-reference", "give --no-reference"};
    }
    const PlainBytePairs plain{definition};
    if (settings.reference) {
        requireEqual(tokenizer, plain, texts, stop, progress);
    }
    const auto way = [&](const std::string& label, auto encode) {
        return TimedWay{.name = label, .unit = "tokens", .run = [encode] {
                            std::size_t tokens = 0;
                            const double seconds = secondsOf([&] { tokens = encode(); });
                            return Timed{.seconds = seconds, .items = static_cast<double>(tokens)};
                        }};
    };
    std::vector<TimedWay> ways{
        way("1 thread", [&] { return encodeAll(tokenizer, texts, 1, stop); })};
    if (threads > 1) {
        ways.push_back(way(fmt::format("{} threads", threads),
                           [&, threads] { return encodeAll(tokenizer, texts, threads, stop); }));
    }
    if (settings.reference) {
        ways.push_back(way("plain, 1 thread", [&] { return encodePlainly(plain, texts, stop); }));
        ways.back().warmUp = false; // comparing was its first run
    }
    ways.push_back({.name = "loading", .unit = "loads", .run = [&] {
                        return Timed{.seconds = secondsOf([&] { text::Tokenizer{load()}; }),
                                     .items = 1};
                    }});
    takeTurns(ways, settings.repeats, processMemory(), stop, progress);

    return reportOf(ways, name, texts, settings);
}

} // namespace nextquill::bench

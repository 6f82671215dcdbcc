// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/TokenDecoder.h"

#include "core/base/Utf8.h"
#include "core/text/ByteSpelling.h"
#include "core/text/Vocabulary.h"

#include <algorithm>

namespace nextquill::text {

namespace {

using Kind = DecoderStep::Kind;
using Texts = std::vector<std::string>;

constexpr const char* replacement = "\ufffd";

std::string spelledBytes(std::string_view token)
{
    return bytesSpelled(token).value_or(std::string{token});
}

std::string replaced(std::string_view text, std::string_view pattern, std::string_view by)
{
    std::string result;
    std::size_t done = 0;
    for (std::size_t at = text.find(pattern); at != std::string_view::npos && !pattern.empty();
         at = text.find(pattern, done)) {
        result.append(text.substr(done, at - done)).append(by);
        done = at + pattern.size();
    }
    return result.append(text.substr(done));
}

std::string stripped(std::string_view text, const DecoderStep& step)
{
    for (std::size_t i = 0; i < step.start && text.starts_with(step.text); ++i) {
        text.remove_prefix(step.text.size());
    }
    for (std::size_t i = 0; i < step.stop && text.ends_with(step.text); ++i) {
        text.remove_suffix(step.text.size());
    }
    return std::string{text};
}

std::string joined(const Texts& texts)
{
    std::string all;
    for (const std::string& text : texts) {
        all += text;
    }
    return all;
}

Texts withBytes(const Texts& tokens)
{
    Texts result;
    std::string bytes;
    const auto flush = [&] {
        if (isUtf8(bytes)) {
            result.push_back(bytes);
        } else {
            result.insert(result.end(), bytes.size(), replacement);
        }
        bytes.clear();
    };
    for (const std::string& token : tokens) {
        if (const auto byte = byteNamed(token)) {
            bytes += static_cast<char>(*byte);
            continue;
        }
        if (!bytes.empty()) {
            flush();
        }
        result.push_back(token);
    }
    if (!bytes.empty()) {
        flush();
    }
    return result;
}

void run(const DecoderStep& step, Texts& texts)
{
    switch (step.kind) {
    case Kind::ByteLevel: {
        std::string bytes;
        for (const std::string& text : texts) {
            bytes += spelledBytes(text);
        }
        texts = {toUtf8(bytes)};
        break;
    }
    case Kind::ByteFallback:
        texts = withBytes(texts);
        break;
    case Kind::Fuse:
        texts = {joined(texts)};
        break;
    case Kind::Strip:
        for (std::string& text : texts) {
            text = stripped(text, step);
        }
        break;
    case Kind::Replace:
        for (std::string& text : texts) {
            text = replaced(text, step.pattern, step.text);
        }
        break;
    case Kind::Metaspace:
        for (std::size_t i = 0; i < texts.size(); ++i) {
            const bool drops = i == 0 && step.prepend != PrependScheme::Never;
            texts[i] = replaced(texts[i], step.pattern, drops ? "" : " ");
        }
        break;
    }
}

} // namespace

TokenDecoder::TokenDecoder(std::vector<DecoderStep> steps)
    : m_steps{std::move(steps)}
    , m_isByteLevel{m_steps.size() == 1 && m_steps.front().kind == Kind::ByteLevel}
{
}

std::string TokenDecoder::decoded(const std::vector<std::string_view>& tokens) const
{
    if (m_isByteLevel) {
        std::string bytes;
        for (const std::string_view token : tokens) {
            bytes += spelledBytes(token);
        }
        return isUtf8(bytes) ? bytes : toUtf8(bytes);
    }
    if (m_steps.empty()) {
        std::string text;
        for (const std::string_view token : tokens) {
            text.append(text.empty() ? "" : " ").append(token);
        }
        return text;
    }
    Texts texts{tokens.begin(), tokens.end()};
    for (const DecoderStep& step : m_steps) {
        run(step, texts);
    }
    return joined(texts);
}

std::string TokenDecoder::bytesOf(std::string_view token, bool isFirst) const
{
    std::string bytes{token};
    bool isFused = false;
    for (const DecoderStep& step : m_steps) {
        switch (step.kind) {
        case Kind::ByteLevel:
            bytes = spelledBytes(bytes);
            isFused = true;
            break;
        case Kind::ByteFallback:
            if (const auto byte = byteNamed(bytes)) {
                bytes = std::string(1, static_cast<char>(*byte));
            }
            break;
        case Kind::Fuse:
            isFused = true;
            break;
        case Kind::Strip:
            if (isFirst || !isFused) {
                bytes = stripped(bytes, {.kind = Kind::Strip,
                                         .text = step.text,
                                         .pattern = {},
                                         .start = step.start,
                                         .stop = isFused ? 0 : step.stop});
            }
            break;
        case Kind::Replace:
            bytes = replaced(bytes, step.pattern, step.text);
            break;
        case Kind::Metaspace:
            bytes = replaced(bytes, step.pattern,
                             isFirst && step.prepend != PrependScheme::Never ? "" : " ");
            break;
        }
    }
    return bytes;
}

} // namespace nextquill::text

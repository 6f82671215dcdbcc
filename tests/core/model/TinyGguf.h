// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/core/model/GgufBuilder.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::testing {

/// A whole model of one layer as a GGUF file, in pieces that a test can leave out or change.
///
/// Hidden size 32, four heads of eight, two key-value heads, inner size 64, eight tokens. Weights
/// are float32 with values that tell tensor and element apart.
struct TinyGguf
{
    static constexpr std::uint64_t hidden = 32, heads = 4, keyValueHeads = 2, headSize = 8,
                                   inner = 64, tokens = 8;

    struct Tensor
    {
        std::vector<std::uint64_t> sizes; ///< innermost first
        std::uint32_t type = 0;
        std::string data;
    };

    explicit TinyGguf(const std::string& family = "llama")
        : architecture{family}
    {
        addTensor("token_embd.weight", {hidden, tokens});
        addTensor("output_norm.weight", {hidden});
        addTensor("blk.0.attn_norm.weight", {hidden});
        addTensor("blk.0.ffn_norm.weight", {hidden});
        addTensor("blk.0.attn_q.weight", {hidden, heads * headSize});
        addTensor("blk.0.attn_k.weight", {hidden, keyValueHeads * headSize});
        addTensor("blk.0.attn_v.weight", {hidden, keyValueHeads * headSize});
        addTensor("blk.0.attn_output.weight", {heads * headSize, hidden});
        addTensor("blk.0.ffn_gate.weight", {hidden, inner});
        addTensor("blk.0.ffn_up.weight", {hidden, inner});
        addTensor("blk.0.ffn_down.weight", {inner, hidden});
        if (family == "qwen2") {
            addTensor("blk.0.attn_q.bias", {heads * headSize});
            addTensor("blk.0.attn_k.bias", {keyValueHeads * headSize});
            addTensor("blk.0.attn_v.bias", {keyValueHeads * headSize});
        }
        if (family == "qwen3") {
            addTensor("blk.0.attn_q_norm.weight", {headSize});
            addTensor("blk.0.attn_k_norm.weight", {headSize});
        }
        numbers = {{"block_count", 1},
                   {"context_length", 128},
                   {"embedding_length", hidden},
                   {"feed_forward_length", inner},
                   {"attention.head_count", heads},
                   {"attention.head_count_kv", keyValueHeads},
                   {"rope.dimension_count", headSize}};
    }

    std::string architecture;
    std::map<std::string, std::uint32_t> numbers; ///< below the architecture
    std::map<std::string, Tensor> tensors;
    std::vector<std::string> pieces{"<|endoftext|>", "<|im_start|>", "<|im_end|>", "a", "b", "ab",
                                    "abab",          "[PAD7]"};
    std::vector<std::int32_t> types{3, 3, 4, 1, 1, 1, 1, 5};
    std::vector<std::string> merges{"a b", "ab ab"};
    std::string tokenizerModel = "gpt2";
    std::string pre = "smollm"; ///< empty: not stated
    std::string chatTemplate;
    bool hasEnd = true;

    void addTensor(const std::string& name, const std::vector<std::uint64_t>& sizes)
    {
        std::uint64_t elements = 1;
        for (const std::uint64_t size : sizes) {
            elements *= size;
        }
        std::string data;
        for (std::uint64_t i = 0; i < elements; ++i) {
            data +=
                GgufBuilder::raw(static_cast<float>(tensors.size()) + static_cast<float>(i) / 8192);
        }
        tensors[name] = {.sizes = sizes, .type = 0, .data = data};
    }

    [[nodiscard]] GgufBuilder builder() const
    {
        GgufBuilder file;
        file.words("general.architecture", architecture);
        file.words("general.license", "cc0-1.0");
        for (const auto& [key, value] : numbers) {
            file.number(architecture + "." + key, value);
        }
        file.real(architecture + ".attention.layer_norm_rms_epsilon", 1e-5F);
        file.real(architecture + ".rope.freq_base", 100000);
        file.words("tokenizer.ggml.model", tokenizerModel);
        if (!pre.empty()) {
            file.words("tokenizer.ggml.pre", pre);
        }
        file.list("tokenizer.ggml.tokens", pieces);
        file.list("tokenizer.ggml.token_type", types);
        file.list("tokenizer.ggml.merges", merges);
        file.number("tokenizer.ggml.bos_token_id", 1);
        if (hasEnd) {
            file.number("tokenizer.ggml.eos_token_id", 2);
        }
        if (!chatTemplate.empty()) {
            file.words("tokenizer.chat_template", chatTemplate);
        }
        for (const auto& [name, tensor] : tensors) {
            file.tensor(name, tensor.sizes, tensor.type, tensor.data);
        }
        return file;
    }

    [[nodiscard]] std::string bytes() const { return builder().bytes(); }
};

} // namespace nextquill::testing

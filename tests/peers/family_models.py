# SPDX-License-Identifier: GPL-3.0-or-later
"""Tiny random models of every family that docs/models.md lists, made by Transformers (5.23).

usage: family_models.py FOLDER [NAME ...]

One folder per model: config.json, model.safetensors, a tokenizer of single bytes. Windows and the
lengths that rotary positions are scaled from are so short that some ninety tokens go beyond them.
The same files each time (seeds below).
"""
import json
import pathlib
import sys

import torch
import transformers
from safetensors.torch import save_file
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

VOCABULARY = 264
SMALL = dict(vocab_size=VOCABULARY, hidden_size=48, intermediate_size=64, num_hidden_layers=3,
             num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=256,
             bos_token_id=256, eos_token_id=257, pad_token_id=256)
LLAMA3 = {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
          "original_max_position_embeddings": 32, "rope_theta": 10000.0}
YARN = {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32, "rope_theta": 10000.0}


def longrope(turning, **more):
    return {"rope_type": "longrope", "rope_theta": 10000.0,
            "short_factor": [1.0 + 0.05 * i for i in range(turning // 2)],
            "long_factor": [1.5 + 0.5 * i for i in range(turning // 2)], **more}


def gemma2(**more):
    return transformers.Gemma2Config(**{**SMALL, "num_hidden_layers": 4, "head_dim": 16, "sliding_window": 16,
                                        "query_pre_attn_scalar": 24, "attn_logit_softcapping": 5.0,
                                        "final_logit_softcapping": 3.0, **more})


def gemma3(**more):
    return transformers.Gemma3TextConfig(**{**SMALL, "num_hidden_layers": 4, "head_dim": 16, "sliding_window": 16,
                                            "query_pre_attn_scalar": 24, "sliding_window_pattern": 3, **more})


def with_pictures():
    vision = dict(hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2,
                  image_size=28, patch_size=14)
    config = transformers.Gemma3Config(text_config=gemma3().to_dict(), vision_config=vision, mm_tokens_per_image=4,
                                       boi_token_index=258, eoi_token_index=259, image_token_index=260)
    return config


def phi3(**more):
    return transformers.Phi3Config(**{**SMALL, **more})


CONFIGS = {
    "llama": lambda: transformers.LlamaConfig(**SMALL, tie_word_embeddings=True),
    "llama-biases": lambda: transformers.LlamaConfig(**SMALL, attention_bias=True, mlp_bias=True),
    "llama-linear": lambda: transformers.LlamaConfig(
        **SMALL, rope_parameters={"rope_type": "linear", "factor": 4.0, "rope_theta": 10000.0}),
    "llama-dynamic": lambda: transformers.LlamaConfig(
        **{**SMALL, "max_position_embeddings": 32},
        rope_parameters={"rope_type": "dynamic", "factor": 4.0, "rope_theta": 10000.0}),
    "llama-3.2": lambda: transformers.LlamaConfig(**SMALL, tie_word_embeddings=True, rope_parameters=LLAMA3),
    "smollm3": lambda: transformers.SmolLM3Config(**{**SMALL, "num_hidden_layers": 5}),
    "mistral": lambda: transformers.MistralConfig(**SMALL, head_dim=16, sliding_window=16),
    "qwen2": lambda: transformers.Qwen2Config(**SMALL),
    "qwen2-window": lambda: transformers.Qwen2Config(**SMALL, use_sliding_window=True, sliding_window=16,
                                                     max_window_layers=1),
    "qwen2-yarn": lambda: transformers.Qwen2Config(**SMALL, rope_parameters=YARN),
    "qwen3": lambda: transformers.Qwen3Config(**SMALL, head_dim=16),
    "qwen3-yarn-window": lambda: transformers.Qwen3Config(**SMALL, head_dim=16, rope_parameters=YARN,
                                                          use_sliding_window=True, sliding_window=16,
                                                          max_window_layers=2),
    "gemma2": gemma2,
    "gemma3": gemma3,
    "gemma3-linear": lambda: gemma3(rope_parameters={
        "full_attention": {"rope_type": "linear", "factor": 8.0, "rope_theta": 1e6},
        "sliding_attention": {"rope_type": "default", "rope_theta": 1e4}}),
    "gemma3-pictures": with_pictures,
    "phi3": lambda: phi3(sliding_window=16),
    "phi3-longrope": lambda: phi3(original_max_position_embeddings=64, rope_parameters=longrope(12)),
    "phi4-mini": lambda: phi3(num_attention_heads=3, num_key_value_heads=1, original_max_position_embeddings=64,
                              tie_word_embeddings=True,
                              rope_parameters=longrope(12, partial_rotary_factor=0.75)),
}


def randomise(model, seed):
    """Weights so large that next tokens are far from equally likely and depend on the context."""
    draws = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            values = torch.randn(parameter.shape, generator=draws)
            if "norm" in name:
                around = 0.0 if model.config.model_type.startswith("gemma") else 1.0
                parameter.copy_(around + 0.2 * values)
            elif name.endswith("bias"):
                parameter.copy_(0.3 * values)
            elif "embed_tokens" in name or "lm_head" in name:
                parameter.copy_(0.35 * values)
            else:
                parameter.copy_(1.2 * values / parameter.shape[-1] ** 0.5)


def tokenizer():
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    bytes_alone = Tokenizer(models.BPE(vocab={c: i for i, c in enumerate(alphabet)}, merges=[]))
    bytes_alone.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    bytes_alone.decoder = decoders.ByteLevel()
    bytes_alone.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in ("<s>", "</s>")])
    return bytes_alone


def make(name, folder):
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    config = CONFIGS[name]()
    kind = (transformers.Gemma3ForConditionalGeneration if config.model_type == "gemma3"
            else transformers.AutoModelForCausalLM)
    model = kind.from_config(config) if kind is transformers.AutoModelForCausalLM else kind(config)
    randomise(model, sorted(CONFIGS).index(name) + 1)
    model.save_pretrained(folder)
    tokenizer().save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps(
        {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<s>", "tokenizer_class": "PreTrainedTokenizerFast"}))
    return folder


if __name__ == "__main__":
    for wanted in sys.argv[2:] or CONFIGS:
        print(make(wanted, pathlib.Path(sys.argv[1]) / wanted))

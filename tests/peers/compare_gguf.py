#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""GGUF files that we write, read by the gguf package, by Transformers and by us.

usage: compare_gguf.py PROGRAM [NAME ...]

PROGRAM is model_peer. Tiny random models of every family (family_models.py) are exported as GGUF in
F32, F16, BF16 and Q8_0 and compared: tensors with Transformers' weights, metadata and tokenizer with
the folder's, logits of the loaded file with those of the folder. Ends with 77 where the packages are
missing.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

SKIPPED = 77
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_VERBOSITY"] = "error"
os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
try:
    import gguf
    import numpy
    import safetensors.torch
    import torch
    import transformers

    import family_models
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(SKIPPED)

try:
    import llama_cpp  # llama-cpp-python 0.3.36; is compiled, so left out where it is missing
except ImportError:
    llama_cpp = None

# GGUF says nothing of query_pre_attn_scalar; what its readers take is the size of a head.
family_models.CONFIGS["gemma2"] = lambda: family_models.gemma2(query_pre_attn_scalar=16)
for _name in ("gemma3", "gemma3-linear"):
    _rope = ({"rope_parameters": {"full_attention": {"rope_type": "linear", "factor": 8.0, "rope_theta": 1e6},
                                  "sliding_attention": {"rope_type": "default", "rope_theta": 1e4}}}
             if _name.endswith("linear") else {})
    family_models.CONFIGS[_name] = lambda rope=_rope: family_models.gemma3(query_pre_attn_scalar=16, **rope)
# llama.cpp takes the factors of long texts by its context's length, the others by the text's: these are 40 tokens.
family_models.CONFIGS["phi3-longrope"] = lambda: family_models.phi3(
    original_max_position_embeddings=32, rope_parameters=family_models.longrope(12))
family_models.CONFIGS["phi4-mini"] = lambda: family_models.phi3(
    num_attention_heads=3, num_key_value_heads=1, original_max_position_embeddings=32, tie_word_embeddings=True,
    rope_parameters=family_models.longrope(12, partial_rotary_factor=0.75))
# What cannot be said is refused by name; a window of Mistral's becomes the context's length.
REFUSED = {"llama-dynamic": "dynamically", "qwen2-window": "windows", "qwen3-yarn-window": "windows"}
LEFT_OUT = {"gemma3-pictures"}
# The largest difference of logits by the largest logit: what rounding the weights does to models so small.
TOLERANCE = {"F32": 2e-5, "F16": 4e-3, "BF16": 4e-2, "Q8_0": 6e-2}
# Of the files with such a tokenizer; in those of qwen3 it does not see the size of a head.
TRANSFORMERS_READS = {"llama", "qwen2"}

WITHOUT_WINDOW = {"mistral", "phi3"}  # in llama.cpp; so is Mistral in any GGUF file

failures = 0


def check(good, what):
    global failures
    failures += not good
    print(f"{'same' if good else 'DIFFERENT'}: {what}")


def run(program, *arguments):
    return subprocess.run([program, *map(str, arguments)], capture_output=True, text=True)


def ours(program, model, out):
    ended = run(program, "logits", model, out)
    if ended.returncode != 0:
        print(ended.stderr)
        return None
    return safetensors.torch.load_file(out / "logits.safetensors")["model"]


def llamas(path, ids):
    """llama.cpp's logits of the file: float32 keys and values, no flash attention."""
    model = llama_cpp.Llama(str(path), n_ctx=64, n_batch=64, logits_all=True, type_k=0, type_v=0, flash_attn=False,
                            verbose=False)
    model.eval(ids)
    return torch.tensor(numpy.array(model.scores[:len(ids)]))


def away(a, b):
    return float((a - b).abs().max() / a.abs().max())


def permuted(name, weight, config):
    """As llama.cpp's converter lays out the rows of q and k."""
    heads = {"q_proj": config.num_attention_heads, "k_proj": config.num_key_value_heads}.get(name.split(".")[-2])
    if heads is None or config.model_type not in ("llama", "mistral", "smollm3"):
        return weight
    return weight.reshape(heads, 2, weight.shape[0] // heads // 2, *weight.shape[1:]).swapaxes(1, 2).reshape(weight.shape)


def compare_tensors(name, file, model):
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH[file_architecture(file).upper()], model.config.num_hidden_layers)
    tensors = {t.name: gguf.dequantize(t.data, t.tensor_type).reshape(tuple(reversed(t.shape))) for t in file.tensors}
    expected = {}
    for own, weight in model.state_dict().items():
        if own == "lm_head.weight" and model.config.tie_word_embeddings:
            continue
        values = permuted(own, weight.numpy(), model.config)
        if model.config.model_type.startswith("gemma") and own.endswith("norm.weight"):
            values = values + numpy.float32(1)
        expected[names.get_name(own, try_suffixes=(".weight", ".bias"))] = values
    tables = set(tensors) - set(expected)
    good = tables <= {"rope_freqs.weight", "rope_factors_long.weight", "rope_factors_short.weight"} and all(
        numpy.array_equal(tensors[n], v) for n, v in expected.items())
    check(good, f"{name}, {len(expected)} tensors read by gguf")


def file_architecture(file):
    return file.fields["general.architecture"].contents()


def compare_metadata(name, file, base):
    config = json.loads((base / "config.json").read_text())
    tokenizer = json.loads((base / "tokenizer.json").read_text())
    said = {key: field.contents() for key, field in file.fields.items()}
    architecture = said["general.architecture"]
    vocabulary = sorted(tokenizer["model"]["vocab"], key=tokenizer["model"]["vocab"].get)
    tokens = said["tokenizer.ggml.tokens"]
    good = (said[f"{architecture}.block_count"] == config["num_hidden_layers"]
            and said[f"{architecture}.attention.head_count_kv"] == config["num_key_value_heads"]
            and tokens[:len(vocabulary)] == vocabulary
            and said["tokenizer.ggml.merges"] == [" ".join(m) for m in tokenizer["model"]["merges"]]
            and all(tokens[t["id"]] == t["content"] and said["tokenizer.ggml.token_type"][t["id"]] == 3
                    for t in tokenizer["added_tokens"] if t["special"])
            and tokens[said["tokenizer.ggml.eos_token_id"]] == "</s>" and len(tokens) == config["vocab_size"])
    check(good, f"{name}, metadata and tokenizer read by gguf")


def compare(program, name, folder):
    # llama.cpp looks for Phi-3's tokens in models that are called so.
    base = family_models.make(name, folder / f"tiny-{name.replace('phi', 'fi')}")
    if name in REFUSED:
        ended = run(program, "export", base, "gguf", "F32", folder / "refused.gguf")
        check(ended.returncode == 1 and REFUSED[name] in ended.stderr, f"{name} is refused: {ended.stderr.strip()}")
        return
    model = transformers.AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32, attn_implementation="eager").eval()
    before = ours(program, base, folder)
    for dtype, tolerance in TOLERANCE.items():
        path = folder / f"{name}.{dtype}.gguf"
        ended = run(program, "export", base, "gguf", dtype, path)
        if ended.returncode != 0:
            check(False, f"{name} as {dtype}: {ended.stderr.strip()}")
            return
        after = ours(program, path, folder)
        beyond = name == "mistral" and after is not None  # the folder's model has a window
        rows = slice(0, 16) if beyond else slice(None)
        distance = 9e9 if after is None else away(before[rows], after[rows])
        check(distance <= tolerance, f"{name}, logits of our {dtype} file: {distance:.1e}")
    file = gguf.GGUFReader(folder / f"{name}.F32.gguf")
    compare_tensors(name, file, model)
    compare_metadata(name, file, base)
    if name in TRANSFORMERS_READS:
        theirs = transformers.AutoModelForCausalLM.from_pretrained(
            folder, gguf_file=f"{name}.F32.gguf", dtype=torch.float32, attn_implementation="eager").eval()
        ids = torch.tensor([[(37 * i + 11) % model.config.vocab_size for i in range(40)]])
        with torch.no_grad():
            distance = away(before, theirs(ids).logits[0])
        check(distance <= 2e-5, f"{name}, Transformers' logits of our F32 file: {distance:.1e}")
    if llama_cpp:
        ids = [(37 * i + 11) % model.config.vocab_size for i in range(16 if name in WITHOUT_WINDOW else 40)]
        cap = getattr(model.config, "final_logit_softcapping", None)  # model_peer gives logits before it
        capped = torch.tanh(before / cap) * cap if cap else before
        distance = away(capped[:len(ids)], llamas(folder / f"{name}.F32.gguf", ids))
        check(distance <= 2e-3, f"{name}, llama.cpp's logits of our F32 file: {distance:.1e}")
    run(program, "export", folder / f"{name}.F32.gguf", "hf", "F32", folder / f"{name}-back").check_returncode()
    back = transformers.AutoModelForCausalLM.from_pretrained(
        folder / f"{name}-back", dtype=torch.float32, attn_implementation="eager").eval()
    ids = torch.tensor([[(37 * i + 11) % model.config.vocab_size for i in range(16 if name == "mistral" else 40)]])
    with torch.no_grad():
        distance = away(model(ids).logits[0], back(ids).logits[0])
    check(distance <= 2e-5, f"{name}, Transformers' logits of the folder made of the file: {distance:.1e}")


def main():
    program = sys.argv[1]
    for name in sys.argv[2:] or family_models.CONFIGS:
        if name not in LEFT_OUT:
            with tempfile.TemporaryDirectory() as folder:
                compare(program, name, pathlib.Path(folder))
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()

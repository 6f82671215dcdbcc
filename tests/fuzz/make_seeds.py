#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes tests/fuzz/corpus: small sound files and files that are wrong in one place each.

usage: make_seeds.py [FOLDER]     (by default the folder `corpus` beside this script)

Uses nothing but Python's own library (and charsmap.py of tests/peers). Names say what is wrong; what begins with "ok-" is sound. A
fuzzer's findings are added by hand as "found-…".
"""
import base64
import json
import pathlib
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "peers"))
from charsmap import precompiled

FAMILIES = ["llama", "mistral", "qwen2", "qwen3", "gemma2", "gemma3", "phi3", "smollm3"]
HIDDEN, INNER, HEADS, KEYS, HEAD, VOCABULARY = 32, 32, 4, 2, 8, 8


def write(folder, name, data):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())


# ---- safetensors

def safetensors(header, data=b"", length=None):
    text = header if isinstance(header, bytes) else json.dumps(header, separators=(",", ":")).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def entry(dtype, shape, begin, end):
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


def make_safetensors(folder):
    def put(name, *what, **more):
        write(folder, name, safetensors(*what, **more))

    sizes = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "U8": 1}
    for dtype, size in sizes.items():
        put(f"ok-{dtype.lower()}", {"w": entry(dtype, [2, 3], 0, 6 * size)}, bytes(range(6 * size)))
    two = {"a": entry("F32", [2], 0, 8), "b": entry("BF16", [3], 8, 14), "__metadata__": {"format": "pt"}}
    put("ok-two", two, bytes(14))
    put("ok-none", {})
    put("ok-scalar", {"s": entry("F32", [], 0, 4)}, bytes(4))
    put("ok-empty-tensor", {"e": entry("F32", [0, 5], 0, 0)})
    put("ok-rank-8", {"r": entry("U8", [1] * 8, 0, 1)}, b"x")
    put("ok-padded", json.dumps(two).encode() + b"   ", bytes(14))
    put("rank-9", {"r": entry("U8", [1] * 9, 0, 1)}, b"x")
    for dtype in ["F8_E4M3", "I16", "BOOL", "Q4_0", "", "f32", "C64"]:
        put(f"type-{dtype or 'none'}", {"w": entry(dtype, [1], 0, 1)}, b"x")
    put("gap", {"a": entry("U8", [1], 0, 1), "b": entry("U8", [1], 2, 3)}, bytes(3))
    put("overlap", {"a": entry("U8", [2], 0, 2), "b": entry("U8", [2], 1, 3)}, bytes(3))
    put("uncovered", {"a": entry("U8", [1], 0, 1)}, bytes(9))
    put("beyond", {"a": entry("U8", [100], 0, 100)}, bytes(9))
    put("turned", {"a": entry("U8", [1], 1, 0)}, bytes(1))
    put("shape-overflow", {"a": entry("F32", [2**40, 2**40], 0, 4)}, bytes(4))
    put("shape-2-63", {"a": entry("U8", [2**63], 0, 1)}, bytes(1))
    put("shape-2-64", b'{"a":{"dtype":"U8","shape":[18446744073709551616],"data_offsets":[0,1]}}', b"x")
    put("offset-2-64", b'{"a":{"dtype":"U8","shape":[1],"data_offsets":[18446744073709551615,18446744073709551616]}}')
    put("negative", {"a": entry("U8", [-1], 0, 1)}, b"x")
    put("fraction", {"a": entry("U8", [1.5], 0, 1)}, b"x")
    put("three-offsets", {"a": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1, 2]}}, b"x")
    put("no-offsets", {"a": {"dtype": "U8", "shape": [1]}}, b"x")
    put("no-dtype", {"a": {"shape": [1], "data_offsets": [0, 1]}}, b"x")
    put("unknown-key", {"a": {**entry("U8", [1], 0, 1), "more": 1}}, b"x")
    put("twice", b'{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}')
    put("field-twice", b'{"a":{"dtype":"U8","dtype":"U8","shape":[0],"data_offsets":[0,0]}}')
    put("metadata-number", {"__metadata__": {"a": 1}})
    put("metadata-list", {"__metadata__": []})
    put("metadata-twice", b'{"__metadata__":{},"__metadata__":{}}')
    put("metadata-key-twice", b'{"__metadata__":{"a":"1","a":"2"}}')
    put("name-empty", {"": entry("U8", [0], 0, 0)})
    put("name-1024", {"n" * 1024: entry("U8", [0], 0, 0)})
    put("name-1025", {"n" * 1025: entry("U8", [0], 0, 0)})
    put("name-control", {"\x1b[31m\u202e\0": entry("U8", [0], 0, 0)})
    put("name-no-utf8", b'{"\xff\xfe":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}')
    put("surrogate", b'{"\\ud800":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}')
    put("list", b"[]")
    put("space-first", b" {}")
    put("nested", b'{"a":' * 40 + b"1" + b"}" * 40)
    put("brackets", b"{" + b"[" * 5000)
    put("cut-json", b'{"a":{"dtype":"U8","sh')
    put("trailing", b"{}x")
    put("length-0", b"", length=0)
    put("length-1", b"{", length=1)
    put("length-beyond", b"{}", length=3)
    put("length-2-64", b"{}", length=2**64 - 1)
    put("length-over-limit", b"{}", length=100_000_001)
    write(folder, "empty", b"")
    write(folder, "seven-bytes", bytes(7))


# ---- GGUF

def text(value):
    raw = value if isinstance(value, bytes) else value.encode()
    return struct.pack("<Q", len(raw)) + raw


def u32(value):
    return struct.pack("<I", value)


def u64(value):
    return struct.pack("<Q", value)


def number(value):
    return u32(4) + u32(value)


def real(value):
    return u32(6) + struct.pack("<f", value)


def flag(value):
    return u32(7) + bytes([value])


def words(value):
    return u32(8) + text(value)


def texts(values):
    return u32(9) + u32(8) + u64(len(values)) + b"".join(text(v) for v in values)


def integers(values):
    return u32(9) + u32(5) + u64(len(values)) + b"".join(struct.pack("<i", v) for v in values)


SIZES = {0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 36),
         10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292),
         20: (32, 18), 23: (256, 136), 26: (1, 4), 27: (1, 8), 28: (1, 8), 30: (1, 2)}


def tensors_of(family):
    shapes = {"token_embd.weight": [HIDDEN, VOCABULARY], "output_norm.weight": [HIDDEN],
              "blk.0.attn_norm.weight": [HIDDEN], "blk.0.ffn_norm.weight": [HIDDEN],
              "blk.0.attn_q.weight": [HIDDEN, HEADS * HEAD], "blk.0.attn_k.weight": [HIDDEN, KEYS * HEAD],
              "blk.0.attn_v.weight": [HIDDEN, KEYS * HEAD], "blk.0.attn_output.weight": [HEADS * HEAD, HIDDEN],
              "blk.0.ffn_gate.weight": [HIDDEN, INNER], "blk.0.ffn_up.weight": [HIDDEN, INNER],
              "blk.0.ffn_down.weight": [INNER, HIDDEN]}
    if family == "qwen2":
        shapes |= {"blk.0.attn_q.bias": [HEADS * HEAD], "blk.0.attn_k.bias": [KEYS * HEAD],
                   "blk.0.attn_v.bias": [KEYS * HEAD]}
    if family in ("qwen3", "gemma3"):
        shapes |= {"blk.0.attn_q_norm.weight": [HEAD], "blk.0.attn_k_norm.weight": [HEAD]}
    if family.startswith("gemma"):
        shapes |= {"blk.0.post_attention_norm.weight": [HIDDEN], "blk.0.post_ffw_norm.weight": [HIDDEN]}
    if family == "phi3":
        for name in ["attn_q", "attn_k", "attn_v", "ffn_gate"]:
            del shapes[f"blk.0.{name}.weight"]
        shapes |= {"blk.0.attn_qkv.weight": [HIDDEN, (HEADS + 2 * KEYS) * HEAD],
                   "blk.0.ffn_up.weight": [HIDDEN, 2 * INNER]}
    return {name: (shape, 8 if len(shape) > 1 else 0) for name, shape in shapes.items()}


def keys_of(family):
    keys = {"general.architecture": words(family), "general.license": words("cc0-1.0")}
    for name, value in {"block_count": 1, "context_length": 128, "embedding_length": HIDDEN,
                        "feed_forward_length": INNER, "attention.head_count": HEADS,
                        "attention.head_count_kv": KEYS, "rope.dimension_count": HEAD,
                        "attention.key_length": HEAD, "attention.value_length": HEAD}.items():
        keys[f"{family}.{name}"] = number(value)
    keys[f"{family}.attention.layer_norm_rms_epsilon"] = real(1e-5)
    keys[f"{family}.rope.freq_base"] = real(1e5)
    keys["tokenizer.ggml.model"] = words("gpt2")
    keys["tokenizer.ggml.pre"] = words("qwen2" if family.startswith("qwen") else "smollm")
    keys["tokenizer.ggml.tokens"] = texts(["<|endoftext|>", "<|im_start|>", "<|im_end|>", "a", "b", "ab", "abab", "[PAD7]"])
    keys["tokenizer.ggml.token_type"] = integers([3, 3, 4, 1, 1, 1, 1, 5])
    keys["tokenizer.ggml.merges"] = texts(["a b", "ab ab"])
    keys["tokenizer.ggml.bos_token_id"] = number(1)
    keys["tokenizer.ggml.eos_token_id"] = number(2)
    keys["tokenizer.ggml.add_bos_token"] = flag(0)
    keys["tokenizer.chat_template"] = words("{% for m in messages %}{{ m }}{% endfor %}")
    return keys


def piece_keys():
    """A tokenizer as SentencePiece has it: pieces with scores."""
    tokens = ["<unk>", "<s>", "</s>", "<0x0A>", "<0x61>", "a", "\u2581a", "\u2581"]
    scores = b"".join(struct.pack("<f", -i) for i in range(len(tokens)))
    return {"tokenizer.ggml.model": words("llama"), "tokenizer.ggml.tokens": texts(tokens),
            "tokenizer.ggml.scores": u32(9) + u32(6) + u64(len(tokens)) + scores,
            "tokenizer.ggml.token_type": integers([2, 3, 3, 6, 6, 1, 1, 1])}


def gguf(keys, tensors, version=3, alignment=32, key_count=None, tensor_count=None, offsets=None, cut=None,
         magic=b"GGUF"):
    head = b"".join(text(name) + value for name, value in keys.items())
    data = b""
    for index, (name, (sizes, kind)) in enumerate(tensors.items()):
        elements = 1
        for size in sizes:
            elements *= size
        per, size = SIZES.get(kind, (1, 4))
        block = bytes((i * 37 + index) % 256 for i in range(min(elements // per * size, 1 << 12)))
        offset = len(data) if offsets is None else offsets[index]
        head += text(name) + u32(len(sizes)) + b"".join(u64(s) for s in sizes) + u32(kind) + u64(offset)
        data += block + bytes(-len(block) % alignment)
    head = (magic + u32(version) + u64(len(tensors) if tensor_count is None else tensor_count) +
            u64(len(keys) if key_count is None else key_count) + head)
    file = head + bytes(-len(head) % alignment) + data
    return file if cut is None else file[:cut]


def make_gguf(folder):
    def put(name, keys=None, tensors=None, **more):
        write(folder, name, gguf(keys_of("llama") if keys is None else keys,
                                 tensors_of("llama") if tensors is None else tensors, **more))

    def changed(key, value):
        return {**keys_of("llama"), key: value}

    for family in FAMILIES:
        put(f"ok-{family}", keys_of(family), tensors_of(family))
    put("ok-sentencepiece", {**keys_of("llama"), **piece_keys()})
    put("ok-version-2", version=2)
    put("ok-alignment-64", changed("general.alignment", number(64)), alignment=64)
    for kind, (per, _) in SIZES.items():
        put(f"ok-type-{kind}", {"n": number(1)}, {"w": ([per, 2], kind)})
    for kind in [4, 5, 16, 17, 18, 19, 21, 22, 24, 25, 29, 31, 34, 35, 39, 99, 2**32 - 1]:
        put(f"type-{kind}", {"n": number(1)}, {"w": ([256], kind)})
    put("ok-untied", tensors={**tensors_of("llama"), "output.weight": ([HIDDEN, VOCABULARY], 1)})
    put("ok-empty", {}, {})
    for version in [0, 1, 4, 0x03000000]:
        put(f"version-{version}", version=version)
    put("magic", magic=b"GGML")
    for alignment in [0, 1, 4, 31, 131072, 2**31]:
        put(f"alignment-{alignment}", changed("general.alignment", number(alignment)))
    put("alignment-text", changed("general.alignment", words("32")))
    put("keys-more", key_count=1000)
    put("keys-limit", key_count=65537)
    put("keys-2-64", key_count=2**64 - 1)
    put("tensors-more", tensor_count=1000)
    put("tensors-limit", tensor_count=65537)
    put("tensors-2-64", tensor_count=2**64 - 1)
    put("key-empty", {**keys_of("llama"), "": number(1)})
    put("key-long", {"k" * 65536: number(1)}, {})
    put("text-beyond", {"t": u32(8) + u64(2**40)}, {})
    put("text-limit", {"t": u32(8) + u64((16 << 20) + 1)}, {})
    put("text-2-64", {"t": u32(8) + u64(2**64 - 1)}, {})
    put("array-beyond", {"a": u32(9) + u32(4) + u64(1 << 20)}, {})
    put("array-limit", {"a": u32(9) + u32(0) + u64((1 << 24) + 1)}, {})
    put("array-2-64", {"a": u32(9) + u32(10) + u64(2**64 - 1)}, {})
    put("array-of-arrays", {"a": u32(9) + u32(9) + u64(1) + u32(9) * 50}, {})
    put("array-type-13", {"a": u32(9) + u32(13) + u64(1)}, {})
    put("value-type-13", {"a": u32(13) + u64(1)}, {})
    put("value-type-2-32", {"a": u32(2**32 - 1) + u64(1)}, {})
    write(folder, "key-twice", gguf({}, {}, key_count=2)[:24] + (text("a") + number(1)) * 2)
    for name, sizes in {"rank-0": [], "rank-5": [1] * 5, "size-0": [32, 0], "size-2-63": [2**63],
                        "size-overflow": [2**32, 2**32], "size-bytes-overflow": [2**62]}.items():
        put(name, {"n": number(1)}, {"w": (sizes, 0)})
    put("row-no-block", {"n": number(1)}, {"w": ([33], 8)})
    put("row-half-block", {"n": number(1)}, {"w": ([128, 2], 12)})
    put("offset-far", {"n": number(1)}, {"w": ([4], 0)}, offsets=[2**64 - 32])
    put("offset-odd", {"n": number(1)}, {"w": ([4], 0)}, offsets=[1])
    put("offsets-same", {"n": number(1)}, {"v": ([4], 0), "w": ([4], 0)}, offsets=[0, 0])
    put("name-empty", {"n": number(1)}, {"": ([4], 0)})
    put("name-long", {"n": number(1)}, {"w" * 1025: ([4], 0)})
    for cut in [0, 3, 8, 23, 24, 40, 200, 900]:
        put(f"cut-{cut}", cut=cut)
    size = len(gguf(keys_of("llama"), tensors_of("llama")))
    put("cut-data", cut=size - 40)
    put("architecture-none", {k: v for k, v in keys_of("llama").items() if k != "general.architecture"})
    put("architecture-other", changed("general.architecture", words("mamba")))
    put("architecture-number", changed("general.architecture", number(3)))
    for name, value in {"heads-0": 0, "heads-3": 3, "heads-limit": 1025, "heads-2-32": 2**32 - 1}.items():
        put(name, changed("llama.attention.head_count", number(value)))
    put("heads-negative", changed("llama.attention.head_count", u32(5) + struct.pack("<i", -4)))
    put("heads-array", changed("llama.attention.head_count", integers([4])))
    put("epsilon-nan", changed("llama.attention.layer_norm_rms_epsilon", real(float("nan"))))
    put("theta-infinite", changed("llama.rope.freq_base", real(float("inf"))))
    put("layers-1024", changed("llama.block_count", number(1024)))
    put("rope-yarn", {**changed("llama.rope.scaling.type", words("yarn")), "llama.rope.scaling.factor": real(4)})
    put("rope-dynamic", changed("llama.rope.scaling.type", words("dynamic")))
    put("rope-linear-0", {**changed("llama.rope.scaling.type", words("linear")), "llama.rope.scaling.factor": real(0)})
    put("rope-table", tensors={**tensors_of("llama"), "rope_freqs.weight": ([HEAD // 2], 0)})
    put("rope-table-short", tensors={**tensors_of("llama"), "rope_freqs.weight": ([1], 0)})
    put("rope-long-alone", tensors={**tensors_of("llama"), "rope_factors_long.weight": ([HEAD // 2], 0)})
    put("window-pattern", {**keys_of("gemma3"), "gemma3.attention.sliding_window": number(16),
                           "gemma3.attention.sliding_window_pattern": number(2)}, tensors_of("gemma3"))
    put("experts", changed("llama.expert_count", number(8)))
    put("tensor-unknown", tensors={**tensors_of("llama"), "blk.0.weird.weight": ([4], 0)})
    put("tensor-layer-9", tensors={**tensors_of("llama"), "blk.9.attn_q.weight": ([32, 32], 0)})
    put("tensor-missing", tensors={"token_embd.weight": ([HIDDEN, VOCABULARY], 0)})
    put("tokens-none", {k: v for k, v in keys_of("llama").items() if k != "tokenizer.ggml.tokens"})
    put("tokens-empty", changed("tokenizer.ggml.tokens", texts([])))
    put("tokens-numbers", changed("tokenizer.ggml.tokens", integers([1])))
    put("tokens-same", changed("tokenizer.ggml.tokens", texts(["a"] * 8)))
    put("tokens-no-utf8", changed("tokenizer.ggml.tokens", texts([b"\xff"] * 8)))
    put("types-short", changed("tokenizer.ggml.token_type", integers([1])))
    put("types-other", changed("tokenizer.ggml.token_type", integers([99] * 8)))
    put("merge-one", changed("tokenizer.ggml.merges", texts(["ab"])))
    put("merge-three", changed("tokenizer.ggml.merges", texts(["a b c"])))
    put("merge-unknown", changed("tokenizer.ggml.merges", texts(["x y"])))
    put("model-unigram", changed("tokenizer.ggml.model", words("t5")))
    octets = u32(9) + u32(0) + u64(len(CHARSMAP)) + CHARSMAP
    unigram = {**keys_of("llama"), **piece_keys(), "tokenizer.ggml.model": words("t5")}
    put("ok-unigram", {**unigram, "tokenizer.ggml.remove_extra_whitespaces": flag(1)})
    put("ok-charsmap", {**unigram, "tokenizer.ggml.precompiled_charsmap": octets})
    put("charsmap-cut", {**unigram, "tokenizer.ggml.precompiled_charsmap": u32(9) + u32(0) + u64(6) + CHARSMAP[:6]})
    put("ok-no-space", {**keys_of("llama"), **piece_keys(), "tokenizer.ggml.add_space_prefix": flag(0)})
    put("ok-phi3-marks", {**keys_of("phi3"), **piece_keys()}, tensors_of("phi3"))
    nan = u32(9) + u32(6) + u64(8) + struct.pack("<8f", *[float("nan")] * 8)
    put("scores-nan", {**keys_of("llama"), **piece_keys(), "tokenizer.ggml.scores": nan})
    put("scores-short", {**keys_of("llama"), **piece_keys(), "tokenizer.ggml.scores": u32(9) + u32(6) + u64(0)})
    put("pre-other", changed("tokenizer.ggml.pre", words("falcon")))
    put("bos-beyond", {**changed("tokenizer.ggml.bos_token_id", number(2**32 - 1)),
                       "tokenizer.ggml.add_bos_token": flag(1)})
    put("eos-beyond", changed("tokenizer.ggml.eos_token_id", number(8)))
    put("flag-two", changed("tokenizer.ggml.add_bos_token", flag(2)))


# ---- tokenizer.json

def tokenizer(**changes):
    model = {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None,
             "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False, "ignore_merges": False,
             "vocab": {"<s>": 0, "</s>": 1, "a": 2, "b": 3, "ab": 4, "abab": 5, "\u0120": 6},
             "merges": [["a", "b"], "ab ab"]}
    whole = {"version": "1.0", "truncation": None, "padding": None,
             "added_tokens": [{"id": 0, "content": "<s>", "single_word": False, "lstrip": False, "rstrip": False,
                               "normalized": False, "special": True},
                              {"id": 1, "content": "</s>", "single_word": True, "lstrip": True, "rstrip": True,
                               "normalized": True, "special": False}],
             "normalizer": None, "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False,
                                                   "trim_offsets": True, "use_regex": True},
             "post_processor": None, "decoder": {"type": "ByteLevel"}, "model": model}
    for key, value in changes.items():
        (model if key in model else whole)[key] = value
    return whole


GPT2 = r"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|"
          r"\s*[\r\n]+|\s+(?!\S)|\s+")


CHARSMAP = precompiled({"\t": " ", "\ufb01": "fi", "e\u0301": "\u00e9", "\x7f": ""})


def make_tokenizers(folder):
    def put(name, whole):
        write(folder, name, whole if isinstance(whole, (str, bytes)) else
              json.dumps(whole, ensure_ascii=False, separators=(",", ":")))

    def split(pattern, behaviour="Isolated", invert=False):
        return {"type": "Split", "pattern": pattern, "behavior": behaviour, "invert": invert}

    level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}
    put("ok-gpt2", tokenizer())
    put("ok-prefix-space", tokenizer(pre_tokenizer={**level, "add_prefix_space": True, "use_regex": True}))
    put("ok-smollm", tokenizer(pre_tokenizer={"type": "Sequence", "pretokenizers": [
        {"type": "Digits", "individual_digits": True}, {**level, "use_regex": True}]}))
    put("ok-llama3", tokenizer(ignore_merges=True, pre_tokenizer={"type": "Sequence", "pretokenizers": [
        split({"Regex": LLAMA3}), level]}))
    put("ok-qwen2", tokenizer(normalizer={"type": "NFC"}, pre_tokenizer={"type": "Sequence", "pretokenizers": [
        split({"Regex": LLAMA3.replace("{1,3}", "")}), level]}))
    put("ok-template", tokenizer(post_processor={
        "type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}},
                                                 {"Sequence": {"id": "A", "type_id": 0}},
                                                 {"SpecialToken": {"id": "</s>", "type_id": 0}}],
        "pair": [], "special_tokens": {"<s>": {"id": "<s>", "ids": [0], "tokens": ["<s>"]},
                                       "</s>": {"id": "</s>", "ids": [1], "tokens": ["</s>"]}}}))
    put("ok-unknown", tokenizer(unk_token="a", fuse_unk=True))
    put("ok-bytes", tokenizer(byte_fallback=True, vocab={"<unk>": 0, "<s>": 1, "</s>": 2, "<0x61>": 3, "\u2581": 4, "a": 5,
                                                        "\u2581a": 6}, merges=["\u2581 a"], unk_token="<unk>", fuse_unk=True,
                              normalizer={"type": "Sequence", "normalizers": [
                                  {"type": "Prepend", "prepend": "\u2581"},
                                  {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"}]},
                              added_tokens=[], pre_tokenizer=None, decoder={"type": "Sequence", "decoders": [
                                  {"type": "Replace", "pattern": {"String": "\u2581"}, "content": " "},
                                  {"type": "ByteFallback"}, {"type": "Fuse"},
                                  {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}))
    unigram = tokenizer(added_tokens=[], normalizer={"type": "NFKC"},
                        pre_tokenizer={"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always", "split": True},
                        decoder={"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always", "split": True})
    unigram["model"] = {"type": "Unigram", "unk_id": 0, "byte_fallback": False,
                        "vocab": [["<unk>", 0.0], ["a", -1.0], ["\u2581a", -2.5], ["\u2581", -3.0]]}
    put("ok-unigram", unigram)
    table = base64.b64encode(CHARSMAP).decode()
    put("ok-charsmap", {**unigram, "normalizer": {"type": "Precompiled", "precompiled_charsmap": table}})
    put("charsmap-head", {**unigram, "normalizer": {"type": "Precompiled", "precompiled_charsmap": "/////w=="}})
    put("charsmap-no-base64", {**unigram, "normalizer": {"type": "Precompiled", "precompiled_charsmap": table[:-3]}})
    put("ok-gemma", tokenizer(normalizer={"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"},
                              pre_tokenizer=split({"String": " "}, "MergedWithPrevious"), added_tokens=[],
                              vocab={"<unk>": 0, "\u2581": 1, "a": 2, "\u2581\u2581": 3}, merges=[["\u2581", "\u2581"]]))
    put("ok-mistral", tokenizer(pre_tokenizer={"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "first",
                                               "split": False}))
    put("ok-deepseek", tokenizer(pre_tokenizer={"type": "Sequence", "pretokenizers": [
        split({"Regex": r"\p{N}{1,3}"}), split({"Regex": "[\u4e00-\u9fa5\u3040-\u309f]+"}), split({"Regex": r"\s+$"}),
        split({"Regex": r"\s?[!-/:-~]+"}), level]}))
    put("ok-steps", tokenizer(normalizer={"type": "Sequence", "normalizers": [
        {"type": "NFKD"}, {"type": "Lowercase"}, {"type": "Strip", "strip_left": True, "strip_right": True},
        {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "}]}, pre_tokenizer={
            "type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, {"type": "Digits", "individual_digits": False},
                                                  split({"String": "a"}, "Contiguous"), level]}))
    put("unigram-nan", json.dumps(unigram).replace("-2.5", "NaN"))
    put("unigram-unk", json.dumps(unigram).replace('"unk_id": 0', '"unk_id": 9'))
    put("ok-empty-vocab", tokenizer(vocab={}, merges=[], added_tokens=[]))
    put("id-negative", tokenizer(vocab={"a": -1}))
    put("id-far", tokenizer(vocab={"a": 4}, merges=[]))
    put("id-2-64", json.dumps(tokenizer()).replace('"b": 3', '"b": 18446744073709551616'))
    put("id-fraction", json.dumps(tokenizer()).replace('"b": 3', '"b": 3.5'))
    put("id-twice", tokenizer(vocab={"a": 0, "b": 0}, merges=[]))
    put("id-text", tokenizer(vocab={"a": "0"}, merges=[]))
    put("piece-empty", tokenizer(vocab={"": 0}, merges=[]))
    put("piece-no-byte-spelling", tokenizer(vocab={"\u3042": 0}, merges=[]))
    put("merges-unknown", tokenizer(merges=[["x", "y"]]))
    put("merges-result", tokenizer(merges=[["b", "a"]]))
    put("merges-three", tokenizer(merges=[["a", "b", "ab"]]))
    put("merges-text", tokenizer(merges=["ab"]))
    put("merges-number", tokenizer(merges=[1]))
    put("merges-twice", tokenizer(merges=[["a", "b"], ["a", "b"]]))
    put("merges-object", tokenizer(merges={}))
    put("vocab-list", tokenizer(vocab=[]))
    put("model-none", {"version": "1.0"})
    put("model-wordpiece", tokenizer(model={"type": "WordPiece", "vocab": {}}))
    put("dropout", tokenizer(dropout=0.1))
    put("prefix", tokenizer(continuing_subword_prefix="##"))
    put("suffix", tokenizer(end_of_word_suffix="</w>"))
    put("unknown-missing", tokenizer(unk_token="<unk>"))
    for name, token in {"id-none": {"content": "x"}, "content-none": {"id": 3}, "content-empty": {"id": 3, "content": ""},
                        "id-other": {"id": 2, "content": "zz", "special": True}, "flags": {"id": 7, "content": "x", "lstrip": 1},
                        "far": {"id": 27, "content": "x"}, "beyond": {"id": 28, "content": "x"}}.items():
        put(f"added-{name}", tokenizer(added_tokens=[token]))
    put("added-object", tokenizer(added_tokens={}))
    put("added-twice", tokenizer(added_tokens=[{"id": 0, "content": "<s>"}] * 2))
    for kind in ["NFD", "NFKC", "NFKD", "Lowercase", "Strip", "Precompiled", "BertNormalizer", "Nmt", "Replace", "Prepend"]:
        put(f"normalizer-{kind}", tokenizer(normalizer={"type": kind}))
    put("normalizer-sequence", tokenizer(normalizer={"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "NFC"}]}))
    deep = {"type": "NFC"}
    for _ in range(9):
        deep = {"type": "Sequence", "normalizers": [deep]}
    put("normalizer-deep", tokenizer(normalizer=deep))
    for kind in ["Whitespace", "Metaspace", "Digits", "BertPreTokenizer", "UnicodeScripts", "Punctuation", "Split", "FixedLength"]:
        put(f"pre-{kind}", tokenizer(pre_tokenizer={"type": kind}))
    put("pre-pattern", tokenizer(pre_tokenizer={"type": "Sequence", "pretokenizers": [split({"Regex": "(a+)+b"}), level]}))
    put("pre-pattern-long", tokenizer(pre_tokenizer=split({"Regex": "a" * 4097})))
    put("pre-string", tokenizer(pre_tokenizer={"type": "Sequence", "pretokenizers": [split({"String": " "}), level]}))
    put("pre-inverted", tokenizer(pre_tokenizer={"type": "Sequence", "pretokenizers": [
        split({"Regex": GPT2}, "Removed", True), level]}))
    put("pre-empty", tokenizer(pre_tokenizer={"type": "Sequence", "pretokenizers": []}))
    put("post-number", tokenizer(post_processor=3))
    put("post-sequence", tokenizer(post_processor={"type": "Sequence", "processors": [{"type": "ByteLevel"}]}))
    put("post-loop", tokenizer(post_processor={"type": "Sequence", "processors": [{"type": "Sequence", "processors": []}] * 20}))
    put("post-token-missing", tokenizer(post_processor={"type": "TemplateProcessing", "single": [
        {"SpecialToken": {"id": "<x>", "type_id": 0}}], "special_tokens": {}}))
    put("post-id-far", tokenizer(post_processor={"type": "TemplateProcessing", "single": [
        {"SpecialToken": {"id": "<x>"}}], "special_tokens": {"<x>": {"ids": [99]}}}))
    put("decoder-other", tokenizer(decoder={"type": "WordPiece"}))
    put("decoder-none", tokenizer(decoder=None))
    put("list", "[]")
    put("nested", "[" * 100)
    put("nested-63", '{"a":' * 63 + "1" + "}" * 63)
    put("no-json", '{"model":')
    put("no-utf8", b'{"model":{"vocab":{"\xff":0},"merges":[]}}')
    put("surrogate", '{"model":{"vocab":{"\\ud800":0},"merges":[]}}')
    put("bom", "\ufeff{}")
    put("empty", "")


# ---- config.json, model.safetensors.index.json

def config(**changes):
    whole = {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_size": 64, "intermediate_size": 96,
             "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 100,
             "max_position_embeddings": 256, "hidden_act": "silu", "rms_norm_eps": 1e-5, "rope_theta": 10000.0,
             "tie_word_embeddings": True, "eos_token_id": 1, "torch_dtype": "float32"}
    whole.update(changes)
    return whole


def make_configs(folder):
    def put(name, whole):
        write(folder, name, whole if isinstance(whole, (str, bytes)) else json.dumps(whole, separators=(",", ":")))

    for family in ["llama", "mistral", "qwen2", "qwen3", "smollm3", "phi3"]:
        put(f"ok-{family}", config(model_type=family))
    gemma = config(hidden_activation="gelu_pytorch_tanh", hidden_act="gelu_pytorch_tanh", head_dim=16,
                   sliding_window=32, query_pre_attn_scalar=16, attn_logit_softcapping=50.0, final_logit_softcapping=30.0)
    put("ok-gemma2", {**gemma, "model_type": "gemma2"})
    put("ok-gemma3", {**gemma, "model_type": "gemma3_text", "rope_local_base_freq": 10000.0, "sliding_window_pattern": 6,
                      "layer_types": ["sliding_attention", "full_attention"]})
    put("ok-rope-parameters", config(rope_theta=None, rope_parameters={"rope_theta": 5e5, "rope_type": "default"}))
    put("ok-rope-llama3", config(rope_scaling={"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0,
                                               "high_freq_factor": 4.0, "original_max_position_embeddings": 128}))
    put("ok-rope-longrope", config(model_type="phi3", rope_scaling={"type": "longrope", "short_factor": [1.0] * 8,
                                                                  "long_factor": [2.0] * 8}))
    put("ok-head-dim", config(head_dim=32))
    put("ok-layer-types", config(layer_types=["full_attention"] * 2))
    put("ok-auto-map", config(auto_map={"AutoModel": "evil.py"}))
    for key in ["hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads",
                "vocab_size", "max_position_embeddings"]:
        whole = config()
        del whole[key]
        put(f"without-{key}", whole)
        for name, value in {"0": 0, "negative": -1, "huge": 2**31, "2-63": 2**63, "text": "64", "fraction": 1.5}.items():
            if key in ("hidden_size", "num_attention_heads") or name in ("huge", "negative"):
                put(f"{key}-{name}", config(**{key: value}))
    put("2-64", json.dumps(config()).replace('"vocab_size": 100', '"vocab_size": 1e400'))
    put("heads-3", config(num_attention_heads=3))
    put("key-heads-3", config(num_key_value_heads=3))
    put("head-odd", config(head_dim=15))
    put("epsilon-text", config(rms_norm_eps="x"))
    put("epsilon-2", config(rms_norm_eps=2))
    put("theta-0", config(rope_theta=0))
    put("theta-huge", config(rope_theta=1e300))
    put("model-type-none", config(model_type=None))
    put("model-type-other", config(model_type="mamba2"))
    put("model-type-control", config(model_type="\x1b[31m\u202e"))
    put("act-relu", config(hidden_act="relu"))
    put("attention-bias", config(attention_bias=True))
    put("tied-text", config(tie_word_embeddings="yes"))
    put("rope-yarn", config(rope_scaling={"type": "yarn", "factor": 4.0}))
    put("rope-number", config(rope_scaling=3))
    put("rope-nested", config(rope_parameters={"full_attention": {"rope_theta": 1.0}, "sliding_attention": {}}))
    put("quantised", config(quantization_config={"bits": 4}))
    put("layer-types-short", config(layer_types=["sliding_attention"]))
    put("layer-types-number", config(layer_types=[1]))
    put("layer-types-text", config(layer_types="full_attention"))
    put("list", "[]")
    put("number", "3")
    put("nested", '{"a":' * 33 + "1" + "}" * 33)
    put("no-json", '{"model_type":"llama",')
    put("no-utf8", b'{"model_type":"\xff"}')
    put("key-twice", '{"model_type":"llama","model_type":"qwen2"}')
    put("empty", "")
    weights = {"model.embed_tokens.weight": "model-00001-of-00002.safetensors", "lm_head.weight": "model-00002-of-00002.safetensors"}
    put("ok-index", {"metadata": {"total_size": 12}, "weight_map": weights})
    for name, shard in {"parent": "../model.safetensors", "absolute": "/etc/passwd", "hidden": ".model", "folder": "a/b",
                        "empty": "", "backslash": "a\\b", "zero": "a\0b", "long": "a" * 256, "255": "a" * 255,
                        "dots": "..", "no-ascii": "\u00e9", "number": 3, "null": None}.items():
        put(f"index-{name}", {"weight_map": {"w": shard}})
    put("index-none", {"weight_map": {}})
    put("index-list", {"weight_map": []})
    put("index-twice", '{"weight_map":{"w":"a","w":"b"}}')
    put("index-nested", '{"weight_map":' * 9 + "1" + "}" * 9)


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "corpus")
    make_safetensors(folder / "safetensors")
    make_gguf(folder / "gguf")
    make_tokenizers(folder / "tokenizer")
    make_configs(folder / "config")
    for part in sorted(folder.iterdir()):
        files = list(part.iterdir())
        print(f"{part.name}: {len(files)} files, {sum(f.stat().st_size for f in files)} bytes")


main()

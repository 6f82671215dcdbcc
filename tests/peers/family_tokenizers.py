#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small tokenizers of the families that models come from, made anew.

usage: family_tokenizers.py FOLDER

Writes FOLDER/NAME/tokenizer.json for each family: normalizers, pre-tokenizers, post-processors,
decoders and flags of added tokens are those of the real files, the vocabulary (about a thousand
pieces) is trained on the sample's reviews and on words of many scripts. Made with `tokenizers`
0.23; the same in each run.
"""
import base64
import copy
import json
import pathlib
import random
import sys
import unicodedata

import tokenizers
from tokenizers import models, pre_tokenizers, trainers

from charsmap import precompiled

SAMPLES = pathlib.Path(__file__).resolve().parents[2] / "resources" / "samples"
SPACE = "\u2581"
VOCABULARY = 1200

GPT2_SPLIT = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
CONTRACTIONS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
BLANKS = r"\s*[\r\n]+|\s+(?!\S)|\s+"
LLAMA3_SPLIT = CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|" + BLANKS
QWEN2_SPLIT = CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|" + BLANKS
QWEN35_SPLIT = (CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|"
                + BLANKS)
TIKTOKEN_SPLIT = (r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|"
                  r"\s*[\r\n]|\s+(?!\S)|\s+")
UPPER, LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
BEFORE = r"[^\r\n\p{L}\p{N}]?"
CASED_END = r" ?[^\s\p{L}\p{N}]+[\r\n/]*|" + BLANKS
GPT4O_SPLIT = (f"{BEFORE}{UPPER}*{LOWER}+{CONTRACTIONS}?|{BEFORE}{UPPER}+{LOWER}*{CONTRACTIONS}?|"
               r"\p{N}{1,3}|" + CASED_END)
TEKKEN_SPLIT = f"{BEFORE}{UPPER}*{LOWER}+|{BEFORE}{UPPER}+{LOWER}*|" + r"\p{N}|" + CASED_END
DEEPSEEK3_SPLIT = (r"""[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+|"""
                   r" ?[\p{P}\p{S}]+[\r\n]*|" + BLANKS)
IDEOGRAPHS = "[\u4e00-\u9fa5\u0800-\u4e00\uac00-\ud7ff]+"
DEEPSEEK_SIGNS = "\\s?[!-/:-~\uff01-\uff0f\uff1a-\uff5e\u2018-\u201f\u3000-\u3002]+"
DEEPSEEK_LETTERS = "\\s?[A-Za-z\u00b5\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u01ba\u0370-\u0373\u038e-\u03a1\u0400-\u0481]+"


def regex(pattern, behavior="Isolated", invert=False):
    return {"type": "Split", "pattern": {"Regex": pattern}, "behavior": behavior, "invert": invert}


def byte_level(prefix=False, trim=True, use_regex=True):
    return {"type": "ByteLevel", "add_prefix_space": prefix, "trim_offsets": trim, "use_regex": use_regex}


def sequence(name, *steps):
    return {"type": "Sequence", name: list(steps)}


def splits(*patterns):
    return sequence("pretokenizers", *(p if isinstance(p, dict) else regex(p) for p in patterns),
                    byte_level(use_regex=False))


def replace(pattern, content):
    return {"type": "Replace", "pattern": {"String": pattern}, "content": content}


def metaspace(scheme="always", split=True):
    return {"type": "Metaspace", "replacement": SPACE, "prepend_scheme": scheme, "split": split}


def added(content, **flags):
    token = {"id": None, "content": content, "single_word": False, "lstrip": False, "rstrip": False,
             "normalized": False, "special": True}
    token.update(flags)
    return token


def template(token, ending=None):
    around = lambda kind: ([{"SpecialToken": {"id": token, "type_id": 0}}] if token else []) + [
        {"Sequence": {"id": kind, "type_id": 0}}] + (
        [{"SpecialToken": {"id": ending, "type_id": 0}}] if ending else [])
    return {"type": "TemplateProcessing", "single": around("A"), "pair": around("A") + around("B"),
            "special_tokens": {name: {"id": name, "ids": [None], "tokens": [name]}
                               for name in (token, ending) if name}}


SPACES_BACK = replace(SPACE, " ")
FUSED = [SPACES_BACK, {"type": "ByteFallback"}, {"type": "Fuse"}]
LLAMA_DECODER = sequence("decoders", *FUSED, {"type": "Strip", "content": " ", "start": 1, "stop": 0})
PREPEND = sequence("normalizers", {"type": "Prepend", "prepend": SPACE}, replace(" ", SPACE))
LLAMA_ADDED = [added("<unk>"), added("<s>"), added("</s>")]
PHI3_ADDED = [added("<unk>"), added("<s>"), added("</s>", rstrip=True, special=False), added("<|endoftext|>"),
              added("<|assistant|>", rstrip=True), added("<|system|>", rstrip=True),
              added("<|end|>", rstrip=True), added("<|user|>", rstrip=True)]
GEMMA_ADDED = ([added(t) for t in ("<pad>", "<eos>", "<bos>", "<unk>", "<start_of_turn>", "<end_of_turn>")]
               + [added(t, special=False) for t in ("<mask>", "\n\n", "\n\n\n", SPACE * 2, SPACE * 3, "<table>", "</h1>")])
CHATML_ADDED = [added("<|endoftext|>"), added("<|im_start|>"), added("<|im_end|>"),
                added("<tool_call>", special=False)]
LLAMA3_ADDED = [added(t) for t in ("<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>",
                                   "<|end_header_id|>", "<|eot_id|>")]
FLAG_ADDED = [added("<unk>"), added("<m>", lstrip=True, rstrip=True), added("one", special=False, single_word=True),
              added("<l>", lstrip=True), added("<r>", rstrip=True), added("[N]", special=False, normalized=True),
              added("Caf\u00e9", special=False, normalized=True, single_word=True), added("<", special=False)]


def charsmap():
    """A precompiled table as SentencePiece writes it: a few rules of NFKC, controls to nothing."""
    rules = {"\u200b": " ", "\x01": "", "\x7f": "", "\t": " ", "\n": " ", "\r": " ", "\u00a0": " ",
             "e\u0301": "\u00e9", "\u0041\u030a": "\u00c5", "\u2126": "\u03a9", "\u00bd": "1\u20442"}
    for c in list(range(0xFF01, 0xFF5F)) + list(range(0xFB00, 0xFB07)) + list(range(0x2460, 0x2474)) + [
            0x00AA, 0x00B2, 0x2122, 0x3231, 0x337F]:
        rules[chr(c)] = unicodedata.normalize("NFKC", chr(c))
    return {"type": "Precompiled", "precompiled_charsmap": base64.b64encode(precompiled(rules)).decode()}


def corpus():
    """Reviews, and words of many scripts drawn from small alphabets so that pairs repeat."""
    texts = []
    for file in sorted(SAMPLES.glob("*.jsonl")):
        for line in open(file, encoding="utf-8"):
            value = json.loads(line)
            texts.extend(v for k, v in value.items() if isinstance(v, str) and k in ("text", "title", "description"))
    draw = random.Random(11)
    ranges = [(0x41, 0x5B), (0xE0, 0x100), (0x3B1, 0x3CA), (0x430, 0x450), (0x5D0, 0x5EB), (0x627, 0x64B),
              (0x905, 0x940), (0xE01, 0xE3A), (0x1100, 0x1113), (0x3041, 0x3097), (0x4E00, 0x4E40), (0xAC00, 0xAC40),
              (0x300, 0x310), (0x2460, 0x2470), (0x1F600, 0x1F610), (0xFF01, 0xFF20), (0x30, 0x3A)]
    for _ in range(600):
        low, high = draw.choice(ranges)
        words = ["".join(chr(draw.randrange(low, min(high, low + 12))) for _ in range(draw.randint(1, 6)))
                 for _ in range(12)]
        texts.append(" ".join(words) + draw.choice(["\n", "\n\n", "  ", "...", "!", " 2024 "]))
    return texts


def trained(kind, texts, specials):
    """The model's part of a tokenizer.json."""
    if kind == "bytes":
        tokenizer = tokenizers.Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        trainer = trainers.BpeTrainer(vocab_size=VOCABULARY, special_tokens=specials, show_progress=False,
                                      initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    elif kind == "characters":
        tokenizer = tokenizers.Tokenizer(models.BPE(unk_token="<unk>"))
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
        trainer = trainers.BpeTrainer(vocab_size=VOCABULARY + 256, special_tokens=specials, show_progress=False)
    else:
        tokenizer = tokenizers.Tokenizer(models.Unigram())
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
        trainer = trainers.UnigramTrainer(vocab_size=VOCABULARY, special_tokens=specials, unk_token="<unk>",
                                          show_progress=False)
    tokenizer.train_from_iterator(texts, trainer)
    return json.loads(tokenizer.to_str())["model"]


BYTE_NAMES = [f"<0x{byte:02X}>" for byte in range(256)]


def with_spaces(model):
    """Runs of marks, as real vocabularies have them: no trainer that cuts before each makes them."""
    following = max(model["vocab"].values()) + 1
    for count in (2, 4, 8, 3):
        half = count // 2 if count != 3 else 2
        model["vocab"][SPACE * count] = following
        model["merges"].append([SPACE * half, SPACE * (count - half)])
        following += 1
    return model


def with_all_merges(model):
    """As files made of SentencePiece's have them: every way to halve a piece, the pieces in order."""
    order = {}
    for left, right in model["merges"]:
        order.setdefault(left + right, len(order))
    vocabulary = model["vocab"]
    for piece in vocabulary:
        if len(piece) > 1 and piece not in order and any(
                piece[:i] in vocabulary and piece[i:] in vocabulary for i in range(1, len(piece))):
            order[piece] = len(order)
    model["merges"] = [[piece[:i], piece[i:]] for piece in sorted(order, key=order.get) for i in range(1, len(piece))
                       if piece[:i] in vocabulary and piece[i:] in vocabulary]
    return model


FAMILIES = {
    # name: (kind, changes of the model, normalizer, pre-tokenizer, post-processor, decoder, added tokens)
    "gpt2": ("bytes", {}, None, byte_level(), byte_level(), byte_level(), [added("<|endoftext|>", normalized=True)]),
    "gpt2-prefix": ("bytes", {}, None, byte_level(prefix=True), byte_level(prefix=True), byte_level(), LLAMA_ADDED),
    "smollm": ("bytes", {}, None, sequence("pretokenizers", {"type": "Digits", "individual_digits": True}, byte_level()),
               None, byte_level(), CHATML_ADDED),
    "digits": ("bytes", {}, None, sequence("pretokenizers", {"type": "Digits", "individual_digits": False},
                                           byte_level(prefix=True)), None, byte_level(), CHATML_ADDED),
    "llama3": ("bytes", {"ignore_merges": True}, None, splits(LLAMA3_SPLIT),
               sequence("processors", byte_level(prefix=True), template("<|begin_of_text|>")), byte_level(), LLAMA3_ADDED),
    "qwen2": ("bytes", {}, {"type": "NFC"}, splits(QWEN2_SPLIT), byte_level(trim=False), byte_level(), CHATML_ADDED),
    "qwen3.5": ("bytes", {}, {"type": "NFC"}, splits(QWEN35_SPLIT), byte_level(trim=False), byte_level(), CHATML_ADDED),
    "phi4": ("bytes", {}, None, splits(regex(LLAMA3_SPLIT, "Removed", True)), byte_level(), byte_level(),
             [added("<|im_start|>", rstrip=True, lstrip=True), added("<|im_sep|>", rstrip=True, lstrip=True),
              added("<|im_end|>", rstrip=True, lstrip=True), added("<|endoftext|>", rstrip=True, lstrip=True)]),
    "tiktoken": ("bytes", {"ignore_merges": True}, None, splits(TIKTOKEN_SPLIT), None, byte_level(), CHATML_ADDED),
    "phi4-mini": ("bytes", {}, None, splits(regex(GPT4O_SPLIT, "Removed", True)), byte_level(), byte_level(),
                  [added("<|endoftext|>"), added("<|end|>", rstrip=True), added("<|user|>", rstrip=True)]),
    "tekken": ("bytes", {"ignore_merges": True}, None, splits(TEKKEN_SPLIT), template("<s>"), byte_level(),
               LLAMA_ADDED + [added("[INST]"), added("[/INST]")]),
    "deepseek3": ("bytes", {}, sequence("normalizers"), splits(r"\p{N}{1,3}", "[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+", DEEPSEEK3_SPLIT),
                  None, byte_level(), [added("<\uff5cUser\uff5c>", special=False), added("<\uff5cend\u2581of\u2581sentence\uff5c>")]),
    "deepseek-llm": ("bytes", {}, None, splits("[\r\n]", DEEPSEEK_LETTERS, DEEPSEEK_SIGNS, r"\s+$", IDEOGRAPHS,
                                               {"type": "Digits", "individual_digits": True}), None, byte_level(), LLAMA_ADDED),
    "deepseek-coder": ("bytes", {}, None, splits("[\r\n]", r"\s?\p{L}+", r"\s?\p{P}+", IDEOGRAPHS,
                                                 {"type": "Digits", "individual_digits": True}), None, byte_level(), LLAMA_ADDED),
    "llama2": ("characters", {"halved": True, "byte_fallback": True, "fuse_unk": True}, PREPEND, None, template("<s>"), LLAMA_DECODER, LLAMA_ADDED),
    "llama2-old": ("characters", {"byte_fallback": True, "fuse_unk": True}, PREPEND, None, template("<s>"), LLAMA_DECODER,
                   [added(t, normalized=True) for t in ("<unk>", "<s>", "</s>")]),
    "mistral": ("characters", {"halved": True, "byte_fallback": True, "fuse_unk": True}, None, metaspace("first", False), template("<s>"),
                LLAMA_DECODER, LLAMA_ADDED + [added("[INST]"), added("[/INST]")]),
    "metaspace": ("characters", {"byte_fallback": True}, None, metaspace("always"), None, metaspace("always"), FLAG_ADDED),
    "metaspace-never": ("characters", {}, None, metaspace("never"), None, metaspace("never"), LLAMA_ADDED),
    "phi3": ("characters", {"halved": True, "byte_fallback": True}, PREPEND, None, template("<s>"), LLAMA_DECODER, PHI3_ADDED),
    "gemma": ("characters", {"halved": True, "byte_fallback": True, "fuse_unk": True, "spaces": True}, replace(" ", SPACE),
              {"type": "Split", "pattern": {"String": " "}, "behavior": "MergedWithPrevious", "invert": False},
              template("<bos>"), sequence("decoders", *FUSED), GEMMA_ADDED),
    "unknowns": ("characters", {"fuse_unk": False, "ignore_merges": True}, PREPEND, None, None, LLAMA_DECODER, LLAMA_ADDED),
    "unknowns-fused": ("characters", {"fuse_unk": True, "some_bytes": True, "byte_fallback": True}, PREPEND, None, None, LLAMA_DECODER, LLAMA_ADDED),
    "nfkc": ("characters", {"byte_fallback": True}, sequence("normalizers", {"type": "NFKC"}, {"type": "Lowercase"},
             {"type": "Strip", "strip_left": True, "strip_right": True},
             {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "}), metaspace("first"), None, metaspace("first"), FLAG_ADDED),
    "nfd": ("characters", {"byte_fallback": True}, {"type": "NFD"}, metaspace(), None, metaspace(), FLAG_ADDED),
    "nfkd": ("characters", {"byte_fallback": True}, sequence("normalizers", {"type": "NFKD"}, {"type": "Strip", "strip_left": False, "strip_right": True}),
             metaspace(), None, metaspace(), FLAG_ADDED),
    "t5": ("pieces", {}, charsmap(), sequence("pretokenizers", {"type": "WhitespaceSplit"}, metaspace()),
           template(None, "</s>"), metaspace(), [added("<pad>"), added("</s>"), added("<unk>"), added("<extra_id_0>")]),
    "xlmr": ("pieces", {}, sequence("normalizers", charsmap(), {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "}),
             metaspace(), template("<s>", "</s>"), metaspace(), LLAMA_ADDED + [added("<mask>", lstrip=True)]),
    "unigram-bytes": ("pieces", {"byte_fallback": True, "bytes": True}, PREPEND, None, None, LLAMA_DECODER, LLAMA_ADDED),
    "unigram-nfc": ("pieces", {}, {"type": "NFC"}, metaspace("never", False), None, metaspace("never"), FLAG_ADDED),
}


def contents(tokens):
    return [token["content"] for token in tokens]


def model_of(kind, changes, tokens, texts):
    """Trained with what the family's vocabulary holds beside text, which only has to have ids."""
    specials = [c for c in contents(tokens) if kind != "characters" or c.strip(SPACE + "\n")]
    specials = [c for c in specials if c not in ("one", "<")]
    if kind != "bytes" and "<unk>" not in specials:
        specials.insert(0, "<unk>")
    changes = dict(changes)
    names = BYTE_NAMES if kind == "characters" and changes.get("byte_fallback") else []
    if changes.pop("some_bytes", False):
        names = [name for name in BYTE_NAMES if name < "<0xD0>"]
    if changes.pop("bytes", False):
        names = BYTE_NAMES
    model = trained(kind, texts, specials + names)
    if changes.pop("spaces", False):
        model = with_spaces(model)
        following = max(model["vocab"].values()) + 1
        for count in (2, 3):
            model["vocab"]["\n" * count] = following + count
            model["merges"].append(["\n" * (count - 1), "\n"])
    halved = changes.pop("halved", False)
    model.update(changes)
    return with_all_merges(model) if halved else model


def id_in(model, content):
    if model["type"] == "Unigram":
        return next((i for i, (text, _) in enumerate(model["vocab"]) if text == content), None)
    return model["vocab"].get(content)


def made(name, texts):
    kind, changes, normalizer, pre_tokenizer, post_processor, decoder, tokens = copy.deepcopy(FAMILIES[name])
    model = model_of(kind, changes, tokens, texts)
    size = len(model["vocab"]) if model["type"] == "Unigram" else max(model["vocab"].values()) + 1
    for token in tokens:
        token["id"] = id_in(model, token["content"])
        if token["id"] is None:
            token["id"], size = size, size + 1
            if model["type"] == "BPE":
                model["vocab"][token["content"]] = token["id"]
    tokens.sort(key=lambda token: token["id"])
    processors = (post_processor or {}).get("processors", [post_processor])
    for processor in processors:
        for special in (processor or {}).get("special_tokens", {}).values():
            special["ids"] = [next(t["id"] for t in tokens if t["content"] == special["id"])]
    return {"version": "1.0", "truncation": None, "padding": None, "added_tokens": tokens,
            "normalizer": normalizer, "pre_tokenizer": pre_tokenizer, "post_processor": post_processor,
            "decoder": decoder, "model": model}


def write_all(folder, names=None):
    texts = corpus()
    for name in names or FAMILIES:
        place = pathlib.Path(folder) / name
        place.mkdir(parents=True, exist_ok=True)
        text = json.dumps(made(name, texts), ensure_ascii=False)
        tokenizers.Tokenizer.from_str(text)  # the package reads what was made
        (place / "tokenizer.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    write_all(sys.argv[1], sys.argv[2:])

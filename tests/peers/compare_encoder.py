#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our encoder of texts against Transformers and `tokenizers`, on random BERTs and random texts.

usage: compare_encoder.py PROGRAM [--model FOLDER ...] [--texts N]
       compare_encoder.py --make FOLDER

PROGRAM is encoder_peer: it reads a JSON string a line and writes its ids and its embedding. Ids must
be equal; embeddings may differ by 2e-6 in any number (float32, another order of sums). Models are
small ones of random weights that are made here, in all the forms that we read, and those of --model.
--make writes the fixture of TextEncoderTest. Ends with 77 where a package is missing.
"""
import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile

SKIPPED = 77
LARGEST_DIFFERENCE = 2e-6

try:
    import tokenizers
    import torch
    import transformers
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(SKIPPED)

WORDS = ("the a of and in on it is was good great music sound quality price love book film play light heavy cafe "
         "guitar bass killer worn out three copies this never again return box lamp chair").split()
PARTS = ["##s", "##ing", "##ed", "##er", "##ly", "##ness", "##un"]
LETTERS = [chr(c) for c in range(0x61, 0x7B)] + [str(d) for d in range(10)] + list("äß東京αжñ")
ALPHABETS = [
    "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789", " ", "  \t\n\r",
    ".,;:!?'\"-_()[]{}<>/\\|@#$%^&*+=~`", "\u2019\u201c\u2014\u2026\u00bf\u00a1\u00ab",
    [chr(c) for c in range(0xA1, 0x250)], [chr(c) for c in range(0x300, 0x370)],
    [chr(c) for c in range(0x390, 0x480)], [chr(c) for c in range(0x5D0, 0x650)],
    [chr(c) for c in range(0x900, 0xD80)], [chr(c) for c in range(0xE00, 0x1200)],
    [chr(c) for c in range(0x1E00, 0x2200)], [chr(c) for c in range(0x3000, 0x3100)],
    [chr(c) for c in range(0x4E00, 0x4F00)], [chr(c) for c in range(0xAC00, 0xAD00)],
    [chr(c) for c in range(0xF900, 0xFB50)], [chr(c) for c in range(0xFF00, 0xFFF0)],
    [chr(c) for c in range(0x1F300, 0x1F700)], [chr(c) for c in range(0x2F800, 0x2F900)],
    ["\u200d", "\ufe0f", "\u00a0", "\u3000", "\u2009", "\u0085", "\u180e", "\u2028", "\u00ad", "\ufeff", "\ufffd", "\u0130"],
    [chr(c) for c in range(0x20)] + ["\x7f", "\x80"], ["\ue000", "\uf8ff"],
]
# Characters that Unicode got after those of `tokenizers`' tables.
NEW = set(range(0x1F6D6, 0x1F6E0)) | {0x1F6F9, 0x1F6FA, 0x1F6FB, 0x1F6FC}


def vocabulary():
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    punctuation = list(".,;:!?'\"-_()[]{}<>/\\|@#$%^&*+=~`\u2019\u201c\u2014\u2026")
    pieces = special + LETTERS + ["##" + letter for letter in LETTERS] + punctuation + PARTS + WORDS
    return list(dict.fromkeys(pieces))


def write_tokenizer(folder, lowercase=True, strip=None, chinese=True, longest=100):
    pieces = vocabulary()
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordPiece(
        {piece: i for i, piece in enumerate(pieces)}, unk_token="[UNK]", max_input_chars_per_word=longest))
    tokenizer.normalizer = tokenizers.normalizers.BertNormalizer(
        lowercase=lowercase, strip_accents=strip, handle_chinese_chars=chinese)
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = tokenizers.processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", pieces.index("[CLS]")), ("[SEP]", pieces.index("[SEP]"))])
    tokenizer.save(str(folder / "tokenizer.json"))
    return tokenizer


def write_model(folder, seed, hidden=16, layers=2, heads=2, activation="gelu", dtype=torch.float32, headed=False):
    torch.manual_seed(seed)
    config = transformers.BertConfig(
        vocab_size=len(vocabulary()), hidden_size=hidden, num_hidden_layers=layers, num_attention_heads=heads,
        intermediate_size=2 * hidden, max_position_embeddings=64, hidden_act=activation, initializer_range=0.3)
    kind = transformers.BertForMaskedLM if headed else transformers.BertModel
    model = kind(config).eval()
    for parameter in model.parameters():  # biases and norms, too, so that each of them counts
        parameter.data += 0.1 * torch.randn_like(parameter)
    model.to(dtype).save_pretrained(folder, safe_serialization=True)


def write_sentence_files(folder, pooling, longest):
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling/config.json").write_text(json.dumps(
        {"word_embedding_dimension": 16, "pooling_mode_cls_token": pooling == "cls",
         "pooling_mode_mean_tokens": pooling == "mean", "pooling_mode_max_tokens": False}))
    base = "sentence_transformers.models."
    (folder / "modules.json").write_text(json.dumps(
        [{"idx": 0, "name": "0", "path": "", "type": base + "Transformer"},
         {"idx": 1, "name": "1", "path": "1_Pooling", "type": base + "Pooling"},
         {"idx": 2, "name": "2", "path": "2_Normalize", "type": base + "Normalize"}]))
    (folder / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": longest, "do_lower_case": False}))


def made_models(root):
    """(name, folder) of small models in all forms."""
    forms = {
        "plain": ({}, {}, None), "cased": ({}, {"lowercase": False}, None),
        "accents": ({}, {"lowercase": True, "strip": False}, ("mean", 32)),
        "first": ({"hidden": 24, "heads": 3}, {}, ("cls", 20)),
        "tanh": ({"activation": "gelu_new", "layers": 1}, {"chinese": False}, ("mean", 64)),
        "relu": ({"activation": "relu"}, {"longest": 5}, None),
        "headed": ({"headed": True}, {}, None), "half": ({"dtype": torch.float16}, {}, None),
    }
    for seed, (name, (model, tokenizer, sentence)) in enumerate(forms.items()):
        folder = root / name
        folder.mkdir()
        write_model(folder, seed, **model)
        write_tokenizer(folder, **tokenizer)
        if sentence:
            write_sentence_files(folder, *sentence)
        yield name, folder


def text_of(rng):
    kind = rng.random()
    if kind < 0.4:
        return " ".join(rng.choice(WORDS) + rng.choice(["", "", "s", "ing", ",", "!", "zz"])
                        for _ in range(rng.randrange(0, 40)))
    if kind < 0.5:
        return "word" * rng.randrange(1, 60)
    return "".join(rng.choice(rng.choice(ALPHABETS)) for _ in range(rng.randrange(0, 60)))


class Reference:
    def __init__(self, folder):
        self.tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.model = transformers.AutoModel.from_pretrained(folder, dtype=torch.float32, add_pooling_layer=False).eval()
        longest = self.model.config.max_position_embeddings
        settings = folder / "sentence_bert_config.json"
        if settings.exists():
            longest = min(longest, json.loads(settings.read_text()).get("max_seq_length") or longest)
        self.tokenizer.enable_truncation(longest)
        pooling = folder / "1_Pooling/config.json"
        self.first = pooling.exists() and json.loads(pooling.read_text()).get("pooling_mode_cls_token", False)

    @torch.no_grad()
    def embed(self, text):
        ids = self.tokenizer.encode(text).ids
        states = self.model(torch.tensor([ids])).last_hidden_state[0]
        pooled = states[0] if self.first else states.mean(0)
        return ids, torch.nn.functional.normalize(pooled, dim=0).tolist()


def compare(program, name, folder, texts):
    lines = "".join(json.dumps(text) + "\n" for text in texts)
    ended = subprocess.run([program, folder], input=lines, capture_output=True, text=True, check=True)
    ours = [json.loads(line) for line in ended.stdout.splitlines()]
    assert len(ours) == len(texts), (name, len(ours), len(texts))
    reference = Reference(folder)
    largest = 0.0
    failures = 0
    for text, own in zip(texts, ours):
        ids, vector = reference.embed(text)
        if ids != own["ids"]:
            failures += 1
            if failures <= 3:
                print(f"{name}: ids of {text!r}\n  ours   {own['ids']}\n  theirs {ids}")
            continue
        largest = max(largest, max(abs(a - b) for a, b in zip(vector, own["embedding"], strict=True)))
    print(f"{name}: {len(texts)} texts, {failures} with other ids, largest difference {largest:.2g}")
    return failures == 0 and largest <= LARGEST_DIFFERENCE


def make_fixture(folder):
    folder.mkdir(parents=True, exist_ok=True)
    write_model(folder, 7)
    write_tokenizer(folder)
    write_sentence_files(folder, "mean", 32)
    reference = Reference(folder)
    texts = ["A great guitar, and the sound is heavy.", "the guitar was great", "Return this box!", "",
             "Caf\u00e9 M\u00fcnchen 東京 \U0001F600 unplayable", "good " * 60]
    rows = []
    for text in texts:
        ids, vector = reference.embed(text)
        rows.append({"text": text, "ids": ids, "embedding": vector})
    (folder / "expected.json").write_text(json.dumps(rows, indent=1) + "\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", nargs="?")
    parser.add_argument("--model", action="append", default=[])
    parser.add_argument("--texts", type=int, default=300)
    parser.add_argument("--make", type=pathlib.Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    if options.make:
        make_fixture(options.make)
        return 0
    rng = random.Random(20261128)
    texts = [text for text in (text_of(rng) for _ in range(options.texts)) if not any(ord(c) in NEW for c in text)]
    fine = True
    with tempfile.TemporaryDirectory() as root:
        for name, folder in made_models(pathlib.Path(root)):
            fine = compare(options.program, name, folder, texts) and fine
    for model in options.model:
        fine = compare(options.program, model, pathlib.Path(model), texts) and fine
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
